// uvea-make-vectors: random work as vectors for rtl/tb/pe_tb.v. What must come out is what
// the TLM PE does; the RTL runs along only to know which inputs lie on the pins in each cycle.
//
// usage: uvea-make-vectors CHIP_FILE FILE FIRST_SEED STIMULI [STIMULUS_FILE...]
// CHIP_FILE says which PE (configs/chips).
// The stimulus files (tb/cosim/pe/stimulus_file.h) come first.

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <systemc>

#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/cosim/pe/padded_events.h"
#include "tb/cosim/pe/random_stimulus.h"
#include "tb/cosim/pe/rtl_bench.h"
#include "tb/cosim/pe/stimulus_file.h"
#include "tb/cosim/pe/tlm_pe_bench.h"
#include "tb/cosim/pe/vector_recorder.h"
#include "tb/tools/whole_number.h"

namespace {

using namespace uvea;

struct NoEvents : cosim::PeEventSink {
  void take(const cosim::PeEvent&) override {}
};

/// Writes one stimulus after the other.
class Maker {
 public:
  Maker(const cosim::RandomLimits& limits, const std::string& file)
      : limits_(limits), vectors_(file, limits.config, limits.iact_ports) {
    vectors_.reset();
  }

  const cosim::RandomLimits& limits() const { return limits_; }
  void add(const std::string& title, const cosim::PeStimulus& stimulus) {
    cosim::PeTrace trace;
    cosim::PaddedEvents padded(trace);
    const cosim::PeRun tlm = bench_.run(stimulus, padded);
    padded.pad();
    if (!tlm.fault.empty()) throw UserError(fmt::format("{}: {}", title, tlm.fault));
    recorder_.expect(trace.events);
    NoEvents ignored;
    cosim::RtlRunTotals totals;
    std::string fault = cosim::run_rtl(recorder_, stimulus, ignored, totals);
    if (fault.empty()) fault = totals.left_over;
    if (!fault.empty()) throw UserError(fmt::format("{}: {}", title, fault));
    for (const cosim::PeEvent& event : trace.events)
      windows_ += event.kind == cosim::PeEventKind::window;
    ++stimuli_;
  }
  /// What was written, in words.
  std::string finish() {
    vectors_.finish();
    return fmt::format("{} stimuli, {} windows, {} cycles, {} values to compare", stimuli_,
                       windows_, vectors_.cycles(), vectors_.values());
  }

 private:
  const cosim::RandomLimits limits_;
  cosim::TlmPeBench bench_{"pe", limits_.config, limits_.iact_ports};
  const std::unique_ptr<cosim::RtlPe> rtl_ = cosim::make_rtl_pe(limits_.config, limits_.iact_ports);
  cosim::VectorWriter vectors_;
  cosim::VectorRecorder recorder_{*rtl_, vectors_};
  std::uint64_t stimuli_ = 0, windows_ = 0;
};

}  // namespace

int sc_main(int argc, char* argv[]) {
  try {
    if (argc < 5)
      throw UserError(
          "usage: uvea-make-vectors CHIP_FILE FILE FIRST_SEED STIMULI [STIMULUS_FILE...]");
    const std::uint64_t first = tb::whole_number(argv[3], "FIRST_SEED"),
                        stimuli = tb::whole_number(argv[4], "STIMULI");
    const hw::ChipConfig chip = tb::load_chip({argv[1]}, {});
    cosim::RandomLimits limits;
    limits.config = chip.pe;
    limits.iact_ports = static_cast<unsigned>(chip.glb.iact_banks);
    Maker maker(limits, argv[2]);
    for (int i = 5; i < argc; ++i) maker.add(argv[i], cosim::load_stimulus(argv[i]));
    for (std::uint64_t seed = first; seed < first + stimuli; ++seed)
      maker.add(fmt::format("seed {}", seed), cosim::random_stimulus(seed, maker.limits()));
    fmt::print("{}: {}\n", argv[2], maker.finish());
    return 0;
  } catch (const UserError& e) {
    fmt::print(stderr, "uvea-make-vectors: error: {}\n", e.what());
    return 2;
  }
}
