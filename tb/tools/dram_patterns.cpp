#include "tb/tools/dram_patterns.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <random>

namespace uvea::tb {
namespace {

constexpr std::uint64_t rows = 4, streams = 16, stream_bytes = 16;

// Memory clocks, as the rules are counted.
struct Clocks {
  explicit Clocks(const hw::DramConfig& c) : config(c), burst(c.burst_length / 2.0) {}

  double of(double ns) const { return std::ceil(ns / config.tck_ns - 1e-6); }

  // One activation of a bank with k reads, up to the next activation.
  double row_cycle(double k) const {
    const double columns = of(config.trcd_ns) + (k - 1) * of(config.tccd_ns) + of(config.trtp_ns);
    return std::max(of(config.tras_ns), columns) + of(config.trp_ns);
  }

  double random() const {
    const double banks = config.bank_groups * config.banks_per_group;
    return std::max({burst, of(config.trrd_s_ns), of(config.tfaw_ns) / 4, row_cycle(1) / banks});
  }

  double one_bank() const {
    const double k = 2.0 * config.queue_depth / (rows - 1);
    return std::max(row_cycle(k) / k, burst);
  }

  double bank_of_each_group() const {
    const double groups = config.bank_groups, r = rows;
    double k = 1;
    for (int i = 0; i < 100; ++i) {
      const double open = std::min(1.0, (k - 1) * of(config.tccd_ns) / row_cycle(k));
      const double closed = 1 - open;
      const double lag = closed * r * (r - 1) / 2 + r * closed * closed / 2 +
                         open * (r - 1) * (r - 2) / 2 + (r - 1) * (1 - closed * closed) / 2;
      k = r * config.queue_depth / (groups * lag);
    }
    return std::max(row_cycle(k) / (groups * k), burst);
  }

  const hw::DramConfig& config;
  const double burst;
};

}  // namespace

double refresh_share(const hw::DramConfig& config) { return config.trfc_ns / config.trefi_ns; }

std::vector<DramPattern> dram_patterns(const hw::DramConfig& config, std::uint64_t memory_bytes,
                                       std::size_t accesses, std::uint64_t seed) {
  const auto whole = [](int value) { return static_cast<std::uint64_t>(value); };
  const Clocks clocks(config);
  std::mt19937_64 random(seed);
  const std::uint64_t burst = whole(config.burst_length) * whole(config.bus_bytes);
  const std::uint64_t groups = whole(config.bank_groups);
  const std::uint64_t bursts_per_row = whole(config.row_bytes) / burst;
  const std::uint64_t row_step = whole(config.row_bytes) * groups * whole(config.banks_per_group);
  std::array<std::uint64_t, streams> starts{};
  for (std::uint64_t& start : starts) {
    start = random() % (memory_bytes / stream_bytes) * stream_bytes;
  }

  std::vector<DramPattern> patterns;
  const auto add = [&](const char* name, const char* limit, double bound, std::uint64_t bytes,
                       const std::function<std::uint64_t(std::uint64_t)>& address) {
    DramPattern pattern{name, limit, bound * config.tck_ns, static_cast<unsigned>(bytes), {}};
    for (std::uint64_t i = 0; i < accesses; ++i) {
      pattern.addresses.push_back(address(i) % memory_bytes);
    }
    patterns.push_back(std::move(pattern));
  };
  add("sequential", "data bus", clocks.burst, burst, [&](std::uint64_t i) { return i * burst; });
  add("random", "tFAW / 4", clocks.random(), burst,
      [&](std::uint64_t) { return random() % (memory_bytes / burst) * burst; });
  add("16 streams", "data bus", clocks.burst, stream_bytes,
      [&](std::uint64_t i) { return starts[i % streams] + i / streams * stream_bytes; });
  add("4 rows, 1 bank", "row cycle, queue", clocks.one_bank(), burst, [&](std::uint64_t i) {
    return i % rows * row_step + i / rows % bursts_per_row * groups * burst;
  });
  add("4 rows, 4 banks", "row cycle, queue", clocks.bank_of_each_group(), burst,
      [&](std::uint64_t i) {
        return i % rows * row_step + i / rows % (bursts_per_row * groups) * burst;
      });
  return patterns;
}

}  // namespace uvea::tb
