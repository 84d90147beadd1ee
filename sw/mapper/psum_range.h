#pragma once
// How wide the psums of a layer get on the chip, for one input and one mapping: the exact range of
// the sums, added in the order in which the chip adds them.
//
// A PE starts at 0 and adds the products of its tile column by column; its sum is added to that of
// the reduction tiles before it (mapping.h: q ascending along the chain, then over passes). The
// bias is added later, at 32 bits. Sums wrap, so a psum is right when it fits, whatever wrapped
// before.

#include <cstdint>

#include "sw/mapper/mapping.h"
#include "sw/nn/tensor.h"

namespace uvea::mapper {

struct PsumRange {
  std::int64_t psums = 0;        ///< of the layer, one per oact
  std::int64_t not_fitting = 0;  ///< of those, the ones outside of sizes.psum_bits
  int bits_for_results = 1;      ///< the narrowest width in which every psum is right
  int bits_for_all = 1;          ///< the narrowest width in which no addition wraps
};

/// `in` has the geometry's number of elements. Takes time like a plain convolution.
PsumRange psum_range(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes,
                     const nn::Tensor& in);

}  // namespace uvea::mapper
