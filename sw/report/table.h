#pragma once
// What the terminal shows of a run: a line per layer with its cycles and a total, then one with what
// limited it; at most 120 columns.

#include <string>

#include "sw/report/results.h"

namespace uvea::report {

/// A whole number with a comma between thousands.
std::string grouped(std::uint64_t number);

/// A rate or count with three figures and k, M, G or T.
std::string with_unit_prefix(double number);

std::string layer_table(const RunResult& run);

}  // namespace uvea::report
