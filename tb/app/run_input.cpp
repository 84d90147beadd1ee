#include "tb/app/run_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "sw/nn/arithmetic/host_ops.h"
#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/pictures/image_input.h"
#include "sw/nn/pictures/picture.h"
#include "sw/user_error.h"
#include "tb/app/class_labels.h"
#include "tb/app/named_inputs.h"
#include "tb/app/picture_folder.h"

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

void require_values(const char* option, const std::vector<double>& values, int channels) {
  const auto count = static_cast<int>(values.size());
  if (count <= 1 || count == channels) return;
  throw UserError(
      fmt::format("{}: {} values, expected one, or one for each of the network's {} channels",
                  option, count, channels));
}

/// The images of a run, one after the other into one of the network's inputs.
class ImageLoader {
 public:
  ImageLoader(const Arguments& arguments, nn::Network& network, RunInput& run)
      : mapping_{arguments.input_mean, arguments.input_std},
        network_(network),
        run_(run),
        one_(input(0)) {
    require_values("--input-mean", mapping_.mean, one_.image_shape().c());
    require_values("--input-std", mapping_.deviation, one_.image_shape().c());
  }

  void set_batch(int batch) {
    run_.batch = batch;
    nn::set_batch(network_, batch);
    for (std::size_t i = 0; i < network_.inputs.size(); ++i) {
      const nn::TensorInfo& info = input(i);
      run_.tensors.push_back({info.shape, info.quant, {}, info.type});
    }
  }
  /// One image for all of the batch, or a raw tensor of the whole batch.
  void load_batch(std::size_t i, const std::string& path) { take(i, path, input(i)); }
  void load_image(const std::string& path) { take(0, path, one_); }

  /// Random codes, or the reals that random codes stand for.
  void make_random(std::size_t i, std::mt19937_64& random) {
    nn::Tensor& tensor = run_.tensors[i];
    const bool reals = tensor.type == nn::ElementType::float32;
    tensor.bytes.resize(reals ? tensor.shape.elements() : tensor.expected_bytes());
    for (std::uint8_t& byte : tensor.bytes) byte = static_cast<std::uint8_t>(random() >> 56);
    if (reals) tensor = nn::to_reals({tensor.shape, tensor.quant, std::move(tensor.bytes)});
  }

  /// Into run.notes: each kind of note once, with the files that it is about; and the mapping when
  /// it was set or is asked for.
  void tell_notes(bool mapping) const {
    constexpr std::size_t most = 3;
    for (const auto& [text, files] : notes_) {
      std::string line = text + ":";
      for (std::size_t i = 0; i < files.size() && i < most; ++i)
        line += (i == 0 ? " " : ", ") + files[i];
      if (files.size() > most) line += fmt::format(" and {} more", files.size() - most);
      run_.notes.push_back(line);
    }
    if (pictures_ != 0 && (mapping || !mapping_.is_default()))
      run_.notes.push_back(describe(mapping_, one_.quant));
  }

 private:
  const nn::TensorInfo& input(std::size_t i) const {
    return network_.tensors.at(static_cast<std::size_t>(network_.inputs.at(i)));
  }
  void take(std::size_t i, const std::string& path, const nn::TensorInfo& info) {
    const nn::LoadedInput loaded = nn::load_input(path, info, mapping_);
    if (!loaded.picture && !mapping_.is_default()) {
      throw UserError(
          fmt::format("--input-mean and --input-std map pixels; {} is a raw tensor, "
                      "whose bytes are codes already",
                      path));
    }
    pictures_ += loaded.picture ? 1 : 0;
    for (const std::string& note : loaded.notes) {
      auto& files = notes_[note];
      const std::string name = fs::path(path).filename().string();
      if (files.empty() || files.back() != name) files.push_back(name);
    }
    std::vector<std::uint8_t>& bytes = run_.tensors[i].bytes;
    bytes.insert(bytes.end(), loaded.tensor.bytes.begin(), loaded.tensor.bytes.end());
  }

  const nn::PixelMapping mapping_;
  nn::Network& network_;
  RunInput& run_;
  const nn::TensorInfo one_;  ///< the first input, of one image
  int pictures_ = 0;
  std::map<std::string, std::vector<std::string>> notes_;  ///< text, names of files
};

void load_folder(RunInput& run, ImageLoader& loader, const Arguments& arguments,
                 const std::string& path) {
  const PictureFolder folder = pictures_in(path, "--input");
  const auto count = static_cast<int>(folder.files.size());
  const int batch = arguments.batch.value_or(count);
  if (batch > count) {
    throw UserError(fmt::format("--batch {}: the folder '{}' has {} pictures", batch, path, count));
  }
  if (batch > largest_batch) {
    throw UserError(
        fmt::format("--input: {} pictures in the folder '{}', at most {} at once: choose "
                    "the first of them with --batch",
                    count, path, largest_batch));
  }
  loader.set_batch(batch);
  run.description = fmt::format("{} of {} pictures in {}", batch, count, path);
  if (folder.others != 0)
    run.notes.push_back(
        fmt::format("{} files in {} are no pictures and were left out", folder.others, path));
  for (int i = 0; i < batch; ++i) {
    const std::string& file = folder.files[static_cast<std::size_t>(i)];
    loader.load_image(file);
    run.names.images.push_back(fs::path(file).filename().string());
  }
  loader.tell_notes(true);
}

void load_files(RunInput& run, ImageLoader& loader, const Arguments& arguments,
                const std::vector<std::string>& files) {
  loader.set_batch(arguments.batch.value_or(1));
  for (std::size_t i = 0; i < files.size(); ++i) {
    run.description += (i == 0 ? "" : ", ") + files[i];
    loader.load_batch(i, files[i]);
  }
  if (run.batch == 1) run.names.images.push_back(fs::path(files.front()).filename().string());
  loader.tell_notes(true);
}

/// The images in the folder named like the network, in turn.
void load_own(RunInput& run, ImageLoader& loader, const Arguments& arguments,
              const fs::path& folder, const std::vector<fs::path>& images) {
  loader.set_batch(arguments.batch.value_or(static_cast<int>(images.size())));
  run.description = fmt::format("{} images of {}", run.batch, folder.string());
  if (static_cast<std::size_t>(run.batch) > images.size())
    run.notes.push_back(fmt::format("{} has {} images: the first comes again behind the last",
                                    folder.string(), images.size()));
  const std::vector<int> labels = labels_of(folder / "labels.txt");
  for (int i = 0; i < run.batch; ++i) {
    const std::size_t image = static_cast<std::size_t>(i) % images.size();
    loader.load_image(images[image].string());
    run.names.images.push_back(images[image].filename().string());
    if (image < labels.size() && run.names.labels.size() == static_cast<std::size_t>(i))
      run.names.labels.push_back(labels[image]);
  }
  loader.tell_notes(false);
}

void make_random(RunInput& run, ImageLoader& loader, const Arguments& arguments) {
  if (!arguments.input_mean.empty() || !arguments.input_std.empty())
    throw UserError("--input-mean and --input-std map pixels: give a picture with --input");
  loader.set_batch(arguments.batch.value_or(1));
  run.description = fmt::format("random codes from seed {}", arguments.seed);
  std::mt19937_64 random(arguments.seed);
  for (std::size_t i = 0; i < run.tensors.size(); ++i) loader.make_random(i, random);
}

}  // namespace

RunInput load_run_input(const NetworkSource& source, const Arguments& arguments,
                        nn::Network& network) {
  RunInput run;
  if (source.table) {
    for (const auto& [option, given] : {std::pair{"--labels", arguments.labels.has_value()},
                                        std::pair{"--input-mean", !arguments.input_mean.empty()},
                                        std::pair{"--input-std", !arguments.input_std.empty()}}) {
      if (!given) continue;
      throw UserError(fmt::format("{}: {} is a layer table, which has neither pictures nor classes",
                                  option, source.path));
    }
    run.batch = arguments.batch.value_or(1);
    run.description = fmt::format("synthetic tensors from seed {}", arguments.seed);
    return run;
  }
  const fs::path folder = fs::path(source.path).replace_extension();
  run.names.classes = lines_of(folder / "classes.txt");
  if (arguments.labels) {
    const auto& output = network.tensors.at(static_cast<std::size_t>(network.outputs.front()));
    ClassLabels labels = load_class_labels(*arguments.labels, output.shape.c());
    run.names.classes = std::move(labels.names);
    if (!labels.note.empty()) run.notes.push_back(labels.note);
  }
  const std::vector<std::string> files = input_files(arguments.inputs, network);
  ImageLoader loader(arguments, network, run);
  const std::vector<fs::path> own = images_in(folder);
  const bool one_input = network.inputs.size() == 1;
  if (arguments.inputs.empty() && !own.empty() && one_input)
    load_own(run, loader, arguments, folder, own);
  else if (arguments.inputs.empty())
    make_random(run, loader, arguments);
  else if (one_input && is_folder(files.front()))
    load_folder(run, loader, arguments, files.front());
  else
    load_files(run, loader, arguments, files);
  return run;
}

}  // namespace uvea::tb
