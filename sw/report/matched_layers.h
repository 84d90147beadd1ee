#pragma once
// The layers of several runs, side by side.

#include <string>
#include <vector>

#include "sw/report/stored_run.h"

namespace uvea::report {

struct MatchedLayer {
  std::string name;
  std::vector<const StoredLayer*> in;  ///< by run; null where it is not there

  bool everywhere() const;
};

/// In the order of the first run; what only later runs have comes last. The runs must outlive it.
/// Throws UserError when no layer is in every run.
std::vector<MatchedLayer> matched_layers(const std::vector<StoredRun>& runs);

/// A setting of the chip that is not the same in all runs; empty where a run has no such setting.
struct ChangedSetting {
  std::string name;
  std::vector<std::string> values;
};
std::vector<ChangedSetting> changed_settings(const std::vector<StoredRun>& runs);

/// Sums over the layers that are in every run, by run.
std::vector<StoredLayer> sums(const std::vector<MatchedLayer>& layers, std::size_t runs);

}  // namespace uvea::report
