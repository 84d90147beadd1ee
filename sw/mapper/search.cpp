#include "sw/mapper/search.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "sw/mapper/cost.h"
#include "sw/mapper/limits.h"
#include "sw/mapper/splits.h"
#include "sw/mapper/weight_capacity.h"
#include "sw/user_error.h"

namespace uvea::mapper {
namespace {

/// Up to this many weights a tile size is checked completely at once; beyond, the first part
/// decides for now and the chosen mapping is checked completely.
constexpr std::int64_t kFirstLook = std::int64_t{1} << 16;
/// Complete checks that may fail before the search settles for the exhaustive one.
constexpr int kRetries = 64;
/// Windows below which row tiles are not made shorter when there are rows enough for all PEs.
constexpr int kShortTile = 16;

struct Candidate {
  Mapping mapping;
  Estimate cost;

  bool better_than(const Candidate& o) const {
    const long a = cycle_step(cost.cycles), b = cycle_step(o.cost.cycles);
    if (a != b) return a < b;
    if (cost.dram_bytes != o.cost.dram_bytes) return cost.dram_bytes < o.cost.dram_bytes;
    return cost.cycles < o.cost.cycles;
  }
};

struct Tile {
  Mapping mapping;  ///< mode, c0, m0, s0, f0, windows; all splits 1
  Derived derived;
  double step = 0;         ///< PE cycles of a step
  double lower_bound = 0;  ///< of the layer's cycles with this tile
};

struct TileKey {
  int c0, s0, m0;
  bool operator<(const TileKey& o) const {
    return std::tie(c0, s0, m0) < std::tie(o.c0, o.s0, o.m0);
  }
};

class Search {
 public:
  Search(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts)
      : layer_(layer), geo_(layer.geo), sizes_(sizes), cost_(layer, sizes, iacts) {}

  Mapping run() {
    list_tiles();
    for (int i = 0; i < kRetries; ++i) {
      best_.reset();
      for (const Tile& tile : tiles_) {
        if (best_ && cycle_step(tile.lower_bound) > cycle_step(best_->cost.cycles)) break;
        explore(tile, false);
        explore(tile, true);
      }
      if (!best_) break;
      if (tile_fits(best_->mapping, std::numeric_limits<std::int64_t>::max())) {
        if (first_violation(geo_, best_->mapping, sizes_, false).rank == kLegal)
          return best_->mapping;
        break;
      }
    }
    return exhaustive();
  }

 private:
  /// Tile sizes that bring a different number of tiles; larger ones with as many are only emptier.
  static std::vector<int> useful_sizes(int count, int limit) {
    std::vector<int> out;
    for (int size = 1; size <= std::min(count, limit); ++size)
      if (size == 1 || ceil_div(count, size) != ceil_div(count, size - 1)) out.push_back(size);
    return out;
  }

  /// The most windows a chunk may have by the PE's limits; 0 when not even one.
  int most_windows(const Mapping& mp, const Derived& d) const {
    int run = std::min(sizes_.limits.chunk_segments, sizes_.iact_data_entries / d.segment_len);
    if (mp.csc) run = std::min(run, sizes_.iact_addr_entries);
    const int t = std::min(run - d.segments_per_window + 1, sizes_.psum_entries / mp.m0);
    return std::max(0, std::min(t, d.f0));
  }

  /// Filter columns of a PE worth a look, as a mapping has them (0: all).
  std::vector<int> filter_parts() const {
    std::vector<int> out = useful_sizes(geo_.kernel_w, sizes_.limits.weight_columns);
    for (int& s0 : out) s0 = s0 == geo_.kernel_w ? 0 : s0;
    return out;
  }

  /// Row tile sizes worth a look, as a mapping has them (0: the whole row): halves of halves, and
  /// sizes that divide the row.
  std::vector<int> row_parts() const {
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

  bool csc_wanted() const {
    const bool depthwise =
        layer_.kind == nn::ConvKind::depthwise || (geo_.groups > 1 && geo_.in_c_per_group() == 1);
    return sizes_.sparse && !depthwise;
  }

  void list_tiles() {
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
          if (derive(geo_, mp, sizes_).columns > sizes_.limits.weight_columns) continue;
          for (const int m0 : m0s) {
            mp.m0 = m0;
            for (const int f0 : f0s) {
              mp.f0 = f0;
              add_tile(mp);
            }
          }
        }
      }
    }
    std::stable_sort(tiles_.begin(), tiles_.end(),
                     [](const Tile& a, const Tile& b) { return a.lower_bound < b.lower_bound; });
  }

  void add_tile(const Mapping& mp) {
    const double pes =
        static_cast<double>(sizes_.mesh_rows) * sizes_.mesh_cols * sizes_.pe_rows * sizes_.pe_cols;
    Tile tile;
    tile.mapping = mp;
    tile.derived = derive(geo_, mp, sizes_);
    const int most = most_windows(mp, tile.derived);
    if (most < 1) return;
    // As many chunks, evenly filled.
    const int f0 = tile.derived.f0;
    tile.mapping.windows = static_cast<int>(ceil_div(f0, ceil_div(f0, most)));
    tile.derived = derive(geo_, tile.mapping, sizes_);
    const Derived& d = tile.derived;
    if (!every_chunk_has_a_window(geo_, d)) return;
    if (cost_.tile_words(d, tile.mapping) > tile_word_limit(tile.mapping, sizes_)) return;
    tile.step = cost_.step_cycles(d, tile.mapping);
    tile.lower_bound = tile.step * geo_.groups * geo_.batch * d.row_tiles * d.m_tiles *
                       static_cast<double>(d.q) / pes;
    tiles_.push_back(tile);
  }

  /// Whether the weights of every tile fit the SPad, as far as `budget` weights show.
  bool tile_fits(const Mapping& mp, std::int64_t budget) {
    const int limit = tile_word_limit(mp, sizes_);
    if (!mp.csc) return raw_tile_words(cost_columns(mp), mp.m0) <= limit;
    const auto [at, fresh] = facts_.try_emplace({mp.c0, mp.s0, mp.m0});
    CapacityFacts& facts = at->second;
    Mapping single = mp;
    single.weight_double_buffer = false;
    // Stop above the largest limit anybody will ask for.
    const int stop = tile_word_limit(single, sizes_);
    const bool more = !facts.complete && facts.words <= stop && budget > kFirstLook;
    if (fresh || more)
      facts = csc_tile_words(layer_, {mp.c0, mp.s0, mp.m0, sizes_.count_bits}, stop, budget);
    return facts.words <= limit;
  }

  int cost_columns(const Mapping& mp) const { return derive(geo_, mp, sizes_).columns; }

  void explore(const Tile& tile, bool double_buffer) {
    Mapping mp = tile.mapping;
    mp.weight_double_buffer = double_buffer;
    if (double_buffer && mp.csc && tile.derived.columns > sizes_.weight_addr_entries / 2) return;
    if (mp.csc && tile.derived.columns > sizes_.weight_addr_entries) return;
    if (!tile_fits(mp, kFirstLook)) return;

    const int whole_chain = static_cast<int>(ceil_div(tile.derived.q, sizes_.pe_rows));
    for (const int chain : {1, whole_chain}) {
      if (chain > sizes_.mesh_rows) continue;
      mp.chain = chain;
      explore_splits(tile, mp);
      if (whole_chain == 1) break;
    }
  }

  void explore_splits(const Tile& tile, Mapping mp) {
    const auto all_rows = static_cast<int>(
        std::min<std::int64_t>(std::int64_t{geo_.batch} * tile.derived.row_tiles, 1 << 28));
    const SplitLimits limits{geo_.groups, geo_.batch, all_rows, tile.derived.m_tiles};
    const bool many = sizes_.pe_cols > 8;
    for (const AxisSplit& pe : axis_splits(sizes_.pe_cols, limits, many)) {
      const SplitLimits left{
          static_cast<int>(ceil_div(limits.g, pe.g)), static_cast<int>(ceil_div(limits.n, pe.n)),
          static_cast<int>(ceil_div(limits.e, pe.e)), static_cast<int>(ceil_div(limits.m, pe.m))};
      mp.pe_cols = pe;
      for (const MeshSplit& mesh : meshes(mp.chain, left)) {
        mp.mesh_rows = mesh.rows;
        mp.mesh_cols = mesh.cols;
        const Derived d = derive(geo_, mp, sizes_);
        const double bound = tile.step * d.tg * d.tm * d.p * static_cast<double>(d.te);
        if (best_ && cycle_step(bound) > cycle_step(best_->cost.cycles)) continue;
        explore_blocks(mp, d);
      }
    }
  }

  const std::vector<MeshSplit>& meshes(int chain, const SplitLimits& limits) {
    const auto key =
        std::make_tuple(chain, std::min(limits.g, mesh_places()), std::min(limits.n, mesh_places()),
                        std::min(limits.e, mesh_places()), std::min(limits.m, mesh_places()));
    const auto at = meshes_.find(key);
    if (at != meshes_.end()) return at->second;
    return meshes_.emplace(key, mesh_splits(sizes_.mesh_rows / chain, sizes_.mesh_cols, limits))
        .first->second;
  }

  int mesh_places() const { return std::max(sizes_.mesh_rows, sizes_.mesh_cols); }

  void explore_blocks(Mapping mp, const Derived& d) {
    std::int64_t most = std::min<std::int64_t>(d.te, sizes_.limits.epoch_chunks / d.chunks);
    if (d.p > 1) most = std::min(most, sizes_.psum_bank_words / psum_row_words(d, mp));
    if (most < 1) return;
    const auto row_words = static_cast<std::int64_t>(iact_row_words(d, mp));
    const std::int64_t step_words = worst_bank(step_rows(geo_, d, mp, sizes_)) * row_words;
    mp.iact_mode = best_iact_mode(mp);
    mp.weight_mode = best_weight_mode(mp);

    // Fewer blocks mean fewer weight loads; without a resident block nothing speaks against it.
    const auto fewest = ceil_div(d.te, most);
    mp.e_block = static_cast<int>(ceil_div(d.te, fewest));
    if (step_words <= sizes_.io_fifo_words) {
      mp.iact_source = IactSource::through;
      offer(mp);
    }
    if (2 * step_words > sizes_.io_fifo_words && step_words <= sizes_.iact_bank_words) {
      mp.iact_source = IactSource::stream;
      offer(mp);
    }
    // A resident block pays when its rows are used by more than one pass.
    if (d.tm == 1 && (d.p == 1 || (geo_.kernel_h == 1 && d.st == 1))) return;
    mp.iact_source = IactSource::resident;
    bool fitted = false;
    for (std::int64_t blocks = fewest;; blocks = std::min<std::int64_t>(d.te, blocks * 2)) {
      mp.e_block = static_cast<int>(ceil_div(d.te, blocks));
      const std::int64_t words = cost_.block_bank_words(d, mp);
      const bool twice = 2 * words <= sizes_.iact_bank_words;
      if (twice || (!fitted && words <= sizes_.iact_bank_words)) {
        fitted = true;
        offer(mp);
      }
      if (twice || blocks >= d.te) return;
    }
  }

  void offer(const Mapping& mp) {
    const Candidate candidate{mp, cost_.estimate(mp)};
    if (!best_ || candidate.better_than(*best_)) best_ = candidate;
  }

  /// What the exhaustive search has seen so far.
  struct Survey {
    std::optional<Candidate> found;
    Mapping furthest;  ///< the illegal mapping that came closest
    int rank = -1;
    std::int64_t excess = 0;
  };

  /// Every tile at the smallest footprint in everything else: finds a mapping when there is one,
  /// and then spreads it.
  Mapping exhaustive() {
    Survey survey;
    Mapping mp;
    const int most_c0 = std::min(geo_.in_c_per_group(), sizes_.limits.weight_columns);
    const int most_m0 = std::min(geo_.out_c_per_group(), sizes_.limits.tile_channels);
    for (const bool csc : {false, true}) {
      if (csc && !sizes_.sparse) continue;
      mp.csc = csc;
      for (const int s0 : {0, 1}) {
        if (s0 == geo_.kernel_w) continue;
        mp.s0 = s0;
        for (mp.c0 = 1; mp.c0 <= most_c0; ++mp.c0)
          for (mp.m0 = 1; mp.m0 <= most_m0; ++mp.m0)
            for (mp.windows = 1; mp.windows <= std::min(geo_.out_w, sizes_.limits.chunk_segments);
                 ++mp.windows)
              survey_rows(mp, survey);
      }
    }
    if (survey.found) return spread(survey.found->mapping);
    throw UserError("no mapping of this layer fits the chip; the last limit that failed is " +
                    why_illegal(layer_, survey.furthest, sizes_));
  }

  /// The longest row tiles that are legal, for each chain and source.
  void survey_rows(Mapping mp, Survey& survey) {
    mp.f0 = 0;
    const Derived d = derive(geo_, mp, sizes_);
    const auto whole = ceil_div(d.q, sizes_.pe_rows);
    for (const std::int64_t chain : {std::int64_t{1}, whole}) {
      if (chain > sizes_.mesh_rows) continue;
      mp.chain = static_cast<int>(chain);
      for (const IactSource source : {IactSource::through, IactSource::stream}) {
        mp.iact_source = source;
        for (int f0 = geo_.out_w; f0 >= mp.windows; f0 = f0 > 1 ? (f0 + 1) / 2 : 0) {
          mp.f0 = f0 == geo_.out_w ? 0 : f0;
          const Violation v = survey_one(mp, survey);
          if (v.rank == kLegal || v.rank == kPeStage) break;
        }
      }
    }
  }

  Violation survey_one(const Mapping& mp, Survey& survey) {
    Violation v = first_violation(geo_, mp, sizes_, false);
    if (v.rank > survey.rank || (v.rank == survey.rank && v.excess < survey.excess)) {
      survey.rank = v.rank;
      survey.excess = v.excess;
      survey.furthest = mp;
    }
    if (v.rank != kLegal) return v;
    const Candidate candidate{mp, cost_.estimate(mp)};
    if (survey.found && !candidate.better_than(*survey.found)) return v;
    if (tile_fits(mp, std::numeric_limits<std::int64_t>::max()))
      survey.found = candidate;
    else
      survey.furthest = mp;
    return v;
  }

  /// The best way to deal a legal mapping's tile to the chip.
  Mapping spread(const Mapping& legal) {
    Tile tile;
    tile.mapping = legal;
    tile.derived = derive(geo_, legal, sizes_);
    tile.step = cost_.step_cycles(tile.derived, legal);
    best_.reset();
    offer(legal);
    explore_splits(tile, legal);
    const bool sound = first_violation(geo_, best_->mapping, sizes_, false).rank == kLegal;
    return sound ? best_->mapping : legal;
  }

  const nn::ConvLayer& layer_;
  const nn::ConvGeometry& geo_;
  ChipSizes sizes_;
  CostModel cost_;
  std::vector<Tile> tiles_;
  std::map<TileKey, CapacityFacts> facts_;
  std::map<std::tuple<int, int, int, int, int>, std::vector<MeshSplit>> meshes_;
  std::optional<Candidate> best_;
};

}  // namespace

Mapping search_upright(const nn::ConvLayer& layer, const ChipSizes& sizes,
                       const IactForecast& iacts) {
  return Search(layer, sizes, iacts).run();
}

}  // namespace uvea::mapper
