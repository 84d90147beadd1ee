#pragma once
// A PE's kind and sizes as a module of rtl/pe and its parameters, and the limits of those.

#include <string>
#include <vector>

#include "hw/config/chip_config.h"

namespace uvea::cosim {

/// Empty when the RTL can have these sizes, else one line that names the option, its value and what
/// the RTL takes.
std::string why_no_rtl_sizes(const hw::PeConfig& pe, unsigned iact_ports);

/// The dense PE of configs/chips/eyeriss_v1_5.cfg: the module's defaults.
hw::PeConfig default_dense_pe();

/// "sparse_pe" or "dense_pe".
std::string rtl_module(const hw::PeConfig& pe);

/// "PORTS=3", "ENTRIES=16", ...: all of them.
std::vector<std::string> rtl_parameters(const hw::PeConfig& pe, unsigned iact_ports);

}  // namespace uvea::cosim
