#include "sw/nn/tables/table_import.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "sw/nn/tables/geometry.h"
#include "sw/nn/tables/row.h"
#include "sw/user_error.h"

namespace uvea::nn {

namespace {

std::string layer_name(const TableRow& row) {
  const std::string name = row.text("name");
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.-+/").find(c) != std::string_view::npos;
  };
  if (name.empty() || name.size() > 64 || !std::all_of(name.begin(), name.end(), allowed))
    row.fail("name is " + in_quotes(name) + ", expected 1 to 64 letters, digits or _ . - + /");
  return name;
}

/// Codes after a ReLU: the zero point is the lowest code, so that a clamp at it is the ReLU and
/// code minus zero point is an unsigned 8-bit number. Real scales of a table are arbitrary.
Quantization table_quantization() { return {1.0 / 32.0, -128, true}; }

void add_layer(Network& net, const TableRow& row, const TableOptions& options) {
  Layer layer;
  layer.name = layer_name(row);
  ConvLayer conv;
  conv.kind = layer_kind(row);
  conv.geo = table_geometry(row, conv.kind, options.batch);
  conv.in = conv.out = table_quantization();
  TableDensity density{row.density("weight_density"), row.density("iact_density")};
  if (options.weight_density) density.weight = *options.weight_density;

  const ConvGeometry& geo = conv.geo;
  const int tensor = static_cast<int>(net.tensors.size());
  net.tensors.push_back({layer.name + ".in", {geo.batch, geo.in_h, geo.in_w, geo.in_c}, conv.in});
  net.tensors.push_back(
      {layer.name + ".out", {geo.batch, geo.out_h, geo.out_w, geo.out_c}, conv.out});
  layer.inputs = {tensor};
  layer.output = tensor + 1;
  layer.op = std::move(conv);
  net.table[static_cast<int>(net.layers.size())] = density;
  net.layers.push_back(std::move(layer));
}

void check_options(const TableOptions& options) {
  if (options.batch < 1 || options.batch > TableLimits::batch)
    throw UserError("batch is " + std::to_string(options.batch) +
                    ", expected an integer from 1 to " + std::to_string(TableLimits::batch));
  if (options.weight_density && !(*options.weight_density >= 0.0 && *options.weight_density <= 1.0))
    throw UserError("weight density is " + std::to_string(*options.weight_density) +
                    ", expected a number from 0 to 1");
}

TableInfo describe(const std::filesystem::path& path) {
  TableInfo info;
  info.name = path.stem().string();
  info.path = path.string();
  if (path.extension() != ".csv") return info;
  try {
    const Network net = load_table(info.path, {});
    info.source = net.source;
    info.layers = static_cast<int>(net.layers.size());
    for (const Layer& layer : net.layers) info.macs += layer.conv().geo.macs();
  } catch (const UserError& error) {
    info.problem = error.what();
  }
  return info;
}

}  // namespace

Network build_table(const LayerTable& table, const std::string& name, const TableOptions& options) {
  check_options(options);
  Network net;
  net.name = name;
  net.source = table.source;
  net.notices = table.notices;
  net.table_seed = options.seed;
  std::set<std::string> names;
  for (const LayerRow& layer_row : table.rows) {
    const TableRow row(table, layer_row);
    add_layer(net, row, options);
    if (!names.insert(net.layers.back().name).second)
      row.fail("name " + in_quotes(net.layers.back().name) +
               " is there twice, expected a name of its own for every layer");
  }
  net.inputs = {net.layers.front().inputs.front()};
  net.outputs = {net.layers.back().output};
  return net;
}

Network load_table(const std::string& path, const TableOptions& options) {
  const auto named = std::filesystem::path(path);
  const auto& plain = named.has_filename() ? named : named.parent_path();
  return build_table(read_layer_table(path), plain.stem().string(), options);
}

Network load_table_text(const std::string& text, const std::string& name,
                        const TableOptions& options) {
  if (text.size() > static_cast<std::size_t>(TableLimits::file_bytes))
    throw UserError(name + ": larger than " + std::to_string(TableLimits::file_bytes) +
                    " bytes, expected a layer table (CSV) of at most that");
  return build_table(layer_table_from_csv(text, name), name, options);
}

std::vector<TableInfo> list_networks(const std::string& dir) {
  std::error_code error;
  std::filesystem::directory_iterator it(dir, error);
  if (error)
    throw UserError(dir + ": cannot be listed (" + error.message() +
                    "), expected a folder with layer tables (*.csv) and models (*.tflite)");
  std::vector<std::filesystem::path> paths;
  for (; it != std::filesystem::directory_iterator(); it.increment(error)) {
    if (error)
      throw UserError(dir + ": cannot be listed (" + error.message() + "), expected a folder");
    const auto extension = it->path().extension();
    if (extension == ".csv" || extension == ".tflite") paths.push_back(it->path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<TableInfo> networks;
  for (const auto& path : paths) networks.push_back(describe(path));
  return networks;
}

}  // namespace uvea::nn
