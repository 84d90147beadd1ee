#include "tb/cosim/pe/pe_comparator.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

namespace uvea::cosim {

namespace {

constexpr std::size_t kMostDivergences = 1000;

std::string describe(const std::optional<PeEvent>& event) {
  if (!event) return "nothing";
  std::string text = fmt::format("cycle {:<8}{}", event->cycle, name_of(event->kind));
  if (event->kind == PeEventKind::iact_ready) text += fmt::format(" {}", event->port);
  if (event->kind == PeEventKind::psum) text += fmt::format(" {}", event->value);
  return text;
}

/// By cycle; of one cycle in the order in which both sides are shown.
bool comes_before(const PeEvent& a, const PeEvent& b) {
  return std::tie(a.cycle, a.kind, a.port) < std::tie(b.cycle, b.kind, b.port);
}

/// The last ones that happened by that cycle, in their order.
std::vector<PeEvent> last_events(const std::deque<PeEvent>& history, link::Cycle until) {
  std::vector<PeEvent> events;
  for (const PeEvent& event : history)
    if (event.cycle <= until) events.push_back(event);
  std::stable_sort(events.begin(), events.end(), comes_before);
  if (events.size() > PeComparator::kShown)
    events.erase(events.begin(), events.end() - PeComparator::kShown);
  return events;
}

std::string describe_classes(const Divergence& d) {
  const auto side = [](const char* name, const std::optional<PeEvent>& event) {
    if (!event) return fmt::format("  {:<9} nothing\n", name);
    return fmt::format("  {:<9} {} in cycle {}\n", name,
                       row_of(static_cast<hw::Stall>(event->value)).name, event->cycle);
  };
  std::string text = side("expected", d.expected) + side("got", d.got);
  if (d.before)
    text += fmt::format("  {:<9} cycles {} to {} were {}\n", "before", d.before->from,
                        d.before->to - 1, row_of(d.before->stall).name);
  return text;
}

std::string describe(const Divergence& d) {
  std::string text = fmt::format("first divergence: {} number {}", name_of(d.kind), d.index);
  if (d.kind == PeEventKind::iact_ready) text += fmt::format(" of iact port {}", d.port);
  if (d.kind == PeEventKind::psum)
    text += fmt::format(" (psum {} of burst {})", d.in_burst, d.burst);
  text += "\n";
  if (d.kind == PeEventKind::stall) return text + describe_classes(d);
  const auto side = [](const char* name, const std::optional<PeEvent>& event) {
    if (!event) return fmt::format("  {:<9} nothing\n", name);
    if (event->kind != PeEventKind::psum)
      return fmt::format("  {:<9} cycle {}\n", name, event->cycle);
    return fmt::format("  {:<9} {} (0x{:05x}) in cycle {}\n", name, event->value,
                       static_cast<std::uint32_t>(event->value) & 0xFFFFFU, event->cycle);
  };
  return text + side("expected", d.expected) + side("got", d.got);
}

}  // namespace

const char* name_of(PeEventKind kind) {
  switch (kind) {
    case PeEventKind::iact_ready:
      return "iact ready";
    case PeEventKind::weight_ready:
      return "weight ready";
    case PeEventKind::window:
      return "window";
    case PeEventKind::psum_offer:
      return "psum offer";
    case PeEventKind::psum:
      return "psum";
    case PeEventKind::stall:
      return "class of cycle";
  }
  return "?";
}

bool Divergence::value_differs() const {
  return kind == PeEventKind::psum && expected && got && expected->value != got->value;
}

link::Cycle Divergence::cycle() const {
  if (!expected || !got) return expected ? expected->cycle : got->cycle;
  return std::min(expected->cycle, got->cycle);
}

bool PeComparator::step_expected(const PeEvent& event) {
  if (event.kind == PeEventKind::psum_offer) burst_begins_.push_back(expected_psums_);
  if (event.kind == PeEventKind::psum) ++expected_psums_;
  return step(expected_, got_, event, false);
}
bool PeComparator::step_got(const PeEvent& event) { return step(got_, expected_, event, true); }

bool PeComparator::step(Side& mine, Side& other, const PeEvent& event, bool got) {
  mine.history.push_back(event);
  // What a side that has stopped did last must not be lost while the other goes on.
  if (mine.history.size() > kHistory + mine.ahead) mine.history.pop_front();
  const std::size_t stream = sequence_of(event.kind, event.port);
  if (other.waiting[stream].empty()) {
    mine.waiting[stream].push_back(event);
    ++mine.ahead;
    return true;
  }
  const PeEvent theirs = other.waiting[stream].front();
  other.waiting[stream].pop_front();
  --other.ahead;
  ++compared_[static_cast<std::size_t>(event.kind)];
  const std::uint64_t index = index_[stream]++;
  if (theirs == event) return true;
  add({event.kind, event.port, index, got ? theirs : event, got ? event : theirs, 0, 0, {}});
  return false;
}

link::Cycle PeComparator::oldest_expected() const {
  link::Cycle oldest = kNever;
  if (expected_.ahead == 0) return oldest;
  for (const auto& waiting : expected_.waiting)
    if (!waiting.empty()) oldest = std::min(oldest, waiting.front().cycle);
  return oldest;
}

bool PeComparator::spend_expected(const StallInterval& cycles) {
  return add(stalls_.step_expected(cycles));
}
bool PeComparator::spend_got(const StallInterval& cycles) { return add(stalls_.step_got(cycles)); }

bool PeComparator::add(const std::optional<StallDivergence>& divergence) {
  if (!divergence) return true;
  const auto side = [&](const std::optional<hw::Stall>& stall) -> std::optional<PeEvent> {
    if (!stall) return std::nullopt;
    return PeEvent{PeEventKind::stall, 0, static_cast<std::int32_t>(*stall), divergence->cycle};
  };
  add({PeEventKind::stall, 0, divergence->index, side(divergence->expected), side(divergence->got),
       0, 0, divergence->before});
  return false;
}

void PeComparator::add(Divergence divergence) {
  if (divergences_.size() >= kMostDivergences) return;
  if (divergence.kind == PeEventKind::psum && !burst_begins_.empty()) {
    const auto after =
        std::upper_bound(burst_begins_.begin(), burst_begins_.end(), divergence.index);
    divergence.burst = static_cast<std::uint64_t>(after - burst_begins_.begin()) - 1;
    divergence.in_burst = divergence.index - *(after - 1);
  }
  divergences_.push_back(divergence);
}

const Divergence* PeComparator::earliest() const {
  const Divergence* first = nullptr;
  const auto cycle_of = [](const Divergence& d) {
    return std::min(d.expected ? d.expected->cycle : ~link::Cycle{0},
                    d.got ? d.got->cycle : ~link::Cycle{0});
  };
  // A class is known after the fact, and follows from what the pins did.
  const auto rank_of = [&](const Divergence& d) {
    return std::make_pair(d.kind == PeEventKind::stall, cycle_of(d));
  };
  for (const Divergence& d : divergences_) {
    if (first == nullptr || rank_of(d) < rank_of(*first)) first = &d;
  }
  return first;
}

bool PeComparator::finish(bool breaks_off) {
  for (std::size_t stream = 0; stream < kPeEventSequences; ++stream) {
    for (const PeEvent& event : expected_.waiting[stream])
      add({event.kind, event.port, index_[stream]++, event, std::nullopt, 0, 0, {}});
    for (const PeEvent& event : got_.waiting[stream])
      add({event.kind, event.port, index_[stream]++, std::nullopt, event, 0, 0, {}});
    expected_.waiting[stream].clear();
    got_.waiting[stream].clear();
  }
  const auto left = stalls_.finish();
  if (!breaks_off) add(left);
  return divergences_.empty() && compared() > 0;
}

std::uint64_t PeComparator::compared() const {
  return std::accumulate(compared_.begin(), compared_.end(), std::uint64_t{0});
}

std::vector<std::string> differences(const PeTotals& tlm, const PeTotals& rtl) {
  std::vector<std::string> lines;
  if (tlm.overflows != rtl.overflows)
    lines.push_back(fmt::format("psum overflows: TLM {}, RTL {}", tlm.overflows, rtl.overflows));
  if (tlm.macs != rtl.macs)
    lines.push_back(
        fmt::format("MACs with neither operand zero: TLM {}, RTL {}", tlm.macs, rtl.macs));
  return lines;
}

std::string report(const PeComparator& comparator, const std::vector<std::string>& where) {
  std::string text;
  for (const std::string& line : where) text += line + "\n";
  // What came later may only follow from the earliest.
  const Divergence* earliest = comparator.earliest();
  link::Cycle until = ~link::Cycle{0};
  if (earliest == nullptr) {
    text += comparator.compared() == 0 ? "nothing was compared\n"
                                       : "all events that both sides told are equal\n";
    // One side may have run ahead.
    if (!comparator.got_history().empty()) {
      const auto later = [](const PeEvent& a, const PeEvent& b) { return a.cycle < b.cycle; };
      until =
          std::max_element(comparator.got_history().begin(), comparator.got_history().end(), later)
              ->cycle;
    }
  } else {
    text += describe(*earliest);
    until = std::max(earliest->expected ? earliest->expected->cycle : 0,
                     earliest->got ? earliest->got->cycle : 0);
  }
  text += fmt::format(
      "compared so far: {} psums, {} windows, {} offers, {} readies, {} cycles\n",
      comparator.compared(PeEventKind::psum), comparator.compared(PeEventKind::window),
      comparator.compared(PeEventKind::psum_offer),
      comparator.compared(PeEventKind::iact_ready) + comparator.compared(PeEventKind::weight_ready),
      comparator.compared_cycles());
  text += fmt::format("  {:<36}{}\n", "last events, TLM", "last events, RTL");
  const auto left = last_events(comparator.expected_history(), until);
  const auto right = last_events(comparator.got_history(), until);
  // An event of one side stands beside the other side's of the same cycle, or alone.
  std::vector<std::string> rows;
  for (std::size_t l = 0, r = 0; l < left.size() || r < right.size();) {
    const bool one = r == right.size() || (l < left.size() && !comes_before(right[r], left[l]));
    const bool other = l == left.size() || (r < right.size() && !comes_before(left[l], right[r]));
    rows.push_back(
        fmt::format("  {:<36}{}\n", one ? describe(left[l]) : "", other ? describe(right[r]) : ""));
    l += one ? 1 : 0;
    r += other ? 1 : 0;
  }
  for (std::size_t i = rows.size() - std::min(rows.size(), PeComparator::kShown); i < rows.size();
       ++i)
    text += rows[i];
  return text;
}

}  // namespace uvea::cosim
