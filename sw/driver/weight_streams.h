#pragma once
// A layer's weight tiles in DRAM as the chip's weight ports read them: for each port a stream of its
// tiles in the order of use (docs/memory_map.md).
//
// Streams    one for each PE row of an accumulation chain and each share of the groups and output
//            channels in space; clusters that differ in images or output rows only share theirs
// Segments   of a stream: the tiles of a group's passes, where they are read more than once (images,
//            blocks of row tiles); else the stream is one segment
// Every tile lies in one place of one stream.

#include <cstdint>
#include <vector>

#include "sw/mapper/mapping.h"
#include "sw/nn/layer.h"

namespace uvea::driver {

struct WeightStreams {
  std::vector<std::uint8_t> bytes;  ///< stream s at s * pitch; the last ones may have no tiles
  std::uint32_t pitch = 0;          ///< a multiple of 8 and of the DMA's blocks, or less than one:
                                    ///< then no stream reaches over a block's end
  std::uint32_t longest_segment = 0;  ///< bytes
};

/// The mapping is not turned. Tiles are as csc::encode_weights() gives them.
WeightStreams make_weight_streams(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                                  const mapper::ChipSizes& sizes);

}  // namespace uvea::driver
