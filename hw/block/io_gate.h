#pragma once
// Between the blocks that load, dump and process and the one that lets them take turns
// (control.serial_io, hw/control/io_phases.h).

#include <cstdint>
#include <optional>
#include <string>

#include "tlm/cycle.h"

namespace uvea::hw {

/// A block that takes turns. Phases are those of Schedule::io_phase(), the same in all clusters.
class IoMember {
 public:
  virtual ~IoMember() = default;
  /// From when on what `phase` needs is in the GLB and what was made in phases before it is in
  /// DRAM; nothing while that is not known.
  virtual std::optional<link::Cycle> moved(std::int64_t phase) const = 0;
  /// From when on it has processed all of `phase`; nothing while that is not known.
  virtual std::optional<link::Cycle> processed(std::int64_t phase) const = 0;
  /// The gate has turned.
  virtual void on_turn() = 0;
  /// Instance path.
  virtual std::string io_path() const = 0;
};

class IoGate {
 public:
  virtual ~IoGate() = default;
  /// During construction.
  virtual void join(IoMember& member) = 0;
  /// The phase that is processed, or loaded for; the one behind the last while its oacts leave.
  virtual std::int64_t phase() const = 0;
  /// Iacts load or oacts leave; nothing may be processed. False: the other way round.
  virtual bool moving() const = 0;
  /// When it turned last.
  virtual link::Cycle turned() const = 0;
  /// A member has more to tell than when it was asked last.
  virtual void changed() = 0;
  /// Instance path.
  virtual std::string path() const = 0;
};

}  // namespace uvea::hw
