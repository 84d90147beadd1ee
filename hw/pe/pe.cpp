#include "hw/pe/pe.h"

namespace uvea::hw {

Pe::Pe(const sc_core::sc_module_name& module_name, const PePlace& place, const ChipConfig& config,
       const link::Clock& clock)
    : LayerBlock(module_name, config, clock, place.cluster_row, place.cluster_col),
      weight("weight", *this, static_cast<unsigned>(config.glb.iact_banks), clock),
      psum_in("psum_in", *this, static_cast<unsigned>(config.glb.iact_banks) + 1, clock),
      psum_out("psum_out", *this, 0, clock),
      top_(place.row == config.cluster.pe_rows - 1) {
  for (int b = 0; b < config.glb.iact_banks; ++b) {
    iact.push_back(std::make_unique<link::StreamIn>("iact" + std::to_string(b), *this,
                                                    static_cast<unsigned>(b), clock));
  }
}

void Pe::observe(PeObserver* observer) {
  observer_ = observer;
  account_.tell(observer == nullptr ? StallAccount::Told{}
                                    : [observer](Stall stall, link::Cycle from, link::Cycle to) {
                                        observer->on_stall(stall, from, to);
                                      });
}

void Pe::configured(const std::uint8_t* descriptor) {
  if (observer_ != nullptr) observer_->on_configure(descriptor);
}

}  // namespace uvea::hw
