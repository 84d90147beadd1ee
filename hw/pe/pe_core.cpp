#include "hw/pe/pe_core.h"

#include <algorithm>

#include "hw/config/chip_limits.h"

namespace uvea::hw {

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

namespace {

/// Notes an interval, as a part of the last one when that goes on.
void append(std::vector<ChunkTiming::Interval>& order, Stall stall, std::uint64_t from,
            std::uint64_t to) {
  if (!order.empty() && order.back().stall == stall && order.back().to == from) {
    order.back().to = to;
  } else {
    order.push_back({stall, from, to});
  }
}

/// The issue slots of an iact at a column, at most so many lanes fed in each.
void tell_order(ChunkTiming& timing, const WeightTile& tile, int column, bool zero,
                std::uint64_t begin, std::uint64_t most) {
  const std::uint64_t counts = tile.work(column).counts;
  const std::uint64_t slots = WeightTile::Work::field(counts, 0);
  std::uint64_t left = WeightTile::Work::field(counts, 2);
  for (std::uint64_t n = 0; n < slots; ++n) {
    append(timing.order, zero ? Stall::mac_gated : tile.slot(column, static_cast<int>(n)),
           begin + n, begin + n + 1);
    const auto lanes = static_cast<unsigned>(std::min(left, most));
    left -= lanes;
    std::vector<ChunkTiming::Fed>& fed = timing.fed;
    if (!fed.empty() && fed.back().lanes == lanes && fed.back().to == begin + n) {
      ++fed.back().to;
    } else {
      fed.push_back({begin + n, begin + n + 1, lanes});
    }
  }
}

}  // namespace

void PeCore::tell_macs(const WeightTile& tile, int column, std::int32_t value, std::uint64_t begin,
                       const std::int32_t* acc, unsigned first, ChunkTiming& timing) const {
  // A slot is examined, issued, then its weights are multiplied, the stage before the last (rule 6).
  const auto to_macs = static_cast<std::uint64_t>(std::max(config_.pipeline_stages - 5, 0));
  const auto stored = WeightTile::Work::field(tile.work(column).counts, 2);
  const auto lanes = static_cast<std::uint64_t>(settings_.single_lane ? 1 : config_.simd);
  for (std::uint64_t i = 0; i < stored; ++i) {
    const int row = tile.row(column, static_cast<int>(i));
    const std::int32_t weight = tile.column(column)[row];
    if (weight == 0) continue;
    std::uint64_t overflows = 0;
    const std::int32_t sum = add(acc[row], value * weight, overflows);
    timing.macs.push_back({begin + i / lanes + to_macs, first + static_cast<unsigned>(row), value,
                           weight, sum, overflows > 0});
  }
}

std::uint64_t PeCore::run_window(const WeightTile& tile, std::int32_t* psums, unsigned first,
                                 ChunkTiming& timing, CounterSink& counters) {
  const int max_iact = (1 << config_.iact_bits) - 1;
  const std::int64_t bound = std::int64_t{settings_.segment_len} * settings_.segments * max_iact *
                             std::max(1, tile.max_magnitude());
  const bool may_overflow = bound >= (std::int64_t{1} << (config_.psum_bits - 1));
  const int stride = tile.stride();
  std::int32_t acc[kMaxTileChannels + 1] = {};
  std::uint64_t scan = timing.scan_free, issue = timing.issue_free;
  std::uint64_t slot = scan;  // the latest one; the empty slot of a window without iacts
  std::size_t not_free = 0;   // first segment whose release is not known yet
  std::uint64_t iacts = 0, looked_up = 0, alone = 0;
  std::uint64_t counts = 0, slots = 0;  // fields as in WeightTile::Work
  const bool ask_order = timing.ask_order;
  const auto lanes = static_cast<std::uint64_t>(settings_.single_lane ? 1 : config_.simd);
  const std::size_t segments = segment_free_.size();
  // An examine slot is a class of its own only while nothing is issued.
  const auto examined = [&] {
    if (slot < issue) return;
    ++alone;
    if (ask_order) append(timing.order, Stall::examine, slot, slot + 1);
  };
  for (std::size_t k = 0; k < segments; ++k) {
    const IactWindow::Segment segment = window_[k];
    if (segment.empty()) continue;
    // The first slot of this segment tells that the empty ones before it are through.
    while (not_free < k) segment_free_[not_free++] = scan + 1;
    iacts += segment.size();
    for (const IactEntry& iact : segment) {
      const int col = static_cast<int>(k) * settings_.segment_len + iact.offset;
      slot = scan;
      scan = slot + 1;
      if (col >= tile.columns()) {
        examined();
        continue;
      }
      ++looked_up;
      const WeightTile::Work& work = tile.work(col);
      const std::uint64_t cycles = WeightTile::Work::field(work.counts, 0);
      if (cycles == 0) {
        examined();
        continue;
      }
      const std::uint64_t begin = std::max(slot, issue);
      issue = begin + cycles;
      scan = std::max(scan, begin);
      if (ask_order) tell_order(timing, tile, col, iact.value == 0, begin, lanes);
      if (iact.value == 0) {
        counts += work.counts & ~WeightTile::Work::pack(0, 0, 0, 0xFFFF);
        slots += WeightTile::Work::pack(0, 0, static_cast<int>(cycles), 0);
        continue;
      }
      counts += work.counts;
      slots += work.slots;
      if (timing.ask_macs) tell_macs(tile, col, iact.value, begin, acc, first, timing);
      const std::int16_t* weights = tile.column(col);
      if (may_overflow) {
        for (int m = 0; m < settings_.m0; ++m)
          acc[m] = add(acc[m], iact.value * weights[m], counters[Counter::pe_overflows]);
      } else {
        const std::int32_t value = iact.value;
        for (int m = 0; m < stride; ++m) acc[m] += value * weights[m];
      }
    }
    segment_free_[k] = slot + 1;
    not_free = k + 1;
  }
  if (iacts == 0) examined();
  using Work = WeightTile::Work;
  timing.mix.useful += Work::field(slots, 0);
  timing.mix.idle += Work::field(slots, 1);
  timing.mix.gated += Work::field(slots, 2);
  timing.mix.examine += alone;
  counters[Counter::pe_issue_slots] += Work::field(counts, 0);
  counters[Counter::spad_weight_reads] += Work::field(counts, 1);
  // Every MAC that is fed is a read and a write of its psum.
  const std::uint64_t fed = Work::field(counts, 2), effectual = Work::field(counts, 3);
  counters[Counter::spad_psum_reads] += fed;
  counters[Counter::spad_psum_writes] += fed;
  counters[Counter::pe_effectual_macs] += effectual;
  counters[Counter::pe_gated_macs] += fed - effectual;
  counters[Counter::spad_iact_reads] += iacts;
  counters[Counter::pe_examine_slots] += std::max<std::uint64_t>(iacts, 1);
  if (settings_.csc) {
    counters[Counter::spad_iact_addr_reads] += segments;
    counters[Counter::spad_weight_addr_reads] += looked_up;
  }
  timing.scan_free = std::max(scan, slot + 1);
  timing.issue_free = issue;
  while (not_free < segments) segment_free_[not_free++] = slot + 1;
  std::copy(acc, acc + settings_.m0, psums);
  return slot;
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
