#include "tb/trace/item_flows.h"

#include <algorithm>
#include <numeric>

namespace uvea::trace {

ItemFlows::ItemFlows(const std::vector<Passage>& passages, const std::vector<std::string>& paths)
    : passages_(passages), paths_(paths), order_(passages.size()) {
  std::iota(order_.begin(), order_.end(), 0U);
  std::sort(order_.begin(), order_.end(), [this](std::uint32_t a, std::uint32_t b) {
    const Passage &x = passages_[a], &y = passages_[b];
    if (!(x.item == y.item)) return x.item < y.item;
    return x.from != y.from ? x.from < y.from : a < b;
  });
}

ItemFlows::Range ItemFlows::find(const Probe::Item& item) const {
  const auto low = std::lower_bound(
      order_.begin(), order_.end(), item,
      [this](std::uint32_t i, const Probe::Item& sought) { return passages_[i].item < sought; });
  auto high = low;
  while (high != order_.end() && passages_[*high].item == item) ++high;
  return {static_cast<std::size_t>(low - order_.begin()),
          static_cast<std::size_t>(high - order_.begin())};
}

std::vector<const Passage*> ItemFlows::all(const Probe::Item& item) const {
  const auto [begin, end] = find(item);
  std::vector<const Passage*> all;
  for (std::size_t i = begin; i < end; ++i) all.push_back(&passages_[order_[i]]);
  return all;
}

std::size_t ItemFlows::nearness(const Passage& a, const Passage& b) const {
  const std::string &x = paths_[a.track], &y = paths_[b.track];
  const auto end = std::mismatch(
      x.begin(), x.begin() + static_cast<std::ptrdiff_t>(std::min(x.size(), y.size())), y.begin());
  return static_cast<std::size_t>(end.first - x.begin());
}

void ItemFlows::moved(
    const std::function<void(const Passage& from, const Passage& to)>& arrow) const {
  for (std::size_t begin = 0; begin < order_.size();) {
    std::size_t end = begin + 1;
    while (end < order_.size() && passages_[order_[end]].item == passages_[order_[begin]].item)
      ++end;
    for (std::size_t i = begin + 1; i < end; ++i) {
      const Passage& to = passages_[order_[i]];
      const Passage* best = nullptr;
      // Pieces on the same track are no step.
      for (std::size_t j = i; j-- > begin;) {
        const Passage& from = passages_[order_[j]];
        if (best != nullptr && from.from < best->from) break;
        if (from.track != to.track && (best == nullptr || nearness(from, to) > nearness(*best, to)))
          best = &from;
      }
      if (best != nullptr) arrow(*best, to);
    }
    begin = end;
  }
}

void ItemFlows::made(
    const std::vector<Relation>& relations,
    const std::function<void(const Passage& from, const Passage& to)>& arrow) const {
  for (const auto& [carrier, cargo] : relations) {
    const auto [to_begin, to_end] = find(carrier);
    const auto [from_begin, from_end] = find(cargo);
    if (to_begin == to_end || from_begin == from_end) continue;
    const Passage* to = &passages_[order_[to_begin]];
    const Passage* from = &passages_[order_[from_begin]];
    // A burst that gathers psums on its way is what it was made into at the way's end.
    for (std::size_t f = from_begin; f < from_end && passages_[order_[f]].from <= to->from; ++f)
      from = &passages_[order_[f]];
    for (std::size_t t = to_begin; t < to_end; ++t) {
      for (std::size_t f = from_begin; f < from_end; ++f) {
        const Passage &x = passages_[order_[t]], &y = passages_[order_[f]];
        if (paths_[x.track] != paths_[y.track] || paths_[to->track] == paths_[from->track])
          continue;
        to = &x;
        from = &y;
      }
    }
    arrow(*from, *to);
  }
}

}  // namespace uvea::trace
