#include "hw/pe/model_pe.h"

#include <algorithm>

#include "hw/config/chip_limits.h"

namespace uvea::hw {

using link::Cycle;
using link::DataType;

namespace {

// A port whose accepted burst has not started yet: its sender holds it.
constexpr Cycle kBusy = ~Cycle{0};
// Segments that a raw SPad can hold: what a header can say.
constexpr int kRawSegments = kMaxChunkSegments;

}  // namespace

ModelPe::ModelPe(const sc_core::sc_module_name& module_name, const PePlace& place,
                 const ChipConfig& config, const link::Clock& clock, link::BurstPool& pool,
                 std::uint32_t source_id, std::unique_ptr<PeCore> core)
    : Pe(module_name, place, config, clock),
      pool_(pool),
      source_id_(source_id),
      core_(std::move(core)),
      stages_(core_->stages()) {
  iact_offers_.resize(iact.size());
}

void ModelPe::watch(link::Probe* probe) {
  Pe::watch(probe);
  if (watch_) watch_->name_source(source_id_, name());
  epochs_.watch(watch_.get());
}

void ModelPe::configure(const LayerCommand& layer, const Schedule&) {
  settings_ = pe_settings(layer);
  reset();
}

void ModelPe::reset() {
  core_->configure(settings_);
  account_.begin(clock_.now());
  if (watch_) watch_->begin(clock_.now());
  epochs_.configure(settings_.weight_double_buffer ? 2 : 1);
  space_.configure(config_.pe.iact_data_entries,
                   settings_.csc ? config_.pe.iact_addr_entries : kRawSegments);
  weight_offer_ = psum_in_offer_ = Offer{};
  std::fill(iact_offers_.begin(), iact_offers_.end(), Offer{});
  iact_offers_open_ = 0;
  weight_port_free_ = iact_port_free_ = psum_out_free_ = scan_free_ = issue_free_ = 0;
  iact_epoch_ = nullptr;
  mid_row_ = false;
  psum_banks_ = config_.pe.psum_entries >= 2 * settings_.tile_psums ? config_.pe.psum_banks : 1;
  psum_banks_used_ = 0;
  drains_.clear();
  timing_.ask_order = account_.told();
  timing_.ask_macs = observer_ != nullptr && observer_->asks_macs();
  tiles_.clear();
  if (sending_.own && sending_.payload != nullptr) sending_.payload->release();
  sending_ = Sending{};
  pumping_ = again_ = in_psum_offer_ = false;
}

// --- calls from outside ------------------------------------------------------------------------

std::optional<Cycle> ModelPe::on_offer(unsigned port, link::Payload& payload, Cycle at) {
  const Offer offer{&payload, at};
  const bool is_iact = port < iact.size();
  if (observer_ != nullptr) {
    const link::Burst& burst = link::burst_of(payload);
    observer_->on_offer(burst.type, is_iact ? port : 0, burst, at);
  }
  if (is_iact || port == iact.size()) {
    // While pumping, the answer is given from there: states are in between here.
    if (!pumping_) {
      if (const auto ready = is_iact ? try_iact(port, offer) : try_weight(offer)) return ready;
    }
    (is_iact ? iact_offers_[port] : weight_offer_) = offer;
    if (is_iact) ++iact_offers_open_;
    again_ = true;
    return std::nullopt;
  }
  psum_in_offer_ = offer;
  if (pumping_) {
    again_ = true;
    return std::nullopt;
  }
  in_psum_offer_ = true;
  psum_in_reply_.reset();
  pump();
  in_psum_offer_ = false;
  return psum_in_reply_;
}

void ModelPe::on_data(unsigned port, link::Payload& payload, Cycle first_beat) {
  const link::Burst& burst = link::burst_of(payload);
  const bool is_iact = port < iact.size();
  if (observer_ != nullptr) observer_->on_beats(burst.type, is_iact ? port : 0, burst, first_beat);
  if (is_iact) {
    iacts_arrived(burst, first_beat);
  } else if (port == iact.size()) {
    weights_arrived(burst, first_beat);
  } else if (sending_.payload == &payload && sending_.accepted) {
    psums_settled(first_beat);
  } else {
    return fault("psum burst that was not accepted");
  }
  pump();
}

void ModelPe::on_accept(unsigned, link::Payload&, Cycle ready) {
  psums_accepted(ready);
  pump();
}

void ModelPe::pump() {
  if (pumping_) {
    again_ = true;
    return;
  }
  pumping_ = true;
  do {
    again_ = false;
    again_ |= run_chunks();
    again_ |= send_psums();
    again_ |= epochs_.retire_idle();
    again_ |= answer_offers();
  } while (again_);
  pumping_ = false;
}

// --- weights and iacts -------------------------------------------------------------------------

std::optional<Cycle> ModelPe::try_weight(const Offer& offer) {
  if (weight_port_free_ == kBusy) return std::nullopt;
  const auto ready = epochs_.take_buffer(std::max(offer.at, weight_port_free_));
  if (!ready) return std::nullopt;
  weight_port_free_ = kBusy;
  if (observer_ != nullptr) observer_->on_ready(DataType::weight, 0, *ready);
  return ready;
}

std::optional<Cycle> ModelPe::try_iact(unsigned port, const Offer& offer) {
  Epoch* epoch = epochs_.receiving();
  if (epoch == nullptr || iact_port_free_ == kBusy) return std::nullopt;
  const IactHeader h = unpack_iact_header(link::burst_of(*offer.payload).words[0]);
  const auto row = static_cast<int>(mid_row_ ? epoch->rows_begun - 1 : epoch->rows_begun);
  if (h.first == mid_row_ || h.tag != ((epoch->tile.header().tag + row) & kTagMask))
    return std::nullopt;
  const Cycle from = std::max({offer.at, iact_port_free_, epoch->known});
  const auto ready = epoch->idle() ? from : space_.take(h.entries, h.segments, from);
  if (!ready) return std::nullopt;
  ++epoch->chunks_taken;
  if (h.first) ++epoch->rows_begun;
  mid_row_ = !h.last;
  iact_port_free_ = kBusy;
  iact_epoch_ = epoch;
  iact_offered_ = offer.at;
  if (observer_ != nullptr) observer_->on_ready(DataType::iact, port, *ready);
  return ready;
}

void ModelPe::weights_arrived(const link::Burst& burst, Cycle first_beat) {
  if (weight_port_free_ != kBusy) return fault("weight burst that was not accepted");
  weight_port_free_ = burst.end(first_beat);
  const std::string wrong = epochs_.add(burst, first_beat, config_.pe, settings_);
  if (!wrong.empty()) return fault(wrong);
  if (watch_) watch_->weights(burst, first_beat);
  const WeightHeader& h = epochs_.back().tile.header();
  counts_[Counter::spad_weight_writes] += static_cast<std::uint64_t>(h.data_words);
  if (settings_.csc)
    counts_[Counter::spad_weight_addr_writes] += static_cast<std::uint64_t>(h.columns);
  counts_[Counter::pe_weight_words] += burst.beats;
}

void ModelPe::iacts_arrived(const link::Burst& burst, Cycle first_beat) {
  if (iact_port_free_ != kBusy) return fault("iact burst that was not accepted");
  const Cycle end = burst.end(first_beat);
  iact_port_free_ = end;
  counts_[Counter::pe_iact_words] += burst.beats;
  Epoch& epoch = *iact_epoch_;
  if (mid_row_ && epoch.chunks_taken == epoch.tile.header().chunks)
    return fault("the chunks of a weight burst end within a row");
  if (watch_) watch_->iacts(burst, first_beat, epoch.idle());
  if (epoch.idle()) {
    ++epoch.chunks_done;
    epoch.last_dropped = end;
    return;
  }
  ArrivedChunk& arrived = epoch.chunks.push();
  arrived.offered = iact_offered_;
  arrived.first_beat = first_beat;
  arrived.end = end;
  arrived.way = burst.way;
  const std::string wrong = decode_iact_chunk(burst.words, config_.pe, settings_, arrived.chunk);
  if (wrong.empty()) return;
  epoch.chunks.unpush();
  fault(wrong);
}

bool ModelPe::answer_offers() {
  bool progress = false;
  if (weight_offer_.payload != nullptr) {
    if (const auto ready = try_weight(weight_offer_)) {
      link::Payload& payload = *weight_offer_.payload;
      weight_offer_.payload = nullptr;
      progress = true;
      weight.accept(payload, *ready);
    }
  }
  for (unsigned b = 0; iact_offers_open_ > 0 && b < iact_offers_.size(); ++b) {
    if (iact_offers_[b].payload == nullptr) continue;
    if (const auto ready = try_iact(b, iact_offers_[b])) {
      link::Payload& payload = *iact_offers_[b].payload;
      iact_offers_[b].payload = nullptr;
      --iact_offers_open_;
      progress = true;
      iact[b]->accept(payload, *ready);
    }
  }
  return progress;
}

// --- pipeline ----------------------------------------------------------------------------------

bool ModelPe::run_chunks() {
  bool progress = false;
  while (!epochs_.empty() && !epochs_.front().chunks.empty()) {
    if (psum_banks_used_ == psum_banks_ && drains_.empty()) break;
    Epoch& epoch = epochs_.front();
    ArrivedChunk& arrived = epoch.chunks.front();
    Cycle start = std::max({arrived.end, epoch.complete, epochs_.empty_retired()}) + stages_.front;
    start = std::max(start, scan_free_);
    if (psum_banks_used_ == psum_banks_) {
      start = std::max(start, drains_.front().end);
      account_wait(epoch, arrived, &drains_.front(), start);
      drains_.pop();
    } else {
      account_wait(epoch, arrived, nullptr, start);
      ++psum_banks_used_;
    }
    Tile& tile = tiles_.push();
    core_->run_chunk(arrived.chunk, epoch.tile, start, issue_free_, tile.psums, timing_, counts_);
    account_work();
    if (watch_) watch_->chunk(start, timing_);
    scan_free_ = timing_.scan_free;
    issue_free_ = timing_.issue_free;
    space_.release(timing_.releases);
    if (observer_ != nullptr) {
      if (timing_.ask_macs) observer_->on_macs(timing_.macs);
      for (const Cycle slot : timing_.window_slots) observer_->on_window(slot);
    }
    tile.done = timing_.work_end + stages_.back;
    tile.psum_in = epoch.tile.header().psum_in;
    epoch.chunks.pop();
    ++epoch.chunks_done;
    if (epoch.done()) epochs_.retire_front(timing_.work_end + stages_.weights);
    progress = true;
  }
  return progress;
}

// --- where the cycles went (docs/stalls.md) ----------------------------------------------------

void ModelPe::account_wait(const Epoch& epoch, const ArrivedChunk& chunk, const Drain* drained,
                           Cycle start) {
  account_.spend(Stall::not_mapped, std::min(epochs_.empty_retired(), start));
  const Cycle bank = drained == nullptr ? 0 : drained->end;
  const Moment last = latest({{epoch.complete + stages_.front, Stall::wait_weight},
                              {chunk.end + stages_.front, Stall::wait_iact},
                              {bank, Stall::wait_psum_out}});
  switch (last.stall) {
    case Stall::wait_weight:
      account_.spend(last.stall, epoch.complete, epoch.way, epoch.first_beat);
      break;
    case Stall::wait_iact:
      // Iacts that lay at the port while the weights were not known waited for those (rule 2).
      if (chunk.offered < epoch.known)
        account_.spend(Stall::wait_weight, std::min(epoch.known, chunk.end), epoch.way,
                       epoch.first_beat);
      account_.spend(last.stall, chunk.end, chunk.way, chunk.first_beat);
      break;
    default:
      account_drain(*drained);
  }
  account_.spend(Stall::pipeline, start);
}

void ModelPe::account_work() {
  if (!timing_.ask_order) return account_.spend(timing_.mix, timing_.work_end);
  for (const ChunkTiming::Interval& part : timing_.order) account_.spend(part.stall, part.to);
}

void ModelPe::account_drain(const Drain& drain) {
  account_.spend(Stall::pipeline, drain.done);
  account_.spend(drain.offered.stall, drain.offered.at, drain.from);
  account_.spend(Stall::wait_psum_out, std::min(drain.memory, drain.first_beat),
                 Place::dram_latency);
  account_.spend(Stall::wait_psum_out, drain.first_beat, top() ? Place::router : Place::pe);
  account_.spend(Stall::wait_psum_out, drain.end, Place::port);
}

void ModelPe::close_layer(Cycle end) {
  if (counts_[Counter::pe_examine_slots] + counts_[Counter::pe_issue_slots] > 0) {
    for (std::size_t i = 0; i < drains_.size(); ++i) account_drain(drains_[i]);
    account_.spend(Stall::not_mapped, std::min(epochs_.empty_retired(), end));
    account_.spend(Stall::imbalance, end);
  } else {
    account_.spend(Stall::not_mapped, end);
  }
}

// --- psums -------------------------------------------------------------------------------------

bool ModelPe::passing() const {
  return tiles_.empty() && !epochs_.empty() && epochs_.front().passes();
}

bool ModelPe::send_psums() {
  if (sending_.payload != nullptr) return false;
  const bool pass = passing();
  if (tiles_.empty() && !pass) return false;
  const bool own = !pass && !tiles_.front().psum_in;
  if (!own && psum_in_offer_.payload == nullptr) return false;

  Moment at{psum_out_free_, Stall::wait_psum_out};
  Drain drain;
  if (pass) {
    at.at = std::max({at.at, epochs_.front().complete, epochs_.retired()});
  } else {
    drain.done = tiles_.front().done;
    drain.from = Place::port;
    at = latest({{drain.done, Stall::pipeline}, at});
  }
  if (!own) {
    const link::Burst& below = link::burst_of(*psum_in_offer_.payload);
    if (psum_in_offer_.at > at.at) {
      at = {psum_in_offer_.at, Stall::wait_psum_in};
      // Psums of a bank have been on its port, those of a PE have not.
      drain.from = below.way.offered > 0 ? Place::port : Place::pe;
    }
    if (watch_ && !pass) watch_->psums_below(below);
    if (!pass && !add_own_psums(link::burst_of(*psum_in_offer_.payload))) return false;
  }
  drain.offered = at;
  link::Payload& payload = own ? own_burst() : *psum_in_offer_.payload;
  const link::Burst& burst = link::burst_of(payload);
  if (!pass) counts_[Counter::spad_psum_reads] += burst.psums.size();
  sending_ = Sending{&payload, drain, own, pass, false};
  if (watch_) watch_->psums_offered(burst);
  if (observer_ != nullptr) observer_->on_psum_offer(burst, at.at);
  if (const auto ready = psum_out.offer(payload, at.at)) psums_accepted(*ready);
  return true;
}

bool ModelPe::add_own_psums(link::Burst& burst) {
  const auto& own = tiles_.front().psums;
  if (burst.psums.size() != own.size()) {
    fault("psums from below: " + std::to_string(burst.psums.size()) +
          ", own: " + std::to_string(own.size()));
    return false;
  }
  for (std::size_t i = 0; i < own.size(); ++i)
    burst.psums[i] = core_->add(burst.psums[i], own[i], counts_[Counter::pe_overflows]);
  return true;
}

link::Payload& ModelPe::own_burst() {
  link::Payload& payload = pool_.take();
  link::Burst& burst = link::burst_of(payload);
  burst.type = DataType::psum;
  burst.psums.swap(tiles_.front().psums);
  burst.beats = static_cast<unsigned>((burst.psums.size() + 1) / 2);
  burst.source = source_id_;
  burst.serial = serial_++;
  return payload;
}

void ModelPe::psums_accepted(Cycle ready) {
  again_ = true;
  if (sending_.own) return psums_settled(ready);
  // The first beat of psums from below may come later than ready: their sender tells.
  sending_.accepted = true;
  psum_in_offer_.payload = nullptr;
  if (observer_ != nullptr) observer_->on_ready(DataType::psum, 0, ready);
  if (in_psum_offer_) {
    psum_in_reply_ = ready;
  } else {
    psum_in.accept(*sending_.payload, ready);
  }
}

void ModelPe::psums_settled(Cycle first_beat) {
  const Sending sent = sending_;
  const link::Burst& burst = link::burst_of(*sent.payload);
  sending_ = Sending{};
  psum_out_free_ = burst.end(first_beat);
  counts_[Counter::pe_psum_words] += burst.beats;
  if (sent.passing) {
    ++epochs_.front().chunks_done;
    if (epochs_.front().done()) epochs_.retire_front(psum_out_free_);
  } else {
    Drain& drain = drains_.push();
    drain = sent.drain;
    drain.memory = burst.way.memory;
    drain.first_beat = first_beat;
    drain.end = psum_out_free_;
    tiles_.pop();
  }
  again_ = true;
  if (watch_) watch_->psums_out(burst, first_beat, !sent.own, sent.passing);
  if (observer_ != nullptr) observer_->on_psum_beats(burst, first_beat);
  psum_out.data(*sent.payload, first_beat);
  if (sent.own) sent.payload->release();
}

// --- for people --------------------------------------------------------------------------------

std::vector<std::string> ModelPe::leftovers() const {
  std::vector<std::string> left;
  if (!epochs_.empty())
    left.push_back(std::to_string(epochs_.size()) + " weight tiles not used up");
  if (!tiles_.empty()) left.push_back(std::to_string(tiles_.size()) + " psum tiles not sent");
  if (sending_.payload != nullptr) left.push_back("a psum burst not taken");
  if (psum_in_offer_.payload != nullptr) left.push_back("an offered psum burst not accepted");
  if (weight_offer_.payload != nullptr) left.push_back("an offered weight burst not accepted");
  for (const auto& offer : iact_offers_)
    if (offer.payload != nullptr) left.push_back("an offered iact burst not accepted");
  if (!core_->window_empty()) left.push_back("iacts left in the window");
  return left;
}

Wait ModelPe::waiting_for() const {
  if (leftovers().empty()) return {};
  const Cycle worked = account_.until();
  if (sending_.accepted)
    return {"psums from below to start", psum_in.peer(), sending_.drain.offered.at};
  if (sending_.payload != nullptr)
    return {"psum_out to be taken", psum_out.peer(), sending_.drain.offered.at};
  if (!tiles_.empty()) return {"psums from below", psum_in.peer(), tiles_.front().done};
  if (epochs_.empty()) return {"weights", weight.peer(), worked};
  if (passing()) return {"psums from below, to pass on", psum_in.peer(), worked};
  if (epochs_.front().chunks.empty()) return {"iacts", iact.front()->peer(), worked};
  return {"a free psum bank", "", worked};
}

Wait ModelPe::needs_for(const std::string&) const { return {"weights", weight.peer(), 0}; }

}  // namespace uvea::hw
