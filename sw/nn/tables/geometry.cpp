#include "sw/nn/tables/geometry.h"

#include <algorithm>
#include <string>

#include "sw/nn/tables/columns.h"
#include "sw/nn/tables/table_import.h"

namespace uvea::nn {

namespace {

void check_elements(const TableRow& row, const std::string& what, std::int64_t elements) {
  if (elements > TableLimits::elements)
    row.fail(what + " would be " + std::to_string(elements) + " elements, expected at most " +
             std::to_string(TableLimits::elements));
}

/// Output size and leading padding of one axis.
struct Span {
  int out = 0, pad = 0;
};

/// What a row says of one axis.
struct Axis {
  const char* name;             ///< for messages
  const char *before, *behind;  ///< columns of its two paddings
  int in, kernel, stride, reach;
};

int padding(const TableRow& row, const Axis& axis, const std::string& column) {
  const std::string text = row.text(column);
  if (text.empty() ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    row.fail(row.title(column) + " is " + in_quotes(text) + ", expected " +
             (column == "pad" ? "same, valid or an integer" : "an integer"));
  const int pad = static_cast<int>(row.number(column, 0, TableLimits::side));
  if (pad >= axis.reach && pad > 0)
    row.fail(row.title(column) + " is " + text + " in " + axis.name +
             ", expected less than the kernel's " + std::to_string(axis.reach));
  return pad;
}

Span span(const TableRow& row, const Axis& axis) {
  const std::string pad = row.text("pad");
  const bool sides = row.has(axis.before) || row.has(axis.behind);
  if (pad == "same") {
    if (sides)
      row.fail(std::string("pad is same and ") + axis.before + " or " + axis.behind +
               " is given, expected one or the other");
    const int out = (axis.in + axis.stride - 1) / axis.stride;
    return {out, std::max((out - 1) * axis.stride + axis.reach - axis.in, 0) / 2};
  }
  const auto one = [&](const char* column) {
    if (row.has(column)) return padding(row, axis, column);
    return pad == "valid" || pad.empty() ? 0 : padding(row, axis, "pad");
  };
  const int before = one(axis.before), behind = one(axis.behind);
  const int padded = axis.in + before + behind;
  if (padded < axis.reach)
    row.fail("output has no " + std::string(axis.name) + ": kernel " + std::to_string(axis.reach) +
             " is larger than the padded input " + std::to_string(padded) +
             ", expected at least one position");
  return {(padded - axis.reach) / axis.stride + 1, before};
}

/// A fully connected layer as the chip runs it: 1x1 over all inputs. Channels in NHWC order.
void flatten(const TableRow& row, ConvGeometry& geo) {
  const int kernel_h = row.size_or("kernel_h", TableLimits::side, geo.in_h);
  const int kernel_w = row.size_or("kernel_w", TableLimits::side, geo.in_w);
  if (kernel_h != geo.in_h || kernel_w != geo.in_w)
    row.fail("fc has kernel " + std::to_string(kernel_h) + "x" + std::to_string(kernel_w) +
             " on input " + std::to_string(geo.in_h) + "x" + std::to_string(geo.in_w) +
             ", expected a kernel as large as the input");
  const std::string pad = row.text("pad");
  const bool unpadded = pad.empty() || pad == "0" || pad == "valid" ||
                        (pad == "same" && geo.in_h == 1 && geo.in_w == 1);
  if (!unpadded) row.fail("pad of fc is " + in_quotes(pad) + ", expected 0 or valid");
  for (const char* column : {"pad_top", "pad_bottom", "pad_left", "pad_right"})
    if (row.has(column)) padding(row, {"fc", "", "", 1, 1, 1, 1}, column);
  for (const char* column : {"stride", "stride_h", "stride_w"})
    row.size_or(column, TableLimits::stride, 1);
  for (const char* column : {"dilation", "dilation_h", "dilation_w"})
    row.size_or(column, TableLimits::dilation, 1);
  if (geo.groups != 1) row.fail("groups of fc is " + std::to_string(geo.groups) + ", expected 1");
  geo.in_c *= geo.in_h * geo.in_w;  // within the element limit, checked before
  geo.in_h = geo.in_w = 1;
}

void check_groups(const TableRow& row, ConvKind kind, const ConvGeometry& geo) {
  if (geo.in_c % geo.groups != 0 || geo.out_c % geo.groups != 0)
    row.fail("groups is " + std::to_string(geo.groups) + ", expected a divisor of in_c " +
             std::to_string(geo.in_c) + " and out_c " + std::to_string(geo.out_c));
  if (kind == ConvKind::depthwise && geo.groups != geo.in_c)
    row.fail("groups of depthwise is " + std::to_string(geo.groups) + ", expected in_c, " +
             std::to_string(geo.in_c));
}

int of_axis(const TableRow& row, const std::string& both, const char* end, int high) {
  const std::string own = both + end;
  return row.size(row.has(own) ? own : both, high);
}

int dilation(const TableRow& row, const char* end) {
  const bool given = row.has("dilation") || row.has(std::string("dilation") + end);
  return given ? of_axis(row, "dilation", end, TableLimits::dilation) : 1;
}

void slide(const TableRow& row, ConvKind kind, ConvGeometry& geo) {
  geo.kernel_h = row.size("kernel_h", TableLimits::kernel);
  geo.kernel_w = row.size("kernel_w", TableLimits::kernel);
  geo.stride_h = of_axis(row, "stride", "_h", TableLimits::stride);
  geo.stride_w = of_axis(row, "stride", "_w", TableLimits::stride);
  geo.dilation_h = dilation(row, "_h");
  geo.dilation_w = dilation(row, "_w");
  check_groups(row, kind, geo);
  const bool sides =
      row.has("pad_top") || row.has("pad_bottom") || row.has("pad_left") || row.has("pad_right");
  if (!row.has("pad") && !sides) row.fail("pad is \"\", expected same, valid or an integer");
  const Span rows = span(row, {"height", "pad_top", "pad_bottom", geo.in_h, geo.kernel_h,
                               geo.stride_h, geo.reach_h()});
  const Span columns = span(
      row, {"width", "pad_left", "pad_right", geo.in_w, geo.kernel_w, geo.stride_w, geo.reach_w()});
  geo.out_h = rows.out;
  geo.pad_top = rows.pad;
  geo.out_w = columns.out;
  geo.pad_left = columns.pad;
}

/// Columns of the other kind of rows must be empty: whoever fills them means something by it.
void check_kind_of_columns(const TableRow& row, bool matmul) {
  for (const TableColumn& column : table_columns()) {
    const std::string rows = column.rows;
    if (rows == "all" || rows == (matmul ? "matmul" : "conv") || !row.has(column.name)) continue;
    row.fail(row.title(column.name) + " is " + in_quotes(row.text(column.name)) + " in a " +
             row.text("type") + " row, expected an empty field: it is of " +
             (matmul ? "conv, depthwise and fc" : "matmul") + " only");
  }
}

void check_stated(const TableRow& row, const std::string& column, int size) {
  if (row.has(column) && row.number(column, 1, 2 * TableLimits::side) != size)
    row.fail(row.title(column) + " is " + row.text(column) + ", expected " + std::to_string(size) +
             " as the sizes give");
}

void lay_out_product(const TableRow& row, int own_batch, ConvGeometry& geo) {
  const std::int64_t positions = own_batch * row.number("m", 1, TableLimits::elements);
  std::int64_t height = (positions + TableLimits::side - 1) / TableLimits::side;
  while (height <= TableLimits::side && positions % height != 0) ++height;
  if (height > TableLimits::side)
    row.fail(row.title("m") + " times batch is " + std::to_string(positions) +
             ", expected at most " + std::to_string(TableLimits::side) +
             " or a product of two numbers up to that");
  const std::int64_t k = row.number("k", 1, TableLimits::channels);
  const std::int64_t n = row.number("n", 1, TableLimits::channels);
  if (k * geo.groups > TableLimits::channels || n * geo.groups > TableLimits::channels)
    row.fail("matmul has " + std::to_string(geo.groups) + " groups of k " + std::to_string(k) +
             " and n " + std::to_string(n) + ", expected at most " +
             std::to_string(TableLimits::channels) + " in all of either");
  geo.in_h = geo.out_h = static_cast<int>(height);
  geo.in_w = geo.out_w = static_cast<int>(positions / height);
  geo.in_c = static_cast<int>(k) * geo.groups;
  geo.out_c = static_cast<int>(n) * geo.groups;
}

}  // namespace

ConvKind layer_kind(const TableRow& row) {
  const std::string type = row.text("type");
  if (type == "conv" || type == "matmul") return ConvKind::conv;
  if (type == "depthwise") return ConvKind::depthwise;
  if (type == "fc") return ConvKind::fully_connected;
  row.fail("type is " + in_quotes(type) + ", expected conv, depthwise, fc or matmul");
}

/// The ranges keep every product below 2^63: in and out 2^14 * 2^14 * 2^20 elements times 2^10
/// images; weights 2^20 * 2^8 * 2^8 * 2^20 (or, fc, 2^20 times the checked input).
ConvGeometry table_geometry(const TableRow& row, ConvKind kind, int batch) {
  const bool matmul = row.text("type") == "matmul";
  check_kind_of_columns(row, matmul);
  ConvGeometry geo;
  const int own_batch = row.size_or("batch", TableLimits::batch, 1);
  geo.groups = row.size_or("groups", TableLimits::channels, 1);
  if (matmul) {
    geo.batch = batch;
    lay_out_product(row, own_batch, geo);
  } else {
    geo.batch = batch * own_batch;
    geo.in_h = row.size("in_h", TableLimits::side);
    geo.in_w = row.size("in_w", TableLimits::side);
    geo.in_c = row.size("in_c", TableLimits::channels);
    geo.out_c = row.size("out_c", TableLimits::channels);
    if (kind == ConvKind::depthwise && !row.has("groups")) geo.groups = geo.in_c;
  }
  if (geo.batch > TableLimits::batch)
    row.fail(row.title("batch") + " times --batch is " + std::to_string(geo.batch) +
             ", expected at most " + std::to_string(TableLimits::batch));
  check_elements(row, "iacts", std::int64_t{geo.batch} * geo.in_h * geo.in_w * geo.in_c);

  if (kind == ConvKind::fully_connected)
    flatten(row, geo);
  else if (!matmul)
    slide(row, kind, geo);

  const std::int64_t weights =
      std::int64_t{geo.out_c} * geo.kernel_h * geo.kernel_w * geo.in_c_per_group();
  check_elements(row, "weights", weights);
  check_elements(row, "oacts", std::int64_t{geo.batch} * geo.out_h * geo.out_w * geo.out_c);
  const std::int64_t macs = weights * geo.out_h * geo.out_w;
  const std::int64_t stated = macs * (geo.batch / batch);
  check_stated(row, "out_h", geo.out_h);
  check_stated(row, "out_w", geo.out_w);
  if (row.has("macs") && row.number("macs", 1, TableLimits::macs) != stated)
    row.fail(row.title("macs") + " is " + row.text("macs") + ", expected " +
             std::to_string(stated) + " as the sizes give" +
             (geo.batch == batch ? " for one image" : ""));
  if (macs > TableLimits::macs / geo.batch)
    row.fail("layer would take " + std::to_string(macs) + " MACs for each of " +
             std::to_string(geo.batch) + " images, expected at most " +
             std::to_string(TableLimits::macs) + " together");
  return geo;
}

}  // namespace uvea::nn
