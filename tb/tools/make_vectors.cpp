// uvea-make-vectors: random work as vectors for rtl/tb/sparse_pe_tb.v. What must come out is what
// the TLM PE does; the RTL runs along only to know which inputs lie on the pins in each cycle.
//
// usage: uvea-make-vectors FILE FIRST_SEED STIMULI

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <systemc>

#include "sw/user_error.h"
#include "tb/cosim/padded_events.h"
#include "tb/cosim/random_stimulus.h"
#include "tb/cosim/rtl_bench.h"
#include "tb/cosim/tlm_pe_bench.h"
#include "tb/cosim/vector_recorder.h"

namespace {

using namespace uvea;

struct NoEvents : cosim::PeEventSink {
  void take(const cosim::PeEvent&) override {}
};

int make(const std::string& file, std::uint64_t first_seed, std::uint64_t stimuli) {
  const cosim::RandomLimits limits;
  cosim::TlmPeBench bench("pe", limits.config, limits.iact_ports);
  const auto rtl = cosim::make_rtl_pe(limits.config, limits.iact_ports);
  cosim::VectorWriter vectors(file, limits.config, limits.iact_ports);
  vectors.reset();
  cosim::VectorRecorder recorder(*rtl, vectors);
  std::uint64_t windows = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + stimuli; ++seed) {
    const cosim::RandomWork work = cosim::random_work(seed, limits);
    cosim::PeTrace trace;
    cosim::PaddedEvents padded(trace);
    const cosim::PeRun tlm = bench.run(work.stimulus, padded);
    padded.pad();
    recorder.expect(trace.events);
    NoEvents ignored;
    cosim::RtlRunTotals totals;
    std::string fault = cosim::run_rtl(recorder, work.stimulus, ignored, totals);
    if (fault.empty()) fault = totals.left_over;
    if (fault.empty()) fault = tlm.fault;
    if (!fault.empty()) {
      fmt::print(stderr, "uvea-make-vectors: seed {}: {}\n", seed, fault);
      return 1;
    }
    windows += work.windows;
  }
  vectors.finish();
  fmt::print("{}: {} stimuli, {} windows, {} cycles, {} values to compare\n", file, stimuli,
             windows, vectors.cycles(), vectors.values());
  return 0;
}

}  // namespace

int sc_main(int argc, char* argv[]) {
  try {
    if (argc != 4) throw UserError("usage: uvea-make-vectors FILE FIRST_SEED STIMULI");
    return make(argv[1], std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10));
  } catch (const UserError& e) {
    fmt::print(stderr, "uvea-make-vectors: error: {}\n", e.what());
    return 2;
  }
}
