#include "hw/cluster/oact_writer.h"

#include <algorithm>

namespace uvea::hw {

namespace {

constexpr std::uint64_t kCountBytes = 4;

}  // namespace

void OactWriter::begin_row(std::uint64_t slot_address) {
  slot_ = slot_address;
  address_ = csc_ ? slot_address + kCountBytes : slot_address;
  bytes_.clear();
  bit_buffer_ = 0;
  buffered_bits_ = 0;
  run_ = 0;
  pairs_ = 0;
}

void OactWriter::put_bits(std::uint32_t bits, int count) {
  bit_buffer_ |= static_cast<std::uint64_t>(bits) << buffered_bits_;
  buffered_bits_ += count;
  while (buffered_bits_ >= 8) {
    bytes_.push_back(static_cast<std::uint8_t>(bit_buffer_ & 0xFFU));
    bit_buffer_ >>= 8;
    buffered_bits_ -= 8;
  }
}

void OactWriter::put(int value) {
  if (!csc_) {
    bytes_.push_back(static_cast<std::uint8_t>(value & 0xFF));
    return;
  }
  const int max_run = (1 << count_bits_) - 1;
  if (value == 0 && run_ < max_run) {
    ++run_;
    return;
  }
  // A zero after a full run is written as a pair of its own.
  const std::uint32_t data = static_cast<std::uint32_t>(value) & ((1U << value_bits_) - 1U);
  put_bits(data | (static_cast<std::uint32_t>(run_) << value_bits_), value_bits_ + count_bits_);
  ++pairs_;
  run_ = 0;
}

void OactWriter::take_writes(bool last, std::vector<OactWrite>& writes) {
  if (last && buffered_bits_ > 0) {
    bytes_.push_back(static_cast<std::uint8_t>(bit_buffer_));
    buffered_bits_ = 0;
  }
  while (!bytes_.empty()) {
    const std::uint64_t room = write_bytes_ - address_ % write_bytes_;
    if (!last && bytes_.size() < room) break;
    const auto n = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(room, bytes_.size()));
    writes.push_back({address_, {bytes_.begin(), bytes_.begin() + n}});
    bytes_.erase(bytes_.begin(), bytes_.begin() + n);
    address_ += static_cast<std::uint64_t>(n);
  }
  if (last && csc_) {
    OactWrite count{slot_, {}};
    for (int b = 0; b < 4; ++b)
      count.bytes.push_back(static_cast<std::uint8_t>((pairs_ >> (8 * b)) & 0xFFU));
    writes.push_back(std::move(count));
  }
}

}  // namespace uvea::hw
