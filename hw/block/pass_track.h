#pragma once
// The pass that a block is in, told when a layer begins and when it changes: a layer that begins in the
// pass in which the one before ended has begun it all the same.

#include <string>

#include "tlm/probe.h"

namespace uvea::hw {

class PassTrack {
 public:
  /// Of the block, or the port of one, at `path`. Who works in two passes at once has a name for each.
  PassTrack(link::Probe& probe, const std::string& path, const std::string& name = "pass")
      : probe_(&probe),
        track_(probe.add_values(path, name, link::Probe::Group::control, "passes")) {}

  /// A layer begins, with pass 0.
  void begin(link::Cycle at) { tell(at, 0); }
  /// In `pass` from `at` on.
  void move(link::Cycle at, std::int64_t pass) {
    if (pass != pass_) tell(at, pass);
  }

 private:
  void tell(link::Cycle at, std::int64_t pass) {
    pass_ = pass;
    probe_->value(track_, at, pass);
  }

  link::Probe* probe_;
  link::Probe::Track track_;
  std::int64_t pass_ = 0;
};

}  // namespace uvea::hw
