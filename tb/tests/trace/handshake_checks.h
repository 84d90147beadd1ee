#pragma once
// What must hold in a waveform edge by edge, read back.

#include <cstdint>
#include <string>
#include <vector>

#include "tb/tests/trace/fst_reading.h"

namespace uvea::test {

/// Of the clock, in ps.
std::uint64_t period_of(const ReadWaveform& waveform);
/// A signal of a waveform, cycle by cycle, from its first one; -1 while it is unknown.
std::vector<std::int64_t> by_cycle(const ReadWaveform& waveform, const std::string& signal);

/// A burst on a port or link of the model.
struct ShownBurst {
  std::size_t from = 0, to = 0;  ///< cycles, from the waveform's first one
  std::int64_t words = 0;
};
/// Those of a scope with busy, words, who and serial.
std::vector<ShownBurst> bursts_of(const ReadWaveform& waveform, const std::string& port);

/// A stream of the RTL's pins, cycle by cycle.
struct PinStream {
  std::string name;
  std::vector<std::int64_t> valid, ready;
  std::vector<std::vector<std::int64_t>> data;  ///< what must stay while a word waits
  bool moves(std::size_t cycle) const { return valid[cycle] == 1 && ready[cycle] == 1; }
};
/// Of the RTL of the PE at `path`: iacts of each port, weights, psums in, psums out.
std::vector<PinStream> pin_streams(const ReadWaveform& waveform, const std::string& path);

/// Each returns what is wrong, a line each: nothing when all is well.
/// The clock rises with every cycle and falls within it, and so does the RTL's.
std::string wrong_clock(const ReadWaveform& waveform, const std::string& path);
/// Valid stays up, data stay, until the word is taken.
std::string wrong_handshake(const PinStream& stream);
/// The TLM PE's bursts (weight, iact, psum_in, psum_out) and the words that move on the RTL's pins: as
/// many, in the same cycles, psums of the same values.
std::string wrong_alignment(const ReadWaveform& waveform, const std::string& path);
/// The model's beats are the RTL's, and differs is 0.
std::string wrong_expectation(const ReadWaveform& waveform, const std::string& path);

}  // namespace uvea::test
