#pragma once
// Layers with RTL in the chip, and their waveform read back.

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

}  // namespace uvea::test
