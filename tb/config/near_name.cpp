#include "tb/config/near_name.h"

#include <algorithm>
#include <numeric>

namespace uvea::tb {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above + 1, row[j - 1] + 1, changed});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string near_name(const std::string& name, const std::vector<std::string>& candidates) {
  // A pasted megabyte is no typing mistake, and the distance costs the product of the lengths.
  constexpr std::size_t longest_name = 200;
  if (name.empty() || name.size() > longest_name) return {};
  std::string best;
  std::size_t best_distance = 0;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance > std::max<std::size_t>(2, std::max(name.size(), candidate.size()) / 3)) continue;
    if (distance >= candidate.size()) continue;
    if (best.empty() || distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(const std::string& name, const std::vector<std::string>& candidates) {
  constexpr std::size_t shortest_part = 3, most = 4;
  std::vector<std::string> near;
  if (name.size() >= shortest_part) {
    for (const std::string& candidate : candidates)
      if (candidate.find(name) != std::string::npos) near.push_back(candidate);
  }
  if (near.empty() || near.size() > most) near = {near_name(name, candidates)};
  std::string text;
  for (std::size_t i = 0; i < near.size(); ++i) {
    if (near[i].empty()) continue;
    text += (i == 0 ? "" : i + 1 == near.size() ? " or " : ", ") + ("'" + near[i] + "'");
  }
  return text.empty() ? text : ", did you mean " + text + "?";
}

}  // namespace uvea::tb
