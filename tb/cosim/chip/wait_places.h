#pragma once
// Where the bursts were that an RTL PE waited for: its account tells classes (rtl_account.h), the
// place of a wait comes from the burst's journey, as in the model's PE (docs/stalls.md).

#include <array>

#include "hw/block/stall_account.h"
#include "tb/cosim/pe/stall_interval.h"
#include "tlm/burst.h"

namespace uvea::cosim {

class WaitPlaces {
 public:
  /// `top`: the PE's psums go to a router, not to another PE.
  explicit WaitPlaces(bool top) : top_(top) {}

  /// A new layer: bursts are counted from 0 on.
  void clear() { *this = WaitPlaces(top_); }
  /// Bursts whose first beat is known; iacts only when they are not dropped.
  void weights(const link::Burst& burst, link::Cycle first_beat);
  void iacts(const link::Burst& burst, link::Cycle first_beat);
  /// A chunk's psums are offered, with what came in from below (or null).
  void psums_offered(const link::Burst* below);
  void psums_settled(const link::Burst& burst, link::Cycle first_beat);

  /// Spends an interval in `account`.
  void spend(const StallInterval& cycles, hw::StallAccount& account) const;

 private:
  struct Arrival {
    link::Journey way;
    link::Cycle first_beat = 0;
  };
  struct Drain {
    hw::Place from = hw::Place::none;  ///< of psums from below
    link::Cycle memory = 0, first_beat = 0;
  };
  // Those that may still be named: two epochs and one on its way; the chunks of 31 segments and one
  // on its way; two banks and the psums on psum_out.
  static constexpr std::size_t kWeights = 4, kIacts = 64, kDrains = 4;

  bool top_;
  std::array<Arrival, kWeights> weights_;
  std::array<Arrival, kIacts> iacts_;
  std::array<Drain, kDrains> drains_;
  std::size_t next_weights_ = 0, next_iacts_ = 0, next_drain_ = 0;
};

}  // namespace uvea::cosim
