#pragma once
// How one layer is laid out on the chip: a row-stationary mapping.
//
// Symbols: N batch, G groups, M output channels per group, C input channels per group, R/S filter
// height/width, E/F output height/width.
//
// A PE holds the weights of S0 neighbouring filter columns, C0 input and M0 output channels. They
// reach over span = (S0 - 1) * dilation_w + 1 input columns (those between dilated taps have no
// weights), so it slides a window of C0 * span iacts along one iact row.
//   segment   C0 * seg_cols iacts, seg_cols = min(stride_w, span); what enters when the window
//             slides
//   K         segments in a window, ceil(span / seg_cols)
//   chunk     `windows` (T) consecutive windows; one burst of iacts in, one burst of psums out
//   row tile  F0 windows of an output row, what a PE works on in one go; the last tile of a row may
//             have fewer, in as many chunks. The FT = ceil(F / F0) tiles of each of E output rows
//             are numbered ft * E + e, and dealt out like output rows.
// A layer may run turned, with height and width of images and filters exchanged; everything here
// then speaks of the turned layer.
// The reduction (filter rows, channel tiles, column tiles of the filter) is numbered
// q = (ct * ST + st) * R + r, CT = ceil(C / C0), ST = ceil(S / S0), Q = R * CT * ST.
// V = pe_rows * chain PEs stand in one accumulation chain; reduction pass p puts q = p * V + v on
// chain position v; P = ceil(Q / V) passes.
// Output channels, row tiles, batch and groups are dealt out in space over three axes (mesh rows
// / chain, mesh columns, PE columns) and the rest in time. Index of dimension D in space:
//   ((row_D * cols.D + col_D) * pe.D + pe_D); in time: index = t_D * total split of D + space
//   index.
// Within an axis the order from slowest to fastest is: mesh rows g,n,e,m; mesh columns g,m,n,e; PE
// columns g,n,m,e.
// Row tiles are numbered through the images that one spatial position works on one after another:
// te = ceil(images * E * FT / split).
// Loops, outer to inner: tg, te2 (blocks of e_block row tiles), tm2 (M blocks of m_block M tiles), p,
// tm, te, chunk. What one p of an M block goes through is a round.

#include <array>
#include <cstdint>
#include <string>

#include "sw/mapper/chip_sizes.h"
#include "sw/nn/iact_code.h"
#include "sw/nn/layer.h"

namespace uvea::mapper {

/// Factors of one physical axis.
struct AxisSplit {
  int g = 1, n = 1, e = 1, m = 1;
  int product() const { return g * n * e * m; }
};

/// Where the iacts of a layer come from while PEs work.
enum class IactSource {
  resident,  ///< a block (all reduction passes of e_block row tiles) stays in the GLB for all of
             ///< M
  stream,    ///< each step's rows go through the GLB bank once; with m_block > 1 a round's rows
             ///< stay there for its M tiles
  through    ///< off-chip port to router, past the bank
};

/// Pattern of one data type's mesh.
enum class NocMode { unicast, horizontal, vertical, broadcast };

/// Their words in mapping files and results, in the order of the enumerators.
constexpr std::array<const char*, 3> kIactSourceNames{"resident", "stream", "through"};
constexpr std::array<const char*, 4> kNocModeNames{"unicast", "horizontal", "vertical",
                                                   "broadcast"};
constexpr const char* name_of(IactSource source) {
  return kIactSourceNames[static_cast<std::size_t>(source)];
}
constexpr const char* name_of(NocMode mode) {
  return kNocModeNames[static_cast<std::size_t>(mode)];
}

struct Mapping {
  bool turned = false;                ///< height and width exchanged: rows are the image's columns
  bool csc = true;                    ///< PE mode: compressed (zeros skipped) or raw
  int c0 = 1;                         ///< input channels per PE
  int m0 = 1;                         ///< output channels per PE
  int s0 = 0;                         ///< filter columns per PE; 0: all of them
  int f0 = 0;                         ///< output columns of a row tile; 0: the whole row
  int windows = 1;                    ///< T, windows per chunk
  bool weight_double_buffer = false;  ///< halves of the weight SPads used in turn
  int chain = 1;                      ///< clusters stacked north to south in one accumulation chain
  AxisSplit mesh_rows;                ///< over mesh rows / chain
  AxisSplit mesh_cols;
  AxisSplit pe_cols;
  int e_block = 1;  ///< row tiles (per spatial position) of one GLB block
  int m_block = 1;  ///< M tiles (per spatial position) whose psums stand in the GLB side by side
  IactSource iact_source = IactSource::stream;
  NocMode iact_mode = NocMode::unicast;
  NocMode weight_mode = NocMode::unicast;
};

/// The geometry as the chip sees it. A turned layer's tensors lie turned in DRAM.
nn::ConvGeometry oriented(const nn::ConvGeometry& geo, const Mapping& mapping);

/// Whether output rows are cut into tiles. Such a layer writes its oacts raw, and iacts that lie
/// raw in DRAM are fetched by the tile.
bool cuts_rows(const nn::ConvGeometry& geo, const Mapping& mapping);

/// Whether the layer's iacts lie compressed in DRAM: where the PEs take them so, rows are read
/// whole, and zeros are real ones (nn/iact_code.h): of others there are too few to pay for the run
/// lengths.
inline bool reads_compressed(const nn::ConvLayer& layer, const Mapping& mapping) {
  return mapping.csc && !cuts_rows(layer.geo, mapping) && nn::iact_code(layer.in).zero_is_real();
}

/// Sizes that follow from a layer and a mapping; see the header comment for the symbols.
struct Derived {
  int s0 = 1, f0 = 1;  ///< as the mapping has them, 0 resolved
  int span = 1;        ///< input columns that S0 filter columns reach over
  int seg_cols = 1, segments_per_window = 1, segment_len = 1,
      columns = 1;     // K, C0*seg_cols, K*C0*seg_cols
  int ct = 1, st = 1;  ///< channel tiles, column tiles of the filter
  int ut = 1;          ///< ct * st: the reduction tiles of a filter row
  int q = 1, v = 1, p = 1;
  int ft = 1, row_tiles = 1;  ///< tiles of an output row, of all output rows (E * ft)
  int split_g = 1, split_n = 1, split_e = 1, split_m = 1;  ///< totals over the three axes
  int m_tiles = 1;                                         ///< ceil(M / M0)
  int images = 1;                                          ///< of a spatial position
  int tg = 1, te = 1, te2 = 1, tm = 1;                     ///< trip counts in time
  int m_block = 1, tm2 = 1;                                ///< M tiles of an M block, M blocks
  int chunks = 1;                                          ///< of a row tile, ceil(F0 / T)

  /// A PE keeps a group's weights: there is one pass over output channels and reduction.
  bool one_epoch() const { return tm == 1 && p == 1; }
};
Derived derive(const nn::ConvGeometry& geo, const Mapping& mapping, const ChipSizes& sizes);

/// Empty when the mapping is legal for the layer on this chip, else one line that names the limit,
/// the value and what is allowed. `weights` may be empty: then the CSC capacity is checked against
/// the dense bound.
std::string why_illegal(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes);

/// What is known of a layer's iacts before they are there.
struct IactForecast {
  /// Where nothing is known of the values: half of them zero, as after a ReLU of values symmetric
  /// about zero.
  static constexpr double unknown_density = 0.5;

  IactForecast(double share, int channels = 0) : density(share), block(channels) {}

  /// Share that is not at the zero point, 0..1; what of the others can be skipped:
  /// nn/iact_code.h.
  double density;
  /// Channels that lie together in DRAM, as the layer before wrote them (its m0); 0: the iacts will
  /// be laid out for the mapping that is found.
  int block;
};

/// A legal mapping, found by a deterministic search for the fewest estimated cycles (cost.h). The
/// layer's weights are counted. Throws UserError naming the limit when the layer cannot fit the
/// chip at all.
Mapping map_layer(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts);

/// The same for a layer of which nothing is known about the iacts.
Mapping map_layer(const nn::ConvLayer& layer, const ChipSizes& sizes);

/// The loop nest of a mapping for people: a few lines, one per level (DRAM, GLB, PE array, SPad),
/// each ending in a newline; for an illegal mapping one line that says why.
std::string describe(const nn::ConvGeometry& geo, const Mapping& mapping, const ChipSizes& sizes);

}  // namespace uvea::mapper
