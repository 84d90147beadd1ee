#pragma once
// One screen on one layer of a stored run: its bounds, where its PE cycles went, how busy its ports,
// links and banks were, its mapping, and what limited it.

#include <string>
#include <vector>

#include "sw/report/counters.h"
#include "sw/report/stored_run.h"

namespace uvea::report {

/// `layer`: one of the run's. `resources`: of that layer; may be empty.
std::string explanation(const StoredRun& run, const StoredLayer& layer, const CountTables& tables,
                        const std::vector<ResourceUse>& resources);

}  // namespace uvea::report
