#include "hw/glb/iact_rows.h"

#include <algorithm>

#include "hw/command/ceil_div.h"
#include "hw/command/little_endian.h"

namespace uvea::hw {
namespace {

int sign_extend(std::uint32_t field, int bits) {
  const std::uint32_t sign = 1U << (bits - 1);
  return static_cast<int>(field ^ sign) - static_cast<int>(sign);
}

}  // namespace

IactRows::IactRows(const LayerCommand& command, const ChipConfig& config)
    : command_(command), widths_(config.pe) {
  const TensorLayout& layout = command_.iact;
  blocks_ = command_.G * command_.C / layout.group * ceil_div(layout.group, layout.block);
  for (int j = 0; j < command_.chunks(); ++j)
    row_words_ += iact_chunk_words(command_.segments_of(0, j), command_.seg_len(), command_.csc);
}

int IactRows::channels(const RowKey& key) const {
  return std::min(command_.C0, command_.C - key.u / command_.st() * command_.C0);
}

int IactRows::block_of(int channel) const {
  const TensorLayout& layout = command_.iact;
  return channel / layout.group * ceil_div(layout.group, layout.block) +
         channel % layout.group / layout.block;
}

int IactRows::first_block(const RowKey& key) const { return block_of(channel_begin(key)); }
int IactRows::last_block(const RowKey& key) const {
  return block_of(channel_begin(key) + channels(key) - 1);
}

std::uint64_t IactRows::slot_address(int n, int block, int h) const {
  const auto slot = (static_cast<std::uint64_t>(n) * static_cast<std::uint64_t>(blocks_) +
                     static_cast<std::uint64_t>(block)) *
                        static_cast<std::uint64_t>(command_.H) +
                    static_cast<std::uint64_t>(h);
  return command_.iact.base + slot * command_.iact.pitch;
}

int IactRows::first_column(const RowKey& key) const {
  const LayerCommand& c = command_;
  return key.tile * c.F0 * c.stride_w + key.u % c.st() * c.S0 * c.dilation_w - c.pad_left;
}

Columns IactRows::columns(const RowKey& key) const {
  const LayerCommand& c = command_;
  if (padding(key)) return {};
  if (c.ft() == 1 || c.iact.csc) return {0, c.W};
  const int first = first_column(key);
  const int end = first + (segments(key) - 1) * c.stride_w + c.seg_cols();
  return {std::max(first, 0), std::min(end, c.W)};
}

std::size_t IactRows::csc_slot_bytes(const std::uint8_t* slot) const {
  const std::size_t pairs = little_endian(slot);
  const auto pair_bits = static_cast<std::size_t>(widths_.iact_bits + widths_.count_bits);
  return 4 + (std::min(pairs, column_bytes(command_.W)) * pair_bits + 7) / 8;
}

bool IactRows::decode_slot(const std::vector<std::uint8_t>& slot, const Columns& columns,
                           SlotValues& decoded) const {
  const std::size_t size = column_bytes(columns.end - columns.begin);
  std::vector<std::int16_t>& values = decoded.values;
  decoded.first = columns.begin;
  values.assign(size, 0);
  if (!command_.iact.csc) {
    if (slot.size() < size) return false;
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint8_t byte = slot[i];
      const int code = command_.iact_code_signed ? static_cast<int>(static_cast<std::int8_t>(byte))
                                                 : static_cast<int>(byte);
      values[i] = static_cast<std::int16_t>(code - command_.iact_offset);
    }
    return true;
  }
  const int pair_bits = widths_.iact_bits + widths_.count_bits;
  const std::size_t pairs =
      (csc_slot_bytes(slot.data()) - 4) * 8 / static_cast<std::size_t>(pair_bits);
  const std::size_t count = std::min<std::size_t>(pairs, little_endian(slot.data(), 3));
  std::size_t at = 0;
  for (std::size_t p = 0; p < count; ++p) {
    const std::size_t bit = 32 + p * static_cast<std::size_t>(pair_bits);
    std::uint32_t field = 0;
    for (std::size_t b = 0; b < 4 && bit / 8 + b < slot.size(); ++b)
      field |= static_cast<std::uint32_t>(slot[bit / 8 + b]) << (8 * b);
    field = (field >> (bit % 8)) & ((1U << pair_bits) - 1U);
    at += field >> widths_.iact_bits;
    if (at >= size) return false;
    const std::uint32_t data = field & ((1U << widths_.iact_bits) - 1U);
    values[at++] = static_cast<std::int16_t>(
        command_.iact_signed ? sign_extend(data, widths_.iact_bits) : static_cast<int>(data));
  }
  return true;
}

RowWords IactRows::encode(const RowKey& key, const std::vector<const SlotValues*>& slots) const {
  const LayerCommand& c = command_;
  const int c0 = c.C0;
  const int used = channels(key);
  const int seg_cols = c.seg_cols();
  const int seg_len = c.seg_len();
  const int first = first_block(key);
  const int first_w = first_column(key);
  const bool outside = columns(key).empty();
  // Where each channel of the tile lies.
  std::vector<const std::int16_t*> source(static_cast<std::size_t>(c0), nullptr);
  std::vector<int> source_first(static_cast<std::size_t>(c0), 0);
  const int block = c.iact.block;
  if (!outside) {
    for (int ch = 0; ch < used; ++ch) {
      const int channel = channel_begin(key) + ch;
      const SlotValues& slot = *slots[static_cast<std::size_t>(block_of(channel) - first)];
      source[static_cast<std::size_t>(ch)] = slot.values.data() + channel % c.iact.group % block;
      source_first[static_cast<std::size_t>(ch)] = slot.first;
    }
  }
  std::vector<std::int16_t> values(static_cast<std::size_t>(segments(key) * seg_len), 0);
  for (int s = 0; s < segments(key); ++s) {
    for (int u = 0; u < seg_cols; ++u) {
      const int w = first_w + s * c.stride_w + u;
      const bool pad = outside || w < 0 || w >= c.W;
      std::int16_t* to = &values[static_cast<std::size_t>(s * seg_len + u * c0)];
      for (int ch = 0; ch < used; ++ch) {
        const auto i = static_cast<std::size_t>(ch);
        to[ch] =
            pad ? static_cast<std::int16_t>(c.pad_value) : source[i][(w - source_first[i]) * block];
      }
    }
  }
  RowWords row;
  int segment = 0;
  for (int j = 0; j < c.chunks(); ++j) {
    row.chunk_begin.push_back(static_cast<std::uint32_t>(row.words.size()));
    IactHeader header;
    header.first = j == 0;
    header.last = j + 1 == c.chunks();
    header.segments = c.segments_of(key.tile, j);
    encode_iact_chunk(header, &values[static_cast<std::size_t>(segment * seg_len)], seg_len, c.csc,
                      widths_, row.words);
    segment += header.segments;
  }
  row.chunk_begin.push_back(static_cast<std::uint32_t>(row.words.size()));
  return row;
}

}  // namespace uvea::hw
