#include "hw/config/chip_limits.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw/config/chip_options.h"

namespace uvea::hw {
namespace {

bool power_of_two(int value) { return value > 0 && (value & (value - 1)) == 0; }

/// The first of the options that is no power of two.
std::string why_no_power_of_two(const ChipConfig& config) {
  for (const char* name :
       {"port.write_bytes", "control.dma_burst_bytes", "dram.channels", "dram.bank_groups",
        "dram.banks_per_group", "dram.row_bytes", "dram.bus_bytes", "dram.burst_length"}) {
    const ChipOption option = chip_option(name);
    const auto value = std::get<std::int64_t>(option.value(config));
    if (!power_of_two(static_cast<int>(value)))
      return fmt::format("option {} = {} is not allowed: expected a power of two in {}", name,
                         value, option.range());
  }
  return {};
}

/// Options that bound each other.
std::string why_bad_dram(const DramConfig& dram) {
  const struct {
    const char* name;
    double value;
    const char* bound;
    double minimum;
  } rules[] = {
      {"dram.row_bytes", static_cast<double>(dram.row_bytes), "dram.bus_bytes * dram.burst_length",
       static_cast<double>(dram.bus_bytes * dram.burst_length)},
      {"dram.tras_ns", dram.tras_ns, "dram.trcd_ns", dram.trcd_ns},
      {"dram.tfaw_ns", dram.tfaw_ns, "dram.trrd_ns", dram.trrd_ns},
      {"dram.trrd_ns", dram.trrd_ns, "dram.trrd_s_ns", dram.trrd_s_ns},
      {"dram.twtr_ns", dram.twtr_ns, "dram.twtr_s_ns", dram.twtr_s_ns},
      // A rank that is always refreshing serves nobody.
      {"dram.trefi_ns", dram.trefi_ns, "2 * dram.trfc_ns", 2 * dram.trfc_ns},
      // A row is opened only when its column command can go out before the next refresh; three
      // clocks for the rounding up.
      {"dram.trefi_ns", dram.trefi_ns, "dram.trfc_ns + dram.trcd_ns + 3 * dram.tck_ns",
       dram.trfc_ns + dram.trcd_ns + 3 * dram.tck_ns},
  };
  for (const auto& rule : rules) {
    if (rule.value < rule.minimum)
      return fmt::format("option {} = {} is not allowed: expected at least {} = {}", rule.name,
                         rule.value, rule.bound, rule.minimum);
  }
  return {};
}

/// A weight port reads on while it holds all but the last byte of a tile.
std::string why_bad_buffer(const ChipConfig& config) {
  constexpr int least_read = 8;
  const int least = longest_weight_tile(config.pe) + least_read;
  if (config.port.weight_buffer_bytes >= least) return {};
  return fmt::format(
      "option port.weight_buffer_bytes = {} is not allowed: expected at least {} for the longest "
      "weight tile of a PE and {} bytes",
      config.port.weight_buffer_bytes, least, least_read);
}

std::string why_bad_pe(const PeConfig& pe) {
  // A word of the weight port is a 32-bit number at most.
  constexpr int widest_pair = 16;
  if (pe.weight_bits + pe.count_bits > widest_pair)
    return fmt::format(
        "options pe.weight_bits + pe.count_bits = {} + {} are not allowed: expected at most {} "
        "bits for a pair",
        pe.weight_bits, pe.count_bits, widest_pair);
  // The stages of the slot and in front of it, and one behind it.
  constexpr int fewest_sparse = 4;
  if (pe.kind == PeKind::sparse && pe.pipeline_stages < fewest_sparse)
    return fmt::format(
        "option pe.pipeline_stages = {} is not allowed: expected {}..32 stages with pe.kind = "
        "sparse",
        pe.pipeline_stages, fewest_sparse);
  if (pe.kind == PeKind::dense && pe.simd != 1)
    return fmt::format(
        "option pe.simd = {} is not allowed: expected 1 with pe.kind = dense, which has one MAC "
        "(configs/chips/eyeriss_v1_5.cfg is a chip of such PEs)",
        pe.simd);
  return {};
}

}  // namespace

int weight_word_bits(const PeConfig& pe) {
  return std::max({24, 2 * (pe.weight_bits + pe.count_bits), 3 * pe.weight_bits});
}

int weight_word_bytes(const PeConfig& pe) { return (weight_word_bits(pe) + 7) / 8; }

int longest_weight_tile(const PeConfig& pe) {
  constexpr int length_bytes = 1, column_ends_per_word = 3;
  const int columns = std::min(pe.weight_addr_entries, kMaxWeightColumns);
  const int words =
      (columns + column_ends_per_word - 1) / column_ends_per_word + pe.weight_data_words;
  return length_bytes + words * weight_word_bytes(pe);
}

std::string why_bad_chip(const ChipConfig& config) {
  for (const ChipOption& option : chip_options()) {
    if (std::string bad = option.why_bad(config); !bad.empty()) return bad;
  }
  if (std::string bad = why_no_power_of_two(config); !bad.empty()) return bad;
  const int line = config.control.dma_line_bytes;
  if (line != 0 && (line < 8 || !power_of_two(line)))
    return fmt::format(
        "option control.dma_line_bytes = {} is not allowed: expected 0 or a power of two in 8..{}",
        line, kMaxLineBytes);
  // Psums of a beat come in and leave a PE in the same cycle: their beats cannot be spread.
  if (config.noc.kind == NocKind::flat && config.noc.psum_bus_bits < 2 * config.pe.psum_bits)
    return fmt::format(
        "option noc.psum_bus_bits = {} is not allowed: expected at least 2 pe.psum_bits = {} bits",
        config.noc.psum_bus_bits, 2 * config.pe.psum_bits);
  if (std::string bad = why_bad_pe(config.pe); !bad.empty()) return bad;
  if (std::string bad = why_bad_buffer(config); !bad.empty()) return bad;
  return why_bad_dram(config.dram);
}

}  // namespace uvea::hw
