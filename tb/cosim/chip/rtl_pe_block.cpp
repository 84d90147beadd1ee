#include "tb/cosim/chip/rtl_pe_block.h"

#include "tb/cosim/chip/offered_burst.h"
#include "tb/cosim/pe/rtl_bench.h"

namespace uvea::cosim {

using link::Cycle;

RtlPeBlock::RtlPeBlock(const sc_core::sc_module_name& module_name, const hw::PePlace& place,
                       const hw::ChipConfig& config, const link::Clock& clock,
                       link::BurstPool& pool, std::uint32_t source_id, const RtlFactory& make_rtl,
                       RtlFactory make_inside, RtlWork& totals)
    : Pe(module_name, place, config, clock),
      pool_(pool),
      source_id_(source_id),
      rtl_(make_rtl(config.pe, static_cast<unsigned>(config.glb.iact_banks))),
      make_inside_(std::move(make_inside)),
      driver_(*rtl_, static_cast<unsigned>(config.glb.iact_banks), true),
      work_(config),
      places_(top()),
      totals_(totals),
      offered_(static_cast<std::size_t>(config.glb.iact_banks) + 2, nullptr),
      offered_at_(offered_.size(), 0) {
  driver_.stop_at_offers = true;
  driver_.on_event = [this](const PeEvent& event) { events_.push_back(event); };
  driver_.on_stall = [this](const StallInterval& cycles) { places_.spend(cycles, account_); };
}

RtlPeBlock::~RtlPeBlock() {
  ++totals_.pes;
  totals_.psums += psums_;
  totals_.windows += windows_;
  totals_.cycles += driver_.cycles_run();
}

void RtlPeBlock::watch(link::Probe* probe) {
  Pe::watch(probe);
  if (watch_) watch_->name_source(source_id_, name());
  rtl_watch_ = probe == nullptr ? nullptr : watch_rtl(*probe, name(), config_, false, make_inside_);
  driver_.pins = rtl_watch_.get();
}

void RtlPeBlock::tell_rest(Cycle end) {
  Pe::tell_rest(end);
  if (rtl_watch_) rtl_watch_->settle(end);
}

void RtlPeBlock::configure(const hw::LayerCommand& layer, const hw::Schedule&) {
  account_.begin(clock_.now());
  if (watch_) watch_->begin(clock_.now());
  const hw::PeSettings settings = hw::pe_settings(layer);
  driver_.commit(clock_.now());
  driver_.configure(config_word(settings, config_.pe.psum_banks), config_.pe, clock_.now());
  work_.configure(settings);
  places_.clear();
  check();
}

std::optional<Cycle> RtlPeBlock::on_offer(unsigned port, link::Payload& payload, Cycle at) {
  driver_.add_input(port, offered_burst(link::burst_of(payload), port, at));
  offered_[port] = &payload;
  offered_at_[port] = at;
  if (pumping_) {
    again_ = true;
    return std::nullopt;
  }
  replying_ = static_cast<int>(port);
  reply_.reset();
  pump();
  replying_ = -1;
  return reply_;
}

void RtlPeBlock::on_data(unsigned port, link::Payload& payload, Cycle first_beat) {
  const link::Burst& burst = link::burst_of(payload);
  driver_.set_first_beat(port, first_beat, burst.gaps);
  if (port == driver_.psum_lane()) {
    if (!passing_) places_.psums_settled(burst, first_beat);
    if (watch_) watch_->psums_out(burst, first_beat, true, passing_);
    psum_out.data(payload, first_beat);
  } else {
    const bool weights = port == driver_.weight_lane();
    if (watch_ && weights) watch_->weights(burst, first_beat);
    if (watch_ && !weights) watch_->iacts(burst, first_beat, work_.drops_iacts());
    if (weights) {
      places_.weights(burst, first_beat);
    } else if (!work_.drops_iacts()) {
      places_.iacts(burst, first_beat);
    }
    const std::string wrong =
        weights ? work_.take_weights(burst.words) : work_.take_iacts(burst.words);
    if (!wrong.empty()) SC_REPORT_ERROR(name(), wrong.c_str());
  }
  pump();
}

void RtlPeBlock::on_accept(unsigned, link::Payload&, Cycle ready) {
  psums_accepted(ready);
  pump();
}

void RtlPeBlock::pump() {
  if (pumping_) {
    again_ = true;
    return;
  }
  pumping_ = true;
  driver_.commit(clock_.now());
  bool stopped = true;
  while (stopped || again_) {
    again_ = false;
    stopped = driver_.run(kUnknown);
    while (!events_.empty()) {
      const PeEvent event = events_.front();
      events_.pop_front();
      switch (event.kind) {
        case PeEventKind::iact_ready:
          word_ready(event.port, event.cycle);
          break;
        case PeEventKind::weight_ready:
          word_ready(driver_.weight_lane(), event.cycle);
          break;
        case PeEventKind::psum_offer:
          psums_offered(event.cycle);
          break;
        case PeEventKind::window:
          ++windows_;
          if (watch_) watch_->windowed(event.cycle);
          break;
        case PeEventKind::psum:
          ++psums_;
          break;
        case PeEventKind::stall:  // on_stall
          break;
      }
    }
  }
  pumping_ = false;
  check();
}

void RtlPeBlock::word_ready(unsigned lane, Cycle ready) {
  link::Payload& payload = *offered_[lane];
  offered_[lane] = nullptr;
  if (replying_ == static_cast<int>(lane)) {
    reply_ = ready;
  } else if (lane == driver_.weight_lane()) {
    weight.accept(payload, ready);
  } else {
    iact[lane]->accept(payload, ready);
  }
}

void RtlPeBlock::psums_offered(Cycle at) {
  bool from_below = false;
  std::vector<std::int32_t> values = driver_.peek_psums(from_below);
  if (!driver_.fault().empty()) return;  // pump() reports it
  const std::size_t own = work_.next_psums();
  link::Payload* below = offered_[driver_.psum_lane()];
  if (from_below ? below == nullptr : own == 0) {
    SC_REPORT_ERROR(name(), "RTL: psums leave that no burst has asked for");
    return;
  }
  sending_own_ = !from_below;
  passing_ = own == 0;
  sending_ = from_below ? below : &pool_.take();
  link::Burst& burst = link::burst_of(*sending_);
  if (watch_ && from_below && !passing_) watch_->psums_below(burst);
  values.resize(from_below ? burst.psums.size() : own);
  burst.psums = std::move(values);
  if (sending_own_) {
    burst.type = link::DataType::psum;
    burst.beats = static_cast<unsigned>((own + 1) / 2);
    burst.source = source_id_;
    burst.serial = serial_++;
  }
  if (!passing_) places_.psums_offered(sending_own_ ? nullptr : &burst);
  if (watch_) watch_->psums_offered(burst);
  sending_since_ = at;
  if (const auto ready = psum_out.offer(*sending_, at)) psums_accepted(*ready);
}

void RtlPeBlock::psums_accepted(Cycle ready) {
  link::Payload& payload = *sending_;
  const link::Burst& burst = link::burst_of(payload);
  sending_ = nullptr;
  again_ = true;
  counts_[hw::Counter::pe_psum_words] += burst.beats;
  driver_.add_sink({ready, burst.cycles_per_beat, burst.gaps});
  work_.psums_left();
  if (sending_own_) {
    places_.psums_settled(burst, ready);
    if (watch_) watch_->psums_out(burst, ready, false, false);
    psum_out.data(payload, ready);
    payload.release();
    return;
  }
  const unsigned lane = driver_.psum_lane();
  offered_[lane] = nullptr;
  if (replying_ == static_cast<int>(lane)) {
    reply_ = ready;
  } else {
    psum_in.accept(payload, ready);
  }
}

void RtlPeBlock::check() {
  if (driver_.fault().empty() || faulty_) return;
  faulty_ = true;
  SC_REPORT_ERROR(name(), ("RTL, " + driver_.fault()).c_str());
}

void RtlPeBlock::count(hw::CounterSink& sink) const {
  hw::CounterSink counted = work_.counters();
  counted[hw::Counter::pe_overflows] = driver_.overflows();
  Pe::count(sink);
  sink += counted;
}

void RtlPeBlock::close_layer(Cycle end) { driver_.end_account(end); }

std::vector<std::string> RtlPeBlock::leftovers() const {
  std::vector<std::string> left;
  const std::string at = "RTL: ";
  if (driver_.macs() != work_.counters()[hw::Counter::pe_effectual_macs])
    left.push_back(at + std::to_string(driver_.macs()) + " MACs, its bursts ask for " +
                   std::to_string(work_.counters()[hw::Counter::pe_effectual_macs]));
  if (!driver_.at_rest())
    left.push_back(at + "not at rest, waits for " + hw::in_words(waiting_for()));
  if (sending_ != nullptr) left.push_back(at + "a psum burst not taken");
  for (const link::Payload* payload : offered_)
    if (payload != nullptr) left.push_back(at + "an offered burst not accepted");
  return left;
}

hw::Wait RtlPeBlock::waiting_for() const {
  if (sending_ != nullptr) return {"psum_out to be taken", psum_out.peer(), sending_since_};
  const std::size_t own = work_.next_psums();
  if (driver_.at_rest() && own == 0 && work_.is_done()) return {};
  const auto lies_there = [this](unsigned lane) { return offered_[lane] != nullptr; };
  // From then on nothing changes in the RTL.
  const Cycle idle = driver_.now();
  // Of what it has, only the RTL itself knows why it does not go on.
  if (own > 0) {
    if (work_.next_adds_below() && !lies_there(driver_.psum_lane()))
      return {"psums from below", psum_in.peer(), idle};
    return {"its psums to be offered by the RTL", name(), idle};
  }
  const auto not_taken = [this](const char* words, unsigned lane) {
    return hw::Wait{std::string(words) + " on its pins to be taken by the RTL", name(),
                    offered_at_[lane]};
  };
  switch (work_.next_needed()) {
    case link::DataType::weight:
      if (!lies_there(driver_.weight_lane())) return {"weights", weight.peer(), idle};
      return not_taken("weights", driver_.weight_lane());
    case link::DataType::iact:
      for (unsigned port = 0; port < iact.size(); ++port)
        if (lies_there(port)) return not_taken("iacts", port);
      return {"iacts", iact.front()->peer(), idle};
    case link::DataType::psum:
      break;
  }
  if (!lies_there(driver_.psum_lane())) return {"psums from below", psum_in.peer(), idle};
  return not_taken("psums", driver_.psum_lane());
}

hw::Wait RtlPeBlock::needs_for(const std::string&) const {
  return {"weights", weight.peer(), driver_.now()};
}

}  // namespace uvea::cosim
