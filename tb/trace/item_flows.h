#pragma once
// How items moved and what was made from what, as arrows between the places where they passed.

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tb/trace/track.h"

namespace uvea::trace {

/// An item on a track.
struct Passage {
  std::uint32_t track = 0;
  Probe::Item item;
  std::uint64_t words = 0;
  Cycle from = 0, to = 0;
};

/// Carrier and cargo, as a probe is told.
using Relation = std::pair<Probe::Item, Probe::Item>;

class ItemFlows {
 public:
  /// `passages` of one chip; `paths` of the blocks of its tracks, by track. Both are kept.
  ItemFlows(const std::vector<Passage>& passages, const std::vector<std::string>& paths);

  /// All passages of an item, in time.
  std::vector<const Passage*> all(const Probe::Item& item) const;

  /// Calls with two passages, the earlier one first, for each step of an item: of those before it
  /// the latest, of equals the one nearest in the tree of instances.
  void moved(const std::function<void(const Passage& from, const Passage& to)>& arrow) const;
  /// The same for each relation whose items both passed: from the cargo to the carrier, where both
  /// were in the same block if that can be; otherwise from where the cargo was last.
  void made(const std::vector<Relation>& relations,
            const std::function<void(const Passage& from, const Passage& to)>& arrow) const;

 private:
  using Range = std::pair<std::size_t, std::size_t>;  ///< of order_
  Range find(const Probe::Item& item) const;
  std::size_t nearness(const Passage& a, const Passage& b) const;

  const std::vector<Passage>& passages_;
  const std::vector<std::string>& paths_;
  std::vector<std::uint32_t> order_;  ///< by item, then time
};

}  // namespace uvea::trace
