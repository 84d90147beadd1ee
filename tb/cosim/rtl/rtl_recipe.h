#pragma once
// How a library with a Verilated PE of certain sizes is made by the user's Verilator and compiler.

#include <string>
#include <vector>

#include "hw/config/chip_config.h"

namespace uvea::cosim {

/// All that the library depends on.
struct RtlRecipe {
  std::string module;                   ///< of the RTL: sparse_pe or dense_pe
  std::vector<std::string> parameters;  ///< of it
  int word_bits = 24, psum_bits = 20, iact_ports = 3;
  bool open = false;               ///< its signals can be looked at
  std::string root;                ///< folder that has rtl/pe and tb/cosim/rtl
  std::vector<std::string> files;  ///< of the RTL and for Verilator, below root
  std::string verilator_root;
  std::string
      key;  ///< 16 digits: from the text of RTL and shim, the parameters, Verilator's version
};

/// Throws UserError when Verilator or the RTL's sources are not there.
RtlRecipe make_recipe(const hw::PeConfig& pe, unsigned iact_ports, bool open);

/// Makes the library in the folder `work`; returns its path. Throws UserError, one line, when there
/// is no compiler ($CXX, else c++) or a tool fails; `log` then has all that the tools said.
std::string build_library(const RtlRecipe& recipe, const std::string& work, std::string& log);

}  // namespace uvea::cosim
