#pragma once
// Makes the Verilog PE under Verilator for a chip's kind and sizes: the sparse PE of the default sizes,
// with 8- or 9-bit weights, and the dense PE of eyeriss_v1_5.cfg are built in; all others that the RTL's limits allow come from libraries that the user's Verilator
// and compiler make once (tb/cosim/rtl/rtl_library.h). No Verilated header and no <systemc> here.

#include <functional>
#include <memory>
#include <string>

#include "hw/config/chip_config.h"
#include "tb/cosim/rtl/rtl_pins.h"

namespace uvea::cosim {

/// How RTL is made: a Verilated PE of exactly these sizes, at reset. Throws UserError as the makers
/// below.
using RtlFactory =
    std::function<std::unique_ptr<RtlPe>(const hw::PeConfig& pe, unsigned iact_ports)>;

/// Told in one line that a library is being built.
using RtlNote = std::function<void(const std::string&)>;

/// A factory that loads each library once. Throws UserError: sizes outside of the RTL's limits, or
/// those of another library than can be built (RtlLibrary::load).
RtlFactory rtl_factory(const RtlNote& note = {});

/// One PE of rtl_factory().
std::unique_ptr<RtlPe> make_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports);

/// The same of PEs whose signals can be looked at (RtlPe::inside), which makes them slower.
RtlFactory open_rtl_factory(const RtlNote& note = {});

/// Empty when there is RTL of these sizes, built in or to be built; else one line that says why not.
std::string why_no_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports);

}  // namespace uvea::cosim
