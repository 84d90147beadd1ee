#pragma once
// The sparse PE of Eyeriss v2: CSC or raw iacts and weights, one or two MACs. Iacts that are zero are
// not there (CSC), those with an empty weight column end when they are examined.
//
// Timing     docs/pe_timing.md, rules 1 to 12

#include "hw/pe/model_pe.h"

namespace uvea::hw {

class SparseCore : public PeCore {
 public:
  explicit SparseCore(const PeConfig& config) : PeCore(config) {}
  PeStages stages() const override;

 private:
  std::uint64_t run_window(const WeightTile& tile, std::int32_t* psums, unsigned first,
                           ChunkTiming& timing, CounterSink& counters) override;
};

class SparsePe : public ModelPe {
 public:
  SparsePe(const sc_core::sc_module_name& name, const PePlace& place, const ChipConfig& config,
           const link::Clock& clock, link::BurstPool& pool, std::uint32_t source_id);
};

}  // namespace uvea::hw
