#include "sw/report/class_shares.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace uvea::report {
namespace {

bool begins(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}
bool ends(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

std::vector<ClassShare> class_shares(const Values& stalls, const CountTables& tables) {
  std::vector<ClassShare> shares;
  std::uint64_t all = 0;
  for (const auto& [key, cycles] : stalls) {
    const std::size_t dot = key.find('.');
    ClassShare own{class_of(key), class_of(key), class_of(key), 0, 0, {}};
    std::string place = dot == std::string::npos ? "" : key.substr(dot + 1);
    for (const StallInfo& info : tables.stalls) {
      if (info.key != key) continue;
      own.brief = info.brief;
      own.words = info.words;
      if (!info.place.empty()) place = info.place;
    }
    auto same = std::find_if(shares.begin(), shares.end(),
                             [&own](const ClassShare& share) { return share.key == own.key; });
    if (same == shares.end()) same = shares.insert(shares.end(), std::move(own));
    same->cycles += cycles;
    if (!place.empty()) same->places.emplace_back(std::move(place), cycles);
    all += cycles;
  }
  for (ClassShare& share : shares)
    if (all > 0) share.share = static_cast<double>(share.cycles) / static_cast<double>(all);
  return shares;
}

std::string largest(const Values& stalls, const CountTables& tables, std::size_t most) {
  std::vector<ClassShare> shares = class_shares(stalls, tables);
  std::stable_sort(shares.begin(), shares.end(),
                   [](const ClassShare& a, const ClassShare& b) { return a.cycles > b.cycles; });
  std::string text;
  for (std::size_t i = 0; i < std::min(most, shares.size()); ++i) {
    if (shares[i].cycles == 0) break;
    text += fmt::format("{}{} {:.0f}", i == 0 ? "" : ", ", shares[i].brief, 100 * shares[i].share);
  }
  return text.empty() ? "-" : text;
}

Traffic traffic_of(const Values& counters) {
  Traffic traffic;
  for (const auto& [name, value] : counters) {
    if (name == "dram_read_bytes" || name == "dram_write_bytes") traffic.dram_bytes += value;
    if (begins(name, "noc_") && ends(name, "_word_hops")) traffic.noc_word_hops += value;
    if (!ends(name, "_reads") && !ends(name, "_writes")) continue;
    if (begins(name, "glb_")) traffic.glb_words += value;
    if (begins(name, "spad_")) traffic.spad_accesses += value;
  }
  return traffic;
}

}  // namespace uvea::report
