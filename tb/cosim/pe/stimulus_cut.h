#pragma once
// A recording cut at its head, so that it shows in a short time what happens late in a layer.
//
// A PE carries nothing over from one row of iacts to the next but the weights: so a recording can
// begin at any row, with the weight burst that the row belongs to, whose header then says fewer
// chunks. All bursts and receivers keep their cycles. What the PE was still busy with at that cycle is
// missing; whether what happens later is the same has to be tried.

#include <cstddef>
#include <vector>

#include "tb/cosim/pe/pe_stimulus.h"

namespace uvea::cosim {

/// A row of iacts, or a whole burst of weights that takes none.
struct RowStart {
  std::size_t epoch = 0;  ///< weight burst, counted in the recording
  std::uint32_t chunk = 0;
};

/// Where `stimulus` may begin, in order. Only rows whose iacts have come in.
std::vector<RowStart> row_starts(const PeStimulus& stimulus);

struct StimulusCut {
  PeStimulus stimulus;
  link::Cycle begin = 0;  ///< of the recording: cycle 0 of `stimulus`
};

/// `stimulus` from that row on. `at` must be one of row_starts().
StimulusCut cut_at(const PeStimulus& stimulus, const RowStart& at);

}  // namespace uvea::cosim
