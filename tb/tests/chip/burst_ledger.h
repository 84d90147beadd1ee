#pragma once
// The queues of a NoC scoreboard: one per (destination, data type, source), filled with what is on
// its way to the destination and emptied in order by what comes there. Knows no chip, so that its
// own tests can hand it anything.

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tlm/burst.h"

namespace uvea::test {

class BurstLedger {
 public:
  /// What is compared at the destination. psum values change on the way, their number does not.
  struct Entry {
    std::uint64_t serial = 0;
    unsigned beats = 0;
    std::size_t psums = 0;
    std::vector<std::uint32_t> words;
  };

  /// A destination with a name for the fault texts; returns its number.
  int add_place(const std::string& name);

  void expect(int place, const link::Burst& burst);
  void arrive(int place, const link::Burst& burst);
  void fault(const std::string& what) { faults_.push_back(what); }

  /// What went wrong, leftovers in the queues included, and a ledger in which nothing arrived.
  std::vector<std::string> faults() const;
  std::size_t arrived() const { return arrived_; }
  std::size_t arrived_at(int place) const { return counts_.at(static_cast<std::size_t>(place)); }

 private:
  using Key = std::tuple<int, link::DataType, std::uint32_t>;

  std::string describe(int place, const link::Burst& burst) const;

  std::vector<std::string> places_;
  std::vector<std::size_t> counts_;
  std::map<Key, std::deque<Entry>> queues_;
  std::vector<std::string> faults_;
  std::size_t arrived_ = 0;
};

}  // namespace uvea::test
