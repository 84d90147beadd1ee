#pragma once
// Who lays which activation tensor into DRAM, and how: decided here for the whole network.
//
// What one on-chip layer writes another one reads where it lies, as its producer blocks it (M0) and
// compressed only where all that read it take it so. Where the reader takes it in another shape
// (FULLY_CONNECTED flattens), or one of the two runs turned, it cannot: then the host lays the
// tensor anew, as it lays what it makes itself, in blocks of the reader's C0.

#include <string>
#include <vector>

#include "sw/driver/tensor_place.h"
#include "sw/nn/network.h"

namespace uvea::driver {

/// How the tensors of one on-chip layer lie.
struct TensorPlan {
  Blocking iact;
  bool oact_csc = false;
  std::string relaid;  ///< why the host lays the chip's own oacts anew for this layer, if it does
};

/// Of a layer by itself, that reads what the host laid out.
TensorPlan plan_alone(const nn::ConvLayer& layer, const mapper::Mapping& mapping, bool iact_csc,
                      bool oact_csc);

/// By layer index, `mappings` too; those of host layers are left as they are.
std::vector<TensorPlan> plan_tensors(const nn::Network& network,
                                     const std::vector<mapper::Mapping>& mappings);

}  // namespace uvea::driver
