// uvea-check-pe: does the TLM PE that is linked in do what the RTL does? Stimulus files, then
// random work until so many windows were compared; the PE is called early with odd seeds, late with
// even ones. For run_tlm_mutants.py, which links other PEs in.
//
// usage: uvea-check-pe WINDOWS FIRST_SEED [STIMULUS_FILE...]
// Ends with status 0 and one line of counts, or at the first difference with its report and
// status 1.

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <systemc>

#include "sw/user_error.h"
#include "tb/cosim/pair_run.h"
#include "tb/cosim/random_stimulus.h"
#include "tb/cosim/stimulus_file.h"

namespace {

using namespace uvea;
using Calls = cosim::TlmPeBench::Calls;

std::uint64_t number(const char* text, const char* what) {
  std::uint64_t value = 0;
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, value);
  if (error != std::errc() || stop != end)
    throw UserError(fmt::format("{} '{}' is not a whole number", what, text));
  return value;
}

class Check {
 public:
  const cosim::RandomLimits& limits() const { return limits_; }
  std::uint64_t windows() const { return windows_; }
  std::uint64_t events() const { return events_; }

  /// False, with the report printed, when the two PEs differ.
  bool same(const std::string& title, const cosim::PeStimulus& stimulus, Calls calls) {
    const cosim::PairRun run = cosim::run_pair(bench_, *rtl_, stimulus, title, calls);
    if (!run.agree) fmt::print("{}", run.report);
    windows_ += run.windows;
    events_ += run.events;
    return run.agree;
  }

 private:
  const cosim::RandomLimits limits_;
  const std::unique_ptr<cosim::RtlPe> rtl_ = cosim::make_rtl_pe(limits_.config, limits_.iact_ports);
  cosim::TlmPeBench bench_{"pe", limits_.config, limits_.iact_ports};
  std::uint64_t windows_ = 0, events_ = 0;
};

int check(std::uint64_t windows, std::uint64_t first_seed, int files, char** file) {
  Check check;
  for (int i = 0; i < files; ++i) {
    const cosim::PeStimulus stimulus = cosim::load_stimulus(file[i]);
    for (const Calls calls : {Calls::early, Calls::late})
      if (!check.same(file[i], stimulus, calls)) return 1;
  }
  std::uint64_t seed = first_seed;
  for (; check.windows() < windows; ++seed) {
    const cosim::RandomWork work = cosim::random_work(seed, check.limits());
    const Calls calls = seed % 2 == 0 ? Calls::late : Calls::early;
    const std::string title = fmt::format("seed {}: {}", seed, work.description);
    if (!check.same(title, work.stimulus, calls)) return 1;
  }
  fmt::print("{} files, seeds {}..{}: {} windows, {} events equal in value and cycle\n", files,
             first_seed, seed - 1, check.windows(), check.events());
  return 0;
}

}  // namespace

int sc_main(int argc, char* argv[]) {
  try {
    if (argc < 3) throw UserError("usage: uvea-check-pe WINDOWS FIRST_SEED [STIMULUS_FILE...]");
    return check(number(argv[1], "WINDOWS"), number(argv[2], "FIRST_SEED"), argc - 3, argv + 3);
  } catch (const UserError& e) {
    fmt::print(stderr, "uvea-check-pe: error: {}\n", e.what());
    return 2;
  }
}
