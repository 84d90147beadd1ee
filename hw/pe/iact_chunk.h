#pragma once
// A chunk of iacts, decoded from its burst (hw/command/stream_format.h).

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hw/command/stream_format.h"
#include "hw/config/chip_limits.h"
#include "hw/pe/pe_settings.h"

namespace uvea::hw {

struct IactChunk {
  IactHeader header;
  int size = 0;                                          ///< SPad entries that it fills
  std::array<IactEntry, kMaxSegmentIacts> entries{};     ///< its segments', back to back
  std::array<std::uint8_t, kMaxChunkSegments> counts{};  ///< entries of each segment
};

/// `words` is a whole iact burst. Returns what is wrong with it, or nothing.
std::string decode_iact_chunk(const std::vector<std::uint32_t>& words, const PeConfig& config,
                              const PeSettings& settings, IactChunk& chunk);

}  // namespace uvea::hw
