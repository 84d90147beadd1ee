#pragma once
// Everything that one PE is given from a reset on, so that it can be given again: to the TLM PE, to
// the RTL, in any order, alone. Times are cycles since the reset.

#include <cstdint>
#include <vector>

#include "hw/config/chip_config.h"
#include "tlm/cycle.h"
#include "tlm/data_type.h"

namespace uvea::cosim {

/// A burst that comes in. The bursts of one port come in their order: each is offered at `offer` or
/// when the one before it has ended, whichever is later.
struct InputBurst {
  link::DataType stream = link::DataType::iact;
  unsigned port = 0;                ///< iact port; 0 for weights and psums
  link::Cycle offer = 0;            ///< first cycle on the wires, at the earliest
  link::Cycle not_before = 0;       ///< first beat at the earliest (other receivers of a multicast)
  std::vector<std::uint16_t> gaps;  ///< idle cycles before beat i; empty: none. Not for psums
  std::vector<std::uint32_t> words;  ///< iact and weight port words
  std::vector<std::int32_t> psums;   ///< psums from below
};

/// How the receiver of the n-th psum burst behaves.
struct Sink {
  link::Cycle not_before = 0;  ///< ready at the earliest
  unsigned cycles_per_beat = 1;
  std::vector<std::uint16_t> gaps;  ///< further idle cycles before beat i (for psums that pass, of
                                    ///< source, receiver or both); empty: none
};

/// No cycle.
constexpr link::Cycle kNever = ~link::Cycle{0};

struct PeStimulus {
  hw::PeConfig config;
  unsigned iact_ports = 3;
  std::vector<std::uint8_t> descriptor;  ///< the layer command's bytes
  std::vector<InputBurst> inputs;
  std::vector<Sink> sinks;  ///< one per psum burst; those past the end are always ready
  /// A recording that breaks off in the middle of the work: what happens from this cycle on does
  /// not count. kNever: the work is all there.
  link::Cycle end = kNever;
};

}  // namespace uvea::cosim
