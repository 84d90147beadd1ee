#include "sw/nn/table_import.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "sw/nn/file.h"
#include "sw/nn/table_csv.h"
#include "sw/user_error.h"

namespace uvea::nn {

namespace {

constexpr const char* mandatory[] = {"name",   "type",     "in_h",           "in_w",        "in_c",
                                     "out_c",  "kernel_h", "kernel_w",       "stride",      "pad",
                                     "groups", "macs",     "weight_density", "iact_density"};

/// Values of one row by column name, range-checked, with errors that name file, line and column.
class Row {
 public:
  Row(const CsvTable& table, const CsvRow& row, const std::string& where)
      : table_(table), row_(row), where_(where) {}

  [[noreturn]] void fail(const std::string& what) const { csv_error(where_, row_.line, what); }

  const std::string& text(const std::string& column) const {
    const auto at = std::find(table_.header.begin(), table_.header.end(), column);
    return row_.fields[static_cast<std::size_t>(at - table_.header.begin())];
  }

  std::int64_t number(const std::string& column, std::int64_t low, std::int64_t high) const {
    std::int64_t value = 0;
    if (!parse(text(column), value) || value < low || value > high)
      fail(column + " is " + in_quotes(text(column)) + ", expected an integer from " +
           std::to_string(low) + " to " + std::to_string(high));
    return value;
  }

  int size(const std::string& column, int high) const {
    return static_cast<int>(number(column, 1, high));
  }

  double density(const std::string& column) const {
    double value = 0.0;
    if (!parse(text(column), value) || !(value >= 0.0 && value <= 1.0))
      fail(column + " is " + in_quotes(text(column)) + ", expected a number from 0 to 1");
    return value;
  }

 private:
  template <typename T>
  static bool parse(const std::string& text, T& value) {
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    return result.ec == std::errc{} && result.ptr == end && !text.empty();
  }

  const CsvTable& table_;
  const CsvRow& row_;
  const std::string& where_;
};

void check_columns(const CsvTable& table, const std::string& where) {
  std::string missing;
  for (const char* column : mandatory)
    if (std::find(table.header.begin(), table.header.end(), column) == table.header.end())
      missing += std::string(missing.empty() ? "" : ", ") + column;
  if (!missing.empty())
    csv_error(where, table.header_line,
              "column missing: " + missing + "; expected a header with these names");
}

std::string layer_name(const Row& row) {
  const std::string& name = row.text("name");
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.-+/").find(c) != std::string_view::npos;
  };
  if (name.empty() || name.size() > 64 || !std::all_of(name.begin(), name.end(), allowed))
    row.fail("name is " + in_quotes(name) + ", expected 1 to 64 letters, digits or _ . - + /");
  return name;
}

ConvKind layer_kind(const Row& row) {
  const std::string& type = row.text("type");
  if (type == "conv") return ConvKind::conv;
  if (type == "depthwise") return ConvKind::depthwise;
  if (type == "fc") return ConvKind::fully_connected;
  row.fail("type is " + in_quotes(type) + ", expected conv, depthwise or fc");
}

void check_elements(const Row& row, const std::string& what, std::int64_t elements) {
  if (elements > TableLimits::elements)
    row.fail(what + " would be " + std::to_string(elements) + " elements, expected at most " +
             std::to_string(TableLimits::elements));
}

/// Output size and leading padding of one direction.
struct Span {
  int out = 0, pad = 0;
};

Span span(const Row& row, const char* direction, int in, int kernel, int stride) {
  const std::string& pad = row.text("pad");
  if (pad == "same") {
    const int out = (in + stride - 1) / stride;
    return {out, std::max((out - 1) * stride + kernel - in, 0) / 2};
  }
  Span result;
  if (pad != "valid") {
    if (pad.empty() ||
        !std::all_of(pad.begin(), pad.end(), [](char c) { return c >= '0' && c <= '9'; }))
      row.fail("pad is " + in_quotes(pad) + ", expected same, valid or an integer");
    result.pad = static_cast<int>(row.number("pad", 0, TableLimits::kernel - 1));
    if (result.pad >= kernel && result.pad > 0)
      row.fail("pad is " + pad + " in " + direction + ", expected less than the kernel's " +
               std::to_string(kernel));
  }
  const int padded = in + 2 * result.pad;
  if (padded < kernel)
    row.fail("output has no " + std::string(direction) + ": kernel " + std::to_string(kernel) +
             " is larger than the padded input " + std::to_string(padded) +
             ", expected at least one position");
  result.out = (padded - kernel) / stride + 1;
  return result;
}

/// A fully connected layer as the chip runs it: 1x1 over all inputs. Channels in NHWC order.
void flatten(const Row& row, ConvGeometry& geo) {
  geo.kernel_h = row.size("kernel_h", TableLimits::side);
  geo.kernel_w = row.size("kernel_w", TableLimits::side);
  if (geo.kernel_h != geo.in_h || geo.kernel_w != geo.in_w)
    row.fail("fc has kernel " + std::to_string(geo.kernel_h) + "x" + std::to_string(geo.kernel_w) +
             " on input " + std::to_string(geo.in_h) + "x" + std::to_string(geo.in_w) +
             ", expected a kernel as large as the input");
  const std::string& pad = row.text("pad");
  const bool unpadded =
      pad == "0" || pad == "valid" || (pad == "same" && geo.in_h == 1 && geo.in_w == 1);
  if (!unpadded) row.fail("pad of fc is " + in_quotes(pad) + ", expected 0 or valid");
  if (geo.groups != 1) row.fail("groups of fc is " + std::to_string(geo.groups) + ", expected 1");
  geo.in_c *= geo.in_h * geo.in_w;  // within the element limit, checked before
  geo.in_h = geo.in_w = geo.kernel_h = geo.kernel_w = 1;
  geo.stride_h = geo.stride_w = 1;
}

void slide(const Row& row, ConvKind kind, ConvGeometry& geo) {
  geo.kernel_h = row.size("kernel_h", TableLimits::kernel);
  geo.kernel_w = row.size("kernel_w", TableLimits::kernel);
  if (geo.in_c % geo.groups != 0 || geo.out_c % geo.groups != 0)
    row.fail("groups is " + std::to_string(geo.groups) + ", expected a divisor of in_c " +
             std::to_string(geo.in_c) + " and out_c " + std::to_string(geo.out_c));
  if (kind == ConvKind::depthwise && geo.groups != geo.in_c)
    row.fail("groups of depthwise is " + std::to_string(geo.groups) + ", expected in_c, " +
             std::to_string(geo.in_c));
  const Span vertical = span(row, "height", geo.in_h, geo.kernel_h, geo.stride_h);
  const Span horizontal = span(row, "width", geo.in_w, geo.kernel_w, geo.stride_w);
  geo.out_h = vertical.out;
  geo.pad_top = vertical.pad;
  geo.out_w = horizontal.out;
  geo.pad_left = horizontal.pad;
}

/// The ranges keep every product below 2^63: in and out 2^14 * 2^14 * 2^20 elements times 2^10
/// images; weights 2^20 * 2^8 * 2^8 * 2^20 (or, fc, 2^20 times the checked input).
ConvGeometry geometry(const Row& row, ConvKind kind, int batch) {
  ConvGeometry geo;
  geo.batch = batch;
  geo.in_h = row.size("in_h", TableLimits::side);
  geo.in_w = row.size("in_w", TableLimits::side);
  geo.in_c = row.size("in_c", TableLimits::channels);
  geo.out_c = row.size("out_c", TableLimits::channels);
  geo.groups = row.size("groups", TableLimits::channels);
  geo.stride_h = geo.stride_w = row.size("stride", TableLimits::stride);
  check_elements(row, "iacts", std::int64_t{batch} * geo.in_h * geo.in_w * geo.in_c);

  if (kind == ConvKind::fully_connected)
    flatten(row, geo);
  else
    slide(row, kind, geo);

  const std::int64_t weights =
      std::int64_t{geo.out_c} * geo.kernel_h * geo.kernel_w * geo.in_c_per_group();
  check_elements(row, "weights", weights);
  check_elements(row, "oacts", std::int64_t{batch} * geo.out_h * geo.out_w * geo.out_c);
  const std::int64_t macs = weights * geo.out_h * geo.out_w;
  if (row.number("macs", 1, TableLimits::macs) != macs)
    row.fail("macs is " + row.text("macs") + ", expected " + std::to_string(macs) +
             " as the sizes give for one image");
  if (macs > TableLimits::macs / batch)
    row.fail("layer would take " + std::to_string(macs) + " MACs for each of " +
             std::to_string(batch) + " images, expected at most " +
             std::to_string(TableLimits::macs) + " together");
  return geo;
}

/// Codes after a ReLU: the zero point is the lowest code, so that a clamp at it is the ReLU and
/// code minus zero point is an unsigned 8-bit number. Real scales of a table are arbitrary.
Quantization table_quantization() { return {1.0 / 32.0, -128, true}; }

void add_layer(Network& net, const Row& row, const TableOptions& options) {
  Layer layer;
  layer.name = layer_name(row);
  ConvLayer conv;
  conv.kind = layer_kind(row);
  conv.geo = geometry(row, conv.kind, options.batch);
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

Network build(const std::string& text, const std::string& where, const std::string& name,
              const TableOptions& options) {
  check_options(options);
  const CsvTable table = read_csv(text, where, TableLimits::rows);
  check_columns(table, where);
  Network net;
  net.name = name;
  net.source = table.comment;
  net.table_seed = options.seed;
  std::set<std::string> names;
  for (const CsvRow& csv_row : table.rows) {
    const Row row(table, csv_row, where);
    add_layer(net, row, options);
    if (!names.insert(net.layers.back().name).second)
      row.fail("name " + in_quotes(net.layers.back().name) +
               " is there twice, expected a name of its own for every layer");
  }
  net.inputs = {net.layers.front().inputs.front()};
  net.outputs = {net.layers.back().output};
  return net;
}

std::string read_text(const std::string& path) {
  const std::string expected =
      "a layer table (CSV) of at most " + std::to_string(TableLimits::file_bytes) + " bytes";
  const std::vector<std::uint8_t> bytes = read_file(path, expected);
  if (bytes.size() > static_cast<std::size_t>(TableLimits::file_bytes))
    throw UserError(path + ": has " + std::to_string(bytes.size()) + " bytes, expected " +
                    expected);
  return {bytes.begin(), bytes.end()};
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

Network load_table(const std::string& path, const TableOptions& options) {
  return build(read_text(path), path, std::filesystem::path(path).stem().string(), options);
}

Network load_table_text(const std::string& text, const std::string& name,
                        const TableOptions& options) {
  if (text.size() > static_cast<std::size_t>(TableLimits::file_bytes))
    throw UserError(name + ": larger than " + std::to_string(TableLimits::file_bytes) +
                    " bytes, expected a layer table (CSV) of at most that");
  return build(text, name, name, options);
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
