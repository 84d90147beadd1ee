#pragma once
// The commands of `uvea`. Each returns the exit status and throws UserError for a user's mistake.

#include "tb/app/arguments.h"
#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::tb {

/// Exit status of what a signal ended.
constexpr int kInterrupted = 130;

/// 0 fine, 1 model fault or mismatch, 130 interrupted. `make_rtl`: the RTL PEs of --rtl.
int run_command(const Arguments& arguments, const cosim::RtlFactory& make_rtl);
int map_command(const Arguments& arguments);
int networks_command(const Arguments& arguments);
int convert_command(const Arguments& arguments);
int config_command(const Arguments& arguments);
int compare_command(const Arguments& arguments);
int explain_command(const Arguments& arguments);
int report_command(const Arguments& arguments);
/// 0 all was simulated (whatever the ratios), 130 interrupted.
int reproduce_command(const Arguments& arguments);
/// 0 the PE and its RTL agree, 1 they do not or nothing was compared. With --trace the RTL is the
/// one that writes waveforms.
int replay_command(const Arguments& arguments, const cosim::RtlFactory& make_rtl);

}  // namespace uvea::tb
