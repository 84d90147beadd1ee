#pragma once
// What a run's transactions are, whatever a file makes of them: slices in rows, arrows from slice to
// slice, curves. Who finds them (chip_transactions.h) knows no format; a TransactionSink writes one.
//
// Time       cycles of the run.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tlm/cycle.h"

namespace uvea::trace {

/// What lies in a row.
enum class RowKind : std::uint8_t {
  items,    ///< what passed a place: may overlap
  states,   ///< what a block did, one at a time; the slices' names are the states
  control,  ///< what the chip was at, one at a time
};

struct TransactionAttribute {
  const char* name = "";
  std::variant<std::uint64_t, std::string> value;
};

class TransactionSink {
 public:
  /// Numbers from 0, in the order in which they were told.
  using Row = std::size_t;
  using Slice = std::size_t;
  using Curve = std::size_t;

  struct SliceInfo {
    Row row = 0;
    std::string name;
    link::Cycle from = 0, to = 0;  ///< at least a cycle
    std::vector<TransactionAttribute> attributes;
  };

  TransactionSink() = default;
  virtual ~TransactionSink() = default;
  TransactionSink(const TransactionSink&) = delete;
  TransactionSink& operator=(const TransactionSink&) = delete;

  /// Slices of a kind at a block: `path` is its SystemC path, `name` its track's. The same row
  /// whenever it is asked for. One without slices leaves no trace.
  virtual Row row(RowKind kind, const std::string& path, const std::string& name) = 0;
  /// Those of a row come in the order of their begins.
  virtual Slice slice(const SliceInfo& slice) = 0;
  /// Between two slices since the last end_piece(); `to` does not end before `from` begins.
  virtual void arrow(const char* name, Slice from, Slice to) = 0;
  /// A quantity of a block over time. A format without curves leaves them out.
  virtual Curve curve(const std::string& path, const std::string& name,
                      const std::string& unit) = 0;
  /// It has this value from `at` on.
  virtual void value(Curve curve, link::Cycle at, double value) = 0;
  /// What follows begins when all told so far has ended.
  virtual void end_piece() = 0;
  /// The end; `cut`: nothing that begins from there on was told. Throws UserError when the file cannot
  /// be written.
  virtual void close(std::optional<link::Cycle> cut) = 0;
};

}  // namespace uvea::trace
