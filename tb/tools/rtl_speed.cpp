// uvea-rtl-speed: clock cycles per host second of one Verilated PE under random work.
//
// usage: uvea-rtl-speed CYCLES (about as many clock edges at least)
// Prints two figures: the PE with its pins driven and watched, and the bare PE clocked at rest.

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <systemc>
#include <vector>

#include "tb/cosim/pe/random_stimulus.h"
#include "tb/cosim/pe/rtl_bench.h"

namespace {

using namespace uvea;

struct NoEvents : cosim::PeEventSink {
  void take(const cosim::PeEvent&) override {}
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int sc_main(int argc, char* argv[]) {
  const std::uint64_t cycles = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 0;
  if (cycles == 0) {
    fmt::print(stderr, "uvea-rtl-speed: usage: uvea-rtl-speed CYCLES\n");
    return 2;
  }
  const cosim::RandomLimits limits;
  std::vector<cosim::PeStimulus> work;
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    work.push_back(cosim::random_stimulus(seed, limits));
  const auto rtl = cosim::make_rtl_pe(limits.config, limits.iact_ports);
  NoEvents ignored;
  cosim::RtlRunTotals totals;
  auto start = std::chrono::steady_clock::now();
  while (totals.cycles < cycles) {
    for (const cosim::PeStimulus& stimulus : work) {
      const std::string fault = cosim::run_rtl(*rtl, stimulus, ignored, totals);
      if (!fault.empty()) {
        fmt::print(stderr, "uvea-rtl-speed: {}\n", fault);
        return 1;
      }
    }
  }
  const double driven = static_cast<double>(totals.cycles) / seconds_since(start);
  cosim::RtlInputs in;
  cosim::RtlOutputs out;
  start = std::chrono::steady_clock::now();
  for (std::uint64_t cycle = 0; cycle < cycles; ++cycle) {
    in.weight_word = static_cast<std::uint32_t>(cycle);
    rtl->settle(in, out);
    rtl->clock(cycle);
  }
  const double bare = static_cast<double>(cycles) / seconds_since(start);
  // SystemC greets on stdout: the figures come last.
  fmt::print("{:.0f} {:.0f}\n", driven, bare);
  return 0;
}
