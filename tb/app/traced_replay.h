#pragma once
// A replay that writes a waveform: in a process of its own, because the writer dies of a full disk.

#include <functional>
#include <string>

namespace uvea::tb {

/// What a replay ended with.
struct ReplayEnd {
  int status = 1;
  std::string out, err;  ///< to be printed
};

/// Calls `replay` with the name of a file beside `trace` for the waveform, checks what was written,
/// and gives it the name `trace`: it is there whole or not at all. Throws UserError when there is
/// no room for it or for the writer's temporary files, std::runtime_error when `replay` threw.
ReplayEnd traced_replay(const std::string& trace,
                        const std::function<ReplayEnd(const std::string& part)>& replay);

}  // namespace uvea::tb
