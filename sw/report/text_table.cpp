#include "sw/report/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace uvea::report {

std::string aligned(const std::vector<Line>& lines, const TableForm& form) {
  std::vector<std::size_t> widths(lines.front().size(), 0);
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::size_t width = 2 * (widths.size() - 1);
  for (const std::size_t w : widths) width += w;
  const std::string rule = std::string(width, '-') + "\n";
  std::string text;
  for (std::size_t n = 0; n < lines.size(); ++n) {
    if (n == 1 || (form.rule_before_last && n + 1 == lines.size())) text += rule;
    std::string shown;
    for (std::size_t i = 0; i < lines[n].size(); ++i) {
      if (i > 0) shown += "  ";
      const bool left = std::find(form.left.begin(), form.left.end(), i) != form.left.end();
      shown += left ? fmt::format("{:<{}}", lines[n][i], widths[i])
                    : fmt::format("{:>{}}", lines[n][i], widths[i]);
    }
    shown.erase(shown.find_last_not_of(' ') + 1);
    text += shown + "\n";
  }
  return text;
}

std::string shortened(const std::string& name, std::size_t longest) {
  std::string shown = name;
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
  }
  if (shown.size() <= longest) return shown;
  const std::size_t head = longest / 3;
  return shown.substr(0, head) + ".." + shown.substr(shown.size() - (longest - head - 2));
}

std::string bar(double share, std::size_t width) {
  const double length = std::round(std::clamp(share, 0.0, 1.0) * static_cast<double>(width));
  return std::string(static_cast<std::size_t>(length), '#');
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace uvea::report
