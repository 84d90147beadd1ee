#include "hw/command/layer_command.h"

#include <algorithm>
#include <cstring>

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
  std::uint32_t u32(int i) const {
    std::uint32_t v = 0;
    for (int b = 3; b >= 0; --b) v = (v << 8) | bytes_[4 * i + b];
    return v;
  }
  int num(int i) const { return static_cast<int>(u32(i)); }
  std::uint64_t u64(int i) const { return (std::uint64_t{u32(i + 1)} << 32) | u32(i); }
  Split split(int i) const {
    const std::uint8_t* p = bytes_ + 4 * i;
    return {p[0], p[1], p[2], p[3]};
  }

 private:
  const std::uint8_t* bytes_;
};

/// What the counters of the loop nest hold.
constexpr std::int64_t kMostRowTiles = std::int64_t{1} << 30;

bool positive(const Split& s) { return s.g > 0 && s.n > 0 && s.e > 0 && s.m > 0; }

std::string check(const LayerCommand& c, const ChipConfig& config) {
  for (int v :
       {c.N, c.G, c.C,  c.M,  c.H, c.W,     c.R,       c.S,          c.stride_h,   c.stride_w,
        c.E, c.F, c.C0, c.M0, c.T, c.chain, c.e_block, c.iact.block, c.iact.group, c.oact.block}) {
    if (v < 1) return "a size is not positive";
  }
  if (c.dilation_h < 1 || c.dilation_w < 1) return "a dilation is out of range";
  if (c.S0 < 1 || c.S0 > c.S) return "more filter columns in a tile than the filter has";
  if (c.F0 < 1 || c.F0 > c.F) return "more output columns in a row tile than the row has";
  if (std::int64_t{c.E} * c.ft() > kMostRowTiles) return "too many row tiles";
  if ((c.S0 - std::int64_t{1}) * c.dilation_w >= config.pe.iact_data_entries)
    return "filter columns of a tile reach beyond the iact SPad";
  if (!positive(c.rows) || !positive(c.cols) || !positive(c.pes)) return "a split is zero";
  const PeConfig& pe = config.pe;
  const int resident = c.segments() - 1 + c.T;
  if (c.windows_in(c.ft() - 1) < c.chunks() && c.ft() > 1)
    return "the last tile of a row has fewer windows than chunks";
  if (c.oact.csc && c.ft() > 1) return "compressed oacts of rows that are cut into tiles";
  if (c.csc && !pe.sparse) return "compressed mode on a PE without it";
  if (resident * c.seg_len() > pe.iact_data_entries) return "window exceeds the iact SPad";
  if (c.csc && resident > pe.iact_addr_entries) return "window exceeds the iact address SPad";
  if (resident > 15) return "more than 15 segments in a burst";
  const int halves = c.weight_double_buffer ? 2 : 1;
  if (c.csc && c.segments() * c.seg_len() > pe.weight_addr_entries / halves)
    return "columns exceed the weight address SPad";
  if (c.columns() > 31) return "more than 31 weight columns";
  if (c.T * c.M0 > pe.psum_entries) return "tile exceeds the psum SPad";
  if (c.rows.product() * c.chain > config.mesh.rows) return "split exceeds the mesh rows";
  if (c.cols.product() > config.mesh.cols) return "split exceeds the mesh columns";
  if (c.pes.product() > config.cluster.pe_cols) return "split exceeds the PE columns";
  if (c.chain > 1 && c.q() > c.chain * config.cluster.pe_rows)
    return "a chain of clusters must hold the whole reduction";
  if ((c.iact_mode == NocMode::vertical || c.iact_mode == NocMode::broadcast) && c.chain > 1)
    return "vertical iact multicast with a chain of clusters";
  if ((c.iact_mode == NocMode::horizontal || c.iact_mode == NocMode::broadcast) &&
      c.cols.product() != c.cols.m)
    return "horizontal iact multicast over mesh columns that need other iacts";
  if (c.weight_mode == NocMode::vertical || c.weight_mode == NocMode::broadcast)
    return "the weight mesh has horizontal links only";
  if (c.oact.block != c.M0 || c.oact.group != c.M) return "oacts must be blocked by M0";
  return {};
}

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
  c.weight_table = w.u64(36);
  c.weight_base = w.u64(38);
  c.param_table = w.u64(40);
  c.oact_zero_point = w.num(42);
  c.act_min = w.num(43);
  c.act_max = w.num(44);
  c.pad_value = w.num(45);
  c.dilation_h = static_cast<int>(w.u32(48) + 1U);
  c.dilation_w = static_cast<int>(w.u32(49) + 1U);
  c.S0 = w.num(50) == 0 ? c.S : w.num(50);
  c.F0 = w.num(51) == 0 ? c.F : w.num(51);
  return check(c, config);
}

}  // namespace uvea::hw
