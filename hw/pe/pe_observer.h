#pragma once
// Watches a PE from the side: what came in, what went out, when. Called only where one is bound;
// costs nothing otherwise. All times are cycles and may lie ahead of the simulated time.

#include <cstdint>
#include <vector>

#include "hw/block/stall.h"
#include "tlm/burst.h"
#include "tlm/clock.h"

namespace uvea::hw {

struct PeMac;  // pe_core.h

class PeObserver {
 public:
  virtual ~PeObserver() = default;
  /// Wants on_macs(); asked when a layer is configured.
  virtual bool asks_macs() const { return false; }
  /// The MACs of a chunk, of each in the order of their numbers; before its windows. The model's PE
  /// only.
  virtual void on_macs(const std::vector<PeMac>& /*macs*/) {}
  virtual void on_configure(const std::uint8_t* descriptor) = 0;
  /// An input burst lies on the wires from `at` on. `port`: iact port, else 0.
  virtual void on_offer(link::DataType stream, unsigned port, const link::Burst& burst,
                        link::Cycle at) = 0;
  /// The PE is ready for the burst last offered there.
  virtual void on_ready(link::DataType stream, unsigned port, link::Cycle ready) = 0;
  /// The burst's beats are settled: first_beat plus Burst::offset(i).
  virtual void on_beats(link::DataType stream, unsigned port, const link::Burst& burst,
                        link::Cycle first_beat) = 0;
  /// A window's last slot was examined.
  virtual void on_window(link::Cycle examined) = 0;
  /// The PE's cycles [from, to) were of one class (docs/stalls.md); in order, without a gap.
  virtual void on_stall(Stall stall, link::Cycle from, link::Cycle to) = 0;
  /// psum_out: a burst (sums done) is offered; its beats are settled.
  virtual void on_psum_offer(const link::Burst& burst, link::Cycle at) = 0;
  virtual void on_psum_beats(const link::Burst& burst, link::Cycle first_beat) = 0;
};

}  // namespace uvea::hw
