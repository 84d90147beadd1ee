#pragma once
// How much the cycles hang on what was never published: every free constant of the chip (an option
// whose source is "choice" and that is a number) halved and doubled, the mapper asked anew each time.

#include <string>
#include <vector>

#include "tb/reproduce/experiment.h"

namespace uvea::tb {

/// Of the shipped Eyeriss v2. Left out: what is switched off by default, what takes no part in a run
/// (the watchdog), and what says which memory it is (DRAM channels).
struct FreeConstant {
  std::string name;   ///< section.key
  std::string value;  ///< the default
  /// "section.key=value": halved, doubled; those that are allowed.
  std::vector<std::string> settings;
};
std::vector<FreeConstant> free_constants();

/// A run of each workload for each setting; those of the settings' absence are experiments() of the
/// topics v2 and memory. Constants of the DRAM's timing belong to the workloads behind DDR4 only.
std::vector<Experiment> sensitivity_experiments(const std::vector<Experiment>& workloads);

/// A row for each constant that has figures: by workload the change of cycles in per cent, halved and
/// doubled.
struct SensitivityRow {
  FreeConstant constant;
  struct Change {
    std::string workload;  ///< key of the experiment
    std::string setting;
    double percent = 0;
  };
  std::vector<Change> changes;
};
std::vector<SensitivityRow> sensitivity_rows(const FiguresByKey& figures);

/// Heading first: constant, value, setting, a column for each workload.
std::vector<std::vector<std::string>> sensitivity_table(const std::vector<SensitivityRow>& rows);

}  // namespace uvea::tb
