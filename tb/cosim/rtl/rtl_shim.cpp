// A Verilated PE of one set of sizes as a library (rtl_abi.h). Not part of the program: the user's
// compiler makes it, when a chip has sizes that were not built in (rtl_library.h).
//
// UVEA_RTL_PORTS, UVEA_RTL_WORD_BITS and UVEA_RTL_PSUM_BITS are the sizes of the pins, UVEA_RTL_KEY
// what it was made from; UVEA_RTL_TRACED: with waveforms.

#include "Vsparse_pe.h"
#include "Vsparse_pe___024root.h"
#include "tb/cosim/rtl/rtl_abi.h"
#ifdef UVEA_RTL_TRACED
#include "tb/cosim/rtl/traced_pe.h"
#else
#include "tb/cosim/rtl/verilated_pe.h"
#endif

namespace {

using namespace uvea::cosim;

struct Pe {
  std::unique_ptr<RtlPe> rtl;
  std::vector<std::uint8_t> state;
};
RtlPe& rtl_of(void* pe) { return *static_cast<Pe*>(pe)->rtl; }

void* make(const char* waveform) {
#ifdef UVEA_RTL_TRACED
  auto rtl = std::make_unique<TracedPe<Vsparse_pe>>(UVEA_RTL_PORTS, UVEA_RTL_WORD_BITS,
                                                    UVEA_RTL_PSUM_BITS, waveform);
  if (!rtl->opened()) return nullptr;
#else
  static_cast<void>(waveform);
  auto rtl = std::make_unique<VerilatedPe<Vsparse_pe>>(UVEA_RTL_PORTS, UVEA_RTL_WORD_BITS,
                                                       UVEA_RTL_PSUM_BITS);
#endif
  return new Pe{std::move(rtl), {}};
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
                     restore};

}  // namespace

extern "C" __attribute__((visibility("default"))) const RtlAbi* uvea_rtl_abi() { return &abi; }
