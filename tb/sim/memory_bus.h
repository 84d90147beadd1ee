#pragma once
// Joins two initiators onto one memory: the chip (AT) and the host (b_transport only).

#include <systemc>
#include <tlm>

namespace uvea::tb {

/// Ports  chip    target, passed through to the memory unchanged, both ways
///        host    target, b_transport and transport_dbg only
///        memory  initiator
/// No time of its own.
class MemoryBus : public sc_core::sc_module, private ::tlm::tlm_bw_transport_if<> {
 public:
  explicit MemoryBus(const sc_core::sc_module_name& name);

  ::tlm::tlm_target_socket<32> chip{"chip"};
  ::tlm::tlm_target_socket<32> host{"host"};
  ::tlm::tlm_initiator_socket<32> memory{"memory"};

 private:
  class Forward : public ::tlm::tlm_fw_transport_if<> {
   public:
    Forward(MemoryBus& bus, bool non_blocking) : bus_(bus), non_blocking_(non_blocking) {}
    ::tlm::tlm_sync_enum nb_transport_fw(::tlm::tlm_generic_payload& payload,
                                         ::tlm::tlm_phase& phase, sc_core::sc_time& delay) override;
    void b_transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override;
    bool get_direct_mem_ptr(::tlm::tlm_generic_payload&, ::tlm::tlm_dmi&) override { return false; }
    unsigned transport_dbg(::tlm::tlm_generic_payload& payload) override;

   private:
    MemoryBus& bus_;
    bool non_blocking_;
  };

  ::tlm::tlm_sync_enum nb_transport_bw(::tlm::tlm_generic_payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) override;
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}

  Forward from_chip_{*this, true};
  Forward from_host_{*this, false};
};

}  // namespace uvea::tb
