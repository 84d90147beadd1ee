#include "hw/pe/iact_chunk.h"

#include <algorithm>

#include "hw/pe/fields.h"

namespace uvea::hw {
namespace {

/// Entries of a segment but the last one, which has what remains.
int segment_count(const std::vector<std::uint32_t>& words, const IactHeader& h, int segment) {
  if (segment == 0) return h.count0;
  const std::uint32_t word = words[static_cast<std::size_t>(1 + (segment - 1) / 4)];
  return static_cast<int>((word >> (5 * ((segment - 1) % 4))) & 31U);
}

int address_words(const IactHeader& h) { return h.segments > 2 ? (h.segments + 1) / 4 : 0; }

}  // namespace

std::string decode_iact_chunk(const std::vector<std::uint32_t>& words, const PeConfig& config,
                              const PeSettings& settings, IactChunk& chunk) {
  chunk.header = unpack_iact_header(words[0]);
  const IactHeader& h = chunk.header;
  chunk.size = 0;
  chunk.counts.fill(0);
  const int least = h.first ? settings.segments : 1;
  if (h.segments < least) return "iact chunk of too few segments";
  if (h.null) return words.size() == 1 ? "" : "null iact chunk with data";
  const auto value_of = [&](std::uint32_t field) {
    return settings.iact_signed ? sign_extend(field, config.iact_bits)
                                : static_cast<std::int16_t>(field);
  };
  const std::uint32_t value_mask = mask_of(config.iact_bits);
  if (!settings.csc) {
    const int values = h.segments * settings.segment_len;
    if (h.entries != values) return "raw iact chunk with another number of entries";
    if (words.size() != static_cast<std::size_t>(1 + (values + 2) / 3))
      return "raw iact chunk of the wrong length";
    for (int i = 0; i < values; ++i) {
      const std::uint32_t word = words[static_cast<std::size_t>(1 + i / 3)];
      chunk.entries[static_cast<std::size_t>(i)] = {
          static_cast<std::int16_t>(i % settings.segment_len),
          value_of((word >> (config.iact_bits * (i % 3))) & value_mask)};
    }
    std::fill_n(chunk.counts.begin(), h.segments, static_cast<std::uint8_t>(settings.segment_len));
    chunk.size = values;
    return {};
  }
  const std::size_t data = static_cast<std::size_t>(1 + address_words(h));
  if (words.size() != data + static_cast<std::size_t>((h.entries + 1) / 2))
    return "iact chunk of another length than its counts say";
  const int pair_bits = config.iact_bits + config.count_bits;
  int n = 0;
  for (int s = 0; s < h.segments; ++s) {
    const int count = s + 1 < h.segments ? segment_count(words, h, s) : h.entries - n;
    if (count < 0 || n + count > h.entries)
      return "iact segments with more than the chunk's entries";
    int offset = -1;
    for (int i = 0; i < count; ++i, ++n) {
      const std::size_t at = data + static_cast<std::size_t>(n / 2);
      const std::uint32_t pair = (words[at] >> (n % 2 == 0 ? 0 : pair_bits)) & mask_of(pair_bits);
      offset += static_cast<int>(pair >> config.iact_bits) + 1;
      if (offset >= settings.segment_len) return "iact segment runs past its length";
      chunk.entries[static_cast<std::size_t>(n)] = {static_cast<std::int16_t>(offset),
                                                    value_of(pair & value_mask)};
    }
    chunk.counts[static_cast<std::size_t>(s)] = static_cast<std::uint8_t>(count);
  }
  chunk.size = n;
  return {};
}

}  // namespace uvea::hw
