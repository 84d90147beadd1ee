#pragma once
// What the co-simulation of a layer found.

#include <cstdint>
#include <string>
#include <vector>

namespace uvea::cosim {

/// How much the RTL did, or was compared.
struct RtlWork {
  std::uint64_t pes = 0;    ///< PEs with RTL
  std::uint64_t psums = 0;  ///< compared (shadow) or computed by RTL (drive)
  std::uint64_t windows = 0;
  std::uint64_t cycles = 0;  ///< clock edges of all RTL PEs
};

/// Where two PEs first differ.
struct DivergencePlace {
  std::string block;                  ///< instance path; empty: nowhere
  std::uint64_t first = 0, last = 0;  ///< cycles of the chip: of either side, of the other
};

/// What a layer's co-simulation found; plain data.
struct RtlFindings {
  RtlWork work;
  std::vector<std::uint64_t> compared;  ///< shadow: psums of each PE, in the order of their places
  bool diverged = false;
  bool stopped = false;   ///< the run was stopped there
  DivergencePlace place;  ///< of the first report
  /// For people, some lines each: the first divergence of each PE that differs, in simulated time
  /// (the first one only, unless kept going).
  std::vector<std::string> reports;
  /// Replay files' contents, one for each report.
  std::vector<std::string> replays;
};

}  // namespace uvea::cosim
