#pragma once
// Layer tables: networks given by the sizes and densities of their layers (configs/networks/*.csv,
// SCALE-Sim topologies, Timeloop problems). The columns are in table_columns.h and docs/formats.md.
//
// Layers of a table are not connected: each has an input tensor of its own. Loading takes the sizes
// only; fill_layer (synthetic.h) makes the tensors of one layer.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sw/nn/network.h"
#include "sw/nn/tables/layer_table.h"

namespace uvea::nn {

struct TableOptions {
  std::uint64_t seed = 1;                ///< of the synthetic tensors
  int batch = 1;                         ///< images, 1..1024
  std::optional<double> weight_density;  ///< in place of every row's own, 0..1
};

/// What a table may ask for, so that no table can exhaust the host. A layer at all its limits takes
/// about 1 GiB: weights 2 bytes each, iacts and oacts 1 byte each.
struct TableLimits {
  static constexpr std::int64_t file_bytes = 1 << 20;
  static constexpr int rows = 4096;
  static constexpr int batch = 1024;
  static constexpr int side = 16384;        ///< in_h, in_w
  static constexpr int channels = 1 << 20;  ///< in_c, out_c
  static constexpr int kernel = 256;        ///< conv and depthwise
  static constexpr int stride = 256;
  static constexpr int dilation = 256;
  static constexpr std::int64_t elements = std::int64_t{1} << 28;  ///< weights, iacts, oacts: each
  static constexpr std::int64_t macs = 200'000'000'000;            ///< of a layer, all images
};

/// The network of a table. Throws UserError in one line, "file:line: what, what is expected", for
/// every mistake in it.
Network build_table(const LayerTable& table, const std::string& name, const TableOptions& options);

/// Reads a table as read_layer_table does; the network is named after the file.
Network load_table(const std::string& path, const TableOptions& options);

/// The same from the text of a .csv; `name` names the network and stands for the file in errors.
Network load_table_text(const std::string& text, const std::string& name,
                        const TableOptions& options);

struct TableInfo {
  std::string name;  ///< file name without extension
  std::string path;
  std::string source;     ///< tables only
  int layers = 0;         ///< tables only
  std::int64_t macs = 0;  ///< tables only: nominal, one image
  std::string problem;    ///< why the table cannot be read; empty when it can
};

/// The tables (*.csv) and models (*.tflite: name and path only) of a folder, sorted by path.
/// Throws UserError when the folder cannot be read.
std::vector<TableInfo> list_networks(const std::string& dir);

}  // namespace uvea::nn
