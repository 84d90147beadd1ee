#include "tb/app/fault_teller.h"

#include <fmt/format.h>

#include <cstdio>
#include <stdexcept>
#include <vector>

#include "tb/app/rtl_hooks.h"

namespace uvea::tb {

void FaultTeller::note(const LayerResult& layer, const Simulation& simulation) {
  // Of a process that died nothing is known.
  if (first_ || layer.state == LayerResult::State::lost) return;
  first_ = first_fault(layer, simulation);
  end_.reset();
  if (layer.record.end > layer.record.begin) end_ = layer.record.end;
  const cosim::RtlFindings found = unpack_rtl(layer.found);
  diverged_ = found.diverged;
  if (found.diverged) {
    first_->place = {found.place.block, found.place.first};
    first_->until = found.place.last;
  }
  const std::uint64_t overflows = layer.record.counters[hw::Counter::pe_overflows];
  overflowed_ = simulation.chip().control.strict && overflows > 0 && !first_->place.block.empty();
}

void FaultTeller::place(Simulation& simulation, TraceOutput* trace,
                        TransactionsOutput* transactions) {
  try {
    if (overflowed_ && !diverged_) overflow_ = find_overflow(simulation, *first_);
  } catch (const std::runtime_error& error) {
    overflow_ = fmt::format("the first psum overflow was not found: {}", error.what());
  }
  if (trace != nullptr) trace->mark(marker_of(*first_), first_->place.block);
  if (transactions != nullptr) transactions->mark(marker_of(*first_));
  if (!arguments_.trace_last || (end_ && first_->place.cycle + 1 >= *end_)) return;
  try {
    take_rings_again(simulation, trace, transactions);
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "uvea: --trace-last: the cycles before the fault are missing: {}\n",
               error.what());
  }
}

void FaultTeller::take_rings_again(Simulation& simulation, TraceOutput* trace,
                                   TransactionsOutput* transactions) const {
  std::vector<trace::TraceSession*> sessions;
  std::vector<trace::SinkMaker> sinks;
  const auto add = [&](auto* output) {
    if (output == nullptr) return;
    sessions.push_back(&output->session());
    sinks.push_back(output->sink_maker());
  };
  add(trace);
  add(transactions);
  // The end of one that was begun only.
  struct Begun {
    std::vector<trace::TraceSession*> sessions;
    bool done = false;
    ~Begun() {
      for (trace::TraceSession* session : sessions) session->end_again(done);
    }
  } begun;
  for (trace::TraceSession* session : sessions) {
    session->begin_again(first_->chip, first_->place.cycle + 1);
    begun.sessions.push_back(session);
  }
  const auto again = simulation.run_chip(first_->chip, trace::watched(untraced_, sinks));
  if (again.empty()) throw std::runtime_error("interrupted");
  if (again.front().state == LayerResult::State::lost)
    throw std::runtime_error("the process that simulated them once more died");
  begun.done = true;
}

void FaultTeller::tell(Simulation& simulation, const TraceOutput* trace) const {
  try {
    if (!overflow_.empty()) fmt::print(stderr, "{}\n", overflow_);
    const std::string lacks = trace == nullptr ? "" : trace->lacks_moment();
    if (!lacks.empty())
      fmt::print(stderr, "the waveform that was asked for does not show the fault: {}\n", lacks);
    const std::string text =
        trace == nullptr || !lacks.empty()
            ? write_fault_waveform(simulation, untraced_, *first_, arguments_.out.value_or("."))
            : marker_line(*first_, fmt::format("waveform {}: its marker", *arguments_.trace));
    std::fputs(text.c_str(), stderr);
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "uvea: the waveform of the fault, or a view of it, is missing: {}\n",
               error.what());
  }
  if (diverged_) return;
  const std::vector<std::size_t> layers = simulation.chains()[first_->chip];
  fmt::print(stderr, "again: {}\n", command_for(arguments_, layers.front(), layers.back()));
}

}  // namespace uvea::tb
