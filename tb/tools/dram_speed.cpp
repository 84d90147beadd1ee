// uvea-dram-speed: what ddr4_3200 makes of five read patterns (tb/tools/dram_patterns.h), through
// its TLM socket, with the chip clock as fast as the memory's.
//
// usage: uvea-dram-speed [MEMORY_FILE]
// One line a pattern: ns per access, the bound that the JEDEC rules and the queue set, refresh
// included, and what the figure is above it.

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <systemc>
#include <vector>

#include "hw/dram/dram.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/tests/dram/at_initiator.h"
#include "tb/tools/dram_patterns.h"

namespace {

using namespace uvea;

constexpr std::uint64_t memory_bytes = std::uint64_t{512} << 20;
constexpr std::size_t accesses = 100000;
constexpr std::uint64_t seed = 1;

/// A memory of its own for each pattern, all in one simulation.
struct Bench {
  Bench(const tb::DramPattern& p, std::size_t number, const hw::DramConfig& config)
      : pattern(p),
        clock(config.tck_ns, sc_core::SC_NS),
        dram(fmt::format("dram_{}", number).c_str(), config, clock, memory_bytes),
        initiator(fmt::format("initiator_{}", number).c_str()) {
    initiator.socket.bind(dram.target);
    initiator.stop_when_done = false;
    for (const std::uint64_t address : pattern.addresses) {
      tb::Job job;
      job.address = address;
      job.data.resize(pattern.bytes);
      initiator.jobs.push_back(std::move(job));
    }
  }
  double ns_per_access() const {
    sc_core::sc_time last;
    for (const tb::Job& job : initiator.jobs) last = std::max(last, job.begin_resp);
    return last.to_seconds() * 1e9 / static_cast<double>(initiator.jobs.size());
  }

  const tb::DramPattern& pattern;
  const sc_core::sc_time clock;
  hw::Dram dram;
  tb::AtInitiator initiator;
};

int measure(const std::vector<std::string>& files) {
  hw::DramConfig config = tb::load_chip(files, {}).dram;
  config.timing = hw::DramTiming::ddr4_3200;
  if (config.channels != 1)
    throw UserError("uvea-dram-speed: the patterns are for dram.channels=1");
  const std::vector<tb::DramPattern> patterns =
      tb::dram_patterns(config, memory_bytes, accesses, seed);
  std::vector<std::unique_ptr<Bench>> benches;
  for (const tb::DramPattern& pattern : patterns) {
    benches.push_back(std::make_unique<Bench>(pattern, benches.size(), config));
  }
  sc_core::sc_start();
  fmt::print("{} reads of each pattern, seed {}\n", accesses, seed);
  fmt::print("pattern          bytes  ns/access   bound  above  bound from\n");
  for (const auto& bench : benches) {
    if (bench->initiator.done != accesses) {
      fmt::print(stderr, "uvea-dram-speed: {}: {} of {} reads were answered\n", bench->pattern.name,
                 bench->initiator.done, accesses);
      return 1;
    }
    const double bound = bench->pattern.bound_ns / (1 - tb::refresh_share(config));
    const double ns = bench->ns_per_access();
    fmt::print("{:15}  {:5}  {:9.2f}  {:6.2f}  {:3.0f} %  {}\n", bench->pattern.name,
               bench->pattern.bytes, ns, bound, 100 * (ns / bound - 1), bench->pattern.limit);
  }
  return 0;
}

}  // namespace

int sc_main(int argc, char* argv[]) {
  try {
    if (argc > 2) throw UserError("uvea-dram-speed: usage: uvea-dram-speed [MEMORY_FILE]");
    return measure({argv + 1, argv + argc});
  } catch (const UserError& e) {
    fmt::print(stderr, "{}\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    fmt::print(stderr, "uvea-dram-speed: {}\n", e.what());
    return 1;
  }
}
