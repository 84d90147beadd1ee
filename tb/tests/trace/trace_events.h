#pragma once
// Reads a file of trace events back and holds it against the format.

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace uvea::test {

struct TraceEvents {
  struct Slice {
    std::int64_t process = 0, thread = 0;
    std::uint64_t from = 0, to = 0;
    std::string name;
    nlohmann::json args;
  };
  struct Arrow {
    std::string name;
    std::size_t from = 0, to = 0;  ///< slices
  };
  std::map<std::int64_t, std::string> processes;
  std::map<std::pair<std::int64_t, std::int64_t>, std::string> rows;
  std::vector<Slice> slices;
  std::vector<Arrow> arrows;
  std::size_t counters = 0;
  /// What is not as the format has it, a line each: kinds of events and their fields, rows without a
  /// name, slices of a row that overlap, arrows without two ends, back in time, or to no slice.
  std::vector<std::string> faults;

  /// "chip.cluster_0_0/pes.pe_0_0.iact".
  std::string row_of(const Slice& slice) const;
};

/// The chip's layers and passes, not what passed in them.
bool is_control(const TraceEvents& events, const TraceEvents::Slice& slice);

/// What is wrong with `to`: it stands where a burst passes the block that is its source, names PEs that
/// took it, and nothing else has it.
std::string taker_faults_of(const TraceEvents& events);

TraceEvents read_trace_events(const nlohmann::json& file);

}  // namespace uvea::test
