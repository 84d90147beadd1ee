#pragma once
// Whether a waveform file is whole: its writer does not tell when the disk is full.

#include <string>

namespace uvea::trace {

/// Reads all of an FST file: its signals, and their values up to the last time that its head names.
/// What is wrong; empty when nothing is. The reader trusts a file: call it in a process of its own,
/// whose death says that the file is broken.
std::string why_broken_waveform(const std::string& file);

}  // namespace uvea::trace
