#pragma once
// Takes care that nothing is processed while iacts load or oacts leave (control.serial_io; Eyeriss
// v1, JSSC 2017).
//
// Ports      command   layer command
// Function   phase by phase (Schedule::io_phase()) two turns. Moving: iact GLBs load what the phase
//            needs, output stages dump the oacts of the phase before. Processing, when all of that
//            is in its place: iacts are sent, and oacts stay in the GLB. It ends when all clusters'
//            psums of the phase are in their banks or made into oacts. Behind the last phase its
//            oacts leave. Weights, channel parameters and descriptors come whenever they can.
// Timing     no cycles of its own: turns in the cycle in which the last member is through.
// Counts     cycles in which it was moving

#include <vector>

#include "hw/block/block.h"
#include "hw/block/io_gate.h"

namespace uvea::hw {

class IoPhases : public LayerBlock, public IoGate {
 public:
  IoPhases(const sc_core::sc_module_name& name, const ChipConfig& config, const link::Clock& clock);

  void join(IoMember& member) override { members_.push_back(&member); }
  std::int64_t phase() const override { return phase_; }
  bool moving() const override { return moving_; }
  link::Cycle turned() const override { return turned_; }
  void changed() override { changed_.notify(sc_core::SC_ZERO_TIME); }
  std::string path() const override { return name(); }

  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;

 private:
  void configure(const LayerCommand& layer, const Schedule& schedule) override;
  void look();
  void turn();

  std::vector<IoMember*> members_;
  std::int64_t phases_ = 0, phase_ = 0;
  bool moving_ = true, done_ = true;
  std::size_t at_ = 0;      ///< members before it are through with this turn
  link::Cycle latest_ = 0;  ///< of when they were
  link::Cycle turned_ = 0;
  sc_core::sc_event changed_{"changed"};
  sc_core::sc_event due_{"due"};  ///< all are through, in a cycle that lies ahead
};

}  // namespace uvea::hw
