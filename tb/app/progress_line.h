#pragma once
// The progress line on a terminal: layer, percent, simulated cycles, host speed, time left.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tb/sim/process_pool.h"

namespace uvea::tb {

/// "[ 3/28] conv2  41 %  123,456 cycles  12.3 MMACs/s  0:42 left", cut to `columns`.
std::string progress_text(const std::string& layer, std::size_t number, std::size_t of,
                          double fraction_of_all, std::uint64_t cycles, double macs_per_second,
                          double seconds_left, std::size_t columns);

/// Draws on stderr while in scope, and leaves an empty line. Only made for a terminal.
class ProgressLine : public PoolObserver {
 public:
  struct Work {
    std::string name;
    double macs = 0;
  };
  explicit ProgressLine(std::vector<Work> tasks);
  ~ProgressLine() override;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void progressed(std::size_t task, double fraction, std::uint64_t cycles) override;
  void finished(std::size_t task) override;

 private:
  void draw(std::size_t task);

  std::vector<Work> layers_;
  std::vector<double> fractions_;
  std::vector<std::uint64_t> cycles_;
  std::size_t finished_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace uvea::tb
