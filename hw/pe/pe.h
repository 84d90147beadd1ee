#pragma once
// What every PE of a cluster has outside: streams, command, counters. SparsePe is the model's;
// a testbench may put another one in its place.
//
// Ports      iact[b]   one per iact router of the cluster ("all routers reach all PEs"); the PE
// takes
//                      the rows in the order of their tags, whoever offers them
//            weight    from the weight router of its row
//            psum_in   from the PE below (or the psum router, bottom PE)
//            psum_out  to the PE above (or the psum router, top PE)
//            command   layer command
// Timing     docs/pe_timing.md.

#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "hw/pe/pe_core.h"
#include "tlm/command_sockets.h"
#include "tlm/stream_sockets.h"

namespace uvea::hw {

class Pe : public sc_core::sc_module,
           public link::BurstReceiver,
           public link::BurstSender,
           public link::CommandReceiver {
 public:
  Pe(const sc_core::sc_module_name& name, const ChipConfig& config, const link::Clock& clock);

  std::vector<std::unique_ptr<link::StreamIn>> iact;  ///< receiver ports 0 .. iact_banks - 1
  link::StreamIn weight;                              ///< port iact_banks
  link::StreamIn psum_in;                             ///< port iact_banks + 1
  link::StreamOut psum_out;
  link::CommandIn command;

  virtual const PeCounters& counters() const = 0;
  /// What is still queued or awaited; empty when the PE is at rest.
  virtual std::vector<std::string> leftovers() const = 0;
  /// In words, what the PE waits for at the moment.
  virtual std::string waiting_for() const = 0;
};

/// Where a PE sits.
struct PePlace {
  int cluster_row = 0, cluster_col = 0, row = 0, col = 0;
};

/// Makes the PE of a place; `name` and `source_id` are what the cluster gives it.
using PeFactory = std::function<std::unique_ptr<Pe>(
    const char* name, const PePlace& place, const ChipConfig& config, const link::Clock& clock,
    link::BurstPool& pool, std::uint32_t source_id)>;

/// SparsePe everywhere.
PeFactory model_pes();

}  // namespace uvea::hw
