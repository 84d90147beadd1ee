#pragma once
// Runs beside each other: what was changed in the chip, and what that did to each layer's cycles,
// classes of PE cycles and traffic. The first run is what the others are measured by.
//
// Layers are the same when they have the same name; of several with one name, the first of one run
// is the first of the other.

#include <string>
#include <vector>

#include "sw/report/counters.h"
#include "sw/report/stored_run.h"

namespace uvea::report {

constexpr std::size_t kMostCompared = 26;  // a letter each

/// For the terminal. `tables`: words for the classes; a class that is not there keeps its key.
/// Throws UserError when no layer is in every run.
std::string comparison_text(const std::vector<StoredRun>& runs, const CountTables& tables);

/// Everything that was counted: layer, quantity, and its value in each run; empty where a run has
/// no such layer or quantity. Throws as comparison_text().
std::string comparison_csv(const std::vector<StoredRun>& runs);

}  // namespace uvea::report
