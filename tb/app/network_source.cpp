#include "tb/app/network_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "sw/nn/onnx/onnx_import.h"
#include "sw/nn/tables/table_import.h"
#include "sw/nn/tflite/tflite_import.h"
#include "sw/user_error.h"
#include "tb/app/pruning.h"
#include "tb/config/configs_folder.h"
#include "tb/config/near_name.h"

namespace uvea::tb {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool is_table(const fs::path& path) {
  const fs::path ending = path.extension();
  return ending == ".csv" || ending == ".yaml" || ending == ".yml";
}

NetworkSource source_of(const fs::path& path) {
  return {path.stem().string(), path.string(), is_table(path)};
}

/// A folder of Timeloop problems is a table, too.
bool is_folder_of_problems(const fs::path& path) {
  std::error_code error;
  for (fs::directory_iterator it(path, error); !error && it != fs::directory_iterator();
       it.increment(error))
    if (is_table(it->path()) && it->path().extension() != ".csv") return true;
  return false;
}

}  // namespace

std::string embedded_network() { return "fashion_mnist"; }

std::vector<NetworkSource> shipped_networks() {
  std::vector<NetworkSource> networks;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(configs_folder() + "/networks", error)) {
    const fs::path extension = entry.path().extension();
    if (extension == ".csv" || extension == ".tflite" || extension == ".onnx")
      networks.push_back(source_of(entry.path()));
  }
  std::sort(networks.begin(), networks.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return networks;
}

NetworkSource find_network(const std::string& argument) {
  const std::string wanted = argument.empty() ? embedded_network() : argument;
  const fs::path path(wanted);
  const bool has_ending =
      path.extension() == ".tflite" || path.extension() == ".onnx" || is_table(path);
  if (is_file(path)) {
    if (!has_ending) {
      throw UserError(
          fmt::format("network '{}': expected a .tflite, .onnx, .csv or .yaml file", wanted));
    }
    return source_of(path);
  }
  if (is_folder_of_problems(path)) {
    const fs::path named = path.has_filename() ? path : path.parent_path();
    return {named.filename().string(), path.string(), true};
  }
  const bool looks_like_path = has_ending || wanted.find('/') != std::string::npos;
  if (looks_like_path) {
    throw UserError(fmt::format("network file '{}' {}", wanted,
                                is_folder(path) ? "is a folder without .yaml files: expected those "
                                                  "of Timeloop, a .tflite, .onnx or .csv file"
                                                : "is not there"));
  }
  std::vector<std::string> names;
  for (const NetworkSource& source : shipped_networks()) {
    if (source.name == wanted) return source;
    names.push_back(source.name);
  }
  throw UserError(
      fmt::format("no network '{}'{} (uvea networks lists the shipped ones; a path must end in "
                  ".tflite, .onnx, .csv or .yaml)",
                  wanted.substr(0, 60), did_you_mean(wanted, names)));
}

nn::Network load_network(const NetworkSource& source, const hw::ChipConfig& chip,
                         const Arguments& arguments) {
  nn::Network network;
  if (source.table) {
    if (!arguments.inputs.empty()) {
      throw UserError(fmt::format(
          "--input: {} is a layer table, whose layers have synthetic inputs; leave it out",
          source.path));
    }
    if (arguments.prune) {
      throw UserError(
          fmt::format("--prune: {} is a layer table; --weight-density says how dense its synthetic "
                      "weights are",
                      source.path));
    }
    nn::TableOptions options;
    options.seed = arguments.seed;
    options.batch = arguments.batch.value_or(1);
    options.weight_density = arguments.weight_density;
    network = nn::load_table(source.path, options);
  } else {
    if (arguments.weight_density) {
      throw UserError(fmt::format(
          "--weight-density: {} is no layer table and has weights of its own", source.path));
    }
    nn::ImportOptions options;
    options.weight_bits = chip.pe.weight_bits;
    network = fs::path(source.path).extension() == ".onnx" ? nn::load_onnx(source.path, options)
                                                           : nn::load_tflite(source.path, options);
  }
  if (network.layers.empty()) throw UserError(source.path + ": the network has no layers");
  if (arguments.prune) prune_network(network, *arguments.prune);
  return network;
}

}  // namespace uvea::tb
