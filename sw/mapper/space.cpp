#include "sw/mapper/space.h"

#include <algorithm>
#include <limits>

#include "sw/mapper/limits.h"
#include "sw/mapper/weight_capacity.h"

namespace uvea::mapper {
namespace {

/// Windows below which row tiles are not made shorter when there are rows enough for all PEs.
constexpr int kShortTile = 16;

/// Sizes that cut `count` into a different number of parts; larger ones with as many are only
/// emptier.
std::vector<int> useful_sizes(int count, int limit) {
  std::vector<int> out;
  for (int size = 1; size <= std::min(count, limit); ++size)
    if (size == 1 || ceil_div(count, size) != ceil_div(count, size - 1)) out.push_back(size);
  return out;
}

}  // namespace

MappingSpace::MappingSpace(const nn::ConvLayer& layer, const ChipSizes& sizes)
    : layer_(layer), geo_(layer.geo), sizes_(sizes), rows_(layer.geo, sizes) {}

/// Filter columns of a PE, as a mapping has them (0: all).
std::vector<int> MappingSpace::filter_parts() const {
  std::vector<int> out = useful_sizes(geo_.kernel_w, sizes_.limits.weight_columns);
  for (int& s0 : out) s0 = s0 == geo_.kernel_w ? 0 : s0;
  return out;
}

/// Row tile sizes worth a look, as a mapping has them (0: the whole row): halves of halves, and
/// sizes that divide the row.
std::vector<int> MappingSpace::row_parts() const {
  const int places = sizes_.mesh_rows * sizes_.mesh_cols * sizes_.pe_cols;
  std::vector<int> out{0};
  const auto add = [&](int f0) {
    if (f0 < geo_.out_w && std::find(out.begin(), out.end(), f0) == out.end()) out.push_back(f0);
  };
  const auto add_tiles = [&](std::int64_t tiles) {
    const int f0 = static_cast<int>(ceil_div(geo_.out_w, tiles));
    add(f0);
    int divisor = f0;
    while (geo_.out_w % divisor != 0) --divisor;
    if (2 * divisor > f0) add(divisor);
  };
  // Short tiles help only where there are not enough rows for all PEs.
  for (std::int64_t tiles = 2; tiles <= geo_.out_w; tiles *= 2) {
    if (geo_.out_w / tiles < kShortTile && geo_.out_h * tiles >= 2 * std::int64_t{places}) break;
    add_tiles(tiles);
  }
  const std::int64_t filling = ceil_div(places, geo_.out_h);
  if (filling > 1 && filling <= geo_.out_w) add_tiles(filling);
  return out;
}

bool MappingSpace::csc_wanted() const {
  const bool depthwise =
      layer_.kind == nn::ConvKind::depthwise || (geo_.groups > 1 && geo_.in_c_per_group() == 1);
  return sizes_.sparse && !depthwise;
}

std::vector<Mapping> MappingSpace::tiles() const {
  std::vector<Mapping> out;
  const auto c0s = useful_sizes(geo_.in_c_per_group(), sizes_.limits.weight_columns);
  const auto m0s = useful_sizes(geo_.out_c_per_group(),
                                std::min(sizes_.limits.tile_channels, sizes_.psum_entries));
  const auto s0s = filter_parts();
  const auto f0s = row_parts();
  Mapping mp;
  for (const bool csc : {true, false}) {
    if (csc && !csc_wanted()) continue;
    mp.csc = csc;
    for (const int c0 : c0s) {
      mp.c0 = c0;
      for (const int s0 : s0s) {
        mp.s0 = s0;
        const int columns = derive(geo_, mp, sizes_).columns;
        if (columns > (csc ? std::min(sizes_.limits.weight_columns, sizes_.weight_addr_entries)
                           : sizes_.limits.weight_columns))
          continue;
        for (const int m0 : m0s) {
          mp.m0 = m0;
          if (!csc && raw_tile_words(columns, m0) > tile_word_limit(mp, sizes_)) break;
          for (const int f0 : f0s) {
            mp.f0 = f0;
            add_windows(mp, out);
          }
        }
      }
    }
  }
  return out;
}

/// Every number of chunks, evenly filled.
void MappingSpace::add_windows(Mapping mp, std::vector<Mapping>& out) const {
  const Derived d = derive(geo_, mp, sizes_);
  int run = std::min(sizes_.limits.chunk_segments, sizes_.iact_data_entries / d.segment_len);
  if (mp.csc) run = std::min(run, sizes_.iact_addr_entries);
  const int most = std::min({run - d.segments_per_window + 1, sizes_.psum_entries / mp.m0, d.f0});
  for (int windows = 1; windows <= most; ++windows) {
    if (windows > 1 && ceil_div(d.f0, windows) == ceil_div(d.f0, windows - 1)) continue;
    mp.windows = windows;
    if (every_chunk_has_a_window(geo_, derive(geo_, mp, sizes_))) out.push_back(mp);
  }
}

std::vector<Mapping> MappingSpace::splits(const Mapping& tile) {
  std::vector<Mapping> out;
  Mapping mp = tile;
  mp.chain = 1;
  const Derived d = derive(geo_, mp, sizes_);
  const int whole = static_cast<int>(ceil_div(d.q, sizes_.pe_rows));
  const auto all_rows = static_cast<int>(
      std::min<std::int64_t>(std::int64_t{geo_.batch} * d.row_tiles, sizes_.limits.product));
  const SplitLimits limits{geo_.groups, geo_.batch, all_rows, d.m_tiles};
  const bool many = sizes_.pe_cols > 8;
  const std::vector<AxisSplit> pes = axis_splits(sizes_.pe_cols, limits, many);
  for (const int chain : {1, whole}) {
    if (chain > sizes_.mesh_rows) continue;
    mp.chain = chain;
    for (const AxisSplit& pe : pes) {
      mp.pe_cols = pe;
      const auto left = [](int count, int factor) {
        return static_cast<int>(ceil_div(count, factor));
      };
      const SplitLimits rest{left(limits.g, pe.g), left(limits.n, pe.n), left(limits.e, pe.e),
                             left(limits.m, pe.m)};
      for (const MeshSplit& mesh : meshes(chain, rest)) {
        mp.mesh_rows = mesh.rows;
        mp.mesh_cols = mesh.cols;
        out.push_back(mp);
      }
    }
    if (whole == 1) break;
  }
  return out;
}

const std::vector<MeshSplit>& MappingSpace::meshes(int chain, const SplitLimits& limits) {
  const int places = std::max(sizes_.mesh_rows, sizes_.mesh_cols);
  const auto key = std::make_tuple(chain, std::min(limits.g, places), std::min(limits.n, places),
                                   std::min(limits.e, places), std::min(limits.m, places));
  const auto at = meshes_.find(key);
  if (at != meshes_.end()) return at->second;
  return meshes_.emplace(key, mesh_splits(sizes_.mesh_rows / chain, sizes_.mesh_cols, limits))
      .first->second;
}

std::vector<Mapping> MappingSpace::leaves(const Mapping& split) {
  std::vector<Mapping> out;
  Mapping mp = split;
  const Derived d = derive(geo_, mp, sizes_);
  mp.iact_mode = best_iact_mode(mp);
  mp.weight_mode = best_weight_mode(mp);
  for (const bool twice : {false, true}) {
    if (twice && sizes_.weight_buffers == 1) continue;
    mp.weight_double_buffer = twice;
    // Weights that stay need no second buffer, and one of half the size is not enough for some.
    const int share = twice ? 2 : 1;
    if (mp.csc && d.columns > sizes_.weight_addr_entries / share) continue;
    if (!mp.csc && raw_tile_words(d.columns, mp.m0) > tile_word_limit(mp, sizes_)) continue;
    add_leaves(mp, d, out);
  }
  return out;
}

void MappingSpace::add_leaves(Mapping mp, const Derived& d, std::vector<Mapping>& out) {
  std::int64_t most = std::min<std::int64_t>(d.te, sizes_.limits.epoch_chunks / d.chunks);
  const bool one_epoch = d.one_epoch();
  if (one_epoch && std::int64_t{d.te} * d.chunks > sizes_.limits.epoch_chunks) return;
  most = std::min(most, row_tiles_held(d, mp));
  if (most < 1) return;
  if (sizes_.serial_io) return add_serial_leaves(mp, d, most, out);
  const auto row_words = static_cast<std::int64_t>(iact_row_words(d, mp));
  const std::int64_t step_words = worst_bank(rows_.step(d, mp)) * row_words;
  const bool through = step_words <= sizes_.io_fifo_words;
  // What fits the FIFO twice gains nothing by a way through the bank.
  const bool stream = 2 * step_words > sizes_.io_fifo_words && step_words <= sizes_.iact_bank_words;
  // A resident block pays when its rows are used by more than one pass.
  const bool shared = d.tm > 1 || (d.p > 1 && (geo_.kernel_h > 1 || d.st > 1));
  const std::int64_t room = sizes_.iact_bank_words;
  bool first = true;
  for (std::int64_t e_block = ceil_div(d.te, ceil_div(d.te, most)); e_block >= 1;) {
    mp.e_block = static_cast<int>(e_block);
    const bool resident = shared && worst_bank(rows_.block(d, mp)) * row_words <= room;
    // Where a block does not fit, a round's rows stay for its M tiles.
    Mapping round = mp;
    round.iact_source = IactSource::stream;
    round.m_block = resident ? 1 : m_block_of(mp, d);
    const std::int64_t round_words =
        round.m_block == 1 ? room + 1
                           : worst_bank(rows_.unit(derive(geo_, round, sizes_), round)) * row_words;
    // Weights that stay do so whatever the blocks.
    if (first || !one_epoch) {
      mp.iact_source = IactSource::through;
      if (through) out.push_back(mp);
      mp.iact_source = IactSource::stream;
      // Where the bank holds two rounds, step by step gains no cycles.
      if (stream && 2 * round_words > room) out.push_back(mp);
    }
    mp.iact_source = IactSource::resident;
    if (resident) out.push_back(mp);
    if (round_words <= room) out.push_back(round);
    first = false;
    // The next one that makes more blocks.
    if (e_block == 1) break;
    e_block = ceil_div(d.te, (d.te - 1) / (e_block - 1) + 1);
  }
}

/// Row tiles, of all M tiles together, that stand in a psum bank at a time at most.
std::int64_t MappingSpace::row_tiles_held(const Derived& d, const Mapping& mp) const {
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  if (d.p > 1) most = sizes_.psum_bank_words / psum_row_words(d, mp);
  if (sizes_.serial_io)
    most = std::min(most, psum_bank_bytes(sizes_) / (std::int64_t{d.f0} * mp.m0));
  return most;
}

/// The fewest M blocks that the psum bank allows with this e_block, evenly filled: iacts are read again
/// for each of them.
int MappingSpace::m_block_of(const Mapping& mp, const Derived& d) const {
  const std::int64_t most = std::min<std::int64_t>(d.tm, row_tiles_held(d, mp) / mp.e_block);
  return static_cast<int>(ceil_div(d.tm, ceil_div(d.tm, most)));
}

/// Every number of blocks: a load and a dump for each.
void MappingSpace::add_serial_leaves(Mapping mp, const Derived& d, std::int64_t most,
                                     std::vector<Mapping>& out) {
  const auto row_words = static_cast<std::int64_t>(iact_row_words(d, mp));
  for (std::int64_t e_block = ceil_div(d.te, ceil_div(d.te, most));;) {
    mp.e_block = static_cast<int>(e_block);
    for (const IactSource source : {IactSource::stream, IactSource::resident}) {
      // A block of a single pass is the same either way.
      if (source == IactSource::resident && d.one_epoch()) continue;
      mp.iact_source = source;
      mp.m_block = m_block_of(mp, d);
      if (worst_bank(rows_.unit(d, mp)) * row_words <= sizes_.iact_bank_words) out.push_back(mp);
    }
    if (e_block == 1) return;
    e_block = ceil_div(d.te, (d.te - 1) / (e_block - 1) + 1);
  }
}

}  // namespace uvea::mapper
