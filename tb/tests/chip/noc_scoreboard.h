#pragma once
// A scoreboard for the iact and weight meshes: a queue per (PE, data type, source), filled when a
// source sends, emptied in order when the PE receives. Which PEs a source must reach is worked out
// here from the mapping alone, not from the routers' settings.

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "hw/chip.h"
#include "sw/mapper/mapping.h"

namespace uvea::test {

class NocScoreboard {
 public:
  NocScoreboard(hw::Chip& chip, const hw::ChipConfig& config, const mapper::Mapping& mapping);

  ~NocScoreboard();

  /// What went wrong, leftovers in the queues included.
  std::vector<std::string> faults() const;
  std::size_t delivered() const { return delivered_; }

 private:
  class Point;
  struct Sent {
    std::uint64_t serial = 0;
    std::vector<std::uint32_t> words;
  };
  using Key = std::tuple<int, link::DataType, std::uint32_t>;  // PE of the chip, type, source

  void sent(int row, int col, const link::Payload& payload);
  void received(int pe, const link::Payload& payload);

  const hw::ChipConfig& config_;
  const mapper::Mapping mapping_;
  std::vector<std::unique_ptr<Point>> points_;
  std::map<Key, std::deque<Sent>> queues_;
  std::vector<std::string> faults_;
  std::size_t delivered_ = 0;
};

}  // namespace uvea::test
