#pragma once
// Co-simulation of one layer's run: puts the RTL into the chosen places of the chip and says at the
// end what was found.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tb/cosim/chip/rtl_choice.h"
#include "tb/cosim/chip/rtl_findings.h"
#include "tb/cosim/pe/rtl_pe.h"
#include "tb/sim/hooks.h"

namespace uvea::cosim {

class RtlPeBlock;
class ShadowPe;

class RtlSession {
 public:
  /// `layer`: how reports name it. `make_inside`: for a probe to look into the RTL
  /// (open_rtl_factory); empty: it is told the pins.
  RtlSession(const RtlChoice& choice, const hw::ChipConfig& chip, std::string layer,
             RtlFactory make_rtl = make_rtl_pe, RtlFactory make_inside = {});
  ~RtlSession();

  /// For run_layers_with(); must live as long as the session.
  tb::RunHooks hooks();
  /// After the run. `faults`: what the run itself reported; a run that was stopped at a divergence
  /// complains about being stopped, which is removed.
  RtlFindings finish(std::vector<std::string>& faults);

 private:
  void attach(hw::Chip& chip);
  void watch(link::Probe* probe);
  void finish_shadows();

  const RtlChoice choice_;
  const hw::ChipConfig config_;
  const std::string layer_;
  const RtlFactory make_rtl_, make_inside_;
  std::vector<std::unique_ptr<ShadowPe>> shadows_;
  const hw::Chip* chip_ = nullptr;   ///< while it is there
  std::vector<const hw::Pe*> pes_;   ///< those in whose shadow they are
  std::vector<RtlPeBlock*> blocks_;  ///< while the chip is there
  RtlWork driven_;
  bool stopped_ = false;
};

}  // namespace uvea::cosim
