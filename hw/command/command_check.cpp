#include "hw/command/command_check.h"

#include <algorithm>

#include "hw/command/ceil_div.h"
#include "hw/command/stream_format.h"
#include "hw/config/chip_limits.h"

namespace uvea::hw {
namespace {

std::string str(std::int64_t value) { return std::to_string(value); }

/// Keeps the first rule that is broken.
class Rules {
 public:
  void within(const char* name, std::int64_t value, std::int64_t low, std::int64_t high) {
    if (broken_.empty() && (value < low || value > high))
      broken_ =
          std::string(name) + " = " + str(value) + ", expected " + str(low) + " to " + str(high);
  }
  void at_most(const char* name, std::int64_t value, std::int64_t high) {
    if (broken_.empty() && value > high)
      broken_ = std::string(name) + " = " + str(value) + ", expected at most " + str(high);
  }
  void require(bool holds, const char* broken) {
    if (broken_.empty() && !holds) broken_ = broken;
  }
  bool hold() const { return broken_.empty(); }
  std::string broken() const { return broken_; }

 private:
  std::string broken_;
};

/// Each number by itself: what follows computes with them.
void check_numbers(const LayerCommand& c, Rules& rules) {
  const std::pair<const char*, int> dimensions[] = {{"N", c.N},
                                                    {"G", c.G},
                                                    {"C", c.C},
                                                    {"M", c.M},
                                                    {"H", c.H},
                                                    {"W", c.W},
                                                    {"R", c.R},
                                                    {"S", c.S},
                                                    {"E", c.E},
                                                    {"F", c.F},
                                                    {"stride_h", c.stride_h},
                                                    {"stride_w", c.stride_w},
                                                    {"dilation_h", c.dilation_h},
                                                    {"dilation_w", c.dilation_w},
                                                    {"chain", c.chain},
                                                    {"e_block", c.e_block},
                                                    {"m_block", c.m_block},
                                                    {"iact block", c.iact.block}};
  for (const auto& [name, value] : dimensions) rules.within(name, value, 1, kMaxDimension);
  rules.within("pad_top", c.pad_top, 0, kMaxDimension);
  rules.within("pad_left", c.pad_left, 0, kMaxDimension);
  rules.within("iact group", c.iact.group, 1, kMaxProduct);
  rules.within("C0", c.C0, 1, kMaxWeightColumns);
  rules.within("M0", c.M0, 1, kMaxTileChannels);
  rules.within("T", c.T, 1, kMaxChunkSegments);
  rules.within("S0", c.S0, 1, c.S);
  rules.within("F0", c.F0, 1, c.F);
  for (const Split* s : {&c.rows, &c.cols, &c.pes})
    rules.require(s->g > 0 && s->n > 0 && s->e > 0 && s->m > 0, "a split is zero");
}

/// Products that blocks count or address with.
void check_products(const LayerCommand& c, Rules& rules) {
  const auto product = [&](const char* name, std::int64_t a, std::int64_t b) {
    rules.at_most(name, a * b, kMaxProduct);
    return std::min<std::int64_t>(a * b, kMaxProduct);
  };
  product("channels of all groups", c.G, c.C);
  product("output channels of all groups", c.G, c.M);
  product("row tiles of all images", product("row tiles", c.E, c.ft()), c.N);
  const std::int64_t u = product("tiles of channels and filter columns", c.ct(), c.st());
  product("the reduction", u, c.R);
  const std::int64_t rows =
      (c.E - std::int64_t{1}) * c.stride_h + (c.R - std::int64_t{1}) * c.dilation_h;
  rules.at_most("input rows reached", rows, kMaxProduct);
  const std::int64_t columns =
      (std::int64_t{c.F} + kMaxChunkSegments) * c.stride_w + std::int64_t{c.S} * c.dilation_w;
  rules.at_most("input columns reached", columns, kMaxProduct);
}

/// Codes and values of 8 bits.
void check_codes(const LayerCommand& c, const PeConfig& pe, Rules& rules) {
  const auto low = [](bool is_signed, int bits) { return is_signed ? -(1 << (bits - 1)) : 0; };
  const int values = 1 << pe.iact_bits;
  const int iact_code = low(c.iact_code_signed, pe.iact_bits);
  const int iact_value = low(c.iact_signed, pe.iact_bits);
  rules.within("iact offset", c.iact_offset, iact_code - iact_value, iact_code - iact_value);
  rules.within("pad value", c.pad_value, iact_value, iact_value + values - 1);
  const int oact_code = low(c.oact_code_signed, pe.iact_bits);
  rules.within("oact zero point", c.oact_zero_point, oact_code, oact_code + values - 1);
  rules.within("clamp low", c.act_min, oact_code, oact_code + values - 1);
  rules.within("clamp high", c.act_max, c.act_min, oact_code + values - 1);
  if (c.oact.csc) rules.within("oact offset", c.oact_offset, oact_code, oact_code + values / 2);
}

void check_pe(const LayerCommand& c, const PeConfig& pe, Rules& rules) {
  rules.at_most("filter columns of a tile, dilated,", (c.S0 - std::int64_t{1}) * c.dilation_w + 1,
                pe.iact_data_entries);
  if (!rules.hold()) return;
  const int resident = c.segments() - 1 + c.T;
  const int halves = c.weight_double_buffer ? 2 : 1;
  rules.require(!c.csc || pe.kind == PeKind::sparse, "compressed mode on a dense PE");
  rules.require(!c.weight_double_buffer || pe.weight_buffers == 2,
                "weight double buffer with pe.weight_buffers = 1");
  rules.at_most("iacts of a window and chunk", std::int64_t{resident} * c.seg_len(),
                pe.iact_data_entries);
  rules.at_most("segments of a chunk", resident, kMaxChunkSegments);
  rules.at_most("weight columns", c.segments() * c.seg_len(), kMaxWeightColumns);
  if (c.csc) {
    rules.at_most("segments of a chunk in the iact address SPad", resident, pe.iact_addr_entries);
    rules.at_most("weight columns in the weight address SPad", c.segments() * c.seg_len(),
                  pe.weight_addr_entries / halves);
  } else {
    rules.at_most("words of a raw weight tile", c.columns() * ceil_div<std::int64_t>(c.M0, 3),
                  pe.weight_data_words / halves);
  }
  rules.at_most("psums of a chunk", std::int64_t{c.T} * c.M0, pe.psum_entries);
}

void check_splits(const LayerCommand& c, const ChipConfig& config, Rules& rules) {
  const auto product = [](const Split& s) { return std::int64_t{s.g} * s.n * s.e * s.m; };
  rules.at_most("split of the mesh rows times chain", product(c.rows) * c.chain, config.mesh.rows);
  rules.at_most("split of the mesh columns", product(c.cols), config.mesh.cols);
  rules.at_most("split of the PE columns", product(c.pes), config.cluster.pe_cols);
  if (c.chain > 1)
    rules.at_most("the reduction of a chain of clusters", c.q(),
                  std::int64_t{c.chain} * config.cluster.pe_rows);
  const auto is = [](NocMode mode, NocMode what) {
    return mode == what || mode == NocMode::broadcast;
  };
  rules.require(!is(c.iact_mode, NocMode::vertical) || c.chain == 1,
                "vertical iact multicast with a chain of clusters");
  rules.require(!is(c.iact_mode, NocMode::horizontal) || product(c.cols) == c.cols.m,
                "horizontal iact multicast over mesh columns that need other iacts");
  rules.require(!is(c.weight_mode, NocMode::vertical), "the weight mesh has horizontal links only");
}

/// A slot of `values` holds whatever the values are.
void check_slot(const char* name, std::int64_t values, const TensorLayout& layout,
                const PeConfig& pe, Rules& rules) {
  const std::int64_t bytes =
      layout.csc ? 4 + ceil_div<std::int64_t>(values * (pe.iact_bits + pe.count_bits), 8) : values;
  rules.at_most(name, bytes, std::min<std::int64_t>(layout.pitch, kMaxProduct));
}

void check_layouts(const LayerCommand& c, const PeConfig& pe, Rules& rules) {
  rules.require(c.weight_base % kWeightStreamGrain == 0 && c.weight_pitch % kWeightStreamGrain == 0,
                "a weight stream does not begin on a multiple of 8 bytes");
  rules.require(c.G * c.C % c.iact.group == 0, "the iact group does not divide the channels");
  check_slot("bytes of an iact slot", std::int64_t{c.W} * c.iact.block, c.iact, pe, rules);
  check_slot("bytes of an oact slot", std::int64_t{c.F} * c.M0, c.oact, pe, rules);
  rules.require(c.windows_in(c.ft() - 1) >= c.chunks() || c.ft() == 1,
                "the last tile of a row has fewer windows than chunks");
  rules.require(!c.oact.csc || c.ft() == 1, "compressed oacts of rows that are cut into tiles");
}

/// control.serial_io: oacts stand in the psum banks until they may leave.
void check_serial(const LayerCommand& c, const ChipConfig& config, std::int64_t tiles,
                  Rules& rules) {
  rules.require(c.iact_source != IactSource::through,
                "iacts handed through with control.serial_io = true, which takes the iact sources "
                "resident and stream");
  const std::int64_t bank = std::int64_t{config.glb.psum_bank_words} * 2 * config.pe.psum_bits / 8;
  rules.at_most("oact bytes of a block in a psum bank (control.serial_io)", tiles * c.F0 * c.M0,
                bank);
}

/// The loop nest (hw/command/schedule.h) and what is kept meanwhile.
void check_nest(const LayerCommand& c, const ChipConfig& config, Rules& rules) {
  const std::int64_t tg = ceil_div<std::int64_t>(c.G, c.rows.g * c.cols.g * c.pes.g);
  const std::int64_t tn = ceil_div<std::int64_t>(c.N, c.rows.n * c.cols.n * c.pes.n);
  // Both are below kMaxProduct.
  const std::int64_t te = ceil_div<std::int64_t>(tn * c.row_tiles(), c.rows.e * c.cols.e * c.pes.e);
  const std::int64_t tm = ceil_div<std::int64_t>(c.m_tiles(), c.rows.m * c.cols.m * c.pes.m);
  const std::int64_t p =
      ceil_div<std::int64_t>(c.q(), std::int64_t{config.cluster.pe_rows} * c.chain);
  std::int64_t steps = te + c.e_block;  // the last block counted as a full one
  for (const std::int64_t factor : {tg, tm, p})
    steps = steps > kMaxSteps / factor ? kMaxSteps + 1 : steps * factor;
  rules.at_most("steps of the layer", steps, kMaxSteps);
  const std::int64_t block = std::min<std::int64_t>(c.e_block, te) * c.chunks();
  rules.at_most("chunks for one set of weights", tm > 1 || p > 1 ? block : te * c.chunks(),
                kMaxEpochChunks);
  // Each of them below kMaxDimension.
  const std::int64_t m_block = std::min<std::int64_t>(c.m_block, tm);
  if (config.control.serial_io)
    check_serial(c, config, std::min<std::int64_t>(c.e_block, te) * m_block, rules);
  if (p == 1) return;
  const std::int64_t psum_words = config.glb.psum_bank_words;
  rules.at_most("psum chunks of a block", c.e_block * m_block * c.chunks(), psum_words);
  if (!rules.hold()) return;
  std::int64_t row_words = 0;
  for (int j = 0; j < c.chunks(); ++j)
    row_words += ceil_div<std::int64_t>(c.windows_of(0, j) * c.M0, 2);
  rules.at_most("psum words of a block", row_words * c.e_block * m_block, psum_words);
}

}  // namespace

std::string why_not_executable(const LayerCommand& c, const ChipConfig& config) {
  Rules rules;
  check_numbers(c, rules);
  if (rules.hold()) check_products(c, rules);
  if (rules.hold()) check_codes(c, config.pe, rules);
  if (rules.hold()) check_pe(c, config.pe, rules);
  if (rules.hold()) check_splits(c, config, rules);
  if (rules.hold()) check_layouts(c, config.pe, rules);
  if (rules.hold()) check_nest(c, config, rules);
  return rules.broken();
}

}  // namespace uvea::hw
