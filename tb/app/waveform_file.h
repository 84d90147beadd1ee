#pragma once
// A waveform and its views, which are there whole or not at all: written in a process of its own,
// because the writer dies of a full disk.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tb/trace/views.h"

namespace uvea::tb {

/// Throws UserError naming `option` when `trace` cannot be a waveform with views beside it: not
/// named FILE.fst, not writable, or no regular file.
void require_waveform(const std::string& trace, const std::string& option = "--trace");

/// A waveform as its writer left it.
struct WrittenWaveform {
  std::vector<trace::ViewFile> views;
  std::vector<std::uint8_t> payload;  ///< what else the writer tells
};

/// Calls `write` with the name of a file beside `trace` for the waveform, checks what was written,
/// gives it the name `trace` and writes the views beside it: all files are there whole, or none is.
/// Returns the payload. Throws UserError naming `option` when there is no room for them or for the
/// writer's temporary files, or when it was interrupted; as it is when `write` threw one;
/// std::runtime_error when it threw another.
std::vector<std::uint8_t> write_waveform(
    const std::string& trace, const std::function<WrittenWaveform(const std::string& part)>& write,
    const std::string& option = "--trace");

/// The line that says where the waveform is and how it is opened. `about`: what it has, or empty.
std::string waveform_line(const std::string& trace, const std::string& about = {});

}  // namespace uvea::tb
