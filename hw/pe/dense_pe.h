#pragma once
// The dense PE of Eyeriss v1.5: raw iacts and weights, one MAC a cycle, whatever the operands. An iact
// of zero gates the MAC and leaves weight SPad and psum SPad alone; its cycles are spent all the same.
//
// Timing     docs/pe_timing.md, The dense PE

#include "hw/pe/model_pe.h"

namespace uvea::hw {

class DenseCore : public PeCore {
 public:
  explicit DenseCore(const PeConfig& config) : PeCore(config) {}
  PeStages stages() const override;

 private:
  std::uint64_t run_window(const WeightTile& tile, std::int32_t* psums, unsigned first,
                           ChunkTiming& timing, CounterSink& counters) override;
};

class DensePe : public ModelPe {
 public:
  DensePe(const sc_core::sc_module_name& name, const PePlace& place, const ChipConfig& config,
          const link::Clock& clock, link::BurstPool& pool, std::uint32_t source_id);
};

}  // namespace uvea::hw
