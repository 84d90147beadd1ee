#pragma once
// A block's busy wire to the controller: high while something of the layer is still to be done.

#include <functional>
#include <string>
#include <systemc>

#include "tlm/clock.h"
#include "tlm/process.h"

namespace uvea::hw {

class BusyOut : public sc_core::sc_out<bool> {
 public:
  /// A port of the module that is being built; `busy` says what the wire has to be.
  BusyOut(const std::string& name, const link::Clock& clock, const std::function<bool()>& busy)
      : sc_out(name.c_str()), clock_(clock), changed_((name + "_changed").c_str()) {
    link::spawn_method(
        name + "_process", [this, busy] { write(busy()); }, changed_);
  }

  /// Drives the wire anew at the end of this moment, or in a cycle that lies ahead; of several the
  /// earliest counts.
  void update() { changed_.notify(sc_core::SC_ZERO_TIME); }
  void update(link::Cycle at) { changed_.notify(clock_.until(at)); }

 private:
  const link::Clock& clock_;
  sc_core::sc_event changed_;
};

}  // namespace uvea::hw
