#pragma once
// Holds two PEs' events against each other: value, order and cycle of everything that
// docs/pe_timing.md lays down, and the class of every cycle (docs/stalls.md). Events of one kind (and
// port) are compared in their order, as soon as both sides have told theirs; the two sides may run
// apart.

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tb/cosim/pe/pe_events.h"
#include "tb/cosim/pe/pe_stimulus.h"
#include "tb/cosim/pe/stall_comparator.h"

namespace uvea::cosim {

const char* name_of(PeEventKind kind);

/// The first difference of a kind.
struct Divergence {
  PeEventKind kind = PeEventKind::psum;
  unsigned port = 0;
  std::uint64_t index = 0;                ///< n-th event of this kind (and port); stall: cycle
  std::optional<PeEvent> expected, got;   ///< one is missing when that side told fewer
  std::uint64_t burst = 0, in_burst = 0;  ///< psums: which burst, n-th psum of it (padding counts)
  std::optional<StallInterval> before;    ///< stall: cycles before on which both sides agree
  bool value_differs() const;
  /// In which it shows: that of the side which comes first.
  link::Cycle cycle() const;
};

class PeComparator {
 public:
  static constexpr std::size_t kHistory = 256;  ///< events kept of each side, besides those ahead
  static constexpr std::size_t kShown = 16;     ///< lines of events in a report

  /// One event of either side. False when it does not match the other side's; that and every later
  /// difference is kept in divergences().
  bool step_expected(const PeEvent& event);
  bool step_got(const PeEvent& event);
  /// Cycles of either side by class. False in the same way.
  bool spend_expected(const StallInterval& cycles);
  bool spend_got(const StallInterval& cycles);
  /// The end: false when something is left over on one side, or no event was compared at all.
  /// `breaks_off`: of cycles whose class only one side knows yet nothing is said.
  bool finish(bool breaks_off = false);

  /// The earliest cycle of an event that is expected and has not come; kNever when there is none.
  link::Cycle oldest_expected() const;

  const std::vector<Divergence>& divergences() const { return divergences_; }
  std::uint64_t compared(PeEventKind kind) const {
    return compared_[static_cast<std::size_t>(kind)];
  }
  std::uint64_t compared() const;
  std::uint64_t compared_cycles() const { return stalls_.compared(); }  ///< by their class
  /// The difference that comes first in time, of events before that of classes; null when there is
  /// none.
  const Divergence* earliest() const;
  /// The last events of each side, in the order in which they were told.
  const std::deque<PeEvent>& expected_history() const { return expected_.history; }
  const std::deque<PeEvent>& got_history() const { return got_.history; }

 private:
  struct Side {
    std::array<std::deque<PeEvent>, kPeEventSequences> waiting;
    std::deque<PeEvent> history;
    std::size_t ahead = 0;  ///< events in waiting
  };
  bool step(Side& mine, Side& other, const PeEvent& event, bool got);
  void add(Divergence divergence);
  bool add(const std::optional<StallDivergence>& divergence);

  Side expected_, got_;
  StallComparator stalls_;
  std::array<std::uint64_t, kPeEventSequences> index_{};
  std::array<std::uint64_t, kPeEventKinds> compared_{};
  std::vector<std::uint64_t> burst_begins_;  ///< first psum of each burst that was expected
  std::uint64_t expected_psums_ = 0;
  std::vector<Divergence> divergences_;
};

/// What is counted instead of compared event by event.
struct PeTotals {
  std::uint64_t overflows = 0;
  std::uint64_t macs = 0;  ///< with neither operand zero
};
/// A line for each total that differs.
std::vector<std::string> differences(const PeTotals& tlm, const PeTotals& rtl);

/// A divergence in words, with both sides' last events side by side: one screen.
/// `where`: instance path, layer and so on, a line each.
std::string report(const PeComparator& comparator, const std::vector<std::string>& where);

}  // namespace uvea::cosim
