#include "sw/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sw/report/limits.h"

namespace uvea::report {
namespace {

constexpr std::size_t longest_name = 22;

/// Cut in the middle: the ends of layer names are what tells them apart.
std::string shortened(const std::string& name) {
  std::string shown = name;
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
  }
  if (shown.size() <= longest_name) return shown;
  const std::size_t head = longest_name / 3;
  return shown.substr(0, head) + ".." + shown.substr(shown.size() - (longest_name - head - 2));
}

std::string count(std::int64_t number) { return grouped(static_cast<std::uint64_t>(number)); }

using Line = std::vector<std::string>;

std::string aligned(const std::vector<Line>& lines, std::size_t text_columns,
                    bool rule_before_last) {
  std::vector<std::size_t> widths(lines.front().size(), 0);
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::size_t width = 2 * (widths.size() - 1);
  for (const std::size_t w : widths) width += w;
  const std::string rule = std::string(width, '-') + "\n";
  std::string text;
  for (std::size_t n = 0; n < lines.size(); ++n) {
    if (n == 1 || (rule_before_last && n + 1 == lines.size())) text += rule;
    std::string shown;
    for (std::size_t i = 0; i < lines[n].size(); ++i) {
      if (i > 0) shown += "  ";
      const bool left = (i >= 1 && i <= text_columns) || i + 1 == widths.size();
      shown += left ? fmt::format("{:<{}}", lines[n][i], widths[i])
                    : fmt::format("{:>{}}", lines[n][i], widths[i]);
    }
    shown.erase(shown.find_last_not_of(' ') + 1);
    text += shown + "\n";
  }
  return text;
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

std::string layer_table(const RunResult& run) {
  const Total total = total_of(run);
  const bool overflows = total.psum_overflows > 0;
  std::vector<Line> lines{{"#", "layer", "type", "limited by", "MACs", "cycles", "MAC occ.", "PEs",
                           "mismatches", "overflows", "largest classes, % of PE cycles"}};
  for (const LayerResult& layer : run.layers) {
    if (!layer.on_chip) {
      lines.push_back({std::to_string(layer.index), shortened(layer.name), layer.type,
                       "(on the host)", "", "", "", "", "", "", ""});
      continue;
    }
    const Counters& c = layer.counters;
    const auto counted = [&](const char* name) { return count_of(run.tables, c, name); };
    const double occupancy = mac_occupancy(static_cast<std::int64_t>(counted("effectual_macs")),
                                           c.cycles, run.chip_macs);
    const std::string limit = limited_by(layer, run);
    std::string classes;
    const std::vector<Share> shares = largest_classes(layer, run);
    for (std::size_t i = 0; i < std::min<std::size_t>(3, shares.size()); ++i)
      classes +=
          fmt::format("{}{} {:.0f}", i == 0 ? "" : ", ", shares[i].brief, 100 * shares[i].share);
    lines.push_back({std::to_string(layer.index), shortened(layer.name), layer.type,
                     limit.substr(0, limit.find(',')), count(layer.macs), grouped(c.cycles),
                     fmt::format("{:.1f} %", 100 * occupancy), grouped(counted("active_pes")),
                     count(layer.mismatches), grouped(counted("psum_overflows")), classes});
  }
  const double occupancy = mac_occupancy(total.effectual_macs, total.cycles, run.chip_macs);
  lines.push_back({"", "total", "", "", count(total.macs), grouped(total.cycles),
                   fmt::format("{:.1f} %", 100 * occupancy), "", count(total.mismatches),
                   grouped(total.psum_overflows), ""});
  if (!overflows) {
    for (Line& line : lines) line.erase(line.begin() + 9);
  }
  std::string text = aligned(lines, 3, true);
  if (total.cycles > 0) {
    text += fmt::format("{} inferences/s at {} MHz (batch {}); simulated in {:.1f} s, {}MACs/s\n",
                        with_unit_prefix(total.inferences_per_second), run.clock_hz / 1e6,
                        run.batch, run.host_seconds, with_unit_prefix(total.macs_per_host_second));
  }
  if (run.interrupted) text += "interrupted: only the layers above were finished\n";
  if (run.stopped) text += "stopped at a divergence: only the layers above were finished\n";
  return text;
}

}  // namespace uvea::report
