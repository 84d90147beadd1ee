#pragma once
// Transactions as trace events.
//
// Processes  chip.cluster_0_0, chip.dma, dram.channel0 ... : the first two names of an instance path.
// Rows       what is below, and the track; where slices overlap, as many as they need.
// Curves     of a process.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tb/trace/trace_event_file.h"
#include "tb/trace/transaction_sink.h"

namespace uvea::trace {

class TraceEventSink : public TransactionSink {
 public:
  /// Throws UserError when the file cannot be made.
  TraceEventSink(const std::string& path, int clock_mhz) : file_(path), clock_mhz_(clock_mhz) {}

  Row row(RowKind kind, const std::string& path, const std::string& name) override;
  Slice slice(const SliceInfo& slice) override;
  void arrow(const char* name, Slice from, Slice to) override;
  Curve curve(const std::string& path, const std::string& name, const std::string& unit) override;
  void value(Curve curve, link::Cycle at, double value) override;
  void end_piece() override;
  void close(std::optional<link::Cycle> cut) override;

 private:
  /// Lanes: rows of the file, so that no two slices overlap in one.
  struct Lane {
    TraceEventFile::Row row;
    link::Cycle end = 0;
  };
  struct Place {
    const char* category;
    std::string process, text;
    std::vector<Lane> lanes;
  };
  struct Shown {
    TraceEventFile::Row row;
    link::Cycle from, to;
  };
  struct Counter {
    int process;
    std::string name, unit;
  };

  int process(const std::string& name);
  Lane& lane(Place& place, link::Cycle from);

  TraceEventFile file_;
  const int clock_mhz_;
  std::map<std::string, int> processes_;                     ///< numbers, in the order of first use
  std::map<std::pair<std::string, std::string>, Row> rows_;  ///< by path and name
  std::vector<Place> places_;                                ///< by Row
  int lanes_ = 0;
  std::vector<Counter> counters_;
  std::vector<Shown> shown_;  ///< slices since the last end_piece()
  Slice first_ = 0;           ///< of those
};

}  // namespace uvea::trace
