#include "hw/pe/dense_pe.h"

#include <algorithm>

#include "hw/config/chip_limits.h"

namespace uvea::hw {

PeStages DenseCore::stages() const {
  // The slot reads both SPads; then MAC and write-back.
  const auto behind = static_cast<std::uint64_t>(config_.pipeline_stages - 1);
  return {0, behind - 1, behind, 0};
}

std::uint64_t DenseCore::run_window(const WeightTile& tile, std::int32_t* psums, unsigned first,
                                    ChunkTiming& timing, CounterSink& counters) {
  using Work = WeightTile::Work;
  const bool overflow = may_overflow(tile);
  const auto m0 = static_cast<std::uint64_t>(settings_.m0);
  std::int32_t acc[kMaxTileChannels + 1] = {};
  std::uint64_t slot = timing.scan_free;  // the next one
  std::uint64_t counts = 0, slots = 0;    // fields as in WeightTile::Work, of iacts not zero
  std::uint64_t iacts = 0, cycles = 0;
  int column = 0;
  for (std::size_t k = 0; k < segment_free_.size(); ++k) {
    const IactWindow::Segment segment = window_[k];
    for (int nth = 0; nth < settings_.segment_len && column < tile.columns(); ++nth, ++column) {
      // A null chunk's segments have no entries: they are read as zeros.
      const std::int32_t value = segment.empty() ? 0 : segment.first[nth].value;
      iacts += segment.empty() ? 0 : 1;
      if (timing.ask_order) tell_order(tile, column, value == 0, slot, timing);
      if (value != 0) {
        counts += tile.work(column).counts;
        slots += tile.work(column).slots;
        if (timing.ask_macs) tell_macs(tile, column, value, slot, acc, first, timing);
        add_column(tile, column, value, overflow, acc, counters);
      }
      slot += m0;
      cycles += m0;
    }
    segment_free_[k] = slot;
  }
  const std::uint64_t fed = Work::field(counts, 2), effectual = Work::field(counts, 3);
  timing.mix.useful += effectual;
  timing.mix.gated += cycles - effectual;
  counters[Counter::pe_issue_slots] += cycles;
  counters[Counter::pe_effectual_macs] += effectual;
  counters[Counter::pe_gated_macs] += cycles - effectual;
  counters[Counter::spad_iact_reads] += iacts;
  counters[Counter::spad_weight_reads] += Work::field(counts, 1);
  counters[Counter::spad_psum_reads] += fed;
  counters[Counter::spad_psum_writes] += fed;
  timing.scan_free = timing.issue_free = slot;
  std::copy(acc, acc + settings_.m0, psums);
  return slot - 1;
}

DensePe::DensePe(const sc_core::sc_module_name& module_name, const PePlace& place,
                 const ChipConfig& config, const link::Clock& clock, link::BurstPool& pool,
                 std::uint32_t source_id)
    : ModelPe(module_name, place, config, clock, pool, source_id,
              std::make_unique<DenseCore>(config.pe)) {}

}  // namespace uvea::hw
