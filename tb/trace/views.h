#pragma once
// The files beside a waveform with which viewers show it.

#include <string>
#include <vector>

#include "tb/trace/view_rows.h"

namespace uvea::trace {

/// The name of a file beside a waveform: FILE.fst with another ending.
std::string beside(const std::string& waveform, const std::string& ending);

// Endings.
inline constexpr const char* kGtkwaveView = ".gtkw";
inline constexpr const char* kGtkwaveColours = ".classes";  ///< only beside classes of PE cycles
inline constexpr const char* kSurferView = ".sucl";
inline constexpr const char* kViewEndings[] = {kGtkwaveView, kGtkwaveColours, kSurferView};

struct ViewFile {
  std::string ending;
  std::string text;
};

/// All of them. `input.waveform` is an absolute path: GTKWave looks for what it names from there.
std::vector<ViewFile> view_files(const ViewInput& input);

}  // namespace uvea::trace
