#include "hw/pe/pe.h"

#include "hw/pe/dense_pe.h"
#include "hw/pe/sparse_pe.h"

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
  tell_stalls();
}

void Pe::watch(link::Probe* probe) {
  LayerBlock::watch(probe);
  watch_ = probe == nullptr ? nullptr : std::make_unique<PeWatch>(*probe, name(), tells_inside());
  tell_stalls();
}

void Pe::tell_rest(link::Cycle) {
  if (watch_) watch_->end();
}

void Pe::tell_stalls() {
  PeWatch* const watch = watch_ && watch_->wants_order() ? watch_.get() : nullptr;
  if (observer_ == nullptr && watch == nullptr) return account_.tell({});
  account_.tell([observer = observer_, watch](Stall stall, link::Cycle from, link::Cycle to) {
    if (observer != nullptr) observer->on_stall(stall, from, to);
    if (watch != nullptr) watch->stall(stall, from, to);
  });
}

void Pe::configured(const std::uint8_t* descriptor) {
  if (observer_ != nullptr) observer_->on_configure(descriptor);
}

PeFactory model_pes() {
  return
      [](const char* name, const PePlace& place, const ChipConfig& config, const link::Clock& clock,
         link::BurstPool& pool, std::uint32_t source_id) -> std::unique_ptr<Pe> {
        if (config.pe.kind == PeKind::dense)
          return std::make_unique<DensePe>(name, place, config, clock, pool, source_id);
        return std::make_unique<SparsePe>(name, place, config, clock, pool, source_id);
      };
}

}  // namespace uvea::hw
