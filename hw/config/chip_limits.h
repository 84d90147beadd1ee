#pragma once
// What the blocks are built for: the widths of the fields in which commands and bursts carry
// numbers, and whether a chip can be built from a configuration. Everybody else takes limits from
// here: the options' ranges, and by them the mapper.

#include <cstdint>
#include <string>

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

/// Bytes that one weight port word takes in DRAM.
int weight_word_bytes(const PeConfig& pe);
/// Bits of a weight port word (hw/command/stream_format.h).
int weight_word_bits(const PeConfig& pe);
/// Bytes of the longest weight tile that a PE can hold, its length included, in a weight port's
/// stream (docs/memory_map.md).
int longest_weight_tile(const PeConfig& pe);

/// What is wrong with a configuration, naming the option, the value and what is allowed: a value out
/// of its range (hw/config/chip_options.h), or values that do not go together. Empty when the chip
/// can be built; Chip's constructor asks, and whoever takes options from people asks before.
std::string why_bad_chip(const ChipConfig& config);

}  // namespace uvea::hw
