#pragma once
// The commands of `uvea`. Each returns the exit status and throws UserError for a user's mistake.

#include "tb/program/arguments.h"

namespace uvea::tb {

/// 0 fine, 1 model fault or mismatch, 130 interrupted.
int run_command(const Arguments& arguments);
int map_command(const Arguments& arguments);
int networks_command(const Arguments& arguments);
int config_command(const Arguments& arguments);
/// 0 the PE and its RTL agree, 1 they do not.
int replay_command(const Arguments& arguments);

}  // namespace uvea::tb
