#include "sw/nn/tables/columns.h"

#include "sw/nn/tables/csv.h"

namespace uvea::nn {

std::vector<TableColumn> table_columns() {
  return {
      {"name", "layer", "all", "", "1 to 64 letters, digits or _ . - + /; once per table"},
      {"type", "", "all", "",
       "conv, depthwise, fc or matmul, small or capital; dw is depthwise, pw is conv"},
      {"in_h", "h_in", "conv", "", "rows of iacts, without padding, 1 to 16384"},
      {"in_w", "w_in", "conv", "", "columns of iacts, without padding, 1 to 16384"},
      {"in_c", "c_in", "conv", "", "iact channels over all groups, 1 to 1048576"},
      {"out_c", "c_out", "conv", "", "oact channels over all groups, 1 to 1048576"},
      {"kernel_h", "r", "conv", "fc: in_h; else must be there",
       "rows of the kernel, 1 to 256; fc: as in_h"},
      {"kernel_w", "s", "conv", "fc: in_w; else must be there",
       "columns of the kernel, 1 to 256; fc: as in_w"},
      {"stride", "", "conv", "fc: 1; else must be there, or both of the next",
       "of both axes, 1 to 256"},
      {"stride_h", "", "conv", "stride", "of rows"},
      {"stride_w", "", "conv", "stride", "of columns"},
      {"dilation", "", "conv", "1", "distance of neighbouring taps on both axes, 1 to 256"},
      {"dilation_h", "", "conv", "dilation", "of rows"},
      {"dilation_w", "", "conv", "dilation", "of columns"},
      {"pad", "", "conv", "fc: 0; 0 where a pad_ field is given; else must be there",
       "same (output ceil(in / stride), the odd row and column at the bottom and right), valid "
       "(0), "
       "or rows and columns on every side, fewer than the kernel reaches"},
      {"pad_top", "", "conv", "pad", "rows above; not with same"},
      {"pad_bottom", "", "conv", "pad", "rows below; not with same"},
      {"pad_left", "", "conv", "pad", "columns before; not with same"},
      {"pad_right", "", "conv", "pad", "columns behind; not with same"},
      {"m", "", "matmul", "", "rows of the iact matrix, 1 to 268435456"},
      {"k", "", "matmul", "", "summed length, 1 to 1048576"},
      {"n", "", "matmul", "", "columns of the weight matrix, 1 to 1048576"},
      {"groups", "", "all", "depthwise: in_c; else 1",
       "divisor of in_c and out_c; depthwise: in_c; fc: 1; matmul: matrices with weights of their "
       "own (heads), k and n are of one"},
      {"batch", "", "all", "1",
       "images of this layer, matmul: matrices of m rows with the same weights; 1 to 1024, "
       "multiplied by --batch"},
      {"macs", "", "all", "what the sizes give",
       "of the row without --batch, padding taps counted; must equal what the sizes give"},
      {"out_h", "p_out", "conv", "what the sizes give",
       "rows of oacts; must equal what the sizes give"},
      {"out_w", "q_out", "conv", "what the sizes give",
       "columns of oacts; must equal what the sizes give"},
      {"weight_density", "", "all", "1", "share of weights that are not zero, 0 to 1"},
      {"iact_density", "", "all", "1",
       "share of iacts, without padding, that are not zero, 0 to 1"},
  };
}

std::string table_column(const std::string& title) {
  const std::string name = lower_case(title);
  for (const TableColumn& column : table_columns())
    if (name == column.name || (name == column.also && !name.empty())) return column.name;
  return {};
}

}  // namespace uvea::nn
