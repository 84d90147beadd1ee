#include "tb/cosim/pe/rtl_driver.h"

#include <algorithm>

namespace uvea::cosim {

namespace {

constexpr link::Cycle kKeepEvery = 16;  // cycles between two kept states

std::uint32_t beats_of(const InputBurst& burst) {
  return burst.stream == link::DataType::psum
             ? static_cast<std::uint32_t>((burst.psums.size() + 1) / 2)
             : static_cast<std::uint32_t>(burst.words.size());
}

std::uint32_t gap_before(const std::vector<std::uint16_t>& gaps, std::uint32_t beat) {
  return beat < gaps.size() ? gaps[beat] : 0;
}

}  // namespace

RtlDriver::RtlDriver(RtlPe& pe, unsigned iact_ports, bool goes_back)
    : pe_(pe), ports_(iact_ports), lanes_(iact_ports + 2), goes_back_(goes_back) {}

void RtlDriver::fail(const std::string& what) {
  if (!fault_.empty()) return;
  fault_ = "cycle " + std::to_string(s_.now) + ": " + what;
  fault_cycle_ = s_.now;
}

void RtlDriver::configure(std::uint32_t word, const hw::PeConfig& pe, Cycle now) {
  if (!at_rest()) fail("configured while not at rest");
  s_.now = std::max(s_.now, now);
  RtlInputs in;
  in.config_valid = true;
  in.config = word;
  pe_.settle(in, out_);
  if (!out_.config_ready) fail("the PE does not take its configuration at rest");
  if (pins != nullptr) pins->configured(s_.now, in, out_);
  pe_.clock(s_.now);
  s_.overflows = s_.forwards = s_.macs = 0;
  s_.pins = PinChecker{};
  s_.account.begin(now, rtl_pipeline(pe));
  kept_.clear();
}

const InputBurst* RtlDriver::head(unsigned lane) const {
  const std::size_t at = s_.lanes[lane].head - first_[lane];
  return at < bursts_[lane].size() ? &bursts_[lane][at] : nullptr;
}

const Sink* RtlDriver::sink() const {
  const std::size_t at = s_.out_burst - first_sink_;
  return at < sinks_.size() ? &sinks_[at] : nullptr;
}

void RtlDriver::add_input(unsigned lane, InputBurst burst) {
  go_back(burst.offer);
  if (burst.not_before != kUnknown)
    timed_[lane] = first_[lane] + static_cast<std::uint32_t>(bursts_[lane].size()) + 1;
  bursts_[lane].push_back(std::move(burst));
}

void RtlDriver::set_first_beat(unsigned lane, Cycle first_beat,
                               const std::vector<std::uint16_t>& gaps) {
  go_back(first_beat);
  InputBurst& burst = burst_at(lane, timed_[lane]++);
  burst.not_before = first_beat;
  if (lane != psum_lane()) burst.gaps = gaps;
}

void RtlDriver::add_sink(Sink sink) {
  go_back(sink.not_before);
  sinks_.push_back(std::move(sink));
}

bool RtlDriver::at_rest() const {
  for (unsigned lane = 0; lane < lanes_; ++lane) {
    if (head(lane) != nullptr) return false;
  }
  return s_.out_beat == 0 && !s_.out_told;
}

// --- going back ----------------------------------------------------------------------------------

void RtlDriver::keep() {
  if (!goes_back_ || peeking_) return;
  if (!kept_.empty() && s_.now < kept_.back().state.now + kKeepEvery) return;
  kept_.push_back({s_, {}});
  pe_.save(kept_.back().rtl);
}

void RtlDriver::go_back(Cycle cycle) {
  if (cycle >= s_.now || cycle == kUnknown) return;
  if (!goes_back_) return fail("a call for cycle " + std::to_string(cycle) + " came too late");
  while (!kept_.empty() && kept_.back().state.now > cycle) kept_.pop_back();
  if (kept_.empty()) return fail("no state is kept for cycle " + std::to_string(cycle));
  s_ = kept_.back().state;
  pe_.restore(kept_.back().rtl);
  if (pins != nullptr) pins->take_back(s_.now);
}

void RtlDriver::commit(Cycle cycle) {
  if (pins != nullptr) pins->settle(cycle);
  while (kept_.size() > 1 && kept_[1].state.now <= cycle) kept_.pop_front();
  const State& oldest = kept_.empty() ? s_ : kept_.front().state;
  for (unsigned lane = 0; lane < lanes_; ++lane) {
    while (first_[lane] < oldest.lanes[lane].head) {
      bursts_[lane].pop_front();
      ++first_[lane];
    }
  }
  while (first_sink_ < oldest.out_burst && !sinks_.empty()) {
    sinks_.pop_front();
    ++first_sink_;
  }
  for (unsigned stream = 0; stream < kPeEventSequences; ++stream) {
    while (told_from_[stream] < oldest.told[stream]) {
      told_[stream].pop_front();
      ++told_from_[stream];
    }
  }
  while (goes_back_ && told_stalls_from_ < oldest.told_stalls) {
    told_stalls_.pop_front();
    ++told_stalls_from_;
  }
}

void RtlDriver::tell(PeEventKind kind, unsigned port, std::int32_t value, Cycle cycle) {
  if (peeking_) return;
  const unsigned stream = sequence_of(kind, port);
  const PeEvent event{kind, static_cast<std::uint8_t>(port), value, cycle};
  const std::uint32_t n = s_.told[stream]++ - told_from_[stream];
  if (n < told_[stream].size()) {
    if (!(told_[stream][n] == event)) fail("an event was told that does not happen after all");
    return;
  }
  told_[stream].push_back(event);
  if (on_event) on_event(event);
}

void RtlDriver::spend(const StallInterval& cycles) {
  if (peeking_) return;
  const std::uint32_t n = s_.told_stalls++ - told_stalls_from_;
  if (n < told_stalls_.size()) {
    if (!(told_stalls_[n] == cycles)) fail("cycles were told to be of another class");
    return;
  }
  if (goes_back_) told_stalls_.push_back(cycles);
  if (on_stall) on_stall(cycles);
}

void RtlDriver::show(bool edge) {
  if (pins != nullptr && !peeking_) pins->see({s_.now, in_, out_, edge});
}

// --- a cycle -------------------------------------------------------------------------------------

/// First cycle of the lane's burst on the wires.
link::Cycle RtlDriver::offer_of(unsigned lane) const {
  return std::max(head(lane)->offer, s_.lanes[lane].free_from);
}

/// The lane's burst has been offered; its next word lies on the wires.
bool RtlDriver::on_wires(unsigned lane) const {
  return head(lane) != nullptr && s_.now >= offer_of(lane);
}

/// Lanes (iacts and weights) on whose wires a burst's first word lies.
std::uint32_t RtlDriver::first_words() const {
  std::uint32_t lanes = 0;
  for (unsigned lane = 0; lane < psum_lane(); ++lane)
    if (s_.lanes[lane].word == 0 && on_wires(lane)) lanes |= 1U << lane;
  return lanes;
}

bool RtlDriver::in_gap() const { return s_.out_beat > 0 && s_.now != s_.out_next; }

void RtlDriver::drive(unsigned lane) {
  const InputBurst* burst = head(lane);
  const LaneState& at = s_.lanes[lane];
  const bool shown = on_wires(lane);
  if (lane == psum_lane()) {
    in_.psum_in_valid = shown;
    if (!shown) {
      // As on the other wires, not what lay there last: that depends on what was taken back.
      in_.psum_in[0] = in_.psum_in[1] = 0;
      in_.psum_in_last = false;
      return;
    }
    const std::size_t i = 2 * std::size_t{at.word};
    in_.psum_in[0] = burst->psums[i];
    in_.psum_in[1] = i + 1 < burst->psums.size() ? burst->psums[i + 1] : 0;
    in_.psum_in_last = at.word + 1 == beats_of(*burst);
    // In a gap of a burst that passes through, source, receiver or both hold it up.
    if (s_.out_passes && in_gap() && s_.out_next % 3 != 1) in_.psum_in_valid = false;
    return;
  }
  bool valid = false;
  if (shown) valid = at.word == 0 ? s_.now >= burst->not_before : s_.now >= at.next;
  if (lane == weight_lane()) {
    in_.weight_valid = valid;
    in_.weight_word = shown ? burst->words[at.word] : 0;
  } else {
    const std::uint32_t bit = 1U << lane;
    in_.iact_valid = valid ? in_.iact_valid | bit : in_.iact_valid & ~bit;
    in_.iact_word[lane] = shown ? burst->words[at.word] : 0;
  }
}

/// Ready for bursts that lie on the wires: told once. True when something was told.
bool RtlDriver::offer_words() {
  bool told = false;
  const std::uint32_t first = first_words();
  for (unsigned lane = 0; lane < psum_lane(); ++lane) {
    LaneState& at = s_.lanes[lane];
    if (((first >> lane) & 1U) == 0 || at.told) continue;
    const bool ready = lane == weight_lane() ? out_.weight_ready : (out_.iact_ready >> lane) & 1U;
    if (!ready) continue;
    at.told = told = true;
    if (lane == weight_lane()) {
      tell(PeEventKind::weight_ready, 0, 0, s_.now);
    } else {
      tell(PeEventKind::iact_ready, lane, 0, s_.now);
    }
  }
  return told;
}

/// Sets psum_out_ready. True when a burst was offered just now.
bool RtlDriver::receive_psums() {
  if (s_.out_passes && in_gap() && s_.out_next % 3 == 0) {
    // The source alone holds a passing burst up.
    in_.psum_out_ready = true;
    pe_.settle(in_, out_);
    return false;
  }
  if (!out_.psum_out_valid) return false;
  bool offered = false;
  bool ready = false;
  if (s_.out_beat > 0) {
    ready = !in_gap();
  } else {
    if (!s_.out_told) {
      offered = s_.out_told = true;
      tell(PeEventKind::psum_offer, 0, 0, s_.now);
    }
    const Sink* receiver = sink();
    ready = peeking_ || (receiver != nullptr && s_.now >= receiver->not_before);
  }
  if (!ready) return offered;
  in_.psum_out_ready = true;
  pe_.settle(in_, out_);
  if (s_.out_beat > 0) return offered;
  s_.out_passes = out_.psum_in_ready;
  if (s_.out_passes && !peeking_ && s_.now < head(psum_lane())->not_before) {
    in_.psum_out_ready = false;
    pe_.settle(in_, out_);
  }
  return offered;
}

void RtlDriver::advance(unsigned lane) {
  LaneState& at = s_.lanes[lane];
  const InputBurst& burst = *head(lane);
  if (++at.word == beats_of(burst)) {
    ++at.head;
    at.word = 0;
    at.free_from = s_.now + 1;
    at.told = false;
  } else {
    at.next = s_.now + 1 + gap_before(burst.gaps, at.word);
  }
}

void RtlDriver::advance_out() {
  tell(PeEventKind::psum, 0, out_.psum_out[0], s_.now);
  tell(PeEventKind::psum, 0, out_.psum_out[1], s_.now);
  if (out_.psum_out_last) {
    ++s_.out_burst;
    s_.out_beat = 0;
    s_.out_told = s_.out_passes = false;
    return;
  }
  ++s_.out_beat;
  const Sink* receiver = peeking_ ? nullptr : sink();
  s_.out_next = s_.now + (receiver == nullptr ? 1
                                              : receiver->cycles_per_beat +
                                                    gap_before(receiver->gaps, s_.out_beat));
}

RtlDriver::Step RtlDriver::run_cycle() {
  for (unsigned lane = 0; lane < lanes_; ++lane) drive(lane);
  in_.psum_out_ready = false;
  pe_.settle(in_, out_);
  const bool words_told = offer_words();
  const bool psums_told = receive_psums();
  if (stop_at_offers && (words_told || psums_told)) return Step::offered;

  const bool weight_moves = in_.weight_valid && out_.weight_ready;
  const std::uint32_t iacts_move = in_.iact_valid & out_.iact_ready;
  const bool psums_move = in_.psum_in_valid && out_.psum_in_ready;
  const bool psums_leave = out_.psum_out_valid && in_.psum_out_ready;
  const bool moved = weight_moves || iacts_move != 0 || psums_move || psums_leave;
  if (!moved && !out_.active && (skips_idle_cycles || next_change() == kUnknown)) {
    show(false);
    return Step::idle;
  }

  const std::uint32_t first = first_words();
  Cycle iact_offer = 0;
  const Cycle psum_offer = psums_move ? offer_of(psum_lane()) : 0;
  for (unsigned lane = 0; lane < ports_; ++lane) {
    if ((in_.iact_valid >> lane & 1U) == 0) continue;
    if ((iacts_move >> lane & 1U) != 0) {
      iact_offer = offer_of(lane);
      advance(lane);
    } else if (s_.lanes[lane].word > 0) {
      fail("iact word " + std::to_string(s_.lanes[lane].word) + " of a burst is not taken");
    }
  }
  if (weight_moves) {
    advance(weight_lane());
  } else if (in_.weight_valid && s_.lanes[weight_lane()].word > 0) {
    fail("a weight word within a burst is not taken");
  }
  if (psums_move != (psums_leave && s_.out_passes))
    fail("a psum beat comes in without one leaving, or the other way round");
  if (psums_move) advance(psum_lane());
  if (psums_leave) {
    advance_out();
  } else if (s_.out_beat > 0 && !in_gap()) {
    fail("a psum beat within a burst does not leave");
  }
  const std::string broken = s_.pins.step(in_, out_, first, ports_);
  if (!broken.empty()) fail(broken);
  if (out_.window) tell(PeEventKind::window, 0, 0, s_.now);
  if (out_.error) fail("psums from below have another length than the chunk");
  s_.overflows += out_.overflows;
  s_.forwards += out_.forward ? 1 : 0;
  s_.macs += out_.macs;
  const RtlActivity inside = pe_.activity();
  if (on_macs) on_macs(s_.now, inside, pe_.macs());
  s_.account.step(s_.now, inside, iact_offer, psum_offer, *this);
  show(true);
  pe_.clock(s_.now);
  ++cycles_run_;
  ++s_.now;
  return Step::moved;
}

link::Cycle RtlDriver::next_change() const {
  Cycle next = kUnknown;
  const auto at = [&](Cycle cycle) {
    if (cycle > s_.now) next = std::min(next, cycle);
  };
  for (unsigned lane = 0; lane < lanes_; ++lane) {
    const InputBurst* burst = head(lane);
    if (burst == nullptr) continue;
    const LaneState& state = s_.lanes[lane];
    if (state.word > 0) {
      if (lane != psum_lane()) at(state.next);
      continue;
    }
    at(std::max(burst->offer, state.free_from));
    at(burst->not_before);
  }
  if (s_.out_beat > 0) at(s_.out_next);
  if (s_.out_beat == 0 && sink() != nullptr) at(sink()->not_before);
  return next;
}

bool RtlDriver::run(Cycle limit) {
  while (s_.now < limit && fault_.empty()) {
    keep();
    switch (run_cycle()) {
      case Step::offered:
        return true;
      case Step::moved:
        break;
      case Step::idle: {
        const Cycle next = next_change();
        if (next == kUnknown || next >= limit) return false;
        s_.now = next;
        break;
      }
    }
  }
  return false;
}

std::vector<std::int32_t> RtlDriver::peek_psums(bool& passes) {
  std::vector<std::uint8_t> rtl;
  pe_.save(rtl);
  const State state = s_;
  peeking_ = true;
  std::vector<std::int32_t> psums;
  const std::uint32_t burst = s_.out_burst;
  passes = false;
  const bool stop = stop_at_offers;
  stop_at_offers = false;
  while (s_.out_burst == burst && fault_.empty()) {
    const std::uint32_t beat = s_.out_beat;
    if (run_cycle() == Step::idle) {
      fail("an offered psum burst stops on its way");
      break;
    }
    if (s_.out_burst != burst || s_.out_beat != beat) {
      passes = passes || out_.psum_in_ready;
      psums.push_back(out_.psum_out[0]);
      psums.push_back(out_.psum_out[1]);
    }
  }
  stop_at_offers = stop;
  peeking_ = false;
  s_ = state;
  pe_.restore(rtl);
  return psums;
}

}  // namespace uvea::cosim
