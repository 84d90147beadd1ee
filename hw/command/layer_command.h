#pragma once
// The layer command: what one descriptor in DRAM tells the chip. docs/memory_map.md gives the
// words. Static during a layer; every block decodes it for itself and takes what concerns it.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"

namespace uvea::hw {

constexpr std::size_t kDescriptorBytes = 256;
constexpr std::uint32_t kDescriptorMagic = 0x55564541;  // "UVEA"
constexpr int kChannelParamBytes = 12;  ///< an output channel's entry of the parameter table

/// Space split of one physical axis over groups, batch, output rows, output channel tiles.
struct Split {
  int g = 1, n = 1, e = 1, m = 1;
  int product() const { return g * n * e * m; }
};

enum class IactSource { resident, stream, through };
enum class NocMode { unicast, horizontal, vertical, broadcast };

/// Channel-blocked tensor in DRAM: rows of W pixels x `block` channels, in slots of `pitch` bytes;
/// slot (n, block index, h) at base + ((n * blocks + b) * H + h) * pitch. Blocks do not straddle
/// `group` channels. A slot holds raw codes, or a pair count (4 bytes) and CSC pairs.
struct TensorLayout {
  std::uint64_t base = 0;
  int block = 1;
  int group = 1;
  std::uint32_t pitch = 0;
  bool csc = false;
};

struct LayerCommand {
  std::uint64_t next = 0;  ///< address of the next descriptor, 0: this is the last one

  // PE mode
  bool csc = true;
  bool iact_signed = false;  ///< iact values are signed, else unsigned
  bool single_lane = false;  ///< second MAC off (depthwise)
  bool weight_double_buffer = false;

  // layer, C and M per group
  int N = 1, G = 1, C = 1, M = 1, H = 1, W = 1, R = 1, S = 1;
  int stride_h = 1, stride_w = 1, pad_top = 0, pad_left = 0, E = 1, F = 1;
  int dilation_h = 1, dilation_w = 1;

  // mapping
  int C0 = 1, M0 = 1, T = 1, chain = 1, e_block = 1;
  int m_block = 1;  ///< M tiles of a PE column that go through the reduction together
  int S0 = 1;       ///< filter columns of a PE's weight tile
  int F0 = 1;       ///< output columns of a row tile: what a PE works on as one row
  Split rows, cols, pes;
  IactSource iact_source = IactSource::stream;
  NocMode iact_mode = NocMode::unicast, weight_mode = NocMode::unicast;

  // memory
  TensorLayout iact, oact;
  bool iact_code_signed = true;  ///< DRAM codes are two's complement
  int iact_offset = 0;           ///< value = code - offset
  int pad_value = 0;             ///< iact value of padding
  bool oact_code_signed = true;
  int oact_zero_point = 0, act_min = -128, act_max = 127;
  bool round_half_even = false;      ///< requantisation rounds once, halves to even; else twice
  int oact_offset = 0;               ///< what a CSC encoder subtracts from the codes
  std::uint64_t weight_base = 0;     ///< of the weight streams
  std::uint32_t weight_pitch = 0;    ///< bytes from one stream to the next
  std::uint32_t weight_segment = 0;  ///< bytes of the longest segment of a stream
  std::uint64_t param_table = 0;

  // derived
  /// Input columns under a tile's filter columns; those between dilated taps carry no weight.
  int span() const { return (S0 - 1) * dilation_w + 1; }
  int seg_cols() const { return stride_w < span() ? stride_w : span(); }
  int segments() const { return (span() + seg_cols() - 1) / seg_cols(); }  ///< K, per window
  int seg_len() const { return C0 * seg_cols(); }
  int columns() const { return C0 * span(); }  ///< weight columns up to the last with a weight
  int ct() const { return (C + C0 - 1) / C0; }
  int st() const { return (S + S0 - 1) / S0; }  ///< tiles of filter columns
  int q() const { return R * ct() * st(); }
  int m_tiles() const { return (M + M0 - 1) / M0; }
  /// Tiles of an output row. Row tile number `tile * E + e`, tile of row e, stands wherever the
  /// loop nest counts output rows.
  int ft() const { return (F + F0 - 1) / F0; }
  int row_tiles() const { return E * ft(); }
  /// Output columns of a tile.
  int windows_in(int tile) const { return tile + 1 < ft() ? F0 : F - tile * F0; }
  int chunks() const { return (F0 + T - 1) / T; }  ///< of every tile, also of a shorter last one
  /// Windows of chunk j: T, less where the chunks behind it would be left without any.
  int windows_of(int tile, int j) const;
  /// Segments that it carries.
  int segments_of(int tile, int j) const {
    return windows_of(tile, j) + (j == 0 ? segments() - 1 : 0);
  }
};

/// Decodes a descriptor. Returns an empty string and fills `command`, or says what is wrong.
std::string decode_command(const std::uint8_t* bytes, const ChipConfig& config,
                           LayerCommand& command);

}  // namespace uvea::hw
