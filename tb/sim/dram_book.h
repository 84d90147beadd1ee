#pragma once
// What the DRAM did in each layer: it counts from the start of the simulation on.

#include <vector>

#include "hw/dram/dram.h"
#include "hw/layer_record.h"

namespace uvea::tb {

class DramBook {
 public:
  /// What was counted up to now is no layer's.
  void close(const hw::Dram& dram);
  /// What was counted since the last call is this layer's.
  void close(const hw::Dram& dram, hw::LayerRecord& record);

 private:
  hw::CounterSink counted_;
  std::vector<hw::Resource> used_;
};

}  // namespace uvea::tb
