#include "hw/config/chip_limits.h"

#include <algorithm>
#include <stdexcept>

#include "tlm/pe_set.h"

namespace uvea::hw {
namespace {

using Chip = ChipConfig;

// A burst says which PEs of a cluster take it.
static_assert(kMaxClusterSide * kMaxClusterSide <= link::PeSet::kMost);

std::string name_of(std::string_view option, int value) {
  return "option " + std::string(option) + " = " + std::to_string(value);
}

}  // namespace

std::vector<SizeLimit> size_limits() {
  return {
      {"pe.iact_addr_entries", [](Chip& c) -> int& { return c.pe.iact_addr_entries; }, 1, 31},
      {"pe.iact_data_entries", [](Chip& c) -> int& { return c.pe.iact_data_entries; }, 1,
       kMaxSegmentIacts},
      {"pe.weight_addr_entries", [](Chip& c) -> int& { return c.pe.weight_addr_entries; }, 1,
       kMaxWeightColumns},
      {"pe.weight_data_words", [](Chip& c) -> int& { return c.pe.weight_data_words; }, 1,
       kMaxTileWords},
      {"pe.psum_entries", [](Chip& c) -> int& { return c.pe.psum_entries; }, 1,
       kMaxTileChannels + 1},
      {"pe.iact_bits", [](Chip& c) -> int& { return c.pe.iact_bits; }, 8, 8},
      {"pe.weight_bits", [](Chip& c) -> int& { return c.pe.weight_bits; }, 8, 9},
      {"pe.count_bits", [](Chip& c) -> int& { return c.pe.count_bits; }, 1, 8},
      {"pe.psum_bits", [](Chip& c) -> int& { return c.pe.psum_bits; }, 12, 31},
      {"pe.simd", [](Chip& c) -> int& { return c.pe.simd; }, 1, 2},
      {"pe.pipeline_stages", [](Chip& c) -> int& { return c.pe.pipeline_stages; }, 4, 32},
      {"cluster.pe_rows", [](Chip& c) -> int& { return c.cluster.pe_rows; }, 1, kMaxClusterSide},
      {"cluster.pe_cols", [](Chip& c) -> int& { return c.cluster.pe_cols; }, 1, kMaxClusterSide},
      {"mesh.rows", [](Chip& c) -> int& { return c.mesh.rows; }, 1, 64},
      {"mesh.cols", [](Chip& c) -> int& { return c.mesh.cols; }, 1, 64},
      {"glb.iact_banks", [](Chip& c) -> int& { return c.glb.iact_banks; }, 1, 16},
      {"glb.iact_bank_words", [](Chip& c) -> int& { return c.glb.iact_bank_words; }, 1, 65536},
      {"glb.psum_bank_words", [](Chip& c) -> int& { return c.glb.psum_bank_words; }, 1, 65536},
      {"glb.io_fifo_words", [](Chip& c) -> int& { return c.glb.io_fifo_words; }, 1, 65536},
      {"noc.hop_cycles", [](Chip& c) -> int& { return c.noc.hop_cycles; }, 1, 16},
      {"control.clock_mhz", [](Chip& c) -> int& { return c.control.clock_mhz; }, 1, 10000},
      {"control.dma_burst_bytes", [](Chip& c) -> int& { return c.control.dma_burst_bytes; }, 8,
       4096},
      {"control.dma_outstanding", [](Chip& c) -> int& { return c.control.dma_outstanding; }, 1,
       1024},
      {"control.dma_line_bytes", [](Chip& c) -> int& { return c.control.dma_line_bytes; }, 0,
       kMaxLineBytes},
      // Above what a block is busy by itself (a GLB bank at its largest, read and written), and
      // above dram.ideal_latency_cycles.
      {"control.watchdog_cycles", [](Chip& c) -> int& { return c.control.watchdog_cycles; }, 200000,
       1000000000},
  };
}

SizeLimit size_limit(std::string_view option) {
  const auto limits = size_limits();
  const auto found = std::find_if(limits.begin(), limits.end(),
                                  [&](const SizeLimit& limit) { return limit.option == option; });
  if (found == limits.end()) throw std::out_of_range("no size " + std::string(option));
  return *found;
}

std::string why_bad_chip(const ChipConfig& config) {
  ChipConfig copy = config;
  for (const SizeLimit& limit : size_limits()) {
    const int value = limit.field(copy);
    if (value < limit.lowest || value > limit.highest)
      return name_of(limit.option, value) + " is not allowed: expected " +
             std::to_string(limit.lowest) + ".." + std::to_string(limit.highest);
  }
  const int burst = config.control.dma_burst_bytes;
  if ((burst & (burst - 1)) != 0)
    return name_of("control.dma_burst_bytes", burst) + " is not allowed: expected a power of two";
  const int line = config.control.dma_line_bytes;
  if (line != 0 && (line < 8 || (line & (line - 1)) != 0))
    return name_of("control.dma_line_bytes", line) +
           " is not allowed: expected 0 or a power of two in 8.." + std::to_string(kMaxLineBytes);
  // A word of the weight port is a 32-bit number at most.
  constexpr int widest_pair = 16;
  const PeConfig& pe = config.pe;
  if (pe.weight_bits + pe.count_bits > widest_pair)
    return "options pe.weight_bits + pe.count_bits = " + std::to_string(pe.weight_bits) + " + " +
           std::to_string(pe.count_bits) + " are not allowed: expected at most " +
           std::to_string(widest_pair) + " bits for a pair";
  return {};
}

}  // namespace uvea::hw
