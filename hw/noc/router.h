#pragma once
// A circuit-switched router of the hierarchical mesh.
//
// Ports      in[p] / out[p] for each RouterPort; unused ones stay unbound.
// Function   a source's burst goes to every destination that its static setting enables; the source
//            sees ready when all of them are (AND), a destination takes whoever is enabled (OR: the
//            settings allow one). A multicast so goes at the pace of its slowest receiver.
// Timing     data pass in noc.hop_cycles; ready passes at once.
// Errors     a burst at a source that nothing is enabled for, or two sources on one destination:
//            SC_REPORT_ERROR.

#include <array>
#include <memory>
#include <systemc>

#include "hw/noc/router_settings.h"
#include "tlm/command_sockets.h"
#include "tlm/stream_sockets.h"

namespace uvea::hw {

class Router : public sc_core::sc_module,
               public link::BurstReceiver,
               public link::BurstSender,
               public link::CommandReceiver {
 public:
  Router(const sc_core::sc_module_name& name, link::DataType type, const ChipConfig& config,
         const link::Clock& clock, int row, int col);

  link::StreamIn& in(RouterPort port) { return *in_[static_cast<std::size_t>(port)]; }
  link::StreamOut& out(RouterPort port) { return *out_[static_cast<std::size_t>(port)]; }
  link::CommandIn command;

  /// Words that entered here from a bank, the chip's edge or a PE, and words times destinations.
  std::uint64_t words_injected() const { return words_injected_; }
  std::uint64_t word_hops() const { return word_hops_; }
  std::vector<std::string> leftovers() const;
  /// In words, what the block waits for at the moment; empty when for nothing.
  std::string waiting_for() const;

 private:
  struct Source {
    link::Payload* payload = nullptr;  ///< offered, not all destinations ready yet
    int pending = 0;
    link::Cycle ready = 0;
  };

  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override;
  void on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) override;
  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;
  void on_command(const std::uint8_t* descriptor) override;

  const link::DataType type_;
  const ChipConfig& config_;
  const link::Cycle hop_;
  const int row_, col_;
  std::array<std::unique_ptr<link::StreamIn>, kRouterPorts> in_;
  std::array<std::unique_ptr<link::StreamOut>, kRouterPorts> out_;
  RouterSettings settings_;
  std::array<Source, kRouterPorts> sources_;
  std::array<std::size_t, kRouterPorts> owner_{};  ///< source of each destination
  std::uint64_t words_injected_ = 0, word_hops_ = 0;
};

}  // namespace uvea::hw
