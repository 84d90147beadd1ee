#include "hw/control/io_phases.h"

#include <algorithm>

#include "tlm/process.h"

namespace uvea::hw {

IoPhases::IoPhases(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                   const link::Clock& clock)
    : LayerBlock(module_name, config, clock, 0, 0) {
  link::spawn_method(
      "look_process", [this] { look(); }, changed_, due_);
}

void IoPhases::configure(const LayerCommand&, const Schedule& schedule) {
  phases_ = schedule.io_phases();
  phase_ = 0;
  moving_ = true;
  done_ = false;
  at_ = 0;
  latest_ = turned_ = clock_.now();
  // When all blocks know the layer.
  changed();
}

void IoPhases::look() {
  while (!done_) {
    for (; at_ < members_.size(); ++at_) {
      const IoMember& member = *members_[at_];
      const auto through = moving_ ? member.moved(phase_) : member.processed(phase_);
      if (!through) return;
      latest_ = std::max(latest_, *through);
    }
    if (latest_ > clock_.now()) {
      due_.notify(clock_.until(latest_));
      return;
    }
    turn();
  }
}

void IoPhases::turn() {
  if (moving_) {
    counts_[Counter::io_moving_cycles] += clock_.now() - turned_;
    done_ = phase_ == phases_;
  } else {
    ++phase_;
  }
  moving_ = !moving_;
  at_ = 0;
  turned_ = clock_.now();
  if (done_) return;
  for (IoMember* member : members_) member->on_turn();
}

std::vector<std::string> IoPhases::leftovers() const {
  if (done_) return {};
  return {std::string(moving_ ? "loads and dumps" : "processes") + " in phase " +
          std::to_string(phase_) + " of " + std::to_string(phases_)};
}

Wait IoPhases::waiting_for() const {
  if (done_ || at_ == members_.size()) return {};
  return {moving_ ? "iacts to be loaded and oacts to be dumped" : "the processing of a phase",
          members_[at_]->io_path(), turned_};
}

}  // namespace uvea::hw
