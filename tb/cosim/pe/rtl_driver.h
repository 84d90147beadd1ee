#pragma once
// Drives the RTL PE's pins: turns bursts with annotated cycles into port words per cycle, and what
// comes out into events. The cycles are those of docs/pe_timing.md.
//
// Bursts may be added while it runs, in the order of their lanes, also with an offer that lies
// behind the cycles already run: then it goes back to a kept state and runs again. What was told
// already must come out again; anything else is a fault. A cycle in which nothing can change is not
// run: the RTL's active_o says so, as a clock gate would.
//
// Lanes: iact ports 0 .. ports-1, then weights, then psums from below.

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "tb/cosim/pe/pe_events.h"
#include "tb/cosim/pe/pe_stimulus.h"
#include "tb/cosim/pe/pin_checker.h"
#include "tb/cosim/pe/pin_sink.h"
#include "tb/cosim/pe/rtl_account.h"
#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::cosim {

constexpr link::Cycle kUnknown = kNever;

class RtlDriver : private StallSink {
 public:
  using Cycle = link::Cycle;

  /// `goes_back`: calls may lie before the cycles already run.
  RtlDriver(RtlPe& pe, unsigned iact_ports, bool goes_back);

  unsigned weight_lane() const { return ports_; }
  unsigned psum_lane() const { return ports_ + 1; }

  /// Called for every event, once; psums as they leave.
  std::function<void(const PeEvent&)> on_event;
  /// Called with where the cycles went (rtl_account.h), each once.
  std::function<void(const StallInterval&)> on_stall;
  /// Called in each cycle before its edge with what the MACs do; not with `goes_back`.
  std::function<void(Cycle cycle, const RtlActivity& inside, const RtlMacs& macs)> on_macs;
  /// Shown all cycles, but for those run ahead by peek_psums(); null: nobody.
  PinSink* pins = nullptr;
  /// What went wrong (a word not taken, an event taken back). The first one counts.
  const std::string& fault() const { return fault_; }
  Cycle fault_cycle() const { return fault_cycle_; }

  /// Takes a configuration word (rtl/pe/sparse_pe.v) between two cycles; the PE must be at rest.
  /// `pe`: what it was made for.
  void configure(std::uint32_t word, const hw::PeConfig& pe, Cycle now);
  /// The layer is over: tells the rest of where the cycles up to `end` went. At rest.
  void end_account(Cycle end) { s_.account.end(end, *this); }
  /// Adds a burst. `not_before` is its first beat at the earliest, or kUnknown: set_first_beat()
  /// tells.
  void add_input(unsigned lane, InputBurst burst);
  /// Of the oldest burst without one. `gaps`: its idle cycles (InputBurst::gaps), which a narrow bus
  /// makes when it grants; none for psums.
  void set_first_beat(unsigned lane, Cycle first_beat, const std::vector<std::uint16_t>& gaps);
  /// The receiver of the oldest psum burst without one.
  void add_sink(Sink sink);

  /// Runs up to (not including) `limit`, or until nothing can happen without further calls. With
  /// stop_at_offers it returns after each ready or offer, before the clock edge of that cycle, so
  /// that an answer can still belong to it; true then.
  bool run(Cycle limit);
  bool stop_at_offers = false;
  bool skips_idle_cycles = true;  ///< false: clocks also where the RTL says that nothing can change
  /// Events before `cycle` are final: no call will lie before it. Frees what was kept for going
  /// back.
  void commit(Cycle cycle);
  bool at_rest() const;  ///< nothing under way, nothing queued
  Cycle now() const { return s_.now; }

  /// Clock edges, those run again included.
  std::uint64_t cycles_run() const { return cycles_run_; }
  std::uint64_t overflows() const { return s_.overflows; }
  std::uint64_t forwards() const { return s_.forwards; }
  std::uint64_t macs() const { return s_.macs; }  ///< with neither operand zero, since configured
  /// Values of the psum burst offered last; complete by running ahead with a receiver that is
  /// always ready, which leaves no trace.
  std::vector<std::int32_t> peek_psums(bool& passes);

 private:
  static constexpr unsigned kMaxLanes = kMaxIactPorts + 2;
  struct LaneState {
    std::uint32_t head = 0, word = 0;
    Cycle free_from = 0, next = 0;
    bool told = false;
  };
  /// All that changes from cycle to cycle, besides the RTL itself.
  struct State {
    Cycle now = 0;
    LaneState lanes[kMaxLanes];
    std::uint32_t out_burst = 0, out_beat = 0;
    Cycle out_next = 0;
    bool out_told = false, out_passes = false;
    PinChecker pins;
    std::uint32_t told[kPeEventSequences] = {};  ///< events so far
    RtlAccount account;
    std::uint32_t told_stalls = 0;
    std::uint64_t overflows = 0, forwards = 0, macs = 0;
  };
  struct Kept {
    State state;
    std::vector<std::uint8_t> rtl;
  };

  enum class Step { moved, idle, offered };
  Step run_cycle();
  void drive(unsigned lane);
  bool offer_words();
  bool receive_psums();
  void advance(unsigned lane);
  void advance_out();
  bool in_gap() const;
  Cycle offer_of(unsigned lane) const;
  bool on_wires(unsigned lane) const;
  std::uint32_t first_words() const;
  Cycle next_change() const;
  void go_back(Cycle cycle);
  void keep();
  void tell(PeEventKind kind, unsigned port, std::int32_t value, Cycle cycle);
  void spend(const StallInterval& cycles) override;
  void show(bool edge);
  void fail(const std::string& what);
  InputBurst& burst_at(unsigned lane, std::uint32_t n) { return bursts_[lane][n - first_[lane]]; }
  const InputBurst* head(unsigned lane) const;
  const Sink* sink() const;

  RtlPe& pe_;
  const unsigned ports_, lanes_;
  State s_;
  RtlInputs in_;
  RtlOutputs out_;
  std::deque<InputBurst> bursts_[kMaxLanes];
  std::uint32_t first_[kMaxLanes] = {};
  std::deque<Sink> sinks_;
  std::uint32_t first_sink_ = 0;
  std::uint32_t timed_[kMaxLanes] = {};  ///< bursts whose first beat is known
  std::deque<PeEvent>
      told_[kPeEventSequences];  ///< events not yet final, from number told_from_ on
  std::uint32_t told_from_[kPeEventSequences] = {};
  std::deque<StallInterval> told_stalls_;  ///< the same
  std::uint32_t told_stalls_from_ = 0;
  std::deque<Kept> kept_;
  std::uint64_t cycles_run_ = 0;
  const bool goes_back_;
  bool peeking_ = false;
  std::string fault_;
  Cycle fault_cycle_ = 0;
};

}  // namespace uvea::cosim
