#pragma once
// Builds the bytes of one output row's slot in DRAM as oacts come: raw codes, or CSC pairs.
// Collects them into writes that end on multiples of port.write_bytes.

#include <cstdint>
#include <vector>

namespace uvea::hw {

/// Bytes to be written at an address.
struct OactWrite {
  std::uint64_t address = 0;
  std::vector<std::uint8_t> bytes;
};

class OactWriter {
 public:
  /// `csc`: pairs of value_bits data and count_bits count behind a four-byte pair count.
  OactWriter(bool csc, int value_bits, int count_bits, int write_bytes)
      : csc_(csc),
        value_bits_(value_bits),
        count_bits_(count_bits),
        write_bytes_(static_cast<std::uint64_t>(write_bytes)) {}

  void begin_row(std::uint64_t slot_address);
  /// Raw: the code's byte. CSC: the value (code less offset), zero meaning zero.
  void put(int value);
  /// `last`: the row is complete. Appends what is ready to be written.
  void take_writes(bool last, std::vector<OactWrite>& writes);
  /// Nothing of what was put is left to be written.
  bool empty() const { return bytes_.empty() && buffered_bits_ == 0 && run_ == 0; }

 private:
  void put_bits(std::uint32_t bits, int count);

  bool csc_;
  int value_bits_, count_bits_;
  std::uint64_t write_bytes_;
  std::uint64_t slot_ = 0;     ///< the slot's address
  std::uint64_t address_ = 0;  ///< of bytes_[0]
  std::vector<std::uint8_t> bytes_;
  std::uint64_t bit_buffer_ = 0;
  int buffered_bits_ = 0;
  int run_ = 0;  ///< zeros since the last pair
  std::uint32_t pairs_ = 0;
};

}  // namespace uvea::hw
