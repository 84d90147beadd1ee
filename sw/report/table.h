#pragma once
// The table on the terminal: one line per layer, a total, at most 110 columns.

#include <string>

#include "sw/report/results.h"

namespace uvea::report {

/// A whole number with a comma between thousands.
std::string grouped(std::uint64_t number);

/// A rate or count with three figures and k, M, G or T.
std::string with_unit_prefix(double number);

std::string layer_table(const RunResult& run);

}  // namespace uvea::report
