#pragma once
// What one layer did on the chip, counted by the blocks that did it.

#include <cstdint>

namespace uvea::report {

struct Counters {
  std::uint64_t cycles = 0;  ///< chip clock cycles from start of the layer to its last oact in DRAM
  std::uint64_t effectual_macs = 0;  ///< MACs done with neither operand zero (nn::effectual_macs)
  std::uint64_t active_pes = 0;      ///< PEs that did at least one MAC slot
  std::uint64_t psum_overflows = 0;  ///< additions that left the psum width
  std::uint64_t oacts = 0;           ///< oacts written to DRAM

  std::uint64_t dram_read_bytes = 0, dram_write_bytes = 0;
  // GLB accesses in port words (24-bit iact, 40-bit psum).
  std::uint64_t glb_iact_reads = 0, glb_iact_writes = 0, glb_psum_reads = 0, glb_psum_writes = 0;
  // NoC: words times router hops, so that words / hops can be told apart.
  std::uint64_t noc_iact_words = 0, noc_iact_word_hops = 0;
  std::uint64_t noc_weight_words = 0, noc_weight_word_hops = 0;
  std::uint64_t noc_psum_words = 0, noc_psum_word_hops = 0;
  // SPad accesses in SPad words.
  std::uint64_t spad_iact_reads = 0, spad_iact_writes = 0;
  std::uint64_t spad_weight_reads = 0, spad_weight_writes = 0;
  std::uint64_t spad_psum_reads = 0, spad_psum_writes = 0;
};

}  // namespace uvea::report
