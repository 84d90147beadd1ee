#pragma once
// Layers with RTL in the chip, their waveform read back, and what must hold in it edge by edge.

#include <string>
#include <vector>

#include "hw/block/counters.h"
#include "tb/cosim/chip/rtl_session.h"
#include "tb/tests/chip/layer_case.h"
#include "tb/tests/trace/fst_reading.h"

namespace uvea::test {

struct TracedLayer {
  bool mapped = true;  ///< else the mapper refuses the layer, and there is nothing else
  ReadWaveform waveform;
  hw::CounterSink counters;
  cosim::RtlFindings findings;
  std::vector<std::string> faults;
  std::vector<std::string> pes;  ///< instance paths of those with RTL
  std::uint64_t disordered = 0;  ///< events that were told out of order
};

/// Once per process. All of the chip's blocks are traced.
TracedLayer trace_layer(const LayerCase& c, const cosim::RtlChoice& choice,
                        const cosim::RtlFactory& make_rtl, const cosim::RtlFactory& make_inside);

/// A signal of a waveform, cycle by cycle, from its first one; -1 while it is unknown.
std::vector<std::int64_t> by_cycle(const ReadWaveform& waveform, const std::string& signal);

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
