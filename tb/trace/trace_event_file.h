#pragma once
// A file of trace events (Chrome's JSON object format, read by Perfetto and chrome://tracing), written
// as they come. It is there whole or not at all.
//
// Time       a microsecond in the file is a cycle of the chip.

#include <cstdint>
#include <string>

#include "tb/trace/whole_file.h"
#include "tlm/cycle.h"

namespace uvea::trace {

class TraceEventFile {
 public:
  /// A row of a viewer: a track of a process.
  struct Row {
    int process = 0, thread = 0;
  };

  /// Throws UserError when it cannot be made.
  explicit TraceEventFile(const std::string& path);

  /// Names; rows stand in the order of their numbers.
  void name_process(int process, const std::string& name);
  void name_row(const Row& row, const std::string& name);
  /// Something during [from, to), at least a cycle; `args`: a JSON object.
  void slice(const Row& row, const std::string& name, const char* category, link::Cycle from,
             link::Cycle to, const std::string& args);
  /// An arrow from the slice that `from` lies in, in its row, to another one.
  void arrow(const char* name, const Row& from_row, link::Cycle from, const Row& to_row,
             link::Cycle to);
  /// A curve of a process has this value from `at` on.
  void counter(int process, const std::string& name, const std::string& unit, link::Cycle at,
               double value);

  std::uint64_t events() const { return events_; }
  std::uint64_t arrows() const { return arrows_; }
  /// The end; `about`: a JSON object for people. Throws UserError when there was no room.
  void close(const std::string& about);

 private:
  void put(const std::string& event);

  WholeFile file_;
  std::uint64_t events_ = 0, arrows_ = 0;
};

/// As JSON writes it, with its quotes.
std::string json_text(const std::string& text);

}  // namespace uvea::trace
