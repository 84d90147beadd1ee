#include "tb/cosim/pe/pair_run.h"

#include <algorithm>

#include "tb/cosim/pe/padded_events.h"
#include "tb/cosim/pe/rtl_bench.h"

namespace uvea::cosim {
namespace {

StallInterval up_to(link::Cycle end, StallInterval cycles) {
  cycles.to = std::min(cycles.to, end);
  return cycles;
}

struct ExpectedSide : PeEventSink {
  ExpectedSide(PeComparator& to, std::vector<PeEvent>& kept, link::Cycle before)
      : comparator(to), events(kept), end(before) {}
  void take(const PeEvent& event) override {
    if (event.cycle >= end) return;
    events.push_back(event);
    comparator.step_expected(event);
  }
  void spend(const StallInterval& cycles) override {
    if (cycles.from < end) comparator.spend_expected(up_to(end, cycles));
  }
  PeComparator& comparator;
  std::vector<PeEvent>& events;
  const link::Cycle end;
};

struct GotSide : PeEventSink {
  GotSide(PeComparator& to, link::Cycle before) : comparator(to), end(before) {}
  void take(const PeEvent& event) override {
    if (event.cycle < end) comparator.step_got(event);
  }
  void spend(const StallInterval& cycles) override {
    if (cycles.from < end) comparator.spend_got(up_to(end, cycles));
  }
  PeComparator& comparator;
  const link::Cycle end;
};

/// What the RTL does not tell of itself.
void tell(RtlWatch& watch, const PairRun& run) {
  watch.settle(kNever);
  std::optional<std::int32_t> low;
  for (const PeEvent& event : run.expected) {
    if (event.kind != PeEventKind::psum) continue;
    if (low) watch.expect(*low, event.value, event.cycle);
    low = low ? std::nullopt : std::optional(event.value);
  }
  if (run.differs) watch.differs(*run.differs);
}

}  // namespace

PairRun run_pair(TlmPeBench& bench, RtlPe& rtl, const PeStimulus& stimulus,
                 const std::string& title, TlmPeBench::Calls calls, RtlWatch* watch) {
  PairRun run;
  PeComparator comparator;
  ExpectedSide expected(comparator, run.expected, stimulus.end);
  GotSide got(comparator, stimulus.end);
  PaddedEvents padded(expected);
  std::vector<std::string> where = {title};
  const PeRun tlm = bench.run(stimulus, padded, calls);
  padded.pad();
  RtlRunTotals totals;
  const std::string fault =
      run_rtl(rtl, stimulus, got, totals, tlm.accounted, IdleCycles::skipped, watch);
  if (!fault.empty()) where.push_back(fault);
  run.rtl_fault = fault;
  if (stimulus.end == kNever) {
    if (!tlm.fault.empty()) where.push_back("TLM, " + tlm.fault);
    if (!totals.left_over.empty()) where.push_back(totals.left_over);
    for (const std::string& line :
         differences({tlm.overflows, tlm.effectual_macs}, {totals.overflows, totals.macs}))
      where.push_back(line);
  }
  const bool same = comparator.finish(stimulus.end != kNever);
  if (const Divergence* first = comparator.earliest()) run.first = *first;
  run.agree = same && where.size() == 1;
  run.end = std::min(stimulus.end, std::max(tlm.end, totals.end));
  if (!run.agree)
    run.differs = run.first ? run.first->cycle() : fault.empty() ? run.end : totals.fault_cycle;
  if (watch != nullptr) tell(*watch, run);
  run.windows = comparator.compared(PeEventKind::window);
  run.psums = comparator.compared(PeEventKind::psum);
  run.events = comparator.compared();
  run.cycles = comparator.compared_cycles();
  run.overflows = tlm.overflows;
  run.macs = totals.macs;
  run.rtl_cycles = totals.cycles;
  run.forwards = totals.forwards;
  if (!run.agree) run.report = report(comparator, where);
  return run;
}

}  // namespace uvea::cosim
