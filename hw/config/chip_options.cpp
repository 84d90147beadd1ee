#include "hw/config/chip_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <locale>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "hw/config/chip_limits.h"
#include "tlm/pe_set.h"

namespace uvea::hw {
namespace {

using Chip = ChipConfig;

/// The enumerators' names, in their order.
template <class Enum>
constexpr std::array<const char*, 2> kNames{};
template <>
constexpr std::array kNames<PeKind>{"sparse", "dense"};
template <>
constexpr std::array kNames<DramTiming>{"ideal", "ddr4_3200"};
template <>
constexpr std::array kNames<NocKind>{"hierarchical", "flat"};
template <>
constexpr std::array kNames<PartialWrite>{"byte_enable", "read_modify_write"};
template <>
constexpr std::array kNames<EndResp>{"updated", "call"};

// A burst says which PEs of a cluster take it.
static_assert(kMaxClusterSide * kMaxClusterSide <= link::PeSet::kMost);

std::string not_allowed(const ChipOption& option, const std::string& value) {
  const std::string unit = option.unit == "-" ? std::string() : " " + option.unit;
  return fmt::format("option {} = {} is not allowed: expected {}{}", option.name, value,
                     option.range(), unit);
}

/// In quotes; a long or binary text would make the line unreadable.
std::string shown(const std::string& text) {
  std::string start = text.substr(0, 40);
  for (char& c : start) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  if (text.size() > start.size()) start += "...";
  return "'" + start + "'";
}

std::optional<int> parse(const std::string& text, int) {
  int value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<double> parse(const std::string& text, double) {
  // Not stod: that takes the decimal point of the user's locale.
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  double value = 0;
  if (!(in >> value) || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return value;
}

std::optional<bool> parse(const std::string& text, bool) {
  if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "no" || text == "off") return false;
  return std::nullopt;
}

template <class Enum, class = std::enable_if_t<std::is_enum_v<Enum>>>
std::optional<Enum> parse(const std::string& text, Enum) {
  const auto& names = kNames<Enum>;
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

template <class Field>
bool allowed(const ChipOption& option, Field value) {
  if constexpr (std::is_enum_v<Field>) {
    return static_cast<std::size_t>(value) < kNames<Field>.size();
  } else if constexpr (std::is_same_v<Field, bool>) {
    return true;
  } else {
    return value >= option.lowest && value <= option.highest;  // not a number: neither
  }
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
          const auto index = static_cast<std::size_t>(found);
          return index < kNames<Field>.size() ? kNames<Field>[index] : std::to_string(index);
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

std::string ChipOption::set(Chip& chip, const std::string& text) const {
  return std::visit(
      [&](auto access) -> std::string {
        auto& target = access(chip);
        const auto value = parse(text, target);
        if (!value || !allowed(*this, *value)) return not_allowed(*this, shown(text));
        target = *value;
        return {};
      },
      field);
}

std::string ChipOption::why_bad(const Chip& chip) const {
  Chip copy = chip;
  const bool good = std::visit([&](auto access) { return allowed(*this, access(copy)); }, field);
  return good ? std::string() : not_allowed(*this, text(chip));
}

std::vector<ChipOption> chip_options() {
  const char* paper = "JETCAS 2019";
  const char* inferred = "JETCAS 2019, inferred";
  const char* choice = "choice";
  const char* jedec = "JESD79-4";
  const char* v1 = "JSSC 2017, scaled";
  return {
      {"pe.kind", [](Chip& c) -> PeKind& { return c.pe.kind; }, 0, 0, "-", paper,
       "With the compressed mode and up to two MACs (v2), or raw, one MAC, zeros cost their cycle "
       "(v1.5)"},
      {"pe.iact_addr_entries", [](Chip& c) -> int& { return c.pe.iact_addr_entries; }, 1, 31,
       "segments", paper, "Segments that the iact address SPad can hold"},
      {"pe.iact_data_entries", [](Chip& c) -> int& { return c.pe.iact_data_entries; }, 1,
       kMaxSegmentIacts, "iacts", paper, "Pairs (or raw values) that the iact data SPad holds"},
      {"pe.weight_addr_entries", [](Chip& c) -> int& { return c.pe.weight_addr_entries; }, 1,
       kMaxWeightColumns, "columns", paper, "Weight columns that the weight address SPad can hold"},
      {"pe.weight_data_words", [](Chip& c) -> int& { return c.pe.weight_data_words; }, 1,
       kMaxTileWords, "words", paper,
       "Words that the weight data SPad holds, of two pairs or three raw weights"},
      {"pe.psum_entries", [](Chip& c) -> int& { return c.pe.psum_entries; }, 1,
       kMaxTileChannels + 1, "psums", paper, "Psums that the psum SPad holds"},
      {"pe.psum_banks", [](Chip& c) -> int& { return c.pe.psum_banks; }, 1, 2, "banks", choice,
       "Halves of the psum SPad, where two chunks fit: the MACs fill one while the other leaves; "
       "1: "
       "they rest meanwhile"},
      {"pe.weight_buffers", [](Chip& c) -> int& { return c.pe.weight_buffers; }, 1, 2, "buffers",
       choice,
       "2: a mapping may take the weight SPads in halves, of which one loads while the other is in "
       "use; 1: it may not"},
      {"pe.iact_bits", [](Chip& c) -> int& { return c.pe.iact_bits; }, 8, 8, "bits", paper,
       "Width of an iact; DRAM holds one per byte"},
      {"pe.weight_bits", [](Chip& c) -> int& { return c.pe.weight_bits; }, 8, 9, "bits", paper,
       "Width of a weight; 9 takes uint8 weights less their zero point"},
      {"pe.count_bits", [](Chip& c) -> int& { return c.pe.count_bits; }, 1, 8, "bits", paper,
       "Width of the zero-run count of a CSC pair"},
      {"pe.psum_bits", [](Chip& c) -> int& { return c.pe.psum_bits; }, 12, 31, "bits", paper,
       "Width of a psum; leaving it is counted as an overflow"},
      {"pe.simd", [](Chip& c) -> int& { return c.pe.simd; }, 1, 2, "MACs", paper,
       "MACs of one PE, fed with weights of one column"},
      {"pe.pipeline_stages", [](Chip& c) -> int& { return c.pe.pipeline_stages; }, 3, 32, "stages",
       paper, "Stages from an iact's address to its psum; 3 is for dense PEs only"},

      {"cluster.pe_rows", [](Chip& c) -> int& { return c.cluster.pe_rows; }, 1, kMaxClusterSide,
       "PEs", paper, "PE rows of a cluster; one weight router each"},
      {"cluster.pe_cols", [](Chip& c) -> int& { return c.cluster.pe_cols; }, 1, kMaxClusterSide,
       "PEs", paper, "PE columns of a cluster; one psum router and bank each"},
      {"mesh.rows", [](Chip& c) -> int& { return c.mesh.rows; }, 1, 64, "clusters", paper,
       "Cluster rows of the mesh"},
      {"mesh.cols", [](Chip& c) -> int& { return c.mesh.cols; }, 1, 64, "clusters", paper,
       "Cluster columns of the mesh"},

      {"glb.iact_banks", [](Chip& c) -> int& { return c.glb.iact_banks; }, 1, 16, "banks", paper,
       "Iact banks of a GLB cluster; one iact router each"},
      {"glb.iact_bank_words", [](Chip& c) -> int& { return c.glb.iact_bank_words; }, 1, 65536,
       "words", inferred, "24-bit words of an iact bank"},
      {"glb.psum_bank_words", [](Chip& c) -> int& { return c.glb.psum_bank_words; }, 1, 65536,
       "words", inferred, "40-bit words of two psums of a psum bank"},
      {"glb.io_fifo_words", [](Chip& c) -> int& { return c.glb.io_fifo_words; }, 1, 65536, "words",
       choice, "Off-chip FIFO behind an iact port, for iacts handed straight through"},

      {"noc.kind", [](Chip& c) -> NocKind& { return c.noc.kind; }, 0, 0, "-", paper,
       "A mesh of routers per data type (v2), or one multicast bus per data type with tags (v1)"},
      {"noc.hop_cycles", [](Chip& c) -> int& { return c.noc.hop_cycles; }, 1, 16, "cycles", choice,
       "Latency of one router, or of a bus"},
      {"noc.iact_bus_bits", [](Chip& c) -> int& { return c.noc.iact_bus_bits; }, 1, 65536, "bits",
       v1, "With noc.kind = flat: what the iact bus carries in a cycle"},
      {"noc.weight_bus_bits", [](Chip& c) -> int& { return c.noc.weight_bus_bits; }, 1, 65536,
       "bits", v1, "With noc.kind = flat: what the weight bus carries in a cycle"},
      {"noc.psum_bus_bits", [](Chip& c) -> int& { return c.noc.psum_bus_bits; }, 24, 65536, "bits",
       v1,
       "With noc.kind = flat: what the psum bus carries in a cycle, each way; at least "
       "2 pe.psum_bits"},

      {"port.iact_units_ahead", [](Chip& c) -> int& { return c.port.iact_units_ahead; }, 1, 64,
       "units", choice,
       "Units of a cluster's iacts (the rows of a step, or of a resident block) asked for or in "
       "use"},
      {"port.iact_write_words", [](Chip& c) -> int& { return c.port.iact_write_words; }, 1, 65536,
       "words", choice, "Words written into an iact bank before its reads are looked at again"},
      {"port.csc_head_bytes", [](Chip& c) -> int& { return c.port.csc_head_bytes; }, 4, 4096,
       "bytes", choice, "First bytes of a compressed iact slot, which say how long it is"},
      {"port.weight_buffer_bytes", [](Chip& c) -> int& { return c.port.weight_buffer_bytes; }, 64,
       1048576, "bytes", choice,
       "Bytes of a weight port's stream asked for or not yet sent; a tile and 8 bytes at least"},
      {"port.param_tiles_ahead", [](Chip& c) -> int& { return c.port.param_tiles_ahead; }, 1, 64,
       "tiles", choice, "Tiles whose channel parameters an output port asked for or uses"},
      {"port.writes_in_flight", [](Chip& c) -> int& { return c.port.writes_in_flight; }, 1, 1024,
       "writes", choice,
       "Writes of an output port not yet in DRAM, from which on it takes no psums"},
      {"port.write_bytes", [](Chip& c) -> int& { return c.port.write_bytes; }, 8, 4096, "bytes",
       choice, "Writes of oacts end on multiples of it, a power of two"},
      {"port.output_beat_cycles", [](Chip& c) -> int& { return c.port.output_beat_cycles; }, 1, 2,
       "cycles", choice, "That an output port takes for a beat of two psums"},

      {"control.clock_mhz", [](Chip& c) -> int& { return c.control.clock_mhz; }, 1, 10000, "MHz",
       paper, "Clock of the chip"},
      {"control.command_word_cycles", [](Chip& c) -> int& { return c.control.command_word_cycles; },
       1, 64, "cycles", choice, "For each of the 64 words of a layer command on the command wires"},
      {"control.settle_cycles", [](Chip& c) -> int& { return c.control.settle_cycles; }, 0, 1000,
       "cycles", choice, "From the last word of a layer command until the blocks begin"},
      {"control.dma_burst_bytes", [](Chip& c) -> int& { return c.control.dma_burst_bytes; }, 8,
       4096, "bytes", choice,
       "What a port needs of an aligned block of so many bytes, a power of two, is one DRAM "
       "transaction"},
      {"control.dma_outstanding", [](Chip& c) -> int& { return c.control.dma_outstanding; }, 1,
       1024, "transactions", choice,
       "DRAM transactions that each off-chip port may have in flight"},
      {"control.io_link_bits", [](Chip& c) -> int& { return c.control.io_link_bits; }, 0, 65536,
       "bits", v1,
       "What one half-duplex link carries in a cycle, through which all off-chip data pass; 0: "
       "there is none"},
      {"control.serial_io", [](Chip& c) -> bool& { return c.control.serial_io; }, 0, 1, "-", v1,
       "Nothing is processed while iacts load or oacts leave; iact sources resident and stream "
       "only"},
      {"control.dma_line_bytes", [](Chip& c) -> int& { return c.control.dma_line_bytes; }, 0,
       kMaxLineBytes, "bytes", choice,
       "Every DRAM transaction is one whole aligned line of so many bytes, a power of two from 8 "
       "on; "
       "0: parts of blocks of dma_burst_bytes"},
      {"control.dma_partial_write",
       [](Chip& c) -> PartialWrite& { return c.control.dma_partial_write; }, 0, 0, "-", choice,
       "With lines: how a part of one is written"},
      {"control.dma_end_resp", [](Chip& c) -> EndResp& { return c.control.dma_end_resp; }, 0, 0,
       "-", choice,
       "END_RESP in the answer to BEGIN_RESP (TLM_UPDATED), or as a call of its own "
       "(TLM_ACCEPTED)"},
      // From above what a block is busy by itself (a GLB bank at its largest, read and written), and
      // above dram.ideal_latency_cycles.
      {"control.watchdog_cycles", [](Chip& c) -> int& { return c.control.watchdog_cycles; }, 200000,
       1000000000, "cycles", choice,
       "A chip that makes no progress for so long is a model fault; above the DRAM's longest "
       "latency"},
      {"control.strict", [](Chip& c) -> bool& { return c.control.strict; }, 0, 1, "-", choice,
       "A psum overflow is a model fault"},

      {"dram.timing", [](Chip& c) -> DramTiming& { return c.dram.timing; }, 0, 0, "-", choice,
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

ChipOption chip_option(std::string_view name) {
  const auto options = chip_options();
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const ChipOption& option) { return option.name == name; });
  if (found == options.end()) throw std::out_of_range("no option " + std::string(name));
  return *found;
}

}  // namespace uvea::hw
