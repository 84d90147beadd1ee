#include "tb/cosim/pe/mac_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "hw/command/stream_format.h"
#include "tb/cosim/pe/rtl_bench.h"

namespace uvea::cosim {
namespace {

using link::Cycle;

constexpr std::size_t kBefore = 4, kAfter = 2;  // rows shown around the first difference

using Macs = std::vector<MacEvent>;

struct MacList : PeEventSink {
  explicit MacList(std::function<bool(const MacEvent&)> wanted) : takes(std::move(wanted)) {}
  void take(const PeEvent&) override {}
  bool asks_macs() const override { return true; }
  void mac(const MacEvent& event) override {
    if (takes(event)) macs.push_back(event);
  }
  const std::function<bool(const MacEvent&)> takes;
  Macs macs;
};

/// The chunk that makes the n-th psum burst; none when those psums only pass through.
std::optional<std::uint64_t> chunk_of(const PeStimulus& stimulus, std::uint64_t burst) {
  std::uint64_t chunks = 0;
  for (const InputBurst& input : stimulus.inputs) {
    if (input.stream != link::DataType::weight) continue;
    const hw::WeightHeader h = hw::unpack_weight_header(input.words);
    if (h.idle) continue;
    if (burst < h.chunks) return h.null ? std::nullopt : std::optional(chunks + burst);
    burst -= h.chunks;
    if (!h.null) chunks += h.chunks;
  }
  return std::nullopt;
}

/// By cycle, and in one cycle by psum.
bool comes_before(const MacEvent& a, const MacEvent& b) {
  return a.cycle != b.cycle ? a.cycle < b.cycle : a.psum < b.psum;
}

/// Both sides' MACs from..to, those of one cycle beside each other; number `marked` with the mark.
std::string rows(const Macs& left, const Macs& right, std::size_t from, std::size_t to,
                 std::size_t marked, const std::string& mark, bool of_one_psum, Cycle zero) {
  const auto words = [&](const MacEvent& mac) {
    const std::string psum = of_one_psum ? "" : fmt::format("psum {}: ", mac.psum);
    return fmt::format("cycle {:<8}{}{} * {} = {}", mac.cycle + zero, psum, mac.iact, mac.weight,
                       mac.sum);
  };
  const std::size_t left_end = std::min(to, left.size()), right_end = std::min(to, right.size());
  std::string text;
  const std::size_t width = of_one_psum ? 36 : 46;
  bool is_marked = false;
  for (std::size_t l = std::min(from, left_end), r = std::min(from, right_end);
       l < left_end || r < right_end;) {
    const bool one = r == right_end || (l < left_end && !comes_before(right[r], left[l]));
    const bool other = l == left_end || (r < right_end && !comes_before(left[l], right[r]));
    const bool here = !is_marked && ((one && l == marked) || (other && r == marked));
    is_marked = is_marked || here;
    std::string line =
        fmt::format("  {:<{}}{}", one ? words(left[l]) : "", width, other ? words(right[r]) : "");
    if (here) line = fmt::format("{:<{}}{}", line, 2 * width + 2, mark);
    text += line + "\n";
    l += one ? 1 : 0;
    r += other ? 1 : 0;
  }
  return text;
}

}  // namespace

std::string mac_screen(TlmPeBench& bench, RtlPe& rtl, const PeStimulus& stimulus,
                       const Divergence& divergence, Cycle zero) {
  const bool of_one_psum = divergence.value_differs();
  std::function<bool(const MacEvent&)> wanted;
  if (of_one_psum) {
    const auto chunk = chunk_of(stimulus, divergence.burst);
    if (!chunk) return {};
    wanted = [chunk = *chunk, psum = divergence.in_burst](const MacEvent& mac) {
      return mac.chunk == chunk && mac.psum == psum;
    };
  } else {
    const Cycle expected = divergence.expected ? divergence.expected->cycle : 0;
    const Cycle until = std::max(expected, divergence.got ? divergence.got->cycle : 0);
    wanted = [until](const MacEvent& mac) { return mac.cycle <= until; };
  }
  MacList left(wanted), right(wanted);
  bench.run(stimulus, left);
  RtlRunTotals totals;
  run_rtl(rtl, stimulus, right, totals);
  if (left.macs.empty() && right.macs.empty()) return {};

  const std::size_t longer = std::max(left.macs.size(), right.macs.size());
  const std::size_t common = std::min(left.macs.size(), right.macs.size());
  std::size_t n = 0;
  while (n < common && left.macs[n] == right.macs[n]) ++n;
  const bool differ = n < longer;
  std::string text =
      fmt::format("  multiply-accumulates {}, TLM and RTL ({}iact * weight = running sum)\n",
                  of_one_psum ? "of this psum" : "up to there", of_one_psum ? "" : "psum: ");
  const std::size_t to = differ ? n + 1 + kAfter : longer;
  const std::size_t shown = differ ? n : longer;
  text += rows(left.macs, right.macs, shown > kBefore ? shown - kBefore : 0, to,
               differ ? n : longer, "<- the first that differs", of_one_psum, zero);
  if (!differ)
    text +=
        fmt::format("  equal on both sides, {} in all: {}\n", longer,
                    of_one_psum ? "the fault lies behind the MACs" : "the fault is not in them");
  return text;
}

}  // namespace uvea::cosim
