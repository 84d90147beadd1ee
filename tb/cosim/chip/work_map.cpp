#include "tb/cosim/chip/work_map.h"

#include <fmt/format.h>

namespace uvea::cosim {

void WorkMap::take_weights(const std::vector<std::uint32_t>& words) {
  const hw::WeightHeader h = hw::unpack_weight_header(words);
  passes_.push_back({h.null && !h.idle, h.idle, h.chunks, {}});
}

void WorkMap::take_iacts(const std::vector<std::uint32_t>& words) {
  const auto full = [](const Pass& pass) {
    return pass.null || pass.windows.size() >= pass.chunks;
  };
  while (receiving_ < passes_.size() && full(passes_[receiving_])) ++receiving_;
  if (receiving_ == passes_.size()) return;
  const hw::IactHeader h = hw::unpack_iact_header(words[0]);
  passes_[receiving_].windows.push_back(h.segments - (h.first ? settings_.segments - 1 : 0));
}

std::string WorkMap::describe_psum(std::uint64_t burst, std::uint64_t psum_in_burst) const {
  for (std::size_t p = 0; p < passes_.size(); ++p) {
    const Pass& pass = passes_[p];
    if (pass.idle) continue;
    if (burst >= pass.chunks) {
      burst -= pass.chunks;
      continue;
    }
    if (pass.null) return fmt::format("pass {} (psums pass through), burst {}", p, burst);
    const auto m0 = static_cast<std::uint64_t>(settings_.m0);
    return fmt::format("pass {}, chunk {}, window {}, output channel {}", p, burst,
                       psum_in_burst / m0, psum_in_burst % m0);
  }
  return "no pass that was begun";
}

std::string WorkMap::describe_receiving() const {
  if (receiving_ >= passes_.size()) return fmt::format("{} passes taken whole", passes_.size());
  return fmt::format("iacts of pass {}, chunk {}", receiving_, passes_[receiving_].windows.size());
}

std::string WorkMap::describe_window(std::uint64_t window) const {
  for (std::size_t p = 0; p < passes_.size(); ++p) {
    if (passes_[p].idle) continue;
    for (std::size_t c = 0; c < passes_[p].windows.size(); ++c) {
      const auto windows = static_cast<std::uint64_t>(passes_[p].windows[c]);
      if (window < windows) return fmt::format("pass {}, chunk {}, window {}", p, c, window);
      window -= windows;
    }
  }
  return "no chunk that was taken";
}

}  // namespace uvea::cosim
