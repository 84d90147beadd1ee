#pragma once
// The layer descriptor as software writes it (docs/memory_map.md).

#include <cstdint>
#include <vector>

#include "sw/driver/tensor_place.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/layer.h"

namespace uvea::driver {

constexpr std::size_t kDescriptorBytes = 256;

/// What a descriptor says beyond layer and mapping.
struct DescriptorAddresses {
  std::uint64_t next = 0;            ///< 0: last
  std::uint64_t weight_base = 0;     ///< of the weight streams
  std::uint32_t weight_pitch = 0;    ///< bytes from one to the next
  std::uint32_t weight_segment = 0;  ///< bytes of the longest segment
  std::uint64_t param_table = 0;
};

std::vector<std::uint8_t> encode_descriptor(const nn::ConvLayer& layer,
                                            const mapper::Mapping& mapping,
                                            const TensorLayout& iact, const TensorLayout& oact,
                                            const DescriptorAddresses& addresses);

}  // namespace uvea::driver
