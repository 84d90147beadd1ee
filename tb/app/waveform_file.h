#pragma once
// A waveform that is there whole or not at all: written in a process of its own, because the writer
// dies of a full disk.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace uvea::tb {

/// Throws UserError naming `option` when `trace` cannot be a waveform with views beside it: not
/// writable, or no regular file.
void require_waveform(const std::string& trace, const std::string& option = "--trace");

/// The name of a view of a waveform: FILE.fst with another ending.
std::string beside(const std::string& trace, const std::string& ending);

/// Calls `write` with the name of a file beside `trace` for the waveform, checks what was written,
/// and gives it the name `trace`. Returns what `write` did. Throws UserError naming `option` when there is no room
/// for it or for the writer's temporary files, or when it was interrupted; as it is when `write`
/// threw one; std::runtime_error when it threw another.
std::vector<std::uint8_t> write_waveform(
    const std::string& trace,
    const std::function<std::vector<std::uint8_t>(const std::string& part)>& write,
    const std::string& option = "--trace");

}  // namespace uvea::tb
