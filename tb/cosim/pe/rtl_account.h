#pragma once
// Where the RTL PE's cycles go, from its own signals: the other side of hw::StallAccount.
//
// Every clocked cycle is shown by step(); in the cycles between two of them nothing goes on (the
// RTL's active_o is low and no stream moves). A cycle with an issue slot or an examine slot is
// settled some cycles later, when the slot's operands are in the MACs. Other cycles wait until the
// next chunk begins, or the layer ends: then it is known what came last, and the classes are told
// by the definitions of docs/stalls.md.
//
// All its state is in it: a copy can be taken and gone back to.

#include <array>
#include <cstdint>

#include "hw/config/chip_config.h"
#include "tb/cosim/pe/stall_interval.h"
#include "tb/cosim/rtl/rtl_activity.h"

namespace uvea::cosim {

/// Lanes and depths of a kind of RTL PE.
struct RtlPipeline {
  int simd = 2;
  link::Cycle front =
      3;  ///< stages before the examine stage: iact address, iact data, weight address
  link::Cycle to_macs =
      2;  ///< a slot of cycle c is in the issue stage in c + 1, in the MACs in c + 2
};
/// The dense PE's slot is its first stage, its MAC the second.
RtlPipeline rtl_pipeline(const hw::PeConfig& pe);

class RtlAccount {
 public:
  using Cycle = link::Cycle;

  /// A new layer: time begins at `at`.
  void begin(Cycle at, const RtlPipeline& pipeline);
  /// One clocked cycle, in order. When a burst's first word is taken in it: the cycle from which
  /// that word has been on the wires; of iacts, and of psums from below (0: none).
  void step(Cycle cycle, const RtlActivity& rtl, Cycle iact_offer, Cycle psum_offer,
            StallSink& told);
  /// The layer ends, and the PE is at rest: everything up to `at` is told.
  void end(Cycle at, StallSink& told);

 private:
  /// An examine slot, or none, on its way to the MACs.
  struct Slot {
    bool fire = false, first = false;
    unsigned place = 0, bank = 0;
  };
  struct Epoch {
    Cycle known = 0;     ///< its chunks can be accepted from here on
    Cycle complete = 0;  ///< the cycle after its weights' last word
    std::uint32_t burst = 0;
  };
  struct Chunk {
    Cycle weights_known = 0;  ///< lay at the port before its epoch was known, which was then
    Cycle complete = 0;       ///< the cycle after its last word
    std::uint32_t burst = 0;
  };
  /// How the chunk in a psum bank left.
  struct Bank {
    Cycle done = 0;
    Cycle psum_offer = 0;  ///< of psums from below, if it takes some
    Cycle free = 0;        ///< the cycle after its last beat
    std::uint32_t burst = 0;
  };
  /// A segment each at least, and those are 31 at most; one more may have come.
  static constexpr std::uint32_t kChunks = 32;

  void settle(Cycle cycle, const Slot& slot, const RtlActivity& macs, StallSink& told);
  void chunk_begins(Cycle cycle, const Slot& slot, StallSink& told);
  void drained(const Bank& bank, StallSink& told);
  void note(Cycle next, const RtlActivity& rtl, Cycle iact_offer, Cycle psum_offer);
  void spend(hw::Stall stall, Cycle to, std::uint32_t burst, StallSink& told);

  RtlPipeline pipeline_;
  Cycle until_ = 0;            ///< everything before is in a class
  StallInterval open_;         ///< the last class, not told yet: it may go on
  Cycle last_ = 0;             ///< the cycle shown last
  std::array<Slot, 2> slots_;  ///< of the cycle before that one, and of that one
  bool examined_ = false;      ///< there was a slot in this layer

  std::array<Epoch, 2> epochs_;
  std::uint32_t weight_bursts_ = 0;
  Cycle empty_retired_ = 0;  ///< retirement of the last null or idle epoch

  std::array<Chunk, kChunks> chunks_;  ///< complete ones that have not begun, a ring
  std::uint32_t chunks_begun_ = 0, chunks_complete_ = 0;
  Cycle coming_weights_known_ = 0;  ///< of the chunk that is coming in

  std::array<Bank, 2> banks_;
  std::uint32_t chunks_left_ = 0;
};

}  // namespace uvea::cosim
