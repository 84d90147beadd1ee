#pragma once
// The curves of a whole chip, summed up from the tracks of its blocks: PEs in each class of cycles,
// MAC lanes fed, bytes to and from the DRAM.

#include <cstdint>
#include <string>
#include <vector>

#include "tb/trace/curves.h"
#include "tb/trace/track.h"

namespace uvea::trace {

class ChipCurves {
 public:
  struct Named {
    std::string name, unit;
    Curve curve;
  };

  /// What a track adds to the curves: nothing when false.
  struct Share {
    enum class Kind : std::uint8_t { none, classes, lanes, bytes } kind = Kind::none;
    std::uint32_t first = 0;   ///< curve; of classes that of state 0
    std::uint32_t states = 0;  ///< how many
    Cycle since = 0;           ///< an open state
    unsigned open = 0;         ///< its number + 1, or 0
    std::int64_t value = 0;    ///< lanes: the last
    explicit operator bool() const { return kind != Kind::none; }
  };
  /// PE classes are the state tracks of Group::stall, lanes the value tracks of Group::mac, bytes the
  /// item tracks of Group::dram that are called "data".
  Share share_of(const TrackInfo& track);

  void state(Share& share, unsigned state, Cycle from, Cycle to);
  void value(Share& share, Cycle at, std::int64_t value);
  void item(Share& share, std::uint64_t words, Cycle from, Cycle to);
  /// The end: an open state ends here.
  void close(Share& share, Cycle end);

  const std::vector<Named>& all() const { return curves_; }

 private:
  std::uint32_t curve(const std::string& name, const std::string& unit);

  std::vector<Named> curves_;
};

}  // namespace uvea::trace
