#pragma once
// The state of a port that moves one burst at a time, told without a gap: free, moving, held (a burst
// stands before it), or, of a bank's port, writing.

#include <string>

#include "tlm/probe.h"

namespace uvea::hw {

class PortTrack {
 public:
  PortTrack() = default;
  /// A track "state" of the port at `path`.
  PortTrack(link::Probe& probe, const std::string& path, link::Probe::Group group);

  // In order of time. What has been told already is left out, what lies between is free.
  void move(link::Cycle from, link::Cycle to) { tell(State::moving, from, to); }
  void hold(link::Cycle from, link::Cycle to) { tell(State::held, from, to); }
  void write(link::Cycle from, link::Cycle to) { tell(State::writing, from, to); }
  /// Nothing more happens before `end`.
  void rest(link::Cycle end) { tell(State::free, until_, end); }
  /// Told up to here.
  link::Cycle until() const { return until_; }

 private:
  enum class State : unsigned { free, moving, held, writing };
  void tell(State state, link::Cycle from, link::Cycle to);

  link::Probe* probe_ = nullptr;
  link::Probe::Track track_ = link::Probe::kNone;
  link::Cycle until_ = 0;
};

}  // namespace uvea::hw
