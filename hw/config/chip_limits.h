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

// How the ports to DRAM work; the mapper's cost knows it from here.
constexpr int kDramLineBytes = 64;    ///< parts of a row are fetched in lines, writes end on them
constexpr int kIactUnitsAhead = 4;    ///< of a cluster's iacts, asked for or in use
constexpr int kWeightTilesAhead = 3;  ///< of a weight port, asked for or in use

// Counters of the sequencers.
constexpr int kMaxDimension = 1000000;  ///< of a layer or a mapping
constexpr int kMaxProduct = 1 << 28;    ///< channels of all groups, reduction, rows and columns
constexpr std::int64_t kMaxSteps = std::int64_t{1} << 38;  ///< of a layer, all passes

/// What is wrong with a configuration, naming the option, the value and what is allowed: a value out
/// of its range (hw/config/chip_options.h), or values that do not go together. Empty when the chip
/// can be built; Chip's constructor asks, and whoever takes options from people asks before.
std::string why_bad_chip(const ChipConfig& config);

}  // namespace uvea::hw
