#pragma once
// From tensor rows in DRAM to iact bursts: slot addresses, slot decoding, burst encoding.

#include <algorithm>
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

/// Columns of an input row, [begin, end).
struct Columns {
  int begin = 0, end = 0;
  bool empty() const { return begin >= end; }
  /// Both, and what lies between.
  void include(const Columns& o) {
    if (o.empty()) return;
    *this = empty() ? o : Columns{std::min(begin, o.begin), std::max(end, o.end)};
  }
};

/// iact values [column - first][block channel] of one slot.
struct SlotValues {
  int first = 0;
  std::vector<std::int16_t> values;
};

class IactRows {
 public:
  IactRows() = default;
  IactRows(const LayerCommand& command, const ChipConfig& config);

  /// A row of padding: outside the image.
  bool padding(const RowKey& key) const { return key.h < 0 || key.h >= command_.H; }
  /// Channel blocks that hold the row's channels.
  int first_block(const RowKey& key) const;
  int last_block(const RowKey& key) const;
  /// Columns of the image to be fetched for it: the whole row when it is not cut into tiles.
  Columns columns(const RowKey& key) const;
  std::uint64_t slot_address(int n, int block, int h) const;
  /// Bytes of so many columns of a raw slot.
  std::size_t column_bytes(int columns) const {
    return static_cast<std::size_t>(columns) * static_cast<std::size_t>(command_.iact.block);
  }

  /// Bytes of a CSC slot, its count included, from its first four bytes.
  std::size_t csc_slot_bytes(const std::uint8_t* slot) const;
  /// Decodes a slot, all of it (CSC) or the given columns. Returns false when it is malformed.
  bool decode_slot(const std::vector<std::uint8_t>& slot, const Columns& columns,
                   SlotValues& values) const;

  /// Encodes a row; `slots[i]` are the values of block first_block + i (unused for a padding row,
  /// and one without columns of the image).
  RowWords encode(const RowKey& key, const std::vector<const SlotValues*>& slots) const;
  /// Words of a row in the worst case.
  int row_words() const { return row_words_; }

 private:
  int channel_begin(const RowKey& key) const {
    return key.g * command_.C + key.u / command_.st() * command_.C0;
  }
  /// Input column of the row's first iact; negative in the padding.
  int first_column(const RowKey& key) const;
  int segments(const RowKey& key) const {
    return command_.segments() - 1 + command_.windows_in(key.tile);
  }
  int channels(const RowKey& key) const;
  int block_of(int channel) const;

  LayerCommand command_;
  StreamWidths widths_{PeConfig{}};
  int blocks_ = 1;
  int row_words_ = 0;
};

}  // namespace uvea::hw
