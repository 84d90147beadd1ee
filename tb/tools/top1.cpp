// uvea_top1: share of a labelled data set that a network classifies as labelled, by the reference
// arithmetic of sw/nn. Not by the chip model: both compute the same codes, and this is quick.

#include <algorithm>
#include <boost/program_options.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/tflite/tflite_import.h"
#include "sw/user_error.h"
#include "tb/tools/idx_file.h"

namespace {

namespace po = boost::program_options;
namespace nn = uvea::nn;
using uvea::UserError;
using uvea::tb::IdxFile;

struct Arguments {
  std::string network, images, labels;
  long count = 0;  ///< 0: all
};

/// Nothing when only the help was asked for.
std::optional<Arguments> parse(int argc, char** argv) {
  const std::string folder = "/usr/share/datasets/fashion-mnist/";
  Arguments args;
  po::options_description options("uvea_top1 NETWORK.tflite: top-1 by the reference arithmetic");
  auto add = options.add_options();
  add("help,h", "this text");
  add("network", po::value(&args.network), "int8 or uint8 classifier of grey images");
  add("images", po::value(&args.images)->default_value(folder + "t10k-images-idx3-ubyte.gz"),
      "idx file of the images");
  add("labels", po::value(&args.labels)->default_value(folder + "t10k-labels-idx1-ubyte.gz"),
      "idx file of the labels");
  add("count", po::value(&args.count)->default_value(0), "images to run, from the first; 0: all");
  po::positional_options_description positional;
  positional.add("network", 1);
  po::variables_map values;
  try {
    po::store(po::command_line_parser(argc, argv).options(options).positional(positional).run(),
              values);
    po::notify(values);
  } catch (const po::error& e) {
    throw UserError(std::string(e.what()) + "; see uvea_top1 --help");
  }
  if (values.count("help") != 0) {
    std::cout << options;
    return std::nullopt;
  }
  if (args.count < 0)
    throw UserError("--count " + std::to_string(args.count) + ": must not be negative");
  if (args.network.empty()) throw UserError("no network given; see uvea_top1 --help");
  return args;
}

/// Code of a pixel, whose real value is taken as pixel / 255.
std::uint8_t pixel_code(int pixel, const nn::Quantization& quant) {
  const long code = std::lround(pixel / 255.0 / quant.scale) + quant.zero_point;
  return static_cast<std::uint8_t>(std::clamp<long>(code, quant.lowest(), quant.highest()));
}

/// The largest code's index; the first one of equals.
std::size_t best_class(const nn::Tensor& tensor) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < tensor.bytes.size(); ++i) {
    if (tensor.code(i) > tensor.code(best)) best = i;
  }
  return best;
}

void run(const Arguments& args) {
  nn::ImportOptions options;
  options.weight_bits = 9;  // weights as in the file, also where they are unsigned
  const nn::Network network = nn::load_tflite(args.network, options);
  const nn::TensorInfo& input = network.tensors[static_cast<std::size_t>(network.inputs.front())];
  const IdxFile images = uvea::tb::read_idx(args.images, 3);
  const IdxFile labels = uvea::tb::read_idx(args.labels, 1);
  if (images.items() != labels.items()) {
    throw UserError(args.labels + ": " + std::to_string(labels.items()) + " labels for " +
                    std::to_string(images.items()) + " images of " + args.images);
  }
  if (images.item_bytes() != input.shape.elements()) {
    throw UserError(args.images + ": images of " + std::to_string(images.item_bytes()) +
                    " pixels, the network takes " + std::to_string(input.shape.elements()));
  }
  const std::size_t count = args.count == 0 ? images.items() : static_cast<std::size_t>(args.count);
  if (count > images.items()) {
    throw UserError("--count " + std::to_string(count) + ": the data set has " +
                    std::to_string(images.items()) + " images");
  }

  std::vector<std::uint8_t> codes(256);
  for (int pixel = 0; pixel < 256; ++pixel) {
    codes[static_cast<std::size_t>(pixel)] = pixel_code(pixel, input.quant);
  }
  nn::Tensor image{input.shape, input.quant, std::vector<std::uint8_t>(input.shape.elements())};
  std::size_t hits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t p = 0; p < image.bytes.size(); ++p) {
      image.bytes[p] = codes[images.bytes[i * image.bytes.size() + p]];
    }
    const std::vector<nn::Tensor> tensors = nn::run_reference(network, {image});
    if (best_class(tensors[static_cast<std::size_t>(network.outputs.front())]) == labels.bytes[i])
      ++hits;
  }
  std::cout << "top-1: " << hits << " of " << count << " ("
            << 100.0 * static_cast<double>(hits) / static_cast<double>(count) << " %)\n";
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (const auto args = parse(argc, argv)) run(*args);
    return 0;
  } catch (const UserError& e) {
    std::cerr << "uvea_top1: " << e.what() << '\n';
    return 2;
  } catch (const std::exception& e) {
    std::cerr << "uvea_top1: internal error: " << e.what() << '\n';
    return 1;
  }
}
