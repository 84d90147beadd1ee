#include "tb/cosim/chip/shadow_pe.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/cosim/chip/offered_burst.h"
#include "tb/cosim/pe/rtl_bench.h"

namespace uvea::cosim {

using link::Cycle;
using link::DataType;

ShadowPe::ShadowPe(std::string path, const PeIndex& index, const hw::ChipConfig& config,
                   const link::Clock& clock, const RtlFactory& make_rtl)
    : path_(std::move(path)),
      index_(index),
      config_(config),
      clock_(clock),
      rtl_(make_rtl(config.pe, static_cast<unsigned>(config.glb.iact_banks))),
      driver_(*rtl_, static_cast<unsigned>(config.glb.iact_banks), false),
      comparator_(std::make_unique<PeComparator>()),
      open_(static_cast<std::size_t>(config.glb.iact_banks) + 2),
      patience_(static_cast<Cycle>(config_.pe.iact_data_entries) *
                static_cast<Cycle>(config_.pe.iact_addr_entries) *
                static_cast<Cycle>(config_.pe.psum_entries)) {
  driver_.on_event = [this](const PeEvent& event) {
    if (!comparator_->step_got(event)) diverge();
  };
  driver_.on_stall = [this](const StallInterval& cycles) {
    if (!comparator_->spend_got(cycles)) diverge();
  };
}

void ShadowPe::watch(link::Probe& probe, const RtlFactory& make_inside) {
  watch_ = watch_rtl(probe, path_, config_, true, make_inside);
  driver_.pins = watch_.get();
}

void ShadowPe::tell_rest() {
  if (!watch_) return;
  watch_->settle(kNever);
  tell_difference();
}

/// Of all differences that are known by now the earliest one counts.
void ShadowPe::tell_difference() {
  if (!watch_ || !diverged_) return;
  if (const Divergence* d = comparator_->earliest()) {
    watch_->differs(d->cycle());
  } else {
    watch_->differs(driver_.fault().empty() ? driver_.now() : driver_.fault_cycle());
  }
}

unsigned ShadowPe::lane_of(DataType stream, unsigned port) const {
  if (stream == DataType::iact) return port;
  return stream == DataType::weight ? driver_.weight_lane() : driver_.psum_lane();
}

void ShadowPe::expect(const PeEvent& event) {
  if (!comparator_->step_expected(event)) diverge();
}

void ShadowPe::diverge() {
  if (diverged_) return;
  diverged_ = true;
  diverged_at_ = clock_.now();
  if (!over_) {
    end_ = diverged_at_;
    if (const Divergence* d = comparator_->earliest()) {
      if (d->expected) end_ = std::max(end_, d->expected->cycle);
      if (d->got) end_ = std::max(end_, d->got->cycle);
    }
    ++end_;
  }
  if (on_divergence) on_divergence();
}

void ShadowPe::restart_record() {
  base_ = clock_.now();
  record_ = PeStimulus{};
  record_.config = config_.pe;
  record_.iact_ports = static_cast<unsigned>(config_.glb.iact_banks);
  record_.descriptor = descriptor_;
  for (auto& lane : open_) lane.clear();
}

/// Runs the RTL up to the present: nothing more will be said about the cycles before.
void ShadowPe::catch_up() {
  if (diverged_) return;
  driver_.run(clock_.now());
  if (!driver_.fault().empty()) diverge();
  if (!diverged_) look_for_stop();
  driver_.commit(clock_.now());
}

void ShadowPe::look_for_stop() {
  const Cycle now = clock_.now(), expected = comparator_->oldest_expected();
  if (expected >= now) return;
  if (driver_.now() < now) {
    stop_ = fmt::format("RTL: nothing goes on in it from cycle {} on; it is cycle {} now",
                        driver_.now(), now);
  } else if (now - expected > patience_) {
    stop_ = fmt::format("RTL: still at work, but {} cycles behind", now - expected);
  } else {
    return;
  }
  comparator_->finish(true);
  diverge();
}

/// The TLM PE's account is whole up to the end of the layer: so must be the RTL's.
void ShadowPe::end_layer() {
  if (!diverged_ && spent_ > 0) driver_.end_account(spent_);
  spent_ = 0;
}

void ShadowPe::on_configure(const std::uint8_t* descriptor) {
  catch_up();
  end_layer();
  tell_difference();
  hw::LayerCommand layer;
  if (!hw::decode_command(descriptor, config_, layer).empty()) return;  // the TLM PE reports it
  const hw::PeSettings settings = hw::pe_settings(layer);
  work_ = WorkMap(settings);
  driver_.configure(config_word(settings, config_.pe.psum_banks), config_.pe, clock_.now());
  comparator_ = std::make_unique<PeComparator>();
  descriptor_.assign(descriptor, descriptor + hw::kDescriptorBytes);
  epochs_ = chunks_ = 0;
  restart_record();
}

void ShadowPe::on_offer(DataType stream, unsigned port, const link::Burst& burst, Cycle at) {
  catch_up();
  if (diverged_) return;
  if (stream == DataType::weight && driver_.at_rest() && comparator_->compared() > 0) {
    // Nothing queued; a weight burst begins a new piece of work when the RTL is at rest too.
    RtlInputs none;
    RtlOutputs out;
    rtl_->settle(none, out);
    if (out.config_ready) restart_record();
  }
  InputBurst input = offered_burst(burst, port, at);
  const unsigned lane = lane_of(stream, port);
  driver_.add_input(lane, input);
  open_[lane].push_back(record_.inputs.size());
  input.offer = at - base_;
  record_.inputs.push_back(std::move(input));
  if (stream == DataType::weight) ++epochs_;
  if (stream == DataType::iact) ++chunks_;
}

void ShadowPe::on_ready(DataType stream, unsigned port, Cycle ready) {
  if (stream == DataType::iact)
    expect({PeEventKind::iact_ready, static_cast<std::uint8_t>(port), 0, ready});
  if (stream == DataType::weight) expect({PeEventKind::weight_ready, 0, 0, ready});
}

void ShadowPe::on_beats(DataType stream, unsigned port, const link::Burst& burst,
                        Cycle first_beat) {
  catch_up();
  if (diverged_) return;
  const unsigned lane = lane_of(stream, port);
  driver_.set_first_beat(lane, first_beat, burst.gaps);
  InputBurst& input = record_.inputs[open_[lane].front()];
  open_[lane].pop_front();
  input.not_before = first_beat - base_;
  if (stream == DataType::weight) work_.take_weights(burst.words);
  if (stream == DataType::iact) work_.take_iacts(burst.words);
  if (stream != DataType::psum) input.gaps = burst.gaps;
}

void ShadowPe::on_window(Cycle examined) { expect({PeEventKind::window, 0, 0, examined}); }

void ShadowPe::on_stall(hw::Stall stall, Cycle from, Cycle to) {
  spent_ = to;
  if (!comparator_->spend_expected({stall, from, to, 0})) diverge();
}

void ShadowPe::on_psum_offer(const link::Burst& burst, Cycle at) {
  // A PE above adds its own psums in place: these are the last to be seen as they leave this one.
  leaving_ = burst.psums;
  expect({PeEventKind::psum_offer, 0, 0, at});
}

void ShadowPe::on_psum_beats(const link::Burst& burst, Cycle first_beat) {
  for (unsigned beat = 0; beat < burst.beats; ++beat) {
    const Cycle cycle = first_beat + burst.offset(beat);
    const auto psum = [&](std::size_t i) { return i < leaving_.size() ? leaving_[i] : 0; };
    const std::size_t low = 2 * std::size_t{beat};
    if (watch_) watch_->expect(psum(low), psum(low + 1), cycle);
    for (const std::size_t i : {low, low + 1}) expect({PeEventKind::psum, 0, psum(i), cycle});
  }
  catch_up();
  if (diverged_) return;
  Sink sink{first_beat, burst.cycles_per_beat, burst.gaps};
  driver_.add_sink(sink);
  sink.not_before -= base_;
  record_.sinks.push_back(std::move(sink));
}

bool ShadowPe::finish(const hw::CounterSink& tlm) {
  over_ = true;
  if (!diverged_) {
    driver_.run(kUnknown);
    if (!driver_.fault().empty()) diverge();
    end_layer();
  }
  if (!comparator_->finish(diverged_) && (comparator_->compared() > 0 || bursts() > 0)) diverge();
  if (!diverged_) {
    totals_ = differences({tlm[hw::Counter::pe_overflows], tlm[hw::Counter::pe_effectual_macs]},
                          {driver_.overflows(), driver_.macs()});
    if (!totals_.empty()) diverge();
  }
  return !diverged_;
}

DivergencePlace ShadowPe::place() const {
  DivergencePlace place{path_, diverged_at_, diverged_at_};
  const Divergence* d = comparator_->earliest();
  if (d != nullptr && (d->expected || d->got)) {
    const Cycle expected = d->expected ? d->expected->cycle : d->got->cycle;
    const Cycle got = d->got ? d->got->cycle : expected;
    place.first = std::min(expected, got);
    place.last = std::max(expected, got);
  } else if (!driver_.fault().empty()) {
    place.first = place.last = driver_.now();
  }
  return place;
}

PeStimulus ShadowPe::stimulus() const {
  PeStimulus taken = record_;
  if (end_ != kNever) taken.end = end_ - base_;
  const auto waits = [](const InputBurst& burst) { return burst.not_before == kUnknown; };
  if (taken.end == kNever) {
    taken.inputs.erase(std::remove_if(taken.inputs.begin(), taken.inputs.end(), waits),
                       taken.inputs.end());
    return taken;
  }
  for (InputBurst& burst : taken.inputs)
    if (waits(burst)) burst.not_before = taken.end;
  taken.sinks.push_back({taken.end, 1, {}});
  return taken;
}

std::vector<std::string> ShadowPe::where() const {
  std::vector<std::string> lines = {"PE " + path_ + " (--rtl-pe " + text_of(index_) + "), after " +
                                    std::to_string(epochs_) + " weight bursts and " +
                                    std::to_string(chunks_) + " iact bursts of this layer"};
  if (const Divergence* d = comparator_->earliest()) {
    if (d->kind == PeEventKind::psum) lines.push_back(work_.describe_psum(d->burst, d->in_burst));
    if (d->kind == PeEventKind::psum_offer) lines.push_back(work_.describe_psum(d->index, 0));
    if (d->kind == PeEventKind::window) lines.push_back(work_.describe_window(d->index));
  }
  if (!driver_.fault().empty()) {
    lines.push_back("RTL, " + driver_.fault());
    if (comparator_->earliest() == nullptr) {
      const std::uint64_t offers = comparator_->compared(PeEventKind::psum_offer);
      lines.push_back("coming in: " + work_.describe_receiving() + "; last psums offered: " +
                      (offers == 0 ? "none" : work_.describe_psum(offers - 1, 0)));
    }
  }
  if (!stop_.empty()) lines.push_back(stop_);
  for (const std::string& line : totals_) lines.push_back(line);
  return lines;
}

}  // namespace uvea::cosim
