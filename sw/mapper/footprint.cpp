#include "sw/mapper/footprint.h"

#include <algorithm>
#include <cmath>

#include "sw/csc/word_format.h"

namespace uvea::mapper {
namespace {

double chunk_words(int segments, int segment_len, bool compressed, double density) {
  const int iacts = segments * segment_len;
  const double header = csc::kIactHeaderWords;
  if (!compressed) return header + static_cast<double>(ceil_div(iacts, csc::kRawPerWord));
  const int more = segments - csc::kLengthsInHeader;
  const auto lengths = more > 0 ? ceil_div(more, csc::kSegmentLengthsPerWord) : 0;
  return header + static_cast<double>(lengths) + std::ceil(iacts * density / csc::kPairsPerWord);
}

/// Rows whose index sum is a + b, when `a` and `b` are dealt to banks by their own index.
BankRows combine(const BankRows& a, const BankRows& b) {
  BankRows out(a.size(), 0);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j) out[(i + j) % a.size()] += a[i] * b[j];
  return out;
}

/// Indexes 0 .. count-1 dealt to the banks.
BankRows deal(int count, int banks) {
  BankRows out(static_cast<std::size_t>(banks), count / banks);
  for (int i = 0; i < count % banks; ++i) ++out[static_cast<std::size_t>(i)];
  return out;
}

/// The groups and images that the PE columns of a cluster work on at a time.
BankRows deal_groups_and_batch(const nn::ConvGeometry& geo, const Mapping& mapping, int banks) {
  return combine(deal(std::min(mapping.pe_cols.g, geo.groups), banks),
                 deal(std::min(mapping.pe_cols.n, geo.batch), banks));
}

}  // namespace

double iact_row_words(const Derived& d, const Mapping& mapping, double density) {
  const int overlap = d.segments_per_window - 1;
  const int t = mapping.windows;
  const int first = std::min(t, d.f0);
  double words = chunk_words(overlap + first, d.segment_len, mapping.csc, density);
  if (d.f0 <= t) return words;
  const int full = (d.f0 - first) / t;
  const int rest = (d.f0 - first) % t;
  words += full * chunk_words(t, d.segment_len, mapping.csc, density);
  if (rest > 0) words += chunk_words(rest, d.segment_len, mapping.csc, density);
  return words;
}

std::int64_t psum_row_words(const Derived& d, const Mapping& mapping) {
  const std::int64_t m0 = mapping.m0;
  const std::int64_t full = d.f0 / mapping.windows;
  const std::int64_t rest = d.f0 % mapping.windows;
  return full * psum_beats(mapping.windows * m0) + psum_beats(rest * m0);
}

namespace {

/// Row tiles that one unit (a step, or a block of steps) of one cluster works on.
class UnitTiles {
 public:
  UnitTiles(const nn::ConvGeometry& geo, const Derived& d, const Mapping& mapping, int steps)
      : geo_(geo), d_(d), steps_(steps), pe_(mapping.pe_cols.e) {
    // Another unit has the same rows shifted by a constant, which only turns the banks round, when
    // it begins at the same output row of another tile of the rows; with a single tile of a single
    // image also when it begins at another output row. With several tiles of several images it has
    // to begin at the same tile, too. Row tiles past the last one only make it smaller, and the
    // first unit of a kind has the fewest of them.
    if (d.images == 1 && (d.ft == 1 || geo.out_h == 1)) {
      starts_.push_back(0);
      return;
    }
    const int period = d.images > 1 ? d.row_tiles : geo.out_h;
    std::vector<char> seen(static_cast<std::size_t>(period), 0);
    int missing = period;
    for (int te = 0; te < d.te && missing > 0; te += steps) {
      for (int base = 0; base < d.split_e; base += pe_) {
        const std::int64_t start = std::int64_t{te} * d.split_e + base;
        if (start >= all()) break;
        char& flag = seen[static_cast<std::size_t>(start % period)];
        if (flag != 0) continue;
        flag = 1;
        --missing;
        starts_.push_back(start);
      }
    }
  }

  /// One of each kind.
  const std::vector<std::int64_t>& starts() const { return starts_; }
  /// Calls fn(start) for the units of all clusters that have a row tile, as many as work on `most` row
  /// tiles. Returns all of the layer's row tiles over those of these units.
  template <typename Fn>
  double for_all(std::int64_t most, Fn fn) const {
    std::int64_t seen = 0;
    for (std::int64_t te = 0; te < d_.te && seen < most; te += steps_)
      for (std::int64_t base = 0; base < d_.split_e && seen < most; base += pe_) {
        const std::int64_t start = te * d_.split_e + base;
        if (start >= all()) break;
        for_each(start, [&seen](std::int64_t, std::int64_t, std::int64_t) { ++seen; });
        fn(start);
      }
    return static_cast<double>(all()) / static_cast<double>(seen);
  }

  /// Calls fn(first input row at filter row 0, tile of the row, counted through the images, and what
  /// these add to the bank's number) for each row tile of the unit.
  template <typename Fn>
  void for_each(std::int64_t start, Fn fn) const {
    for (std::int64_t t = 0; t < steps_; ++t) {
      for (std::int64_t pe = 0; pe < pe_; ++pe) {
        const std::int64_t tile = start + t * d_.split_e + pe;
        if (tile >= all()) return;
        const std::int64_t image = tile / d_.row_tiles, of_row = tile / geo_.out_h;
        fn(tile % geo_.out_h * geo_.stride_h, of_row, of_row + image * (d_.split_n - d_.ft));
      }
    }
  }

 private:
  /// Row tiles of all images.
  std::int64_t all() const { return std::int64_t{d_.images} * d_.row_tiles; }

  const nn::ConvGeometry& geo_;
  const Derived& d_;
  int steps_, pe_;
  std::vector<std::int64_t> starts_;
};

/// A set of rows (kind, h, ft), dealt to the banks.
class RowSet {
 public:
  RowSet(const nn::ConvGeometry& geo, int kinds, std::int64_t tiles, int banks)
      : height_((geo.out_h - std::int64_t{1}) * geo.stride_h +
                (geo.kernel_h - std::int64_t{1}) * geo.dilation_h + 1),
        kinds_(kinds),
        used_(static_cast<std::size_t>(height_ * kinds * tiles), 0),
        rows_(static_cast<std::size_t>(banks), 0) {}

  /// `ft` counts from the unit's first tile on. `turn`: see UnitTiles::for_each().
  void add(int kind, std::int64_t h, std::int64_t ft, std::int64_t turn) {
    char& flag = used_[static_cast<std::size_t>((ft * kinds_ + kind) * height_ + h)];
    if (flag != 0) return;
    flag = 1;
    ++rows_[static_cast<std::size_t>(kind + h + turn) % rows_.size()];
  }
  const BankRows& rows() const { return rows_; }

 private:
  std::int64_t height_;
  int kinds_;
  std::vector<char> used_;
  BankRows rows_;
};

/// Tiles of the rows that a unit of `tiles` row tiles may touch.
std::int64_t tiles_of_rows(const nn::ConvGeometry& geo, const Derived& d, std::int64_t tiles) {
  return std::min<std::int64_t>(std::int64_t{d.images} * d.ft, tiles / geo.out_h + 2);
}

void keep_fullest(BankRows& best, const BankRows& rows) {
  if (best.empty() || worst_bank(rows) > worst_bank(best)) best = rows;
}

/// Reduction indices of a cluster's PE rows during a pass.
struct Reduction {
  int first = 0, count = 0;  ///< from filter row `first` on
  std::int64_t times = 0;    ///< passes and clusters of a chain with these
};

std::vector<Reduction> reductions(const nn::ConvGeometry& geo, const Derived& d, int pe_rows) {
  std::vector<Reduction> all;
  for (int q0 = 0; q0 < d.q; q0 += pe_rows) {
    const Reduction one{q0 % geo.kernel_h, std::min(pe_rows, d.q - q0), 1};
    const auto same = std::find_if(all.begin(), all.end(), [&one](const Reduction& r) {
      return r.first == one.first && r.count == one.count;
    });
    if (same == all.end())
      all.push_back(one);
    else
      ++same->times;
  }
  return all;
}

/// Of a block: all filter rows of each reduction tile.
Reduction whole_reduction(const nn::ConvGeometry& geo, const Derived& d) {
  return {0, geo.kernel_h, d.ut};
}

/// Rows of the unit that begins at `start`, which touches tiles of at most `depth` output rows.
BankRows rows_of_unit(const nn::ConvGeometry& geo, const UnitTiles& unit, std::int64_t start,
                      const Reduction& reduction, std::int64_t depth, int banks,
                      bool padding = true) {
  const int r = geo.kernel_h;
  RowSet set(geo, (reduction.first + reduction.count - 1) / r + 1, depth, banks);
  unit.for_each(start, [&](std::int64_t h, std::int64_t ft, std::int64_t turn) {
    for (int i = reduction.first; i < reduction.first + reduction.count; ++i) {
      const std::int64_t row = h + std::int64_t{i % r} * geo.dilation_h;
      if (padding || (row >= geo.pad_top && row < geo.pad_top + geo.in_h))
        set.add(i / r, row, ft - start / geo.out_h, turn);
    }
  });
  return set.rows();
}

/// Rows of one pass over so many row tiles of one cluster, for those with the fullest bank.
BankRows rows_of_steps(const nn::ConvGeometry& geo, const Derived& d, const Mapping& mapping,
                       const ChipSizes& sizes, int steps) {
  const UnitTiles unit(geo, d, mapping, steps);
  const std::int64_t tiles =
      steps == 1 ? std::int64_t{mapping.pe_cols.e} : std::int64_t{steps} * d.split_e;
  const std::int64_t depth = tiles_of_rows(geo, d, tiles);
  const BankRows others = deal_groups_and_batch(geo, mapping, sizes.iact_banks);
  BankRows best;
  for (const Reduction& reduction : reductions(geo, d, sizes.pe_rows))
    for (const std::int64_t start : unit.starts())
      keep_fullest(best, combine(rows_of_unit(geo, unit, start, reduction, depth, sizes.iact_banks),
                                 others));
  return best;
}

/// Rows of one block of e_block row tiles of one cluster, for the block with the fullest bank: all
/// reduction tiles, all filter rows.
BankRows block_rows(const nn::ConvGeometry& geo, const Derived& d, const Mapping& mapping,
                    const ChipSizes& sizes) {
  const int steps = std::min(mapping.e_block, d.te);
  const UnitTiles unit(geo, d, mapping, steps);
  const std::int64_t depth = tiles_of_rows(geo, d, std::int64_t{steps} * d.split_e);
  const BankRows others =
      combine(deal(d.ut, sizes.iact_banks), deal_groups_and_batch(geo, mapping, sizes.iact_banks));
  BankRows best;
  for (const std::int64_t start : unit.starts())
    keep_fullest(best, combine(rows_of_unit(geo, unit, start, whole_reduction(geo, d), depth,
                                            sizes.iact_banks),
                               others));
  return best;
}

/// Beyond so many row tiles the others' rows are taken to be as many.
constexpr std::int64_t kTilesLookedAt = 2048;

/// Rows of all units of all clusters, for one group and one place of the split of images.
double rows_of_all(const nn::ConvGeometry& geo, const Derived& d, const Mapping& mapping,
                   const ChipSizes& sizes, int steps, bool block, bool padding) {
  const UnitTiles units(geo, d, mapping, steps);
  const std::int64_t depth = tiles_of_rows(geo, d, std::int64_t{steps} * d.split_e);
  const std::vector<Reduction> all =
      block ? std::vector<Reduction>{whole_reduction(geo, d)} : reductions(geo, d, sizes.pe_rows);
  std::int64_t sum = 0;
  const double more = units.for_all(kTilesLookedAt, [&](std::int64_t start) {
    for (const Reduction& reduction : all)
      sum +=
          reduction.times * rows_of_unit(geo, units, start, reduction, depth, 1, padding).front();
  });
  return static_cast<double>(sum) * more;
}

}  // namespace

double RowCounts::mean_step(const Derived& d, const Mapping& mp, bool padding) {
  return mean(d, mp, IactUnit::step, padding);
}

double RowCounts::mean_unit(const Derived& d, const Mapping& mp, bool padding) {
  return mean(d, mp, unit_of(d, mp, sizes_), padding);
}

double RowCounts::mean(const Derived& d, const Mapping& mp, IactUnit unit, bool padding) {
  const bool step = unit == IactUnit::step, block = unit == IactUnit::block;
  const int steps = step ? 1 : std::min(mp.e_block, d.te);
  // Steps are the same ones however they are dealt to clusters.
  const Key key{d.q,
                step ? 0 : d.split_e,
                mp.pe_cols.e,
                d.ft,
                step ? 0 : d.te,
                block ? d.ut : 0,
                d.images,
                steps,
                (padding ? 1 : 0) + (block ? 2 : 0)};
  const auto [at, fresh] = sums_.try_emplace(key, 0.0);
  if (fresh) at->second = rows_of_all(geo_, d, mp, sizes_, steps, block, padding);
  const auto share = [](int all, std::int64_t places) {
    return static_cast<double>(all) / static_cast<double>(places);
  };
  const double groups = share(geo_.groups, std::int64_t{d.tg} * d.split_g) * mp.pe_cols.g;
  const double batch = share(geo_.batch, std::int64_t{d.images} * d.split_n) * mp.pe_cols.n;
  const double units = static_cast<double>(ceil_div(d.te, steps)) * (d.split_e / mp.pe_cols.e) *
                       (block ? 1 : d.p) * mp.chain;
  return at->second * groups * batch / units;
}

const BankRows& RowCounts::step(const Derived& d, const Mapping& mp) { return steps(d, mp, 1); }

const BankRows& RowCounts::unit(const Derived& d, const Mapping& mp) {
  switch (unit_of(d, mp, sizes_)) {
    case IactUnit::step:
      return step(d, mp);
    case IactUnit::round:
      return steps(d, mp, std::min(mp.e_block, d.te));
    case IactUnit::block:
      break;
  }
  return block(d, mp);
}

const BankRows& RowCounts::steps(const Derived& d, const Mapping& mp, int steps) {
  // The reduction tiles of a step repeat; of more than that nothing new is seen.
  const int q = std::min(d.q, sizes_.pe_rows * (geo_.kernel_h + 1));
  const Key key{q,         d.split_e, mp.pe_cols.e, d.ft, d.te, mp.pe_cols.g, mp.pe_cols.n,
                d.split_n, steps};
  const auto at = steps_.find(key);
  if (at != steps_.end()) return at->second;
  return steps_.emplace(key, rows_of_steps(geo_, d, mp, sizes_, steps)).first->second;
}

const BankRows& RowCounts::block(const Derived& d, const Mapping& mp) {
  const Key key{std::min(mp.e_block, d.te),
                d.split_e,
                mp.pe_cols.e,
                d.ft,
                d.ut,
                mp.pe_cols.g,
                mp.pe_cols.n,
                d.split_n,
                0};
  const auto at = blocks_.find(key);
  if (at != blocks_.end()) return at->second;
  return blocks_.emplace(key, block_rows(geo_, d, mp, sizes_)).first->second;
}

bool two_psum_banks(const Mapping& mapping, const ChipSizes& sizes) {
  return sizes.psum_banks == 2 && 2 * mapping.windows * mapping.m0 <= sizes.psum_entries;
}

std::int64_t worst_bank(const BankRows& rows) {
  return *std::max_element(rows.begin(), rows.end());
}

}  // namespace uvea::mapper
