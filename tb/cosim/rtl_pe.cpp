#include "tb/cosim/rtl_pe.h"

#include "Vsparse_pe.h"
#include "Vsparse_pe_w9.h"
#include "sw/user_error.h"
#include "tb/cosim/verilated_pe.h"

namespace uvea::cosim {

std::string why_no_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports) {
  // What the two models below were Verilated with.
  const hw::PeConfig built;
  const auto differs = [](const char* option, int have, int want) {
    return have == want ? std::string()
                        : std::string(option) + " = " + std::to_string(have) +
                              ", but the RTL PE was built for " + std::to_string(want);
  };
  for (const std::string& why :
       {differs("glb.iact_banks", static_cast<int>(iact_ports), 3),
        differs("pe.iact_addr_entries", pe.iact_addr_entries, built.iact_addr_entries),
        differs("pe.iact_data_entries", pe.iact_data_entries, built.iact_data_entries),
        differs("pe.weight_addr_entries", pe.weight_addr_entries, built.weight_addr_entries),
        differs("pe.weight_data_words", pe.weight_data_words, built.weight_data_words),
        differs("pe.psum_entries", pe.psum_entries, built.psum_entries),
        differs("pe.iact_bits", pe.iact_bits, built.iact_bits),
        differs("pe.weight_bits", pe.weight_bits == 9 ? 8 : pe.weight_bits, built.weight_bits),
        differs("pe.count_bits", pe.count_bits, built.count_bits),
        differs("pe.psum_bits", pe.psum_bits, built.psum_bits),
        differs("pe.simd", pe.simd, built.simd),
        differs("pe.pipeline_stages", pe.pipeline_stages, built.pipeline_stages)}) {
    if (!why.empty()) return why;
  }
  if (!pe.sparse) return "pe.sparse = false, but the RTL PE was built with the compressed mode";
  return {};
}

std::unique_ptr<RtlPe> make_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports) {
  const std::string why = why_no_rtl_pe(pe, iact_ports);
  if (!why.empty()) throw UserError(why);
  if (pe.weight_bits == 9)
    return std::make_unique<VerilatedPe<Vsparse_pe_w9>>(iact_ports, 27, pe.psum_bits);
  return std::make_unique<VerilatedPe<Vsparse_pe>>(iact_ports, 24, pe.psum_bits);
}

}  // namespace uvea::cosim
