#pragma once
// Writes of parts of lines, for a memory that takes whole lines without byte enables: read the
// line, merge, write it back.
//
// Order      a line has one transaction at a time. Writes that come meanwhile wait with the line
//            and go together in its next write-back, which needs no read: the line is known.
// No time and no SystemC processes: the DMA asks what a line needs next and does it.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "hw/control/request_part.h"

namespace uvea::hw {

class LineMerger {
 public:
  enum class Next { nothing, read_line, write_line };

  explicit LineMerger(std::size_t line_bytes) : line_bytes_(line_bytes) {}

  /// Takes a write that stays inside one line; says what that line needs now, nothing when it has
  /// a transaction already. The request's data must stay until the part is done.
  Next add(const RequestPart& part);

  /// The line's bytes, to be read into and written from.
  std::uint8_t* bytes(std::uint64_t line) { return lines_.at(line).bytes.data(); }
  /// Puts the waiting writes into the line's bytes, just before these are written.
  void merge(std::uint64_t line);
  /// The write-back is answered: appends the parts that it held. True when more have come, so that
  /// the line must be written again.
  bool written(std::uint64_t line, std::vector<RequestPart>& done);

  /// Lines that still have a transaction to go.
  std::size_t open() const { return lines_.size(); }

 private:
  struct Line {
    std::vector<std::uint8_t> bytes;
    std::vector<RequestPart> waiting;  ///< not yet in `bytes`
    std::vector<RequestPart> merged;   ///< in the write-back under way
  };

  std::size_t line_bytes_;
  std::unordered_map<std::uint64_t, Line> lines_;  ///< by address
};

}  // namespace uvea::hw
