#include "sw/mapper/row_reads.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace uvea::mapper {
namespace {

/// Units that are looked at, spread over the layer, and the rows of a large one.
constexpr std::int64_t kUnits = 8;
constexpr std::size_t kRows = 512;

constexpr std::int64_t kCountBytes = 4;  ///< of pairs, at a compressed slot's begin
constexpr std::int64_t kSlotGrain = 8;   ///< where compressed slots begin

using Piece = std::pair<std::int64_t, std::int64_t>;  // [first byte, end)

/// Adds what reads of these pieces bring.
void join(const std::vector<Piece>& pieces, std::int64_t block, RowRead& all) {
  std::vector<Piece> parts;  // none reaches over a block's end
  for (const auto& [first, last] : pieces)
    for (std::int64_t begin = first; begin < last;) {
      const std::int64_t end = std::min(last, (begin / block + 1) * block);
      parts.emplace_back(begin, end);
      begin = end;
    }
  std::sort(parts.begin(), parts.end());
  for (std::size_t i = 0; i < parts.size();) {
    const std::int64_t begin = parts[i].first;
    std::int64_t end = begin;
    for (; i < parts.size() && parts[i].first / block == begin / block; ++i)
      end = std::max(end, parts[i].second);
    all.bytes += static_cast<double>(end - begin);
    all.transactions += 1;
  }
}

/// Numbers, each once.
class NumberSet {
 public:
  /// Whether it is a new one, from 0 up.
  bool add(std::int64_t number) {
    if (2 * (size_ + 1) > places_.size()) grow();
    std::int64_t& place = place_of(number);
    if (place == number) return false;
    place = number;
    ++size_;
    return true;
  }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::int64_t kFree = -1;

  std::int64_t& place_of(std::int64_t number) {
    const std::size_t last = places_.size() - 1;  // a power of two less one
    std::size_t at = static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15U >> 32 & last;
    while (places_[at] != kFree && places_[at] != number) at = (at + 1) & last;
    return places_[at];
  }
  void grow() {
    std::vector<std::int64_t> before(std::max<std::size_t>(64, 2 * places_.size()), kFree);
    before.swap(places_);
    for (const std::int64_t number : before)
      if (number != kFree) place_of(number) = number;
  }

  std::vector<std::int64_t> places_;
  std::size_t size_ = 0;
};

}  // namespace

/// Of a unit.
struct RowReads::Slots {
  std::int64_t pitch = 0;  ///< bytes from one to the next
  int channels = 1;        ///< of one
  /// Each with its first byte and the columns that are needed, [first, end); a slot may come again.
  std::vector<std::array<std::int64_t, 3>> columns;
  NumberSet rows;  ///< their numbers
};

RowReads::RowReads(const nn::ConvLayer& layer, const ChipSizes& sizes, int block, double density)
    : layer_(layer), geo_(layer.geo), sizes_(sizes), block_(block), density_(density) {}

RowRead RowReads::of(const Derived& d, const Mapping& mp) {
  const IactUnit unit = unit_of(d, mp, sizes_);
  const std::array<int, 13> key{mp.csc ? 1 : 0,
                                mp.c0,
                                d.s0,
                                d.f0,
                                d.v,
                                mp.pe_cols.g,
                                mp.pe_cols.n,
                                mp.pe_cols.e,
                                d.split_e,
                                d.split_n,
                                d.te,
                                unit == IactUnit::step    ? 0
                                : unit == IactUnit::block ? mp.e_block
                                                          : -mp.e_block,
                                d.p};
  const auto [at, fresh] = known_.try_emplace(key);
  if (fresh) at->second = counted(d, mp);
  return at->second;
}

RowReads::Units RowReads::units_of(const Derived& d, const Mapping& mp) const {
  Units units;
  const IactUnit unit = unit_of(d, mp, sizes_);
  units.resident = unit == IactUnit::block;
  if (unit != IactUnit::step) units.steps = std::min(mp.e_block, d.te);
  if (!units.resident) units.in_depth = d.p;
  units.all = ceil_div(d.te, units.steps) * units.in_depth;
  return units;
}

RowRead RowReads::counted(const Derived& d, const Mapping& mp) const {
  const bool compressed = reads_compressed(layer_, mp);
  const Units units = units_of(d, mp);
  const std::int64_t looked_at = std::min(units.all, kUnits);
  Slots none;
  none.channels = block_ == 0 ? mp.c0 : block_;
  const std::int64_t values = std::int64_t{geo_.in_w} * none.channels;
  const std::int64_t pair_bits = sizes_.iact_bits + sizes_.count_bits;
  none.pitch =
      compressed ? ceil_div(kCountBytes + ceil_div(values * pair_bits, 8), kSlotGrain) * kSlotGrain
                 : values;
  RowRead all;
  double rows = 0;
  for (std::int64_t i = 0; i < looked_at; ++i) {
    // The first one from there on that has any: the others' rows are padding.
    Slots slots = none;
    for (std::int64_t unit = units.all * i / looked_at;
         slots.rows.size() == 0 && unit < units.all * (i + 1) / looked_at; ++unit)
      add_unit(d, mp, units, unit, slots);
    const RowRead one = joined(slots, compressed);
    all.bytes += one.bytes;
    all.transactions += one.transactions;
    rows += static_cast<double>(slots.rows.size());
  }
  if (rows == 0) return {};
  return {all.bytes / rows, all.transactions / rows};
}

void RowReads::add_unit(const Derived& d, const Mapping& mp, const Units& units, std::int64_t unit,
                        Slots& slots) const {
  const std::int64_t passes = units.resident ? d.p : 1;
  for (std::int64_t step = 0; step < units.steps && slots.rows.size() < kRows; ++step) {
    const std::int64_t te = unit / units.in_depth * units.steps + step;
    for (std::int64_t p = 0; p < passes && slots.rows.size() < kRows; ++p)
      add_step(d, mp, units.resident ? p : unit % units.in_depth, te, slots);
  }
}

/// The rows of the PEs of a cluster; resident ones are the whole chain's.
void RowReads::add_step(const Derived& d, const Mapping& mp, std::int64_t p, std::int64_t te,
                        Slots& slots) const {
  const int positions =
      mp.iact_source == IactSource::resident ? d.v : std::min(sizes_.pe_rows, d.v);
  for (int v = 0; v < positions; ++v) {
    const std::int64_t q = p * d.v + v;
    if (q >= d.q) break;
    // PE columns with other output channels take the same rows.
    for (int g = 0; g < mp.pe_cols.g; ++g)
      for (int n = 0; n < mp.pe_cols.n; ++n)
        for (int e = 0; e < mp.pe_cols.e; ++e)
          add_row(d, mp, {g, n, te * d.split_e + e, static_cast<int>(q)}, slots);
  }
}

void RowReads::add_row(const Derived& d, const Mapping& mp, const Place& at, Slots& slots) const {
  const int g = at.g;
  const std::int64_t n = at.number / d.row_tiles * d.split_n + at.n;
  if (n >= geo_.batch || g >= geo_.groups) return;
  const auto row_tile = static_cast<int>(at.number % d.row_tiles);
  const int tile = row_tile / geo_.out_h, e = row_tile % geo_.out_h;
  const int u = at.q / geo_.kernel_h, r = at.q % geo_.kernel_h;
  const int h = e * geo_.stride_h + r * geo_.dilation_h - geo_.pad_top;
  if (h < 0 || h >= geo_.in_h) return;
  const int left = tile * d.f0 * geo_.stride_w + u % d.st * d.s0 * geo_.dilation_w - geo_.pad_left;
  const int windows = std::min(d.f0, geo_.out_w - tile * d.f0);
  const std::int64_t begin = std::clamp(left, 0, geo_.in_w);
  const std::int64_t end = std::clamp(left + (windows - 1) * geo_.stride_w + d.span, 0, geo_.in_w);
  if (begin >= end) return;
  const std::int64_t row = (((n * geo_.groups + g) * d.ut + u) * geo_.in_h + h) * d.ft + tile;
  if (!slots.rows.add(row)) return;
  const int in_group = geo_.in_c_per_group();
  const int first = u / d.st * mp.c0, last = std::min(first + mp.c0, in_group) - 1;
  // Blocks as the reader has them do not straddle groups; a writer's are counted through.
  std::int64_t first_block = std::int64_t{g} * ceil_div(in_group, mp.c0) + u / d.st;
  std::int64_t last_block = first_block, blocks = geo_.groups * ceil_div(in_group, mp.c0);
  if (block_ != 0) {
    first_block = (g * in_group + first) / block_;
    last_block = (g * in_group + last) / block_;
    blocks = ceil_div(geo_.in_c, block_);
  }
  for (std::int64_t b = first_block; b <= last_block; ++b)
    slots.columns.push_back({((n * blocks + b) * geo_.in_h + h) * slots.pitch, begin, end});
}

RowRead RowReads::joined(const Slots& slots, bool compressed) const {
  RowRead all;
  const std::int64_t block = sizes_.dma_block_bytes;
  std::vector<Piece> pieces, rests;
  const double pairs = static_cast<double>(geo_.in_w) * slots.channels * density_;
  const std::int64_t whole =
      kCountBytes + std::llround(pairs * (sizes_.iact_bits + sizes_.count_bits) / 8);
  const std::int64_t head = std::min<std::int64_t>(sizes_.csc_head_bytes, slots.pitch);
  for (const auto& [slot, first, last] : slots.columns) {
    if (compressed) {
      // The head says how long it is, then comes the rest.
      pieces.emplace_back(slot, slot + head);
      if (whole > head) rests.emplace_back(slot + head, slot + whole);
    } else {
      pieces.emplace_back(slot + first * slots.channels, slot + last * slots.channels);
    }
  }
  join(pieces, block, all);
  join(rests, block, all);
  return all;
}

}  // namespace uvea::mapper
