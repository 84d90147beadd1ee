#pragma once
// Runs of the program in which something goes wrong, and what they leave.

#include <cstdint>
#include <string>
#include <vector>

#include "tb/tests/app/program.h"

namespace uvea::test {

inline constexpr std::uint64_t kAfter = 64;  ///< cycles behind the moment, when the layer went on
inline constexpr std::uint64_t kPeriod = 5000;  ///< ps at 200 MHz

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The first number behind a part of a text, which must be there.
std::uint64_t number_behind(const std::string& text, const std::string& part);

/// The program with a faulty RTL PE, its files in `folder`/out. `fault`: FAULT:N of
/// tb/tests/cosim_rtl/faulty_pe.h.
Ended run_faulty(const Folder& folder, const std::string& fault,
                 const std::vector<std::string>& more);

/// Arguments: PE 0.0.0 is RTL.
std::vector<std::string> shadow(const std::string& layers);
std::vector<std::string> drive(const std::string& layers);
/// All arguments of a run whose first layer has psum overflows, which are faults.
std::vector<std::string> overflowing();

/// Cycle of the marker in the GTKWave view of a waveform; Surfer's is held to it.
std::uint64_t marker_in(const std::string& stem);

}  // namespace uvea::test
