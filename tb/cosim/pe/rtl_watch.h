#pragma once
// What an RTL PE tells a probe: its pins, what the model expects of them and where they differ, and
// the signals inside.
//
// Scope      PATH.rtl, PATH the instance of the PE that the RTL stands beside or in the place of;
//            its modules are scopes in there
// Pins       by their names in rtl/pe/sparse_pe.v; of each iact port, and the two psums of a beat, by
//            themselves: iact_valid_i_2, psum_out_data_o_0
// Cycles     of the chip: what the pins are in a cycle is told of that cycle. A word is taken at the
//            edge that ends a cycle with valid and ready
// Expected   expected_psum_0, expected_psum_1: the model's beat; expected_beat: it leaves in this cycle
// differs    1 from the cycle of the first difference on
// Inside     from a second RTL PE that is given the pins of the first in the cycles that are final:
//            the first one may go back in time, and need not be made for looking into it

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tb/cosim/pe/pin_sink.h"
#include "tb/cosim/pe/rtl_pe.h"
#include "tlm/probe.h"

namespace uvea::cosim {

class RtlWatch : public PinSink {
 public:
  using Cycle = link::Cycle;

  /// Sizes of the pins.
  struct Shape {
    unsigned iact_ports = 3, word_bits = 24;
    bool beside_model = true;  ///< else nothing is expected
  };
  /// `path`: of the PE. `inside`: an RTL PE at reset that shows its signals (open_rtl_factory), or
  /// null. Cycle 0 of the pins is `zero` of the probe.
  RtlWatch(link::Probe& probe, const std::string& path, const Shape& shape,
           std::unique_ptr<RtlPe> inside, Cycle zero = 0);

  /// Whether the probe wants anything of it.
  bool wanted() const { return wanted_; }

  void see(const PinCycle& pins) override;
  void configured(Cycle cycle, const RtlInputs& in, const RtlOutputs& out) override;
  void take_back(Cycle from) override;
  void settle(Cycle before) override;

  /// The model's psums of a beat; 0 for the second of an odd burst's last.
  void expect(std::int32_t low, std::int32_t high, Cycle cycle);
  /// The first difference, of this cycle. Only the first call counts.
  void differs(Cycle cycle);

 private:
  using Track = link::Probe::Track;
  /// A track that is told what changes.
  struct Signal {
    Track track = link::Probe::kNone;
    std::int64_t value = 0;
    bool any = false;
  };

  Signal add_bits(const std::string& path, const std::string& name, link::Probe::Group group,
                  unsigned bits);
  void add_pin(const std::string& name, unsigned bits);
  void add_inside();
  void tell(Signal& signal, Cycle cycle, std::int64_t value);
  void tell_pins(Cycle cycle, const RtlInputs& in, const RtlOutputs& out);
  void tell(const PinCycle& pins);

  link::Probe& probe_;
  const std::string path_;  ///< of the RTL
  const Shape shape_;
  const Cycle zero_;
  bool wanted_ = false;
  std::vector<Signal> pins_;  ///< in the order in which tell_pins() has them
  Signal expected_[2], beat_, differs_;
  std::unique_ptr<RtlPe> inside_;
  std::vector<Signal> signals_;  ///< inside, in their order
  std::vector<std::uint64_t> values_;
  std::deque<PinCycle> open_;  ///< cycles that are not final
  Cycle clocked_ = 0;          ///< the cycle after the last one whose edge was run, of those told
  Cycle told_ = 0;             ///< the last one told
  bool differing_ = false;
};

/// Of the RTL of a chip's sizes; null when the probe wants nothing of it. `make_inside` may be empty.
std::unique_ptr<RtlWatch> watch_rtl(link::Probe& probe, const std::string& path,
                                    const hw::ChipConfig& chip, bool beside_model,
                                    const RtlFactory& make_inside);

}  // namespace uvea::cosim
