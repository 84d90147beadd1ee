// uvea-soak: random work on the TLM PE and on the RTL PE until so many windows were compared.
//
// usage: uvea-soak WINDOWS FIRST_SEED [WEIGHT_BITS]
// Ends with status 0 and one line of counts, or at the first difference with its report and
// status 1.

#include <fmt/format.h>

#include <cstdio>
#include <systemc>

#include "sw/user_error.h"
#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/random_stimulus.h"
#include "tb/tools/whole_number.h"

namespace {

using namespace uvea;

int soak(std::uint64_t windows, std::uint64_t first_seed, int weight_bits) {
  cosim::RandomLimits limits;
  limits.config.weight_bits = weight_bits;
  const auto rtl = cosim::make_rtl_pe(limits.config, limits.iact_ports);
  cosim::TlmPeBench bench("pe", limits.config, limits.iact_ports);
  std::uint64_t compared = 0, psums = 0, events = 0, cycles = 0, classes = 0, forwards = 0;
  std::uint64_t seed = first_seed;
  for (; compared < windows; ++seed) {
    const cosim::RandomWork work = cosim::random_work(seed, limits);
    const cosim::PairRun run = cosim::run_pair(bench, *rtl, work.stimulus,
                                               fmt::format("seed {}: {}", seed, work.description));
    if (!run.agree || run.windows != work.windows || run.overflows != work.overflows) {
      fmt::print(stderr, "{}",
                 run.agree ? fmt::format("seed {}: counts differ\n", seed) : run.report);
      return 1;
    }
    compared += run.windows;
    psums += run.psums;
    events += run.events;
    cycles += run.rtl_cycles;
    classes += run.cycles;
    forwards += run.forwards;
  }
  fmt::print(
      "seeds {}..{}: {} windows, {} psums, {} events equal in value and cycle, {} cycles in class; "
      "{} "
      "RTL cycles, {} with forwarding\n",
      first_seed, seed - 1, compared, psums, events, classes, cycles, forwards);
  return 0;
}

}  // namespace

int sc_main(int argc, char* argv[]) {
  try {
    if (argc < 3 || argc > 4) throw UserError("usage: uvea-soak WINDOWS FIRST_SEED [WEIGHT_BITS]");
    const auto bits = argc == 4 ? static_cast<int>(tb::whole_number(argv[3], "WEIGHT_BITS")) : 8;
    const std::uint64_t windows = tb::whole_number(argv[1], "WINDOWS");
    if (windows == 0) throw UserError("WINDOWS must be 1 or more");
    return soak(windows, tb::whole_number(argv[2], "FIRST_SEED"), bits);
  } catch (const UserError& e) {
    fmt::print(stderr, "uvea-soak: error: {}\n", e.what());
    return 2;
  }
}
