#pragma once
// The layer descriptor as software writes it (docs/memory_map.md).

#include <cstdint>
#include <vector>

#include "sw/driver/tensor_image.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/layer.h"

namespace uvea::driver {

constexpr std::size_t kDescriptorBytes = 256;

/// How iact codes become what the PEs multiply: value = code - offset, signed or unsigned 8 bits.
/// Where code - zero point does not fit (a zero point inside the code range), codes are taken as
/// signed numbers, padding is a non-zero value, and the bias makes up for the difference.
struct IactMode {
  bool value_signed = false;
  int offset = 0;
  int pad_value = 0;
};
IactMode iact_mode(const nn::Quantization& quant);

/// What a descriptor says beyond layer and mapping.
struct DescriptorAddresses {
  std::uint64_t next = 0;  ///< 0: last
  std::uint64_t weight_table = 0, weight_base = 0, param_table = 0;
};

std::vector<std::uint8_t> encode_descriptor(const nn::ConvLayer& layer,
                                            const mapper::Mapping& mapping,
                                            const TensorLayout& iact, const TensorLayout& oact,
                                            const DescriptorAddresses& addresses);

}  // namespace uvea::driver
