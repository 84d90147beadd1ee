#pragma once
// What every PE of a cluster has outside: streams, command, counters, its book of cycles. The model's
// are SparsePe and DensePe; a testbench may put another one in their place.
//
// Ports      iact[b]   one per iact router of the cluster ("all routers reach all PEs"); the PE
//                      takes the rows in the order of their tags, whoever offers them
//            weight    from the weight router of its row
//            psum_in   from the PE below (or the psum router, bottom PE)
//            psum_out  to the PE above (or the psum router, top PE)
//            command   layer command; the PE is empty afterwards
// Timing     docs/pe_timing.md. Where its cycles go: docs/stalls.md.

#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "hw/block/block.h"
#include "hw/block/stall_account.h"
#include "hw/pe/pe_observer.h"
#include "hw/pe/pe_watch.h"
#include "tlm/stream_sockets.h"

namespace uvea::hw {

/// Where a PE sits.
struct PePlace {
  int cluster_row = 0, cluster_col = 0, row = 0, col = 0;
};

class Pe : public LayerBlock, public link::BurstReceiver, public link::BurstSender {
 public:
  Pe(const sc_core::sc_module_name& name, const PePlace& place, const ChipConfig& config,
     const link::Clock& clock);

  std::vector<std::unique_ptr<link::StreamIn>> iact;  ///< receiver ports 0 .. iact_banks - 1
  link::StreamIn weight;                              ///< port iact_banks
  link::StreamIn psum_in;                             ///< port iact_banks + 1
  link::StreamOut psum_out;

  /// Binds an observer (or none). It is called in line.
  void observe(PeObserver* observer);
  void watch(link::Probe* probe) override;
  /// For who watches: the layer's descriptor is being fetched from `at` on.
  void layer_begins(link::Cycle at) {
    if (watch_) watch_->layer_begins(at);
  }
  void tell_rest(link::Cycle end) override;

  /// The layer is over: spends the PE's cycles up to `end`, which is where its last oact is in
  /// DRAM.
  virtual void close_layer(link::Cycle end) = 0;
  /// Where the cycles from the layer command to the end went; whole after close_layer().
  const StallAccount& account() const { return account_; }

 protected:
  /// The topmost PE of its column sends to a router, any other to the PE above.
  bool top() const { return top_; }
  /// Whether it tells a probe what goes on in it (PeWatch), besides its ports and classes.
  virtual bool tells_inside() const { return true; }

  StallAccount account_;
  PeObserver* observer_ = nullptr;
  std::unique_ptr<PeWatch> watch_;  ///< null when no probe watches

 private:
  void tell_stalls();
  void configured(const std::uint8_t* descriptor) override;

  const bool top_;
};

/// Makes the PE of a place; `name` and `source_id` are what the cluster gives it.
using PeFactory = std::function<std::unique_ptr<Pe>(
    const char* name, const PePlace& place, const ChipConfig& config, const link::Clock& clock,
    link::BurstPool& pool, std::uint32_t source_id)>;

/// SparsePe or DensePe everywhere, as pe.kind says.
PeFactory model_pes();

}  // namespace uvea::hw
