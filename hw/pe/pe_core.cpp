#include "hw/pe/pe_core.h"

#include <algorithm>

#include "hw/config/chip_limits.h"
#include "hw/pe/dense_pe.h"
#include "hw/pe/sparse_pe.h"

namespace uvea::hw {

std::unique_ptr<PeCore> make_pe_core(const PeConfig& config) {
  if (config.kind == PeKind::dense) return std::make_unique<DenseCore>(config);
  return std::make_unique<SparseCore>(config);
}

void PeCore::configure(const PeSettings& settings) {
  settings_ = settings;
  window_.clear();
}

std::int32_t PeCore::add(std::int32_t a, std::int32_t b, std::uint64_t& overflows) const {
  const std::int32_t sum = a + b;
  const std::int32_t half = 1 << (config_.psum_bits - 1);
  if (sum >= -half && sum < half) return sum;
  ++overflows;
  const std::int32_t low = sum & ((half << 1) - 1);
  return low >= half ? low - (half << 1) : low;
}

bool PeCore::may_overflow(const WeightTile& tile) const {
  const int max_iact = (1 << config_.iact_bits) - 1;
  const std::int64_t bound = std::int64_t{settings_.segment_len} * settings_.segments * max_iact *
                             std::max(1, tile.max_magnitude());
  return bound >= (std::int64_t{1} << (config_.psum_bits - 1));
}

void PeCore::add_column(const WeightTile& tile, int column, std::int32_t value, bool may_overflow,
                        std::int32_t* acc, CounterSink& counters) const {
  const std::int16_t* weights = tile.column(column);
  if (may_overflow) {
    for (int m = 0; m < settings_.m0; ++m)
      acc[m] = add(acc[m], value * weights[m], counters[Counter::pe_overflows]);
  } else {
    const int stride = tile.stride();
    for (int m = 0; m < stride; ++m) acc[m] += value * weights[m];
  }
}

void PeCore::append(std::vector<ChunkTiming::Interval>& order, Stall stall, std::uint64_t from,
                    std::uint64_t to) {
  if (!order.empty() && order.back().stall == stall && order.back().to == from) {
    order.back().to = to;
  } else {
    order.push_back({stall, from, to});
  }
}

void PeCore::tell_order(const WeightTile& tile, int column, bool zero, std::uint64_t begin,
                        ChunkTiming& timing) const {
  const std::uint64_t most = lanes();
  const std::uint64_t counts = tile.work(column).counts;
  const std::uint64_t slots = WeightTile::Work::field(counts, 0);
  std::uint64_t left = WeightTile::Work::field(counts, 2);
  for (std::uint64_t n = 0; n < slots; ++n) {
    append(timing.order, zero ? Stall::mac_gated : tile.slot(column, static_cast<int>(n)),
           begin + n, begin + n + 1);
    const auto fed_lanes = static_cast<unsigned>(std::min(left, most));
    left -= fed_lanes;
    std::vector<ChunkTiming::Fed>& fed = timing.fed;
    if (!fed.empty() && fed.back().lanes == fed_lanes && fed.back().to == begin + n) {
      ++fed.back().to;
    } else {
      fed.push_back({begin + n, begin + n + 1, fed_lanes});
    }
  }
}

void PeCore::tell_macs(const WeightTile& tile, int column, std::int32_t value, std::uint64_t begin,
                       const std::int32_t* acc, unsigned first, ChunkTiming& timing) const {
  const std::uint64_t to_macs = stages().macs;
  const auto stored = WeightTile::Work::field(tile.work(column).counts, 2);
  for (std::uint64_t i = 0; i < stored; ++i) {
    const int row = tile.row(column, static_cast<int>(i));
    const std::int32_t weight = tile.column(column)[row];
    if (weight == 0) continue;
    std::uint64_t overflows = 0;
    const std::int32_t sum = add(acc[row], value * weight, overflows);
    timing.macs.push_back({begin + i / lanes() + to_macs, first + static_cast<unsigned>(row), value,
                           weight, sum, overflows > 0});
  }
}

void PeCore::run_chunk(const IactChunk& chunk, const WeightTile& tile, std::uint64_t start,
                       std::uint64_t issue_free, std::vector<std::int32_t>& psums,
                       ChunkTiming& timing, CounterSink& counters) {
  const std::size_t k = static_cast<std::size_t>(settings_.segments);
  counters[Counter::spad_iact_writes] += static_cast<std::uint64_t>(chunk.size);
  if (settings_.csc)
    counters[Counter::spad_iact_addr_writes] += static_cast<std::uint64_t>(chunk.header.segments);
  window_.take(chunk);
  const std::size_t windows =
      static_cast<std::size_t>(chunk.header.segments) - (chunk.header.first ? k - 1 : 0);
  timing.releases.clear();
  timing.window_slots.clear();
  timing.order.clear();
  timing.fed.clear();
  timing.macs.clear();
  timing.mix = SlotMix{};
  timing.scan_free = start;
  timing.issue_free = issue_free;
  segment_free_.resize(k);
  psums.resize(windows * static_cast<std::size_t>(settings_.m0));
  for (std::size_t w = 0; w < windows; ++w) {
    const std::size_t first = w * static_cast<std::size_t>(settings_.m0);
    const std::uint64_t slot =
        run_window(tile, &psums[first], static_cast<unsigned>(first), timing, counters);
    timing.window_slots.push_back(slot);
    const bool row_ends = chunk.header.last && w + 1 == windows;
    for (std::size_t leaving = 0; leaving < (row_ends ? k : 1); ++leaving) {
      timing.releases.push_back({segment_free_[leaving], static_cast<int>(window_[0].size())});
      window_.slide();
    }
  }
  timing.work_end = std::max(timing.window_slots.back() + 1, timing.issue_free);
  if (counters[Counter::pe_issue_slots] > 0) counters[Counter::pe_active] = 1;
}

}  // namespace uvea::hw
