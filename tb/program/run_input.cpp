#include "tb/program/run_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <random>

#include "sw/nn/image_input.h"
#include "sw/nn/reference.h"
#include "sw/user_error.h"

namespace uvea::tb {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::vector<int> labels_of(const fs::path& path) {
  std::vector<int> labels;
  for (const std::string& line : lines_of(path)) {
    int label = 0;
    const char* end = line.data() + line.size();
    const auto [stop, error] = std::from_chars(line.data(), end, label);
    if (error != std::errc() || stop != end || label < 0) {
      throw UserError(fmt::format("{}:{}: '{}' is no label, expected the number of a class",
                                  path.string(), labels.size() + 1, line.substr(0, 40)));
    }
    labels.push_back(label);
  }
  return labels;
}

std::vector<fs::path> images_in(const fs::path& folder) {
  std::vector<fs::path> images;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".png") images.push_back(entry.path());
  }
  std::sort(images.begin(), images.end());
  return images;
}

}  // namespace

RunInput load_run_input(const NetworkSource& source, const Arguments& arguments,
                        nn::Network& network) {
  RunInput run;
  if (source.table) {
    run.batch = network.layers.front().conv().geo.batch;
    run.description = fmt::format("synthetic tensors from seed {}", arguments.seed);
    return run;
  }
  const nn::TensorInfo one = network.tensors.at(static_cast<std::size_t>(network.inputs.front()));
  const std::size_t image_bytes = one.shape.elements();
  const fs::path folder = fs::path(source.path).replace_extension();
  const std::vector<fs::path> own = images_in(folder);
  const bool has_own = arguments.input.empty() && !own.empty();
  run.batch = arguments.batch.value_or(has_own ? static_cast<int>(own.size()) : 1);
  nn::set_batch(network, run.batch);
  const nn::TensorInfo& all = network.tensors[static_cast<std::size_t>(network.inputs.front())];
  run.tensor.shape = all.shape;
  run.tensor.quant = all.quant;
  run.names.classes = lines_of(folder / "classes.txt");
  const auto append = [&run](const nn::Tensor& image) {
    run.tensor.bytes.insert(run.tensor.bytes.end(), image.bytes.begin(), image.bytes.end());
  };
  if (!arguments.input.empty()) {
    run.description = arguments.input;
    std::error_code error;
    const auto size = fs::file_size(arguments.input, error);
    if (!error && run.batch > 1 && size == image_bytes * static_cast<std::size_t>(run.batch)) {
      run.tensor = nn::load_input(arguments.input, all);
    } else {
      const nn::Tensor image = nn::load_input(arguments.input, one);
      for (int i = 0; i < run.batch; ++i) append(image);
    }
  } else if (has_own) {
    run.description = fmt::format("{} images of {}", run.batch, folder.string());
    const std::vector<int> labels = labels_of(folder / "labels.txt");
    for (int i = 0; i < run.batch; ++i) {
      const std::size_t image = static_cast<std::size_t>(i) % own.size();
      append(nn::load_input(own[image].string(), one));
      run.names.images.push_back(own[image].filename().string());
      if (image < labels.size() && run.names.labels.size() == static_cast<std::size_t>(i)) {
        run.names.labels.push_back(labels[image]);
      }
    }
  } else {
    run.description = fmt::format("random codes from seed {}", arguments.seed);
    std::mt19937_64 random(arguments.seed);
    run.tensor.bytes.resize(all.shape.elements());
    for (std::uint8_t& byte : run.tensor.bytes) byte = static_cast<std::uint8_t>(random() >> 56);
  }
  return run;
}

}  // namespace uvea::tb
