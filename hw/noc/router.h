#pragma once
// A circuit-switched router of the hierarchical mesh.
//
// Ports      in[p] / out[p] for each RouterPort; unused ones stay unbound.
// Function   a source's burst goes to every destination that its static setting enables; the source
//            sees ready when all of them are (AND), a destination takes whoever is enabled (OR: the
//            settings allow one). A multicast so goes at the pace of its slowest receiver.
// Timing     data pass in noc.hop_cycles; ready passes at once. On buses (hangs_on): what comes from a
//            bank or the chip's edge, or goes to a bank, passes when its bus is granted, in
//            noc.hop_cycles; between routers there are only wires.
// Errors     a burst at a source that nothing is enabled for, or two sources on one destination:
//            SC_REPORT_ERROR.

#include <array>
#include <memory>
#include <systemc>

#include "hw/block/block.h"
#include "hw/noc/multicast_bus.h"
#include "hw/noc/router_settings.h"
#include "hw/noc/router_watch.h"
#include "tlm/stream_sockets.h"

namespace uvea::hw {

class Router : public LayerBlock,
               public link::BurstReceiver,
               public link::BurstSender,
               public BusClient {
 public:
  Router(const sc_core::sc_module_name& name, link::DataType type, const ChipConfig& config,
         const link::Clock& clock, int row, int col);

  link::StreamIn& in(RouterPort port) { return *in_[static_cast<std::size_t>(port)]; }
  link::StreamOut& out(RouterPort port) { return *out_[static_cast<std::size_t>(port)]; }

  /// It is the tags at one place of buses: `in` carries what comes from its local port, `out` (or
  /// null) what goes there.
  void hangs_on(MulticastBus& in, MulticastBus* out);

  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;
  Wait needs_for(const std::string& taker) const override;
  /// One for each output that leads anywhere.
  void use(std::vector<Resource>& resources) const override;
  void watch(link::Probe* probe) override;
  void tell_rest(link::Cycle end) override;

 private:
  struct Source {
    link::Payload* payload = nullptr;  ///< offered, not all destinations ready yet
    int pending = 0;
    unsigned waiting = 0;  ///< destinations that are not ready, a bit each; none: the bus is not
    link::Cycle offered = 0, ready = 0;
  };

  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override;
  void on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) override;
  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;
  void on_grant(unsigned port, link::Payload& payload, link::Cycle at) override;
  /// The bus that a source's bursts cross; null: none.
  MulticastBus* bus_of(std::size_t source) const;
  /// Bits of the values that a burst carries, without headers and padding.
  std::uint64_t value_bits(const link::Burst& burst) const;
  /// Cycles from a source to its destinations.
  link::Cycle passes_in(std::size_t source) const;
  void configure(const LayerCommand& layer, const Schedule& schedule) override;

  const link::DataType type_;
  const link::Cycle hop_;
  MulticastBus* bus_in_ = nullptr;
  MulticastBus* bus_out_ = nullptr;
  // of the layer
  bool csc_ = false;
  int m0_ = 0;
  std::array<std::unique_ptr<link::StreamIn>, kRouterPorts> in_;
  std::array<std::unique_ptr<link::StreamOut>, kRouterPorts> out_;
  RouterSettings settings_;
  std::array<Source, kRouterPorts> sources_;
  std::array<std::size_t, kRouterPorts> owner_{};  ///< source of each destination
  /// Cycles of the layer: an output carried a word; a burst stood before it.
  std::array<std::uint64_t, kRouterPorts> busy_{}, held_{};
  std::array<link::Cycle, kRouterPorts> moved_to_{};  ///< end of a port's last burst
  std::unique_ptr<RouterWatch> watch_;                ///< null when no probe watches
};

}  // namespace uvea::hw
