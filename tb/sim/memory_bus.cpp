#include "tb/sim/memory_bus.h"

namespace uvea::tb {

MemoryBus::MemoryBus(const sc_core::sc_module_name& module_name) : sc_module(module_name) {
  chip.bind(static_cast<::tlm::tlm_fw_transport_if<>&>(from_chip_));
  host.bind(static_cast<::tlm::tlm_fw_transport_if<>&>(from_host_));
  memory.bind(static_cast<::tlm::tlm_bw_transport_if<>&>(*this));
}

::tlm::tlm_sync_enum MemoryBus::Forward::nb_transport_fw(::tlm::tlm_generic_payload& payload,
                                                         ::tlm::tlm_phase& phase,
                                                         sc_core::sc_time& delay) {
  if (!non_blocking_) {
    SC_REPORT_ERROR(bus_.name(), "the host side takes b_transport only");
    return ::tlm::TLM_COMPLETED;
  }
  return bus_.memory->nb_transport_fw(payload, phase, delay);
}

void MemoryBus::Forward::b_transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  bus_.memory->b_transport(payload, delay);
}

unsigned MemoryBus::Forward::transport_dbg(::tlm::tlm_generic_payload& payload) {
  return bus_.memory->transport_dbg(payload);
}

::tlm::tlm_sync_enum MemoryBus::nb_transport_bw(::tlm::tlm_generic_payload& payload,
                                                ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  return chip->nb_transport_bw(payload, phase, delay);
}

}  // namespace uvea::tb
