#pragma once
// SCALE-Sim topology files, versions 1 to 3: conv form and GEMM form.
//
//   Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter,
//   Strides, Layer, M, N, K,
//
// Read as SCALE-Sim's topology_utils.py reads them: conv columns by position; "Stride height" and
// "Stride width", "Batch size" and "Sparsity" (N:M of the filter) by name; a name with DP is
// depthwise. The file records neither padding nor densities.

#include "sw/nn/tables/layer_table.h"

namespace uvea::nn {

bool is_scale_sim(const CsvTable& csv);

/// Notices say what was assumed. Throws UserError for a sparsity that is none.
LayerTable layer_table_from_scale_sim(const CsvTable& csv);

}  // namespace uvea::nn
