#include "tb/config/chip_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <locale>
#include <sstream>

#include "hw/config/chip_limits.h"
#include "sw/user_error.h"

namespace uvea::tb {
namespace {

using Chip = hw::ChipConfig;

/// The enumerators' names, in their order.
template <class Enum>
constexpr std::array<const char*, 2> kNames{};
template <>
constexpr std::array kNames<hw::DramTiming>{"ideal", "ddr4_3200"};
template <>
constexpr std::array kNames<hw::PartialWrite>{"byte_enable", "read_modify_write"};
template <>
constexpr std::array kNames<hw::EndResp>{"updated", "call"};

[[noreturn]] void refuse(const ChipOption& option, const std::string& text) {
  const std::string unit = option.unit == "-" ? std::string() : " " + option.unit;
  // A long or binary value would make the line unreadable.
  std::string shown = text.substr(0, 40);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  if (text.size() > shown.size()) shown += "...";
  throw UserError(fmt::format("option {} = '{}' is not allowed: expected {}{}", option.name, shown,
                              option.range(), unit));
}

int parse_int(const ChipOption& option, const std::string& text) {
  int value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < option.lowest || value > option.highest) {
    refuse(option, text);
  }
  return value;
}

double parse_double(const ChipOption& option, const std::string& text) {
  // Not stod: that takes the decimal point of the user's locale.
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  double value = 0;
  if (!(in >> value) || in.peek() != std::istringstream::traits_type::eof() ||
      !std::isfinite(value) || value < option.lowest || value > option.highest) {
    refuse(option, text);
  }
  return value;
}

bool parse_bool(const ChipOption& option, const std::string& text) {
  if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "no" || text == "off") return false;
  refuse(option, text);
}

}  // namespace

std::string ChipOption::range() const {
  if (std::holds_alternative<bool& (*)(Chip&)>(field)) return "true|false";
  const std::string names = std::visit(
      [](auto access) -> std::string {
        using Field = std::decay_t<decltype(access(std::declval<Chip&>()))>;
        if constexpr (std::is_enum_v<Field>) {
          return fmt::format("{}", fmt::join(kNames<Field>, "|"));
        } else {
          return {};
        }
      },
      field);
  if (!names.empty()) return names;
  if (lowest == highest) return fmt::format("{:g}", lowest);
  if (std::holds_alternative<int& (*)(Chip&)>(field)) {
    return fmt::format("{:.0f}..{:.0f}", lowest, highest);
  }
  return fmt::format("{}..{}", lowest, highest);
}

OptionValue ChipOption::value(const Chip& chip) const {
  Chip copy = chip;
  return std::visit(
      [&copy](auto access) -> OptionValue {
        const auto& found = access(copy);
        using Field = std::decay_t<decltype(found)>;
        if constexpr (std::is_enum_v<Field>) {
          return std::string(kNames<Field>.at(static_cast<std::size_t>(found)));
        } else if constexpr (std::is_same_v<Field, int>) {
          return static_cast<std::int64_t>(found);
        } else {
          return found;
        }
      },
      field);
}

std::string ChipOption::text(const Chip& chip) const {
  return std::visit([](const auto& v) { return fmt::format("{}", v); }, value(chip));
}

void ChipOption::set(Chip& chip, const std::string& text) const {
  std::visit(
      [&](auto access) {
        auto& target = access(chip);
        using Field = std::decay_t<decltype(target)>;
        if constexpr (std::is_same_v<Field, int>) {
          target = parse_int(*this, text);
        } else if constexpr (std::is_same_v<Field, bool>) {
          target = parse_bool(*this, text);
        } else if constexpr (std::is_same_v<Field, double>) {
          target = parse_double(*this, text);
        } else {
          const auto& names = kNames<Field>;
          const auto found = std::find(names.begin(), names.end(), text);
          if (found == names.end()) refuse(*this, text);
          target = static_cast<Field>(found - names.begin());
        }
      },
      field);
}

std::vector<ChipOption> chip_options() {
  const char* paper = "JETCAS 2019";
  const char* inferred = "JETCAS 2019, inferred";
  const char* choice = "choice";
  const char* jedec = "JESD79-4";
  // Where the hardware has the range, it comes from there.
  const auto size = [](const char* name, const char* unit, const char* source, const char* help) {
    const hw::SizeLimit limit = hw::size_limit(name);
    return ChipOption{name,
                      limit.field,
                      static_cast<double>(limit.lowest),
                      static_cast<double>(limit.highest),
                      unit,
                      source,
                      help};
  };
  return {
      size("pe.iact_addr_entries", "segments", paper,
           "Segments that the iact address SPad can hold"),
      size("pe.iact_data_entries", "iacts", paper,
           "Pairs (or raw values) that the iact data SPad holds"),
      size("pe.weight_addr_entries", "columns", paper,
           "Weight columns that the weight address SPad can hold"),
      size("pe.weight_data_words", "words", paper,
           "Words of two pairs that the weight data SPad holds"),
      size("pe.psum_entries", "psums", paper, "Psums that the psum SPad holds"),
      size("pe.iact_bits", "bits", paper, "Width of an iact; DRAM holds one per byte"),
      size("pe.weight_bits", "bits", paper,
           "Width of a weight; 9 takes uint8 weights less their zero point"),
      size("pe.count_bits", "bits", paper, "Width of the zero-run count of a CSC pair"),
      size("pe.psum_bits", "bits", paper, "Width of a psum; leaving it is counted as an overflow"),
      size("pe.simd", "MACs", paper, "MACs of one PE, fed with weights of one column"),
      {"pe.sparse", [](Chip& c) -> bool& { return c.pe.sparse; }, 0, 1, "-", paper,
       "The PE has the compressed mode; without it zeros cost their cycle"},
      size("pe.pipeline_stages", "stages", paper, "Stages from an iact's address to its psum"),

      size("cluster.pe_rows", "PEs", paper, "PE rows of a cluster; one weight router each"),
      size("cluster.pe_cols", "PEs", paper,
           "PE columns of a cluster; one psum router and bank each"),
      size("mesh.rows", "clusters", paper, "Cluster rows of the mesh"),
      size("mesh.cols", "clusters", paper, "Cluster columns of the mesh"),

      size("glb.iact_banks", "banks", paper, "Iact banks of a GLB cluster; one iact router each"),
      size("glb.iact_bank_words", "words", inferred, "24-bit words of an iact bank"),
      size("glb.psum_bank_words", "words", inferred, "40-bit words of two psums of a psum bank"),
      size("glb.io_fifo_words", "words", choice,
           "Off-chip FIFO behind an iact port, for iacts handed straight through"),

      size("noc.hop_cycles", "cycles", choice, "Latency of one router"),

      size("control.clock_mhz", "MHz", paper, "Clock of the chip"),
      size("control.dma_burst_bytes", "bytes", choice, "Largest DRAM burst, a power of two"),
      size("control.dma_outstanding", "bursts", choice, "DRAM transactions that may be in flight"),
      size("control.dma_line_bytes", "bytes", choice,
           "Every DRAM transaction is one aligned line of so many bytes, a power of two from 8 on; "
           "0: bursts of dma_burst_bytes at most"),
      {"control.dma_partial_write",
       [](Chip& c) -> hw::PartialWrite& { return c.control.dma_partial_write; }, 0, 0, "-", choice,
       "With lines: how a part of one is written"},
      {"control.dma_end_resp", [](Chip& c) -> hw::EndResp& { return c.control.dma_end_resp; }, 0, 0,
       "-", choice,
       "END_RESP in the answer to BEGIN_RESP (TLM_UPDATED), or as a call of its own "
       "(TLM_ACCEPTED)"},
      size("control.watchdog_cycles", "cycles", choice,
           "A chip that makes no progress for so long is a model fault; above the DRAM's longest "
           "latency"),
      {"control.strict", [](Chip& c) -> bool& { return c.control.strict; }, 0, 1, "-", choice,
       "A psum overflow is a model fault"},

      {"dram.timing", [](Chip& c) -> hw::DramTiming& { return c.dram.timing; }, 0, 0, "-", choice,
       "Fixed latency without bandwidth limit, or DDR4-3200 (22-22-22)"},
      {"dram.ideal_latency_cycles", [](Chip& c) -> int& { return c.dram.ideal_latency_cycles; }, 0,
       100000, "cycles", choice, "Chip cycles from request to response with timing = ideal"},
      {"dram.channels", [](Chip& c) -> int& { return c.dram.channels; }, 1, 16, "channels", choice,
       "Independent channels, a power of two"},
      {"dram.bank_groups", [](Chip& c) -> int& { return c.dram.bank_groups; }, 1, 8, "groups",
       jedec, "Bank groups of a rank, a power of two"},
      {"dram.banks_per_group", [](Chip& c) -> int& { return c.dram.banks_per_group; }, 1, 8,
       "banks", jedec, "Banks of a bank group, a power of two"},
      {"dram.row_bytes", [](Chip& c) -> int& { return c.dram.row_bytes; }, 64, 65536, "bytes",
       jedec, "Page of a rank of x8 devices, a power of two"},
      {"dram.bus_bytes", [](Chip& c) -> int& { return c.dram.bus_bytes; }, 1, 64, "bytes", jedec,
       "Width of the data bus, a power of two"},
      {"dram.burst_length", [](Chip& c) -> int& { return c.dram.burst_length; }, 2, 16, "beats",
       jedec, "Beats of a burst, a power of two"},
      {"dram.tck_ns", [](Chip& c) -> double& { return c.dram.tck_ns; }, 0.1, 100, "ns", jedec,
       "Clock period; two beats"},
      {"dram.trcd_ns", [](Chip& c) -> double& { return c.dram.trcd_ns; }, 0, 1000, "ns", jedec,
       "Activate to read or write"},
      {"dram.trp_ns", [](Chip& c) -> double& { return c.dram.trp_ns; }, 0, 1000, "ns", jedec,
       "Precharge to activate"},
      {"dram.tcl_ns", [](Chip& c) -> double& { return c.dram.tcl_ns; }, 0, 1000, "ns", jedec,
       "Read to first data"},
      {"dram.tras_ns", [](Chip& c) -> double& { return c.dram.tras_ns; }, 0, 1000, "ns", jedec,
       "Activate to precharge, at least trcd_ns"},
      {"dram.tfaw_ns", [](Chip& c) -> double& { return c.dram.tfaw_ns; }, 0, 1000, "ns", jedec,
       "Window of four activates, at least trrd_ns"},
      {"dram.trrd_ns", [](Chip& c) -> double& { return c.dram.trrd_ns; }, 0, 1000, "ns", jedec,
       "Activate to activate in one bank group"},
      {"dram.trrd_s_ns", [](Chip& c) -> double& { return c.dram.trrd_s_ns; }, 0, 1000, "ns", jedec,
       "Activate to activate of another bank group, at most trrd_ns"},
      {"dram.twr_ns", [](Chip& c) -> double& { return c.dram.twr_ns; }, 0, 1000, "ns", jedec,
       "End of write data to precharge"},
      {"dram.twtr_ns", [](Chip& c) -> double& { return c.dram.twtr_ns; }, 0, 1000, "ns", jedec,
       "End of write data to read in one bank group"},
      {"dram.twtr_s_ns", [](Chip& c) -> double& { return c.dram.twtr_s_ns; }, 0, 1000, "ns", jedec,
       "End of write data to read of another bank group, at most twtr_ns"},
      {"dram.tccd_ns", [](Chip& c) -> double& { return c.dram.tccd_ns; }, 0, 1000, "ns", jedec,
       "Column command to column command in one bank group"},
      {"dram.tcwl_ns", [](Chip& c) -> double& { return c.dram.tcwl_ns; }, 0, 1000, "ns", jedec,
       "Write to first data"},
      {"dram.trtp_ns", [](Chip& c) -> double& { return c.dram.trtp_ns; }, 0, 1000, "ns", jedec,
       "Read to precharge"},
      {"dram.trtw_gap_clocks", [](Chip& c) -> int& { return c.dram.trtw_gap_clocks; }, 0, 64,
       "clocks", jedec, "Idle data bus clocks from read data to write data"},
      {"dram.trefi_ns", [](Chip& c) -> double& { return c.dram.trefi_ns; }, 100, 1000000, "ns",
       jedec, "Refresh interval, above trfc_ns"},
      {"dram.trfc_ns", [](Chip& c) -> double& { return c.dram.trfc_ns; }, 0, 10000, "ns", jedec,
       "Time of a refresh"},
      {"dram.queue_depth", [](Chip& c) -> int& { return c.dram.queue_depth; }, 1, 1024, "requests",
       choice, "Requests held per channel"},
      {"dram.reorder_limit", [](Chip& c) -> int& { return c.dram.reorder_limit; }, 0, 1024,
       "accesses", choice,
       "Younger accesses that may overtake one in its bank or at its open row; 0 serves in order"},
  };
}

}  // namespace uvea::tb
