#pragma once
// An FST file read back: signals by their full names, their values at any time.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace uvea::test {

struct ReadSignal {
  unsigned bits = 0;
  bool real = false, integer = false, text = false;
  std::map<std::string, std::string> names;  ///< of values, from its enum table
  /// Time and value as written, in order; of several at one time the last.
  std::vector<std::pair<std::uint64_t, std::string>> changes;

  /// The value at a time; "" before the first change.
  std::string at(std::uint64_t time) const;
  /// The same, by name when the value has one.
  std::string named_at(std::uint64_t time) const;
  std::int64_t number_at(std::uint64_t time) const;  ///< two's complement; of bits
};

struct ReadWaveform {
  std::map<std::string, ReadSignal> signals;  ///< by full name, without a range of bits
  std::uint64_t begin = 0, end = 0;
  int exponent = 0;
  std::string date;      ///< of its head
  bool in_order = true;  ///< no change was read with an earlier time than the one before it

  const ReadSignal& operator[](const std::string& name) const { return signals.at(name); }
};

/// Throws std::runtime_error when it is no FST file.
ReadWaveform read_waveform(const std::string& file);

}  // namespace uvea::test
