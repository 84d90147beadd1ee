#include "hw/pe/sparse_pe.h"

#include <algorithm>

#include "hw/config/chip_limits.h"

namespace uvea::hw {

PeStages SparseCore::stages() const {
  // iact address, iact data, weight address; the slot; weight data, MAC, write-back. An issue slot
  // reads its weights one stage later.
  const auto behind = static_cast<std::uint64_t>(config_.pipeline_stages - 4);
  return {3, behind > 0 ? behind - 1 : 0, behind, 1};
}

std::uint64_t SparseCore::run_window(const WeightTile& tile, std::int32_t* psums, unsigned first,
                                     ChunkTiming& timing, CounterSink& counters) {
  const bool overflow = may_overflow(tile);
  std::int32_t acc[kMaxTileChannels + 1] = {};
  std::uint64_t scan = timing.scan_free, issue = timing.issue_free;
  std::uint64_t slot = scan;  // the latest one; the empty slot of a window without iacts
  std::size_t not_free = 0;   // first segment whose release is not known yet
  std::uint64_t iacts = 0, looked_up = 0, alone = 0;
  std::uint64_t counts = 0, slots = 0;  // fields as in WeightTile::Work
  const bool ask_order = timing.ask_order;
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
      if (ask_order) tell_order(tile, col, iact.value == 0, begin, timing);
      if (iact.value == 0) {
        counts += work.counts & ~WeightTile::Work::pack(0, 0, 0, 0xFFFF);
        slots += WeightTile::Work::pack(0, 0, static_cast<int>(cycles), 0);
        continue;
      }
      counts += work.counts;
      slots += work.slots;
      if (timing.ask_macs) tell_macs(tile, col, iact.value, begin, acc, first, timing);
      add_column(tile, col, iact.value, overflow, acc, counters);
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

SparsePe::SparsePe(const sc_core::sc_module_name& module_name, const PePlace& place,
                   const ChipConfig& config, const link::Clock& clock, link::BurstPool& pool,
                   std::uint32_t source_id)
    : ModelPe(module_name, place, config, clock, pool, source_id,
              std::make_unique<SparseCore>(config.pe)) {}

}  // namespace uvea::hw
