#include "sw/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "sw/report/class_shares.h"
#include "sw/report/limits.h"
#include "sw/report/text_table.h"

namespace uvea::report {
namespace {

constexpr std::size_t longest_name = 20, longest_line = 120;

std::string count(std::int64_t number) { return grouped(static_cast<std::uint64_t>(number)); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// What the mapper predicted of the cycles, by how much it is off.
std::string predicted(const LayerResult& layer) {
  if (layer.predicted_cycles <= 0 || layer.counters.cycles == 0) return "";
  return fmt::format(
      "{:+.1f} %", 100 * (layer.predicted_cycles / static_cast<double>(layer.counters.cycles) - 1));
}

/// What the mapper foresaw, over the layers; empty when it foresaw nothing.
std::string mapper_line(const RunResult& run) {
  std::vector<double> off, above;
  for (const LayerResult& layer : run.layers) {
    const auto cycles = static_cast<double>(layer.counters.cycles);
    if (cycles <= 0) continue;
    if (layer.predicted_cycles > 0)
      off.push_back(100 * std::abs(layer.predicted_cycles / cycles - 1));
    if (layer.lower_bound_cycles > 0)
      above.push_back(100 * (cycles / layer.lower_bound_cycles - 1));
  }
  if (off.empty()) return "";
  const std::string off_by =
      fmt::format("mapper: predictions are off by {:.1f} % in the median", median(std::move(off)));
  if (above.empty()) return off_by + "\n";
  return fmt::format("{}, layers {:.1f} % above the mapper's lower bound\n", off_by,
                     median(std::move(above)));
}

/// A line for each layer that the chip ran; empty without.
std::string limits_table(const RunResult& run) {
  constexpr std::size_t classes_shown = 3;
  std::vector<Line> lines{{"#", "layer", "limited by", "", "largest classes, % of PE cycles"}};
  for (const LayerResult& layer : run.layers) {
    const std::string limit = limited_by(layer, run);
    if (limit.empty()) continue;
    const std::size_t comma = limit.rfind(", ");
    lines.push_back({std::to_string(layer.index), shortened(layer.name, longest_name),
                     limit.substr(0, comma), limit.substr(comma + 2, limit.find('%') - comma - 1),
                     largest(stall_values(run.tables, layer.counters), run.tables, classes_shown)});
  }
  return lines.size() == 1 ? "" : "\n" + aligned(lines, {{1, 2, 4}, false}) + "\n";
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string with_unit_prefix(double number) {
  const char* prefixes[] = {"", "k", "M", "G", "T"};
  std::size_t step = 0;
  while (number >= 999.5 && step + 1 < std::size(prefixes)) {
    number /= 1000;
    ++step;
  }
  return fmt::format("{:.{}f}{}{}", number,
                     number >= 99.95   ? 0
                     : number >= 9.995 ? 1
                                       : 2,
                     step == 0 ? "" : " ", prefixes[step]);
}

namespace {

/// The layers and their sum, with names of so many characters at most.
std::string counts_table(const RunResult& run, std::size_t longest) {
  const Total total = total_of(run);
  std::vector<Line> lines{{"#", "layer", "type", "on", "MACs", "cycles", "predicted", "MAC occ.",
                           "PEs", "mismatches", "overflows"}};
  for (const LayerResult& layer : run.layers) {
    if (!layer.on_chip) {
      lines.push_back({std::to_string(layer.index), shortened(layer.name, longest), layer.type,
                       "host", "", "", "", "", "", "", ""});
      continue;
    }
    const Counters& c = layer.counters;
    const auto counted = [&](const char* name) { return count_of(run.tables, c, name); };
    const double occupancy = mac_occupancy(static_cast<std::int64_t>(counted("effectual_macs")),
                                           c.cycles, run.chip_macs);
    lines.push_back({std::to_string(layer.index), shortened(layer.name, longest), layer.type,
                     "chip", count(layer.macs), grouped(c.cycles), predicted(layer),
                     fmt::format("{:.1f} %", 100 * occupancy), grouped(counted("active_pes")),
                     count(layer.mismatches), grouped(counted("psum_overflows"))});
  }
  const double occupancy = mac_occupancy(total.effectual_macs, total.cycles, run.chip_macs);
  lines.push_back({"", "total", "", "", count(total.macs), grouped(total.cycles), "",
                   fmt::format("{:.1f} %", 100 * occupancy), "", count(total.mismatches),
                   grouped(total.psum_overflows)});
  if (total.psum_overflows == 0) {
    for (Line& line : lines) line.pop_back();
  }
  return aligned(lines, {{1, 2, 3}, true});
}

}  // namespace

std::string layer_table(const RunResult& run) {
  const Total total = total_of(run);
  std::string text = counts_table(run, longest_name);
  // All its lines are as long.
  if (const std::size_t width = text.find('\n'); width > longest_line) {
    const std::size_t excess = width - longest_line;
    constexpr std::size_t shortest_name = 8;
    text = counts_table(
        run, excess + shortest_name < longest_name ? longest_name - excess : shortest_name);
  }
  text += limits_table(run);
  if (total.cycles > 0) {
    text += fmt::format("{} inferences/s at {} MHz (batch {}); simulated in {:.1f} s, {}MACs/s\n",
                        with_unit_prefix(total.inferences_per_second), run.clock_hz / 1e6,
                        run.batch, run.host_seconds, with_unit_prefix(total.macs_per_host_second));
  }
  text += mapper_line(run);
  if (run.interrupted) text += "interrupted: only the layers above were finished\n";
  if (run.broken_off) text += "a layer was broken off: only the layers above were finished\n";
  if (run.stopped) text += "stopped at a divergence: only the layers above were finished\n";
  return text;
}

}  // namespace uvea::report
