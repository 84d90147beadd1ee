#include "sw/csc/slot.h"

#include <stdexcept>

namespace uvea::csc {

std::size_t max_slot_bytes(std::size_t size, const Widths& widths) {
  return 4 + (size * static_cast<std::size_t>(widths.value_bits + widths.count_bits) + 7) / 8;
}

std::vector<std::uint8_t> encode_slot(const std::vector<int>& values, const Widths& widths) {
  const int max_run = (1 << widths.count_bits) - 1;
  std::vector<std::uint32_t> pairs;
  int run = 0;
  for (const int value : values) {
    if (value == 0 && run < max_run) {
      ++run;
      continue;
    }
    pairs.push_back((static_cast<std::uint32_t>(value) & ((1U << widths.value_bits) - 1U)) |
                    (static_cast<std::uint32_t>(run) << widths.value_bits));
    run = 0;
  }
  std::vector<std::uint8_t> slot(max_slot_bytes(pairs.size(), widths), 0);
  for (std::size_t b = 0; b < 4; ++b)
    slot[b] = static_cast<std::uint8_t>((pairs.size() >> (8 * b)) & 0xFFU);
  std::size_t bit = 32;
  for (const std::uint32_t pair : pairs) {
    for (int i = 0; i < widths.value_bits + widths.count_bits; ++i, ++bit) {
      if (((pair >> i) & 1U) != 0)
        slot[bit / 8] = static_cast<std::uint8_t>(slot[bit / 8] | (1U << (bit % 8)));
    }
  }
  return slot;
}

std::vector<int> decode_slot(const std::vector<std::uint8_t>& slot, std::size_t size,
                             bool is_signed, const Widths& widths) {
  if (slot.size() < 4) throw std::invalid_argument("slot without a pair count");
  std::size_t pairs = 0;
  for (std::size_t b = 4; b-- > 0;) pairs = (pairs << 8) | slot[b];
  if (pairs > size || max_slot_bytes(pairs, widths) > slot.size())
    throw std::invalid_argument("slot with more pairs than it can hold");
  std::vector<int> values(size, 0);
  std::size_t at = 0;
  std::size_t bit = 32;
  for (std::size_t p = 0; p < pairs; ++p) {
    std::uint32_t pair = 0;
    for (int i = 0; i < widths.value_bits + widths.count_bits; ++i, ++bit)
      pair |= static_cast<std::uint32_t>((slot[bit / 8] >> (bit % 8)) & 1U) << i;
    at += pair >> widths.value_bits;
    if (at >= size) throw std::invalid_argument("slot runs past its row");
    int value = static_cast<int>(pair & ((1U << widths.value_bits) - 1U));
    if (is_signed && value >= (1 << (widths.value_bits - 1))) value -= 1 << widths.value_bits;
    values[at++] = value;
  }
  return values;
}

}  // namespace uvea::csc
