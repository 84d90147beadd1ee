#include "hw/command/layer_command.h"

#include <algorithm>

#include "hw/command/command_check.h"
#include "hw/command/little_endian.h"

namespace uvea::hw {

int LayerCommand::windows_of(int tile, int j) const {
  const std::int64_t windows = windows_in(tile);
  const auto before = [&](int chunk) {
    return std::min(std::int64_t{chunk} * T, windows - (chunks() - chunk));
  };
  return static_cast<int>(before(j + 1) - before(j));
}

namespace {

class Words {
 public:
  explicit Words(const std::uint8_t* bytes) : bytes_(bytes) {}
  std::uint32_t u32(int i) const { return little_endian(bytes_ + 4 * i); }
  int num(int i) const { return static_cast<int>(u32(i)); }
  std::uint64_t u64(int i) const { return (std::uint64_t{u32(i + 1)} << 32) | u32(i); }
  Split split(int i) const {
    const std::uint8_t* p = bytes_ + 4 * i;
    return {p[0], p[1], p[2], p[3]};
  }

 private:
  const std::uint8_t* bytes_;
};

}  // namespace

std::string decode_command(const std::uint8_t* bytes, const ChipConfig& config, LayerCommand& c) {
  const Words w(bytes);
  if (w.u32(0) != kDescriptorMagic) return "bad magic number";
  c.next = w.u64(1);
  const std::uint32_t flags = w.u32(3);
  const auto flag = [flags](int bit) { return ((flags >> bit) & 1U) != 0; };
  c.csc = flag(0);
  c.iact_signed = flag(1);
  c.weight_double_buffer = flag(2);
  c.iact.csc = flag(3);
  c.oact.csc = flag(4);
  c.oact_code_signed = flag(5);
  c.single_lane = flag(6);
  c.iact_code_signed = flag(7);
  c.round_half_even = flag(16);
  const std::uint32_t source = (flags >> 8) & 3U;
  if (source > 2) return "bad iact source";
  c.iact_source = static_cast<IactSource>(source);
  c.iact_mode = static_cast<NocMode>((flags >> 12) & 3U);
  c.weight_mode = static_cast<NocMode>((flags >> 14) & 3U);
  c.N = w.num(4);
  c.G = w.num(5);
  c.C = w.num(6);
  c.M = w.num(7);
  c.H = w.num(8);
  c.W = w.num(9);
  c.R = w.num(10);
  c.S = w.num(11);
  c.stride_h = w.num(12);
  c.stride_w = w.num(13);
  c.pad_top = w.num(14);
  c.pad_left = w.num(15);
  c.E = w.num(16);
  c.F = w.num(17);
  c.C0 = w.num(18);
  c.M0 = w.num(19);
  c.T = w.num(20);
  c.chain = w.num(21);
  c.rows = w.split(22);
  c.cols = w.split(23);
  c.pes = w.split(24);
  c.e_block = w.num(25);
  c.iact.base = w.u64(26);
  c.iact.block = w.num(28);
  c.iact.group = w.num(29);
  c.iact.pitch = w.u32(30);
  c.iact_offset = w.num(31);
  c.oact.base = w.u64(32);
  c.oact.pitch = w.u32(34);
  c.oact_offset = w.num(35);
  c.oact.block = c.M0;
  c.oact.group = c.M;
  c.weight_base = w.u64(36);
  c.weight_pitch = w.u32(38);
  c.weight_segment = w.u32(39);
  c.param_table = w.u64(40);
  c.oact_zero_point = w.num(42);
  c.act_min = w.num(43);
  c.act_max = w.num(44);
  c.pad_value = w.num(45);
  c.dilation_h = static_cast<int>(w.u32(48) + 1U);
  c.dilation_w = static_cast<int>(w.u32(49) + 1U);
  c.S0 = w.num(50) == 0 ? c.S : w.num(50);
  c.F0 = w.num(51) == 0 ? c.F : w.num(51);
  c.m_block = w.num(46) == 0 ? 1 : w.num(46);
  return why_not_executable(c, config);
}

}  // namespace uvea::hw
