#pragma once
// uvea from its arguments to its exit status.

#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::tb {

/// Exit status: 0 fine, 1 model fault, 2 a user's mistake, 130 interrupted. `make_rtl`: the RTL PEs
/// of --rtl and replay.
int program(int argc, char* argv[], const cosim::RtlFactory& make_rtl);

}  // namespace uvea::tb
