// A Verilated PE of one set of sizes as a library (rtl_abi.h). Not part of the program: the user's
// compiler makes it, when a chip has sizes that were not built in (rtl_library.h).
//
// UVEA_RTL_PORTS, UVEA_RTL_WORD_BITS and UVEA_RTL_PSUM_BITS are the sizes of the pins, UVEA_RTL_KEY
// what it was made from; UVEA_RTL_OPEN: its signals can be looked at; UVEA_RTL_DENSE: the dense PE.

#ifdef UVEA_RTL_DENSE
#include "Vdense_pe.h"
#include "Vdense_pe___024root.h"
#else
#include "Vsparse_pe.h"
#include "Vsparse_pe___024root.h"
#endif
#include "tb/cosim/rtl/rtl_abi.h"
#ifdef UVEA_RTL_OPEN
#include "tb/cosim/rtl/open_pe.h"
#endif
#include "tb/cosim/rtl/verilated_pe.h"

namespace {

using namespace uvea::cosim;

struct Pe {
  std::unique_ptr<RtlPe> rtl;
  std::vector<std::uint8_t> state;
  std::vector<RtlSignal> signals;
};
RtlPe& rtl_of(void* pe) { return *static_cast<Pe*>(pe)->rtl; }

#ifdef UVEA_RTL_DENSE
using Closed = VerilatedDensePe<Vdense_pe>;
#else
using Closed = VerilatedSparsePe<Vsparse_pe>;
#endif
#ifdef UVEA_RTL_OPEN
using Made = OpenPe<Closed>;
#else
using Made = Closed;
#endif

void* make() {
  auto rtl = std::make_unique<Made>(UVEA_RTL_PORTS, UVEA_RTL_WORD_BITS, UVEA_RTL_PSUM_BITS);
  std::vector<RtlSignal> signals = rtl->inside();
  return new Pe{std::move(rtl), {}, std::move(signals)};
}
void drop(void* pe) { delete static_cast<Pe*>(pe); }
void reset(void* pe) { rtl_of(pe).reset(); }
void settle(void* pe, const RtlInputs* in, RtlOutputs* out) { rtl_of(pe).settle(*in, *out); }
void activity(void* pe, RtlActivity* activity) { *activity = rtl_of(pe).activity(); }
void macs(void* pe, RtlMacs* macs) { *macs = rtl_of(pe).macs(); }
void clock(void* pe, std::uint64_t cycle) { rtl_of(pe).clock(cycle); }
void save(void* pe, const std::uint8_t** state, std::size_t* bytes) {
  std::vector<std::uint8_t>& kept = static_cast<Pe*>(pe)->state;
  rtl_of(pe).save(kept);
  *state = kept.data();
  *bytes = kept.size();
}
void restore(void* pe, const std::uint8_t* state, std::size_t bytes) {
  rtl_of(pe).restore({state, state + bytes});
}
bool signal(void* pe, std::size_t n, RtlAbiSignal* signal) {
  const std::vector<RtlSignal>& all = static_cast<Pe*>(pe)->signals;
  if (n >= all.size()) return false;
  *signal = {all[n].module.c_str(), all[n].name.c_str(), all[n].bits};
  return true;
}
void look(void* pe, std::uint64_t* values) { rtl_of(pe).look(values); }

constexpr RtlAbi abi{UVEA_RTL_KEY,
                     sizeof(RtlInputs),
                     sizeof(RtlOutputs),
                     sizeof(RtlActivity),
                     sizeof(RtlMacs),
                     make,
                     drop,
                     reset,
                     settle,
                     activity,
                     macs,
                     clock,
                     save,
                     restore,
                     signal,
                     look};

}  // namespace

extern "C" __attribute__((visibility("default"))) const RtlAbi* uvea_rtl_abi() { return &abi; }
