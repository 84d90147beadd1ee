#pragma once
// A run's resources.json read back: what each PE, port, link, bank and channel did.

#include <string>
#include <vector>

#include "sw/report/stored_run.h"

namespace uvea::report {

/// A PE's cycles by class.
struct StoredPe {
  std::string path;
  Values stalls;
};

struct StoredResources {
  int index = 0;              ///< of the layer, in the network, from 1
  std::vector<StoredPe> pes;  ///< empty when an older version wrote the file
  std::vector<ResourceUse> resources;
};

/// By layer, from the resources.json beside the run's results.json. Throws UserError.
std::vector<StoredResources> read_resources(const StoredRun& run);

/// Of one layer; empty when the file has none of it.
StoredResources resources_of(const std::vector<StoredResources>& all, int index);

}  // namespace uvea::report
