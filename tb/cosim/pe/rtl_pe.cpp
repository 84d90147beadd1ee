#include "tb/cosim/pe/rtl_pe.h"

#include <vector>

#include "Vdense_pe.h"
#include "Vdense_pe___024root.h"
#include "Vdense_pe_open.h"
#include "Vdense_pe_open___024root.h"
#include "Vsparse_pe.h"
#include "Vsparse_pe___024root.h"
#include "Vsparse_pe_open.h"
#include "Vsparse_pe_open___024root.h"
#include "Vsparse_pe_w9.h"
#include "Vsparse_pe_w9___024root.h"
#include "Vsparse_pe_w9_open.h"
#include "Vsparse_pe_w9_open___024root.h"
#include "hw/config/chip_limits.h"
#include "sw/user_error.h"
#include "tb/cosim/rtl/open_pe.h"
#include "tb/cosim/rtl/rtl_library.h"
#include "tb/cosim/rtl/rtl_sizes.h"
#include "tb/cosim/rtl/verilated_pe.h"

namespace uvea::cosim {

namespace {

/// With what the classes above were Verilated.
bool built_in(const hw::PeConfig& pe, unsigned iact_ports) {
  hw::PeConfig built;
  if (pe.kind == hw::PeKind::dense) {
    built = default_dense_pe();
  } else if (pe.weight_bits == 9) {
    built.weight_bits = 9;
  }
  constexpr unsigned ports = 3;
  return rtl_parameters(pe, iact_ports) == rtl_parameters(built, ports);
}

void require_sizes(const hw::PeConfig& pe, unsigned iact_ports) {
  if (const std::string why = why_no_rtl_pe(pe, iact_ports); !why.empty()) throw UserError(why);
}

std::unique_ptr<RtlPe> make_built_in(const hw::PeConfig& pe, unsigned iact_ports) {
  const int word_bits = hw::weight_word_bits(pe);
  if (pe.kind == hw::PeKind::dense)
    return std::make_unique<VerilatedDensePe<Vdense_pe>>(iact_ports, word_bits, pe.psum_bits);
  if (pe.weight_bits == 9)
    return std::make_unique<VerilatedSparsePe<Vsparse_pe_w9>>(iact_ports, word_bits, pe.psum_bits);
  return std::make_unique<VerilatedSparsePe<Vsparse_pe>>(iact_ports, word_bits, pe.psum_bits);
}

std::unique_ptr<RtlPe> make_built_in_open(const hw::PeConfig& pe, unsigned iact_ports) {
  using Dense = OpenPe<VerilatedDensePe<Vdense_pe_open>>;
  using NineBits = OpenPe<VerilatedSparsePe<Vsparse_pe_w9_open>>;
  using Sparse = OpenPe<VerilatedSparsePe<Vsparse_pe_open>>;
  const int word_bits = hw::weight_word_bits(pe);
  if (pe.kind == hw::PeKind::dense)
    return std::make_unique<Dense>(iact_ports, word_bits, pe.psum_bits);
  if (pe.weight_bits == 9) return std::make_unique<NineBits>(iact_ports, word_bits, pe.psum_bits);
  return std::make_unique<Sparse>(iact_ports, word_bits, pe.psum_bits);
}

/// Libraries that were loaded, by the module and parameters of their RTL.
struct Libraries {
  struct Loaded {
    std::string module;
    std::vector<std::string> parameters;
    std::shared_ptr<RtlLibrary> library;
  };
  const bool open = false;
  std::vector<Loaded> loaded;

  RtlLibrary& of(const hw::PeConfig& pe, unsigned iact_ports, const RtlNote& note) {
    const std::vector<std::string> parameters = rtl_parameters(pe, iact_ports);
    const std::string module = rtl_module(pe);
    for (const Loaded& known : loaded)
      if (known.module == module && known.parameters == parameters) return *known.library;
    loaded.push_back({module, parameters, RtlLibrary::load(pe, iact_ports, open, note)});
    return *loaded.back().library;
  }
};

RtlFactory factory(bool open, const RtlNote& note) {
  const auto libraries = std::make_shared<Libraries>(Libraries{open, {}});
  return [libraries, note](const hw::PeConfig& pe, unsigned iact_ports) {
    require_sizes(pe, iact_ports);
    if (!built_in(pe, iact_ports)) return libraries->of(pe, iact_ports, note).make();
    return libraries->open ? make_built_in_open(pe, iact_ports) : make_built_in(pe, iact_ports);
  };
}

}  // namespace

std::string why_no_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports) {
  return why_no_rtl_sizes(pe, iact_ports);
}

RtlFactory rtl_factory(const RtlNote& note) { return factory(false, note); }
RtlFactory open_rtl_factory(const RtlNote& note) { return factory(true, note); }

std::unique_ptr<RtlPe> make_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports) {
  return rtl_factory()(pe, iact_ports);
}

}  // namespace uvea::cosim
