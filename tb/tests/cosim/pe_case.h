#pragma once
// Stimuli by hand: a few lines for a few bursts.

#include <string>
#include <vector>

#include "tb/cosim/pe/pe_events.h"
#include "tb/cosim/pe/pe_stimulus.h"

namespace uvea::test {

/// Mode and shape of the layer that the PE works on.
struct PeLayer {
  bool csc = true, single_lane = false, double_buffer = false;
  int c0 = 1, kernel = 1, stride = 1, m0 = 2;
  int windows = 1;  ///< T, in a chunk
  int row = 1;      ///< F, in a row
};

/// One weight burst.
struct PeWeights {
  std::vector<std::vector<int>> columns;  ///< M0 weights each
  int chunks = 1, tag = 0;
  bool psum_in = false, null = false, idle = false;
};

class PeCase {
 public:
  explicit PeCase(const PeLayer& layer, const hw::PeConfig& config = {});

  cosim::PeStimulus stimulus;

  /// Each adds a burst; its times can then be set.
  cosim::InputBurst& weights(const PeWeights& weights);
  /// `values`: the chunk's iacts, segment by segment. `place`: "first", "last", "only" or "middle".
  cosim::InputBurst& iacts(const std::vector<int>& values, const std::string& place = "only",
                           int tag = 0, unsigned port = 0);
  cosim::InputBurst& psums(const std::vector<std::int32_t>& values);
  cosim::Sink& sink();

 private:
  PeLayer layer_;
};

/// Cycles of the events of a kind (and port), in their order.
std::vector<link::Cycle> cycles(const cosim::PeTrace& trace, cosim::PeEventKind kind,
                                unsigned port = 0);
std::vector<std::int32_t> psum_values(const cosim::PeTrace& trace);

/// The first difference between two traces, kind by kind and port by port, or nothing.
std::string difference(const cosim::PeTrace& a, const cosim::PeTrace& b);

}  // namespace uvea::test
