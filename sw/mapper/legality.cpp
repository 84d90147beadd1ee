#include <algorithm>
#include <limits>
#include <utility>

#include "sw/mapper/footprint.h"
#include "sw/mapper/limits.h"
#include "sw/mapper/weight_capacity.h"
#include "sw/nn/turned.h"

namespace uvea::mapper {
namespace {

std::string str(std::int64_t value) { return std::to_string(value); }

/// Input columns that `s0` filter columns reach over.
std::int64_t span_of(const nn::ConvGeometry& geo, int s0) {
  return (s0 - std::int64_t{1}) * geo.dilation_w + 1;
}

/// Runs the rules in order and keeps the first one that is broken.
class Rules {
 public:
  explicit Rules(bool want_text) : want_text_(want_text) {}

  /// True when the rule holds; `what` makes the words only when they are wanted.
  template <typename What>
  bool require(bool holds, What&& what) {
    if (holds) return true;
    if (want_text_) violation_.text = what();
    return false;
  }

  template <typename What>
  bool at_most(std::int64_t value, std::int64_t limit, const char* name, What&& what) {
    if (value > limit) violation_.excess = value - limit;
    return require(value <= limit, [&] {
      return std::string(name) + ": " + what() + " = " + str(value) + ", allowed is at most " +
             str(limit);
    });
  }

  /// Marks that a stage is passed; for chaining with &&.
  bool next_stage() {
    ++violation_.rank;
    return true;
  }

  Violation finish(bool all_hold) {
    if (all_hold) violation_.rank = kLegal;
    return std::move(violation_);
  }

 private:
  bool want_text_;
  Violation violation_;
};

bool positive(const Mapping& mp, Rules& rules) {
  const auto axis = [&](const AxisSplit& a, const char* name) {
    return rules.require(a.g >= 1 && a.n >= 1 && a.e >= 1 && a.m >= 1, [&] {
      return std::string(name) + ": a split factor is below 1, every one must be at least 1";
    });
  };
  const auto number = [&](int value, const char* name) {
    return rules.require(value >= 1, [&] {
      return std::string(name) + " = " + str(value) + ", must be at least 1";
    });
  };
  return number(mp.c0, "c0") && number(mp.m0, "m0") && number(mp.windows, "windows") &&
         number(mp.chain, "chain") && number(mp.e_block, "e_block") &&
         number(mp.m_block, "m_block") && axis(mp.mesh_rows, "mesh_rows") &&
         axis(mp.mesh_cols, "mesh_cols") && axis(mp.pe_cols, "pe_cols");
}

std::int64_t product(const AxisSplit& a) {
  // Saturates well above any mesh, so that absurd factors cannot overflow.
  std::int64_t p = 1;
  for (const int f : {a.g, a.n, a.e, a.m}) p = std::min<std::int64_t>(p * f, 1 << 30);
  return p;
}

bool splits_fit(const Mapping& mp, const ChipSizes& sz, Rules& rules) {
  return rules.at_most(std::min<std::int64_t>(product(mp.mesh_rows) * mp.chain, 1 << 30),
                       sz.mesh_rows, "mesh.rows", [] { return "mesh_rows factors x chain"; }) &&
         rules.at_most(product(mp.mesh_cols), sz.mesh_cols, "mesh.cols",
                       [] { return "mesh_cols factors"; }) &&
         rules.at_most(product(mp.pe_cols), sz.pe_cols, "cluster.pe_cols",
                       [] { return "pe_cols factors"; });
}

bool pe_fits(const Mapping& mp, const Derived& d, const ChipSizes& sz, Rules& rules) {
  const std::int64_t run = d.segments_per_window - 1 + std::int64_t{mp.windows};
  const int addresses =
      mp.weight_double_buffer ? sz.weight_addr_entries / 2 : sz.weight_addr_entries;
  return rules.require(
             !mp.csc || sz.sparse,
             [] {
               return "pe.kind = dense: mode csc needs sparse PEs, this chip allows raw only";
             }) &&
         rules.require(!mp.weight_double_buffer || sz.weight_buffers > 1,
                       [] {
                         return "pe.weight_buffers = 1: weight_double_buffer = yes, this chip "
                                "allows no";
                       }) &&
         rules.at_most(d.segment_len, sz.limits.segment_iacts, "segment length",
                       [] { return "c0 x min(stride_w, span of s0 filter columns)"; }) &&
         rules.at_most(d.columns, sz.limits.weight_columns, "weight columns",
                       [] { return "c0 x span of s0 filter columns rounded up to segments"; }) &&
         rules.at_most(run, sz.limits.chunk_segments, "chunk header",
                       [] { return "segments of a chunk, K - 1 + windows,"; }) &&
         rules.at_most(run * d.segment_len, sz.iact_data_entries, "pe.iact_data_entries",
                       [] { return "iacts of a chunk, (K - 1 + windows) x segment length,"; }) &&
         (!mp.csc || (rules.at_most(run, sz.iact_addr_entries, "pe.iact_addr_entries",
                                    [] { return "segments of a chunk, K - 1 + windows,"; }) &&
                      rules.at_most(d.columns, addresses, "pe.weight_addr_entries",
                                    [&] {
                                      return std::string("weight columns") +
                                             (mp.weight_double_buffer ? " (half of the SPad each)"
                                                                      : "");
                                    }))) &&
         rules.at_most(mp.m0, sz.limits.tile_channels, "m0",
                       [] { return "output channels of a PE"; }) &&
         rules.at_most(std::int64_t{mp.windows} * mp.m0, sz.psum_entries, "pe.psum_entries",
                       [] { return "windows x m0"; });
}

bool raw_weights_fit(const Mapping& mp, const Derived& d, const ChipSizes& sz, Rules& rules) {
  if (mp.csc) return true;  // counted from the values elsewhere
  return rules.at_most(raw_tile_words(d.columns, mp.m0), tile_word_limit(mp, sz),
                       "pe.weight_data_words", [] { return "words of a raw weight tile"; });
}

/// Row tiles that a PE works on with one set of weights.
std::int64_t rows_per_load(const Mapping& mp, const Derived& d) {
  return d.one_epoch() ? std::int64_t{d.te} : std::int64_t{mp.e_block};
}

bool psums_fit(const Mapping& mp, const Derived& d, const ChipSizes& sz, Rules& rules) {
  return rules.require(mp.chain == 1 || d.p == 1,
                       [&] {
                         return "chain: " + str(mp.chain) +
                                " clusters need all of Q = " + str(d.q) +
                                " in one pass, but a chain has V = " + str(d.v) +
                                " PEs; allowed is chain 1 or V >= Q";
                       }) &&
         rules.at_most(d.q, sz.limits.product, "reduction",
                       [] { return "filter rows x channel tiles x tiles of filter columns"; }) &&
         rules.at_most(rows_per_load(mp, d) * d.chunks, sz.limits.epoch_chunks, "chunk counter",
                       [] { return "row tiles x chunks per weight load,"; }) &&
         (!sz.serial_io ||
          rules.at_most(kept_oact_bytes(d, mp), psum_bank_bytes(sz), "glb.psum_bank_words",
                        [] {
                          return "oact bytes of e_block row tiles of m_block M tiles, which stand "
                                 "in a psum bank with control.serial_io,";
                        })) &&
         (d.p == 1 ||
          rules.at_most(std::int64_t{mp.e_block} * d.m_block * psum_row_words(d, mp),
                        sz.psum_bank_words, "glb.psum_bank_words", [] {
                          return "psum words of e_block row tiles of m_block M tiles over "
                                 "several passes";
                        }));
}

bool iacts_fit(const nn::ConvGeometry& geo, const Mapping& mp, const Derived& d,
               const ChipSizes& sz, Rules& rules) {
  const bool block = mp.iact_source == IactSource::resident;
  const bool through = mp.iact_source == IactSource::through;
  const auto row_words = static_cast<std::int64_t>(iact_row_words(d, mp));
  if (!rules.require(!through || !sz.serial_io, [] {
        return "iact_source: through, allowed with control.serial_io is resident or stream";
      }))
    return false;
  const bool round = unit_of(d, mp, sz) == IactUnit::round;
  const std::int64_t rows = worst_bank(RowCounts(geo, sz).unit(d, mp));
  return rules.at_most(rows * row_words, through ? sz.io_fifo_words : sz.iact_bank_words,
                       through ? "glb.io_fifo_words" : "glb.iact_bank_words", [&] {
                         return std::string("iact words of the fullest bank for one ") +
                                (block   ? "resident block ("
                                 : round ? "round ("
                                         : "step (") +
                                str(rows) + (rows == 1 ? " row of " : " rows of ") +
                                str(row_words) + ")";
                       });
}

bool modes_fit(const Mapping& mp, Rules& rules) {
  const bool vertical = mp.chain == 1 && mp.mesh_rows.m > 1;
  const AxisSplit& cols = mp.mesh_cols;
  const bool horizontal = cols.m > 1 && cols.g == 1 && cols.n == 1 && cols.e == 1;
  const bool needs_vertical =
      mp.iact_mode == NocMode::vertical || mp.iact_mode == NocMode::broadcast;
  const bool needs_horizontal =
      mp.iact_mode == NocMode::horizontal || mp.iact_mode == NocMode::broadcast;
  return rules.require(!needs_vertical || vertical,
                       [&] {
                         return "iact_mode: vertical multicast needs mesh_rows m > 1 (is " +
                                str(mp.mesh_rows.m) + ") and chain 1 (is " + str(mp.chain) + ")";
                       }) &&
         rules.require(
             !needs_horizontal || horizontal,
             [&] {
               return "iact_mode: horizontal multicast needs mesh_cols g1 n1 e1 and m > 1, "
                      "is g" +
                      str(cols.g) + " n" + str(cols.n) + " e" + str(cols.e) + " m" + str(cols.m);
             }) &&
         rules.require(
             mp.weight_mode != NocMode::vertical && mp.weight_mode != NocMode::broadcast,
             [] {
               return "weight_mode: weight links are horizontal only, allowed is unicast or "
                      "horizontal";
             }) &&
         rules.require(mp.weight_mode == NocMode::unicast || cols.n > 1 || cols.e > 1, [&] {
           return "weight_mode: horizontal multicast needs mesh_cols n x e > 1, is n" +
                  str(cols.n) + " e" + str(cols.e);
         });
}

/// Windows of the last tile of a row.
int last_windows(const nn::ConvGeometry& geo, const Derived& d) {
  return geo.out_w - (d.ft - 1) * d.f0;
}

}  // namespace

bool every_chunk_has_a_window(const nn::ConvGeometry& geo, const Derived& d) {
  return d.ft == 1 || last_windows(geo, d) >= d.chunks;
}

std::string why_bad_layer(const nn::ConvLayer& layer, const CommandLimits& limits) {
  const nn::ConvGeometry& g = layer.geo;
  const std::pair<const char*, int> sizes[] = {{"batch", g.batch},
                                               {"groups", g.groups},
                                               {"in_h", g.in_h},
                                               {"in_w", g.in_w},
                                               {"in_c", g.in_c},
                                               {"out_h", g.out_h},
                                               {"out_w", g.out_w},
                                               {"out_c", g.out_c},
                                               {"kernel_h", g.kernel_h},
                                               {"kernel_w", g.kernel_w},
                                               {"stride_h", g.stride_h},
                                               {"stride_w", g.stride_w},
                                               {"dilation_h", g.dilation_h},
                                               {"dilation_w", g.dilation_w}};
  for (const auto& [name, value] : sizes)
    if (value < 1 || value > limits.dimension)
      return std::string("layer: ") + name + " = " + str(value) + ", allowed is 1 to " +
             str(limits.dimension);
  const std::pair<const char*, int> pads[] = {{"pad_top", g.pad_top}, {"pad_left", g.pad_left}};
  for (const auto& [name, value] : pads)
    if (value < 0 || value > limits.dimension)
      return std::string("layer: ") + name + " = " + str(value) + ", allowed is 0 to " +
             str(limits.dimension);
  const std::pair<const char*, int> channels[] = {{"in_c", g.in_c}, {"out_c", g.out_c}};
  for (const auto& [name, value] : channels)
    if (value % g.groups != 0)
      return std::string("layer: ") + name + " = " + str(value) +
             " must be a multiple of groups = " + str(g.groups);
  const auto reach = [&](int out, int stride, int kernel, int dilation) {
    return (std::int64_t{out} + limits.chunk_segments) * stride + std::int64_t{kernel} * dilation;
  };
  const std::pair<const char*, std::int64_t> products[] = {
      {"out_h x out_w", std::int64_t{g.out_h} * g.out_w},
      {"batch x out_h x out_w",
       std::min(std::int64_t{g.out_h} * g.out_w, limits.product) * g.batch},
      {"input rows reached by stride_h and dilation_h",
       reach(g.out_h, g.stride_h, g.kernel_h, g.dilation_h)},
      {"input columns reached by stride_w and dilation_w",
       reach(g.out_w, g.stride_w, g.kernel_w, g.dilation_w)}};
  for (const auto& [name, value] : products)
    if (value > limits.product)
      return std::string("layer: ") + name + " = " + str(value) + ", allowed is at most " +
             str(limits.product);
  const std::int64_t reduction = std::int64_t{g.kernel_h} * g.kernel_w;
  if (reduction * g.in_c_per_group() > std::numeric_limits<std::int32_t>::max())
    return "layer: kernel_h x kernel_w x channels per group = " + str(reduction) + " x " +
           str(g.in_c_per_group()) + ", allowed is at most 2147483647";
  const std::int64_t count = reduction * g.in_c_per_group();
  if (!layer.weights.empty() && static_cast<std::int64_t>(layer.weights.size()) != count * g.out_c)
    return "layer: " + str(static_cast<std::int64_t>(layer.weights.size())) +
           " weights given, the shape has " + str(count * g.out_c);
  return {};
}

int tile_word_limit(const Mapping& mapping, const ChipSizes& sizes) {
  const int words =
      mapping.weight_double_buffer ? sizes.weight_data_words / 2 : sizes.weight_data_words;
  return std::min(words, mapping.csc ? sizes.limits.csc_tile_words : sizes.limits.tile_words);
}

nn::ConvGeometry oriented(const nn::ConvGeometry& geo, const Mapping& mapping) {
  return mapping.turned ? nn::turned(geo) : geo;
}

bool cuts_rows(const nn::ConvGeometry& geo, const Mapping& mapping) {
  return mapping.f0 != 0 && mapping.f0 < oriented(geo, mapping).out_w;
}

Derived derive(const nn::ConvGeometry& layer, const Mapping& mp, const ChipSizes& sizes) {
  const nn::ConvGeometry geo = oriented(layer, mp);
  const auto ceil_int = [](std::int64_t a, std::int64_t b) {
    return static_cast<int>(ceil_div(a, b));
  };
  Derived d;
  d.s0 = mp.s0 == 0 ? geo.kernel_w : mp.s0;
  d.f0 = mp.f0 == 0 ? geo.out_w : mp.f0;
  d.span = static_cast<int>(span_of(geo, d.s0));
  d.seg_cols = std::min(geo.stride_w, d.span);
  d.segments_per_window = ceil_int(d.span, d.seg_cols);
  d.segment_len = mp.c0 * d.seg_cols;
  d.columns = d.segments_per_window * d.segment_len;
  d.ct = ceil_int(geo.in_c_per_group(), mp.c0);
  d.st = ceil_int(geo.kernel_w, d.s0);
  d.ut = d.ct * d.st;
  d.q = d.ut * geo.kernel_h;
  d.v = sizes.pe_rows * mp.chain;
  d.p = ceil_int(d.q, d.v);
  d.split_g = mp.mesh_rows.g * mp.mesh_cols.g * mp.pe_cols.g;
  d.split_n = mp.mesh_rows.n * mp.mesh_cols.n * mp.pe_cols.n;
  d.split_e = mp.mesh_rows.e * mp.mesh_cols.e * mp.pe_cols.e;
  d.split_m = mp.mesh_rows.m * mp.mesh_cols.m * mp.pe_cols.m;
  d.m_tiles = ceil_int(geo.out_c_per_group(), mp.m0);
  d.tg = ceil_int(geo.groups, d.split_g);
  d.images = ceil_int(geo.batch, d.split_n);
  d.ft = ceil_int(geo.out_w, d.f0);
  d.row_tiles = geo.out_h * d.ft;
  d.te = ceil_int(std::int64_t{d.images} * d.row_tiles, d.split_e);
  d.te2 = ceil_int(d.te, mp.e_block);
  d.tm = ceil_int(d.m_tiles, d.split_m);
  d.m_block = std::min(mp.m_block, d.tm);
  d.tm2 = ceil_int(d.tm, d.m_block);
  d.chunks = ceil_int(d.f0, mp.windows);
  return d;
}

Mapping unturned(Mapping mapping) {
  mapping.turned = false;
  return mapping;
}

Violation first_violation(const nn::ConvGeometry& geo, const Mapping& mp, const ChipSizes& sizes,
                          bool want_text) {
  Rules rules(want_text);
  // The numbers and splits first: what follows divides by them, and derive() relies on their size.
  if (!positive(mp, rules) || !splits_fit(mp, sizes, rules)) return rules.finish(false);
  const auto bounded = [&](int value, const char* name) {
    return rules.at_most(value, 1000000, name, [&] { return name; });
  };
  if (!bounded(mp.c0, "c0") || !bounded(mp.m0, "m0") || !bounded(mp.windows, "windows") ||
      !bounded(mp.e_block, "e_block") || !bounded(mp.m_block, "m_block"))
    return rules.finish(false);
  const auto part = [&](int value, int whole, const char* name, const char* of) {
    return rules.require(value >= 0 && value <= whole, [&] {
      return std::string(name) + " = " + str(value) + ", allowed is 1 to " + of + " = " +
             str(whole) + " (or all)";
    });
  };
  if (!part(mp.s0, geo.kernel_w, "s0", "kernel_w") || !part(mp.f0, geo.out_w, "f0", "out_w"))
    return rules.finish(false);
  const std::int64_t span = span_of(geo, mp.s0 == 0 ? geo.kernel_w : mp.s0);
  const std::int64_t columns = (span + std::min<std::int64_t>(geo.stride_w, span)) * mp.c0;
  if (!rules.require(columns <= std::numeric_limits<std::int32_t>::max(), [&] {
        return "weight columns: c0 = " + str(mp.c0) + " with " + str(span) +
               " input columns under the filter, allowed is at most " +
               str(sizes.limits.weight_columns) + " columns";
      }))
    return rules.finish(false);
  const Derived d = derive(geo, mp, sizes);
  if (!rules.require(every_chunk_has_a_window(geo, d), [&] {
        return "f0: the last tile of a row has " + str(last_windows(geo, d)) + " windows for " +
               str(d.chunks) +
               " chunks, every chunk needs one; take an f0 that divides out_w = " + str(geo.out_w) +
               " or more windows";
      }))
    return rules.finish(false);
  rules.next_stage();
  return rules.finish(
      pe_fits(mp, d, sizes, rules) && rules.next_stage() && raw_weights_fit(mp, d, sizes, rules) &&
      rules.next_stage() && psums_fit(mp, d, sizes, rules) && rules.next_stage() &&
      iacts_fit(geo, mp, d, sizes, rules) && rules.next_stage() && modes_fit(mp, rules));
}

std::string why_illegal(const nn::ConvLayer& layer, const Mapping& mp, const ChipSizes& sizes) {
  if (std::string bad = why_bad_layer(layer, sizes.limits); !bad.empty()) return bad;
  if (mp.turned) return why_illegal(nn::turned(layer), unturned(mp), sizes);
  Violation v = first_violation(layer.geo, mp, sizes, true);
  if (v.rank != kLegal) return v.text;
  if (!mp.csc) return {};
  const int limit = tile_word_limit(mp, sizes);
  const TileShape shape{mp.c0, mp.s0, mp.m0, sizes.count_bits};
  const int words =
      csc_tile_words(layer, shape, limit, std::numeric_limits<std::int64_t>::max()).words;
  if (words <= limit) return {};
  return "pe.weight_data_words: words of a CSC weight tile of c0 " + str(mp.c0) + " x m0 " +
         str(mp.m0) + (mp.weight_double_buffer ? " (half of the SPad each)" : "") + " = " +
         str(words) + ", allowed is at most " + str(limit);
}

}  // namespace uvea::mapper
