#pragma once
// How one layer is laid out on the chip: a row-stationary mapping.
//
// Symbols: N batch, G groups, M output channels per group, C input channels per group, R/S filter
// height/width, E/F output height/width.
//
// A PE holds an M0 x (C0*S) weight tile and slides a window of C0*S iacts along one iact row.
//   segment   C0 * seg_cols iacts, seg_cols = min(stride_w, S); what enters when the window slides
//   K         segments in a window, ceil(S / seg_cols)
//   chunk     `windows` (T) consecutive windows; one burst of iacts in, one burst of psums out
// The reduction (filter rows and channel tiles) is numbered q = ct * R + r, CT = ceil(C / C0),
// Q = R * CT. V = pe_rows * chain PEs stand in one accumulation chain; reduction pass p puts
// q = p * V + v on chain position v; P = ceil(Q / V) passes.
// Output channels, output rows, batch and groups are dealt out in space over three axes (mesh rows
// / chain, mesh columns, PE columns) and the rest in time. Index of dimension D in space:
//   ((row_D * cols.D + col_D) * pe.D + pe_D); in time: index = t_D * total split of D + space
//   index.
// Within an axis the order from slowest to fastest is: mesh rows g,n,e,m; mesh columns g,m,n,e; PE
// columns g,n,m,e.
// Loops, outer to inner: tg, tn, te2 (blocks of e_block output rows), tm, p, te, chunk.

#include <cstdint>
#include <string>

#include "sw/mapper/chip_sizes.h"
#include "sw/nn/layer.h"

namespace uvea::mapper {

/// Factors of one physical axis.
struct AxisSplit {
  int g = 1, n = 1, e = 1, m = 1;
  int product() const { return g * n * e * m; }
};

/// Where the iacts of a layer come from while PEs work.
enum class IactSource {
  resident,  ///< a block (all reduction passes of e_block output rows) stays in the GLB for all of
             ///< M
  stream,    ///< each step's rows go through the GLB bank once
  through    ///< off-chip port to router, past the bank
};

/// Pattern of one data type's mesh.
enum class NocMode { unicast, horizontal, vertical, broadcast };

struct Mapping {
  bool csc = true;                    ///< PE mode: compressed (zeros skipped) or raw
  int c0 = 1;                         ///< input channels per PE
  int m0 = 1;                         ///< output channels per PE
  int windows = 1;                    ///< T, windows per chunk
  bool weight_double_buffer = false;  ///< halves of the weight SPads used in turn
  int chain = 1;                      ///< clusters stacked north to south in one accumulation chain
  AxisSplit mesh_rows;                ///< over mesh rows / chain
  AxisSplit mesh_cols;
  AxisSplit pe_cols;
  int e_block = 1;  ///< output rows (per spatial position) of one GLB block
  IactSource iact_source = IactSource::stream;
  NocMode iact_mode = NocMode::unicast;
  NocMode weight_mode = NocMode::unicast;
};

/// Sizes that follow from a layer and a mapping; see the header comment for the symbols.
struct Derived {
  int seg_cols = 1, segments_per_window = 1, segment_len = 1,
      columns = 1;  // K, C0*seg_cols, K*C0*seg_cols
  int ct = 1, q = 1, v = 1, p = 1;
  int split_g = 1, split_n = 1, split_e = 1, split_m = 1;  ///< totals over the three axes
  int m_tiles = 1;                                         ///< ceil(M / M0)
  int tg = 1, tn = 1, te = 1, te2 = 1, tm = 1;             ///< trip counts in time
  int chunks = 1;                                          ///< ceil(F / T)
};
Derived derive(const nn::ConvGeometry& geo, const Mapping& mapping, const ChipSizes& sizes);

/// Empty when the mapping is legal for the layer on this chip, else one line that names the limit,
/// the value and what is allowed. `weights` may be empty: then the CSC capacity is checked against
/// the dense bound.
std::string why_illegal(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes);

/// A legal mapping, found by a deterministic search for the fewest estimated cycles (cost.h).
/// `iact_density` is the share of non-zero iacts to expect, 0..1; the layer's weights are counted.
/// Throws UserError naming the limit when the layer cannot fit the chip at all.
Mapping map_layer(const nn::ConvLayer& layer, const ChipSizes& sizes, double iact_density);

/// The same for a layer of which nothing is known about the iacts: half of them zero, as after a
/// ReLU of values symmetric about zero.
Mapping map_layer(const nn::ConvLayer& layer, const ChipSizes& sizes);

/// The loop nest of a mapping for people: a few lines, one per level (DRAM, GLB, PE array, SPad),
/// each ending in a newline; for an illegal mapping one line that says why.
std::string describe(const nn::ConvGeometry& geo, const Mapping& mapping, const ChipSizes& sizes);

}  // namespace uvea::mapper
