#pragma once
// resources.json: every PE, port, link, bank and channel of the chip in every layer, one a line.
// Beside results.json, which has their sums and means by kind.

#include <string>

#include "sw/report/results.h"

namespace uvea::report {

std::string resources_json(const RunResult& run);

}  // namespace uvea::report
