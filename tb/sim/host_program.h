#pragma once
// The host processor: writes the DRAM image, rings the doorbell, waits for the interrupt, reads
// back.

#include <cstdint>
#include <functional>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "sw/driver/dram_image.h"

namespace uvea::tb {

using driver::Region;

/// Ports  registers  initiator to the chip's control registers
///        memory     initiator to DRAM (b_transport, bursts of at most 64 kB)
///        interrupt  from the chip
/// Ends the simulation with sc_stop() when everything is read back. A chip that hangs is told by
/// its own watchdog.
class HostProgram : public sc_core::sc_module, private ::tlm::tlm_bw_transport_if<> {
 public:
  /// `patience`: how long an acknowledged interrupt may take to fall.
  HostProgram(const sc_core::sc_module_name& name, const sc_core::sc_time& patience);

  ::tlm::tlm_initiator_socket<32> registers{"registers"};
  ::tlm::tlm_initiator_socket<32> memory{"memory"};
  sc_core::sc_in<bool> interrupt{"interrupt"};

  std::vector<Region> writes;         ///< DRAM image, before the start
  std::vector<Region> reads;          ///< filled after the interrupt; sizes are given
  std::uint64_t descriptor = 0;       ///< address of the first one
  std::uint32_t layers = 0;           ///< expected
  std::function<void()> on_start;     ///< everything is written, the chip not yet started
  std::vector<std::uint64_t> cycles;  ///< per layer, from the chip's registers
  std::vector<std::string> faults;
  bool finished = false;  ///< the interrupt came and everything was read back

 private:
  void run();
  void access_memory(::tlm::tlm_command command, Region& region);
  std::uint32_t access_register(::tlm::tlm_command command, std::uint32_t offset,
                                std::uint32_t value);
  ::tlm::tlm_sync_enum nb_transport_bw(::tlm::tlm_generic_payload&, ::tlm::tlm_phase&,
                                       sc_core::sc_time&) override {
    return ::tlm::TLM_COMPLETED;
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}

  sc_core::sc_time patience_;
};

}  // namespace uvea::tb
