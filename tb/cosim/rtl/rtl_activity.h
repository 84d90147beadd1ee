#pragma once
// What goes on inside the RTL PE in one cycle, as its account of cycles needs it: signals of
// rtl/pe by their names there, settled, before the clock edge that ends the cycle.
// account_signals.vlt makes them readable.

#include <cstdint>

namespace uvea::cosim {

struct RtlActivity {
  // pe_epochs
  bool chunks = false;     ///< a weight burst's second word is taken
  bool finish = false;     ///< its last word is taken
  unsigned writing = 0;    ///< place of that epoch
  unsigned rx = 0;         ///< place of the epoch that receives iacts
  bool pass_ends = false;  ///< the oldest epoch is null and retires
  bool idle_ends = false;  ///< the oldest epoch is idle and retires
  // iact_receive
  bool head = false;    ///< a chunk's first word is taken
  bool commit = false;  ///< the last word of a chunk that is not dropped is taken
  // pe_issue
  bool fire = false;   ///< an examine slot
  bool first = false;  ///< the chunk's first one (if it fires)
  unsigned place = 0;  ///< of the chunk's epoch
  unsigned bank = 0;   ///< of the chunk
  // mac_pair
  bool valid = false;   ///< a step of the issue stage has reached the MACs
  bool second = false;  ///< the second lane has a weight
  unsigned active = 0;  ///< bit per lane: does a MAC with neither operand zero
  // psum_spad
  unsigned done = 0;        ///< bit per bank: the chunk in it is done after this cycle
  bool move = false;        ///< a beat of psums leaves
  bool first_beat = false;  ///< of a chunk (if it moves)
  bool last_beat = false;   ///< of its burst (if it moves)
  bool pass = false;        ///< psums pass, none are added
  unsigned drain = 0;       ///< bank of the chunk that leaves
};

/// What the MAC stage does in one cycle: signals of mac_pair, in the RTL's own widths.
struct RtlMacs {
  struct Lane {
    bool active = false;       ///< does a MAC with neither operand zero
    unsigned address = 0;      ///< psum SPad address, with the bank's place
    std::uint32_t weight = 0;  ///< two's complement
    std::int32_t sum = 0;      ///< the psum with it, as it is written
  };
  unsigned bank = 0;        ///< of the chunk
  std::uint32_t value = 0;  ///< the iact, two's complement
  Lane lanes[2];
};

}  // namespace uvea::cosim
