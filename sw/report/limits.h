#pragma once
// What limits a layer, from where its PE cycles went and how busy the chip's ports, links and banks
// were.

#include <string>
#include <vector>

#include "sw/report/results.h"

namespace uvea::report {

/// What bound the layer, in words with its share of the PE cycles: the largest of the classes, where
/// a wait for data counts by the place in which they were (the DRAM is one place), and for which
/// data. Empty for a layer without cycles.
std::string limited_by(const LayerResult& layer, const RunResult& run);

/// Resources of one kind.
struct KindUse {
  std::string kind;
  std::uint64_t count = 0;
  double busy = 0, busiest = 0;  ///< share of the layer's cycles: mean of all, and the busiest one
  double held = 0;               ///< mean share in which something stood there
};
/// By kind, in the order in which they first come; PEs and MACs first. Empty without cycles.
std::vector<KindUse> utilisation(const LayerResult& layer, const RunResult& run);

/// Empty when the classes of every layer add up to its cycles times the chip's PEs; else what is
/// wrong.
std::string why_not_whole(const RunResult& run);

}  // namespace uvea::report
