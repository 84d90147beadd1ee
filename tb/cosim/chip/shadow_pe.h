#pragma once
// The RTL in a TLM PE's shadow: it is given what the TLM PE is given, in the same cycles, and both
// are compared psum by psum, window by window, cycle by cycle, the classes of all cycles too. What
// was given since the PE was last at rest is kept, so that a divergence can be replayed alone.
//
// RTL that stops is told at once: it has run up to the present, so when nothing goes on in it and the
// TLM PE has told an event of the past that it has not, that event will not come by itself. RTL that goes
// on without it is given as long as a PE can work on what its SPads hold: every iact in every window
// that it is part of, with every weight of a column.

#include <memory>
#include <string>
#include <vector>

#include "hw/pe/pe_observer.h"
#include "tb/cosim/chip/rtl_choice.h"
#include "tb/cosim/chip/rtl_findings.h"
#include "tb/cosim/chip/work_map.h"
#include "tb/cosim/pe/pe_comparator.h"
#include "tb/cosim/pe/pe_stimulus.h"
#include "tb/cosim/pe/rtl_driver.h"
#include "tb/cosim/pe/rtl_watch.h"

namespace uvea::cosim {

class ShadowPe : public hw::PeObserver {
 public:
  /// `path`: instance path of the TLM PE. Throws UserError when the RTL was not built for these
  /// sizes.
  ShadowPe(std::string path, const PeIndex& index, const hw::ChipConfig& config,
           const link::Clock& clock, const RtlFactory& make_rtl);

  /// Called once, at the first difference.
  std::function<void()> on_divergence;

  /// Lets a probe watch the RTL (RtlWatch) from the next layer on. `make_inside`: makes RTL to look
  /// into, or empty. Before the simulation begins.
  void watch(link::Probe& probe, const RtlFactory& make_inside);
  /// The run is over, wherever it ended: tells the probe the rest.
  void tell_rest();

  /// At the end of a layer: runs the RTL out and holds its totals against the TLM PE's. False when
  /// something differed or nothing was compared although the PE was given work.
  bool finish(const hw::CounterSink& tlm);
  const PeComparator& comparator() const { return *comparator_; }
  /// The first difference was found (also a fault of the RTL on its pins).
  bool diverged() const { return diverged_; }
  std::uint64_t cycles_run() const { return driver_.cycles_run(); }
  std::uint64_t bursts() const { return epochs_ + chunks_; }
  /// What the report should begin with: instance, pass, and what went wrong on the pins.
  std::vector<std::string> where() const;
  const PeIndex& index() const { return index_; }
  /// Of the first difference: of the side that was earlier, and of the other. The chip may be gone.
  DivergencePlace place() const;
  link::Cycle base() const { return base_; }  ///< cycle 0 of stimulus()
  /// Stimulus since the PE was last at rest; cycles count from there. It ends with the cycles of
  /// the first difference: bursts and receivers that were waiting then wait until its end.
  PeStimulus stimulus() const;

  void on_configure(const std::uint8_t* descriptor) override;
  void on_offer(link::DataType stream, unsigned port, const link::Burst& burst,
                link::Cycle at) override;
  void on_ready(link::DataType stream, unsigned port, link::Cycle ready) override;
  void on_beats(link::DataType stream, unsigned port, const link::Burst& burst,
                link::Cycle first_beat) override;
  void on_window(link::Cycle examined) override;
  void on_stall(hw::Stall stall, link::Cycle from, link::Cycle to) override;
  void on_psum_offer(const link::Burst& burst, link::Cycle at) override;
  void on_psum_beats(const link::Burst& burst, link::Cycle first_beat) override;

 private:
  unsigned lane_of(link::DataType stream, unsigned port) const;
  void expect(const PeEvent& event);
  void end_layer();
  void diverge();
  void tell_difference();
  void catch_up();
  void look_for_stop();
  void restart_record();

  const std::string path_;
  const PeIndex index_;
  const hw::ChipConfig config_;
  const link::Clock& clock_;
  std::unique_ptr<RtlPe> rtl_;
  RtlDriver driver_;
  std::unique_ptr<RtlWatch> watch_;  ///< null when no probe watches
  std::unique_ptr<PeComparator> comparator_;
  std::vector<std::uint8_t> descriptor_;
  PeStimulus record_;
  link::Cycle base_ = 0;                       ///< cycle 0 of the record
  link::Cycle spent_ = 0;                      ///< the TLM PE's account has come this far
  std::vector<std::deque<std::size_t>> open_;  ///< by lane: recorded bursts without a first beat
  std::uint64_t epochs_ = 0, chunks_ = 0;
  std::vector<std::int32_t> leaving_;  ///< psums of the burst on psum_out
  WorkMap work_;
  bool diverged_ = false;
  link::Cycle diverged_at_ = 0;      ///< when it was found out
  bool over_ = false;                ///< finish() was called: nothing more will be given
  link::Cycle end_ = kNever;         ///< of the record: where the first difference was found
  std::vector<std::string> totals_;  ///< that differ
  const link::Cycle patience_;       ///< with RTL that goes on
  std::string stop_;                 ///< the RTL has stopped, in words
};

}  // namespace uvea::cosim
