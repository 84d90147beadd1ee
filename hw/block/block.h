#pragma once
// What all blocks of the chip have in common: they can be counted, asked what they wait for, and
// asked what is left in them. Chip::blocks() walks them.

#include <string>
#include <systemc>
#include <vector>

#include "hw/block/counters.h"
#include "hw/block/resource.h"
#include "hw/block/wait.h"
#include "hw/command/schedule.h"
#include "tlm/clock.h"
#include "tlm/command_sockets.h"
#include "tlm/probe.h"

namespace uvea::hw {

class Block : public sc_core::sc_module {
 public:
  /// Adds what was counted since the last layer command.
  virtual void count(CounterSink& sink) const { sink += counts_; }
  /// Adds the ports, links and banks that it owns, and how long each was busy in this layer.
  virtual void use(std::vector<Resource>&) const {}
  /// What it waits for at the moment; nothing when it is at rest or at work.
  virtual Wait waiting_for() const = 0;
  /// When waiting_for() says nothing and yet `taker` (instance path) waits for it: what it would need to
  /// have something for it. Nothing: it does not know.
  virtual Wait needs_for(const std::string& /*taker*/) const { return {}; }
  /// What is not at rest, a line each without the instance path; empty at a sound end.
  virtual std::vector<std::string> leftovers() const = 0;

  /// Whom it tells what it does (null: nobody, and that costs nothing). Before the simulation
  /// begins, or between two layers.
  virtual void watch(link::Probe* probe) { probe_ = probe; }
  /// For who watches: nothing more happens before `end`. Tells what was held back up to there.
  virtual void tell_rest(link::Cycle /*end*/) {}

  /// The next layer: nothing is counted yet.
  virtual void clear_counts() { counts_ = CounterSink{}; }
  const CounterSink& counts() const { return counts_; }

 protected:
  explicit Block(const sc_core::sc_module_name& name) : sc_module(name) {}
  void fault(const std::string& what) const { SC_REPORT_ERROR(name(), what.c_str()); }

  CounterSink counts_;
  link::Probe* probe_ = nullptr;
};

/// A block that takes the layer command: decoded, checked and reported here.
class LayerBlock : public Block, private link::CommandReceiver {
 public:
  link::CommandIn command;

 protected:
  /// `row`, `col`: its cluster's place in the mesh.
  LayerBlock(const sc_core::sc_module_name& name, const ChipConfig& config,
             const link::Clock& clock, int row, int col);

  /// A sound layer command; the schedule is the cluster's. Counters are cleared by then.
  virtual void configure(const LayerCommand& command, const Schedule& schedule) = 0;
  /// For who passes the command on as it came: called after configure().
  virtual void configured(const std::uint8_t* /*descriptor*/) {}

  const ChipConfig& config_;
  const link::Clock& clock_;
  const int row_, col_;

 private:
  void on_command(const std::uint8_t* descriptor) final;
};

}  // namespace uvea::hw
