#pragma once
// What a chip tells of a layer when it is over.

#include <cstdint>
#include <string>
#include <vector>

#include "hw/block/counters.h"
#include "hw/block/resource.h"
#include "hw/block/stall.h"

namespace uvea::hw {

/// A PE's cycles of the layer.
struct PeRecord {
  std::string path;    ///< instance path: "....cluster_0_1.pes.pe_2_3"
  StallCounts stalls;  ///< they sum to the layer's cycles
};

struct LayerRecord {
  std::uint32_t layer = 0;             ///< in the run, from 0 on
  link::Cycle begin = 0, end = 0;      ///< fetch of its descriptor; its last oact is in DRAM
  CounterSink counters;                ///< of all blocks
  StallCounts stalls;                  ///< PE cycles; they sum to cycles() times the chip's PEs
  std::vector<PeRecord> pes;           ///< cluster by cluster, row by row; they add up to `stalls`
  std::vector<Resource> resources;     ///< ports, links and banks
  std::vector<std::string> leftovers;  ///< what is not at rest; empty at a sound end

  link::Cycle cycles() const { return end - begin; }
};

}  // namespace uvea::hw
