#pragma once
// What the blocks are built for: the range of every size of the chip, and the widths of the fields
// in which commands and bursts carry numbers. Everybody else takes limits from here: the options,
// and by them the mapper.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hw/config/chip_config.h"

namespace uvea::hw {

// Fields of commands and bursts (hw/command/stream_format.h, docs/pe_timing.md).
constexpr int kMaxChunkSegments = 15;           ///< 4 bits of an iact header
constexpr int kMaxSegmentIacts = 31;            ///< 5 bits of an iact header
constexpr int kMaxWeightColumns = 31;           ///< 5 bits of a weight header
constexpr int kMaxTileWords = 255;              ///< 8 bits of a weight header
constexpr int kMaxCscTileWords = 127;           ///< 7 bits of a column address
constexpr int kMaxTileChannels = 63;            ///< M0: 6 bits of a PE command
constexpr int kMaxEpochChunks = (1 << 24) - 1;  ///< the second word of a weight burst

constexpr int kMaxClusterSide = 16;  ///< PE rows or columns of a cluster

/// A line of the DMA; what lies in DRAM begins on a multiple of it.
constexpr int kMaxLineBytes = 4096;

// Counters of the sequencers.
constexpr int kMaxDimension = 1000000;  ///< of a layer or a mapping
constexpr int kMaxProduct = 1 << 28;    ///< channels of all groups, reduction, rows and columns
constexpr std::int64_t kMaxSteps = std::int64_t{1} << 38;  ///< of a layer, all passes

/// Allowed values of one size, both ends included.
struct SizeLimit {
  std::string_view option;  ///< section.key, as in the options
  int& (*field)(ChipConfig&) = nullptr;
  int lowest = 0, highest = 0;
};
/// One for each number of the chip without its DRAM.
std::vector<SizeLimit> size_limits();
/// Throws std::out_of_range when there is none of that name.
SizeLimit size_limit(std::string_view option);

/// What is wrong with the chip's sizes (all but the DRAM's), naming the option, the value and what
/// is allowed; empty when the chip can be built.
std::string why_bad_chip(const ChipConfig& config);

}  // namespace uvea::hw
