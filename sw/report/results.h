#pragma once
// What a run found, layer by layer, and its two files: results.json and layers.csv.
//
// Fields: sw/report/fields.h, docs/results.md. Everything but total.host_seconds and
// total.macs_per_host_second follows from the inputs, byte for byte.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sw/report/counters.h"
#include "sw/report/psum_overflow.h"

namespace uvea::report {

/// A lower bound of a layer's cycles (sw/mapper/eyexam.h).
struct BoundStep {
  std::string step;           ///< what it takes as finite that the step before did not
  double cycles = 0;          ///< the layer takes no fewer
  double macs_per_cycle = 0;  ///< no more are done
  std::string limit;          ///< what limits at this step, a sentence
};
constexpr std::size_t kBoundSteps = 7;

struct LayerResult {
  int index = 0;  ///< 1-based, in the network
  std::string name;
  std::string type;  ///< "conv", "depthwise", "fully_connected", "average_pool", ...
  bool on_chip = false;
  std::int64_t macs = 0;                 ///< nominal, for the batch; 0 on the host
  std::int64_t mismatches = 0;           ///< oacts that differ from the reference
  double weight_density = 0;             ///< non-zero share of the weights
  double iact_density = 0;               ///< share of the iacts that differ from the zero point
  double predicted_cycles = 0;           ///< by the mapper's cost; 0 on the host
  double lower_bound_cycles = 0;         ///< by that cost no mapping is below; 0 when not known
  Counters counters;                     ///< empty on the host
  std::vector<BoundStep> eyexam;         ///< kBoundSteps; empty on the host
  nlohmann::ordered_json mapping;        ///< object; null on the host
  std::optional<double> weight_sqnr_db;  ///< where the weights were re-quantised at import
  std::optional<PsumOverflow> psum_overflow;  ///< where an addition wrapped
};

struct RunResult {
  std::string version;
  std::string network;
  nlohmann::ordered_json chip;  ///< section -> key -> value
  CountTables tables;           ///< what the counters of every layer are
  std::int64_t chip_macs = 1;   ///< MACs of the chip
  std::int64_t chip_pes = 1;
  double clock_hz = 1;
  int batch = 1;
  std::uint64_t seed = 0;
  std::string pruned;  ///< what --prune was given; empty: nothing
  std::vector<LayerResult> layers;
  nlohmann::ordered_json rtl;  ///< object; null without RTL
  bool interrupted = false;    ///< by a signal: only the layers that were finished are here
  bool stopped = false;        ///< by a divergence of the RTL: the same
  bool broken_off = false;     ///< a layer did not come to its end: the same
  double host_seconds = 0;
};

struct Total {
  std::int64_t macs = 0, effectual_macs = 0, mismatches = 0;
  std::uint64_t cycles = 0, psum_overflows = 0;
  double inferences_per_second = 0;  ///< 0 when no layer ran on the chip
  double macs_per_host_second = 0;
};

/// Effectual MACs / (cycles * all MACs of the chip); 0 for a layer without cycles.
double mac_occupancy(std::int64_t effectual_macs, std::uint64_t cycles, std::int64_t chip_macs);

/// Sums over the layers. inferences_per_second = clock / cycles * batch.
Total total_of(const RunResult& run);

/// The text of results.json, with a line end.
std::string results_json(const RunResult& run);

/// The text of layers.csv, with a heading.
std::string layers_csv(const RunResult& run);

}  // namespace uvea::report
