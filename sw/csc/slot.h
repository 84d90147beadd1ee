#pragma once
// Rows of an activation tensor in DRAM, compressed: a four-byte pair count, then (value, count)
// pairs packed from bit 0 up. A run longer than the count can say is cut by a stored zero, also at
// the end of a row, since the writer does not look ahead; fewer zeros at the end are not stored.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sw/csc/weight_stream.h"

namespace uvea::csc {

/// Compressed slots lie on multiples of so many bytes.
constexpr std::size_t kSlotGrain = 16;

std::vector<std::uint8_t> encode_slot(const std::vector<int>& values, const Widths& widths);
/// `size` values; `is_signed`: how to read a value. Throws std::invalid_argument on a malformed
/// slot.
std::vector<int> decode_slot(const std::vector<std::uint8_t>& slot, std::size_t size,
                             bool is_signed, const Widths& widths);
/// Bytes that a slot of `size` values can take.
std::size_t max_slot_bytes(std::size_t size, const Widths& widths);

}  // namespace uvea::csc
