#pragma once
// What the sizes of a layer table's row come to.

#include "sw/nn/layer.h"
#include "sw/nn/tables/row.h"

namespace uvea::nn {

/// The type of a row. A matmul is a convolution with a 1x1 kernel.
ConvKind layer_kind(const TableRow& row);

/// Throws UserError for sizes that give no layer or one above TableLimits. `batch` multiplies the
/// row's own. A matmul's rows lie along the width: of 1 x 256, 256 x 1, 16 x 16, 4 x 64 positions
/// and 256 images, 1 x 256 takes the fewest cycles.
ConvGeometry table_geometry(const TableRow& row, ConvKind kind, int batch);

}  // namespace uvea::nn
