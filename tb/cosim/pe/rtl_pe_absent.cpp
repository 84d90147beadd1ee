// In the place of rtl_pe.cpp when the program is built without the Verilated PE (UVEA_RTL=OFF).

#include "sw/user_error.h"
#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::cosim {

std::string why_no_rtl_pe(const hw::PeConfig&, unsigned) {
  return "this uvea was built without the RTL; configure it with -DUVEA_RTL=ON";
}

RtlFactory rtl_factory(const RtlNote&) { return make_rtl_pe; }
RtlFactory open_rtl_factory(const RtlNote&) { return make_rtl_pe; }

std::unique_ptr<RtlPe> make_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports) {
  throw UserError(why_no_rtl_pe(pe, iact_ports));
}

}  // namespace uvea::cosim
