#include "hw/pe/pe.h"

namespace uvea::hw {

Pe::Pe(const sc_core::sc_module_name& module_name, const ChipConfig& config,
       const link::Clock& clock)
    : sc_module(module_name),
      weight("weight", *this, static_cast<unsigned>(config.glb.iact_banks), clock),
      psum_in("psum_in", *this, static_cast<unsigned>(config.glb.iact_banks) + 1, clock),
      psum_out("psum_out", *this, 0, clock),
      command("command", *this) {
  for (int b = 0; b < config.glb.iact_banks; ++b) {
    iact.push_back(std::make_unique<link::StreamIn>("iact" + std::to_string(b), *this,
                                                    static_cast<unsigned>(b), clock));
  }
}

}  // namespace uvea::hw
