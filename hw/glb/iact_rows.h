#pragma once
// From tensor rows in DRAM to iact bursts: slot addresses, slot decoding, burst encoding.

#include <cstdint>
#include <vector>

#include "hw/command/layer_command.h"
#include "hw/command/stream_format.h"
#include "hw/glb/iact_plan.h"

namespace uvea::hw {

/// A row encoded for the PEs: all its chunks back to back. Row tags are zero, set when sent.
struct RowWords {
  std::vector<std::uint32_t> words;
  std::vector<std::uint32_t> chunk_begin;  ///< chunks + 1 entries
};

class IactRows {
 public:
  IactRows() = default;
  IactRows(const LayerCommand& command, const ChipConfig& config);

  /// Channel blocks that hold the row's channels.
  int first_block(const RowKey& key) const;
  int last_block(const RowKey& key) const;
  std::uint64_t slot_address(int n, int block, int h) const;
  std::size_t raw_slot_bytes() const;

  /// Bytes of a CSC slot, its count included, from its first four bytes.
  std::size_t csc_slot_bytes(const std::uint8_t* slot) const;
  /// iact values [w][block channel] of a slot. Returns false when the slot is malformed.
  bool decode_slot(const std::vector<std::uint8_t>& slot, std::vector<std::int16_t>& values) const;

  /// Encodes a row; `slots[i]` are the values of block first_block + i (unused for a padding row).
  RowWords encode(const RowKey& key,
                  const std::vector<const std::vector<std::int16_t>*>& slots) const;
  /// Words of a row in the worst case.
  int row_words() const { return row_words_; }

 private:
  int channel_begin(const RowKey& key) const { return key.g * command_.C + key.ct * command_.C0; }
  int channels(const RowKey& key) const;
  int block_of(int channel) const;

  LayerCommand command_;
  StreamWidths widths_{PeConfig{}};
  int blocks_ = 1;
  int row_words_ = 0;
};

}  // namespace uvea::hw
