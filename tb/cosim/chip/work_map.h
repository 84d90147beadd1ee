#pragma once
// From the n-th psum burst or window of a PE back to the work it belongs to, for reports.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hw/pe/pe_core.h"

namespace uvea::cosim {

class WorkMap {
 public:
  explicit WorkMap(const hw::PeSettings& settings = {}) : settings_(settings) {}

  /// Bursts in the order in which the PE takes them.
  void take_weights(const std::vector<std::uint32_t>& words);
  void take_iacts(const std::vector<std::uint32_t>& words);

  /// "pass 3 (psums pass through)", "pass 3, chunk 7, window 2, output channel 5". Passes are the
  /// PE's weight bursts, all counted from 0 within the layer; chunks and windows within their pass.
  std::string describe_psum(std::uint64_t burst, std::uint64_t psum_in_burst) const;
  std::string describe_window(std::uint64_t window) const;
  /// What is coming in: "iacts of pass 3, chunk 7".
  std::string describe_receiving() const;

 private:
  struct Pass {
    bool null = false, idle = false;
    std::uint32_t chunks = 0;
    std::vector<int> windows;  ///< of its chunks taken so far
  };
  hw::PeSettings settings_;
  std::vector<Pass> passes_;
  std::size_t receiving_ = 0;
};

}  // namespace uvea::cosim
