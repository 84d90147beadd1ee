#pragma once
// Random legal work for one PE, the same on every platform for a seed, with what must come out of
// it: worked out from the plain numbers by a naive sum, not from the streams.
//
// Drawn are the mode (compressed or raw, one or two lanes, signed or unsigned iacts, one or two
// weight buffers), the shape (C0, S, stride, M0, T, row length) within the SPads with a liking for
// full ones, the epochs (with weights, null, idle, idle without chunks), psums from below, rows on
// any iact port with tags that wrap, densities from nothing to all, the largest numbers, and when
// everybody offers, starts, pauses and takes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tb/cosim/pe/pe_stimulus.h"

namespace uvea::cosim {

/// What may be drawn.
struct RandomLimits {
  hw::PeConfig config;
  unsigned iact_ports = 3;
  unsigned windows = 60;       ///< about as many at most
  int largest = 63;            ///< C0, M0 and T
  std::optional<bool> csc;     ///< this mode only
  std::optional<bool> stalls;  ///< none at all, or always some
};

struct RandomWork {
  PeStimulus stimulus;
  std::uint64_t windows = 0;        ///< that the PE computes
  std::uint64_t overflows = 0;      ///< of sums in the order of the hardware
  std::vector<std::int32_t> psums;  ///< on psum_out, in their order
  std::string description;          ///< for a failure's message
};

RandomWork random_work(std::uint64_t seed, const RandomLimits& limits);
/// Only the stimulus.
PeStimulus random_stimulus(std::uint64_t seed, const RandomLimits& limits);

}  // namespace uvea::cosim
