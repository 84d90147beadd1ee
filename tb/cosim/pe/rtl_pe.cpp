#include "tb/cosim/pe/rtl_pe.h"

#include <vector>

#include "Vsparse_pe.h"
#include "Vsparse_pe___024root.h"
#include "Vsparse_pe_traced.h"
#include "Vsparse_pe_traced___024root.h"
#include "Vsparse_pe_w9.h"
#include "Vsparse_pe_w9___024root.h"
#include "Vsparse_pe_w9_traced.h"
#include "Vsparse_pe_w9_traced___024root.h"
#include "sw/user_error.h"
#include "tb/cosim/rtl/rtl_library.h"
#include "tb/cosim/rtl/rtl_sizes.h"
#include "tb/cosim/rtl/traced_pe.h"
#include "tb/cosim/rtl/verilated_pe.h"

namespace uvea::cosim {

namespace {

/// With what the classes above were Verilated.
bool built_in(const hw::PeConfig& pe, unsigned iact_ports) {
  hw::PeConfig built;
  if (pe.weight_bits == 9) built.weight_bits = 9;
  constexpr unsigned ports = 3;
  return rtl_parameters(pe, iact_ports) == rtl_parameters(built, ports);
}

void require_sizes(const hw::PeConfig& pe, unsigned iact_ports) {
  if (const std::string why = why_no_rtl_pe(pe, iact_ports); !why.empty()) throw UserError(why);
}

std::unique_ptr<RtlPe> make_built_in(const hw::PeConfig& pe, unsigned iact_ports) {
  const int word_bits = rtl_word_bits(pe);
  if (pe.weight_bits == 9)
    return std::make_unique<VerilatedPe<Vsparse_pe_w9>>(iact_ports, word_bits, pe.psum_bits);
  return std::make_unique<VerilatedPe<Vsparse_pe>>(iact_ports, word_bits, pe.psum_bits);
}

template <class Model>
std::unique_ptr<RtlPe> make_traced(const hw::PeConfig& pe, unsigned iact_ports,
                                   const std::string& file) {
  auto traced =
      std::make_unique<TracedPe<Model>>(iact_ports, rtl_word_bits(pe), pe.psum_bits, file);
  if (!traced->opened()) throw UserError("cannot write the waveform " + file);
  return traced;
}

/// Libraries that were loaded, by the parameters of their RTL.
struct Libraries {
  struct Loaded {
    std::vector<std::string> parameters;
    std::shared_ptr<RtlLibrary> library;
  };
  std::vector<Loaded> loaded;

  RtlLibrary& of(const hw::PeConfig& pe, unsigned iact_ports, const RtlNote& note) {
    const std::vector<std::string> parameters = rtl_parameters(pe, iact_ports);
    for (const Loaded& known : loaded)
      if (known.parameters == parameters) return *known.library;
    loaded.push_back({parameters, RtlLibrary::load(pe, iact_ports, false, note)});
    return *loaded.back().library;
  }
};

}  // namespace

std::string why_no_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports) {
  return why_no_rtl_sizes(pe, iact_ports);
}

RtlFactory rtl_factory(const RtlNote& note) {
  const auto libraries = std::make_shared<Libraries>();
  return [libraries, note](const hw::PeConfig& pe, unsigned iact_ports) {
    require_sizes(pe, iact_ports);
    if (built_in(pe, iact_ports)) return make_built_in(pe, iact_ports);
    return libraries->of(pe, iact_ports, note).make();
  };
}

std::unique_ptr<RtlPe> make_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports) {
  return rtl_factory()(pe, iact_ports);
}

TracedRtl traced_rtl(const hw::PeConfig& pe, unsigned iact_ports, const RtlNote& note) {
  require_sizes(pe, iact_ports);
  if (!built_in(pe, iact_ports)) {
    const auto library = RtlLibrary::load(pe, iact_ports, true, note);
    return [library](const std::string& file) { return library->make(file); };
  }
  return [pe, iact_ports](const std::string& file) {
    return pe.weight_bits == 9 ? make_traced<Vsparse_pe_w9_traced>(pe, iact_ports, file)
                               : make_traced<Vsparse_pe_traced>(pe, iact_ports, file);
  };
}

}  // namespace uvea::cosim
