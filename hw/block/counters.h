#pragma once
// Everything that the blocks count, in one table: a new counter is one row here and the line that
// counts it. results.json, layers.csv and `uvea compare --csv` have it then; uvea-results-docs (a
// target) makes docs/results.md and the schema anew. What a PE counts belongs into PeCore where it
// can: the PE of RTL counts with that, all else once more (WorkCounter of tb/cosim).
//
// Names         glb_..._reads, glb_..._writes, spad_..._reads, spad_..._writes and
//               noc_..._word_hops are traffic: reports sum them.
// Tests         ChipCounters wants each counted by some layer.

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace uvea::hw {

// clang-format off
// counter                    block     data      name                 unit            help
#define UVEA_COUNTERS(ROW)                                                                                                             \
  ROW(pe_effectual_macs,      "pe",     "",       "effectual_macs",    "MACs",         "MACs done with neither operand zero")          \
  ROW(pe_gated_macs,          "pe",     "",       "gated_macs",        "MACs",         "MACs fed with a zero operand: they take their place, the multiplier rests") \
  ROW(pe_issue_slots,         "pe",     "",       "issue_slots",       "cycles",       "cycles in which a PE's MACs were fed")         \
  ROW(pe_examine_slots,       "pe",     "",       "examine_slots",     "cycles",       "iacts examined, and windows without any")      \
  ROW(pe_active,              "pe",     "",       "active_pes",        "PEs",          "PEs that fed their MACs at least once")        \
  ROW(pe_overflows,           "pe",     "psum",   "psum_overflows",    "additions",    "additions that left the psum width")           \
  ROW(spad_iact_reads,        "pe",     "iact",   "spad_iact_reads",   "entries",      "reads of the iact data SPads")                 \
  ROW(spad_iact_writes,       "pe",     "iact",   "spad_iact_writes",  "entries",      "writes of the iact data SPads")                \
  ROW(spad_iact_addr_reads,   "pe",     "iact",   "spad_iact_addr_reads",  "entries",  "reads of the iact address SPads: segments looked up") \
  ROW(spad_iact_addr_writes,  "pe",     "iact",   "spad_iact_addr_writes", "entries",  "writes of the iact address SPads: segments stored") \
  ROW(spad_weight_reads,      "pe",     "weight", "spad_weight_reads", "words",        "reads of the weight data SPads")               \
  ROW(spad_weight_writes,     "pe",     "weight", "spad_weight_writes","words",        "writes of the weight data SPads")              \
  ROW(spad_weight_addr_reads, "pe",     "weight", "spad_weight_addr_reads",  "entries", "reads of the weight address SPads: columns looked up") \
  ROW(spad_weight_addr_writes,"pe",     "weight", "spad_weight_addr_writes", "entries", "writes of the weight address SPads: columns stored") \
  ROW(spad_psum_reads,        "pe",     "psum",   "spad_psum_reads",   "entries",      "reads of the psum SPads, read-modify-writes included") \
  ROW(spad_psum_writes,       "pe",     "psum",   "spad_psum_writes",  "entries",      "writes of the psum SPads")                     \
  ROW(pe_iact_words,          "pe",     "iact",   "pe_iact_words",     "words",        "port words that PEs took from iact ports")     \
  ROW(pe_weight_words,        "pe",     "weight", "pe_weight_words",   "words",        "port words that PEs took from weight ports")   \
  ROW(pe_psum_words,          "pe",     "psum",   "pe_psum_words",     "words",        "words of two psums that PEs sent")             \
  ROW(noc_iact_words,         "router", "iact",   "noc_iact_words",    "words",        "words that entered the iact mesh")             \
  ROW(noc_iact_word_hops,     "router", "iact",   "noc_iact_word_hops","words",        "words times router outputs of the iact mesh")  \
  ROW(noc_weight_words,       "router", "weight", "noc_weight_words",  "words",        "words that entered the weight mesh")           \
  ROW(noc_weight_word_hops,   "router", "weight", "noc_weight_word_hops", "words",     "words times router outputs of the weight mesh")\
  ROW(noc_psum_words,         "router", "psum",   "noc_psum_words",    "words",        "words that entered the psum mesh")             \
  ROW(noc_psum_word_hops,     "router", "psum",   "noc_psum_word_hops","words",        "words times router outputs of the psum mesh")  \
  ROW(noc_bursts,             "router", "",       "noc_bursts",        "bursts",       "bursts that routers passed on")                \
  ROW(router_held_cycles,     "router", "",       "router_held_cycles","cycles",       "cycles in which a burst stood at a router until its slowest receiver was ready") \
  ROW(glb_iact_reads,         "glb",    "iact",   "glb_iact_reads",    "words",        "words read from iact banks")                   \
  ROW(glb_iact_writes,        "glb",    "iact",   "glb_iact_writes",   "words",        "words written to iact banks")                  \
  ROW(glb_psum_reads,         "glb",    "psum",   "glb_psum_reads",    "words",        "words of two psums read from psum banks")      \
  ROW(glb_psum_writes,        "glb",    "psum",   "glb_psum_writes",   "words",        "words of two psums written to psum banks")     \
  ROW(fifo_iact_words,        "glb",    "iact",   "fifo_iact_words",   "words",        "words handed through the off-chip FIFO behind an iact port, past its bank") \
  ROW(port_weight_words,      "port",   "weight", "port_weight_words", "words",        "words that the off-chip weight ports sent")    \
  ROW(port_weight_bytes,      "port",   "weight", "port_weight_bytes", "bytes",        "bytes of their streams that the weight ports asked the DMA for") \
  ROW(oacts,                  "output", "oact",   "oacts",             "oacts",        "oacts written to DRAM")                        \
  ROW(output_psum_words,      "output", "psum",   "output_psum_words", "words",        "words of two psums that the output stages took") \
  ROW(output_param_bytes,     "output", "",       "output_param_bytes","bytes",        "bytes of channel parameters that the output stages asked the DMA for") \
  ROW(output_write_bytes,     "output", "oact",   "output_write_bytes","bytes",        "bytes of oacts that the output stages gave the DMA") \
  ROW(register_words,         "control","",       "register_words",    "words",        "words of layer commands that reached a block's registers") \
  ROW(io_moving_cycles,       "control","",       "io_moving_cycles",  "cycles",       "cycles in which iacts loaded or oacts left and nothing was processed (control.serial_io)") \
  ROW(dram_read_bytes,        "dma",    "",       "dram_read_bytes",   "bytes",        "bytes read over the DRAM socket")              \
  ROW(dram_write_bytes,       "dma",    "",       "dram_write_bytes",  "bytes",        "bytes written over the DRAM socket")           \
  ROW(dram_transactions,      "dma",    "",       "dram_transactions", "transactions", "transactions on the DRAM socket")              \
  ROW(dma_requests,           "dma",    "",       "dma_requests",      "requests",     "requests of the blocks to the DMA")            \
  ROW(dma_request_bytes,      "dma",    "",       "dma_request_bytes", "bytes",        "bytes that the blocks asked for or gave")      \
  ROW(dram_bus_bytes,         "dram",   "",       "dram_bus_bytes",    "bytes",        "bytes moved on the DRAM's data buses, whole bursts") \
  ROW(dram_activates,         "dram",   "",       "dram_activates",    "commands",     "rows opened")                                  \
  ROW(dram_precharges,        "dram",   "",       "dram_precharges",   "commands",     "rows closed, refreshes' included")             \
  ROW(dram_column_reads,      "dram",   "",       "dram_column_reads", "commands",     "column reads")                                 \
  ROW(dram_column_writes,     "dram",   "",       "dram_column_writes","commands",     "column writes")                                \
  ROW(dram_row_hits,          "dram",   "",       "dram_row_hits",     "accesses",     "column accesses whose row was open")           \
  ROW(dram_row_misses,        "dram",   "",       "dram_row_misses",   "accesses",     "column accesses to a closed bank")             \
  ROW(dram_row_conflicts,     "dram",   "",       "dram_row_conflicts","accesses",     "column accesses that had another row closed")  \
  ROW(dram_refreshes,         "dram",   "",       "dram_refreshes",    "commands",     "refreshes of all banks of a channel")          \
  ROW(dram_delayed_requests,  "dram",   "",       "dram_delayed_requests", "requests", "requests that waited for room in the DRAM's queue")
// clang-format on

enum class Counter : std::size_t {
#define UVEA_ENUMERATOR(counter, ...) counter,
  UVEA_COUNTERS(UVEA_ENUMERATOR)
#undef UVEA_ENUMERATOR
};

/// What a counter is, for people and files.
struct CounterRow {
  Counter counter;
  const char* block;  ///< kind of block that counts it
  const char* data;   ///< iact, weight, psum, oact, or empty
  const char* name;   ///< key in results.json, column in layers.csv
  const char* unit;
  const char* help;
};

/// The table, in the order of the enumerators.
inline constexpr CounterRow kCounterTable[] = {
#define UVEA_ROW(counter, block, data, name, unit, help) \
  {Counter::counter, block, data, name, unit, help},
    UVEA_COUNTERS(UVEA_ROW)
#undef UVEA_ROW
};
inline constexpr std::size_t kCounters = std::size(kCounterTable);

/// A value for each row of the table. Blocks count into their own; sums are sums of these.
class CounterSink {
 public:
  std::uint64_t& operator[](Counter counter) { return values_[static_cast<std::size_t>(counter)]; }
  std::uint64_t operator[](Counter counter) const {
    return values_[static_cast<std::size_t>(counter)];
  }
  CounterSink& operator+=(const CounterSink& other) {
    for (std::size_t i = 0; i < kCounters; ++i) values_[i] += other.values_[i];
    return *this;
  }
  /// In the order of the table.
  const std::array<std::uint64_t, kCounters>& values() const { return values_; }
  /// What came since an earlier sum of the same blocks.
  CounterSink operator-(const CounterSink& earlier) const {
    CounterSink since = *this;
    for (std::size_t i = 0; i < kCounters; ++i) since.values_[i] -= earlier.values_[i];
    return since;
  }

 private:
  std::array<std::uint64_t, kCounters> values_{};
};

}  // namespace uvea::hw
