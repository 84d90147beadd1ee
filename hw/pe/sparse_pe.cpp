#include "hw/pe/sparse_pe.h"

#include <algorithm>

namespace uvea::hw {

using link::Cycle;

namespace {

// Stages before the examine stage and after the issue stage (see docs/timing.md).
constexpr Cycle kFrontStages = 3;
// A port whose accepted burst has not started yet: its sender holds it.
constexpr Cycle kBusy = ~Cycle{0};

Cycle back_stages(const PeConfig& pe) { return static_cast<Cycle>(pe.pipeline_stages - 4); }

unsigned psum_beats(std::size_t psums) { return static_cast<unsigned>((psums + 1) / 2); }

}  // namespace

SparsePe::SparsePe(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                   const link::Clock& clock, link::BurstPool& pool, std::uint32_t source_id)
    : Pe(module_name, config, clock),
      config_(config),
      clock_(clock),
      pool_(pool),
      source_id_(source_id),
      core_(config.pe) {
  iact_offers_.resize(iact.size());
}

PeFactory model_pes() {
  return [](const char* name, const PePlace&, const ChipConfig& config, const link::Clock& clock,
            link::BurstPool& pool, std::uint32_t source_id) -> std::unique_ptr<Pe> {
    return std::make_unique<SparsePe>(name, config, clock, pool, source_id);
  };
}

void SparsePe::fault(const std::string& what) const { SC_REPORT_ERROR(name(), what.c_str()); }

void SparsePe::on_command(const std::uint8_t* descriptor) {
  LayerCommand layer;
  const std::string wrong = decode_command(descriptor, config_, layer);
  if (!wrong.empty()) return fault("layer command: " + wrong);
  settings_ = pe_settings(layer);
  core_.configure(settings_);
  counters_ = PeCounters{};
  weight_buffers_ = settings_.weight_double_buffer ? 2 : 1;
  psum_banks_ = config_.pe.psum_entries >= 2 * settings_.tile_psums ? 2 : 1;
  weight_buffers_used_ = 0;
  weight_releases_.clear();
  iact_entries_used_ = iact_segments_used_ = 0;
  iact_releases_.clear();
  psum_banks_used_ = 0;
  psum_releases_.clear();
  mid_row_ = false;
}

std::optional<Cycle> SparsePe::on_offer(unsigned port, link::Payload& payload, Cycle at) {
  const Offer offer{&payload, at};
  if (port < iact.size()) {
    if (!pumping_) {
      if (const auto ready = try_iact(offer)) return ready;
    }
    iact_offers_[port] = offer;
    again_ = true;
    return std::nullopt;
  }
  if (port == iact.size()) {
    if (!pumping_) {
      if (const auto ready = try_weight(offer)) return ready;
    }
    weight_offer_ = offer;
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

SparsePe::Epoch* SparsePe::receiving_epoch() {
  for (auto& epoch : epochs_) {
    const WeightHeader& h = epoch->tile.header();
    if (h.null && !h.idle) continue;
    if (epoch->chunks_taken < h.chunks) return epoch.get();
  }
  return nullptr;
}

std::optional<Cycle> SparsePe::try_iact(const Offer& offer) {
  Epoch* epoch = receiving_epoch();
  if (epoch == nullptr || iact_port_free_ == kBusy) return std::nullopt;
  const auto& words = link::burst_of(*offer.payload).words;
  const IactHeader h = unpack_iact_header(words[0]);
  const auto row = static_cast<int>(mid_row_ ? epoch->rows_begun - 1 : epoch->rows_begun);
  if (h.first == mid_row_ || h.tag != ((epoch->tile.header().tag + row) & kTagMask))
    return std::nullopt;
  Cycle ready = std::max(offer.at, iact_port_free_);
  const bool idle = epoch->tile.header().idle;
  const int entries = idle ? 0 : iact_entries(words, settings_);
  const int segments = idle ? 0 : h.segments;
  const int segment_limit = settings_.csc ? config_.pe.iact_addr_entries : 15;
  const auto fits = [&] {
    return iact_entries_used_ + entries <= config_.pe.iact_data_entries &&
           iact_segments_used_ + segments <= segment_limit;
  };
  while (!fits()) {
    if (iact_releases_.empty()) return std::nullopt;
    ready = std::max(ready, iact_releases_.front().at);
    iact_entries_used_ -= iact_releases_.front().entries;
    --iact_segments_used_;
    iact_releases_.pop_front();
  }
  iact_entries_used_ += entries;
  iact_segments_used_ += segments;
  ++epoch->chunks_taken;
  if (h.first) ++epoch->rows_begun;
  mid_row_ = !h.last;
  iact_port_free_ = kBusy;
  return ready;
}

std::optional<Cycle> SparsePe::try_weight(const Offer& offer) {
  if (weight_port_free_ == kBusy) return std::nullopt;
  Cycle ready = std::max(offer.at, weight_port_free_);
  if (weight_buffers_used_ == weight_buffers_) {
    if (weight_releases_.empty()) return std::nullopt;
    ready = std::max(ready, weight_releases_.front());
    weight_releases_.pop_front();
    --weight_buffers_used_;
  }
  ++weight_buffers_used_;
  weight_port_free_ = kBusy;
  return ready;
}

void SparsePe::on_data(unsigned port, link::Payload& payload, Cycle first_beat) {
  const link::Burst& burst = link::burst_of(payload);
  const Cycle end = first_beat + burst.beats;
  if (port < iact.size()) {
    iact_port_free_ = end;
    const auto found = std::find_if(epochs_.begin(), epochs_.end(), [](const auto& e) {
      return e->chunks_taken > e->chunks.size() + e->chunks_done;
    });
    if (found == epochs_.end()) return fault("iact burst that was not accepted");
    Epoch* epoch = found->get();
    if (epoch->tile.header().idle) {
      ++epoch->chunks_done;
      epoch->idle_until = end;
    } else {
      epoch->chunks.emplace_back();
      const std::string wrong =
          decode_iact_chunk(burst.words, config_.pe, settings_, epoch->chunks.back().first);
      if (!wrong.empty()) return fault(wrong);
      epoch->chunks.back().second = end;
    }
  } else if (port == iact.size()) {
    weight_port_free_ = end;
    if (spare_epochs_.empty()) spare_epochs_.push_back(std::make_unique<Epoch>());
    std::unique_ptr<Epoch> epoch = std::move(spare_epochs_.back());
    spare_epochs_.pop_back();
    const std::string wrong = epoch->tile.load(burst.words, config_.pe, settings_);
    if (!wrong.empty()) return fault(wrong);
    counters_.weight_writes += static_cast<std::uint64_t>(epoch->tile.header().data_words);
    epoch->ready = end;
    epoch->chunks_taken = epoch->rows_begun = epoch->chunks_done = 0;
    epoch->idle_until = end;
    epoch->chunks.clear();
    epochs_.push_back(std::move(epoch));
  } else {
    psum_out.data(payload, first_beat);
  }
  pump();
}

void SparsePe::on_accept(unsigned, link::Payload&, Cycle ready) {
  psums_accepted(ready);
  pump();
}

void SparsePe::pump() {
  if (pumping_) {
    again_ = true;
    return;
  }
  pumping_ = true;
  do {
    again_ = false;
    again_ |= run_chunks();
    again_ |= send_psums();
    again_ |= retire_epochs();
    again_ |= answer_offers();
  } while (again_);
  pumping_ = false;
}

bool SparsePe::run_chunks() {
  bool progress = false;
  while (!epochs_.empty() && !epochs_.front()->chunks.empty()) {
    Epoch& epoch = *epochs_.front();
    Cycle start = std::max(scan_free_, epoch.ready + kFrontStages);
    if (psum_banks_used_ == psum_banks_) {
      if (psum_releases_.empty()) break;
      start = std::max(start, psum_releases_.front());
      psum_releases_.pop_front();
      --psum_banks_used_;
    }
    auto& [chunk, arrival] = epoch.chunks.front();
    start = std::max(start, arrival + kFrontStages);
    Tile tile;
    if (!spare_psums_.empty()) {
      tile.psums = std::move(spare_psums_.back());
      spare_psums_.pop_back();
    }
    core_.run_chunk(chunk, epoch.tile, start, issue_free_, tile.psums, timing_, counters_);
    scan_free_ = timing_.scan_end;
    issue_free_ = timing_.issue_end;
    iact_releases_.insert(iact_releases_.end(), timing_.releases.begin(), timing_.releases.end());
    tile.done = std::max(scan_free_, issue_free_) + back_stages(config_.pe);
    tile.psum_in = epoch.tile.header().psum_in;
    ++psum_banks_used_;
    tiles_.push_back(std::move(tile));
    epoch.chunks.pop_front();
    progress = true;
    if (++epoch.chunks_done == epoch.tile.header().chunks) {
      // The issue stage reads the tile to the end of its last chunk.
      weight_releases_.push_back(std::max(scan_free_, issue_free_));
      spare_epochs_.push_back(std::move(epochs_.front()));
      epochs_.pop_front();
    }
  }
  return progress;
}

bool SparsePe::forwarding() const {
  if (!tiles_.empty() || epochs_.empty()) return false;
  const WeightHeader& h = epochs_.front()->tile.header();
  return h.null && !h.idle;
}

bool SparsePe::send_psums() {
  if (psum_sending_ != nullptr) return false;
  const bool forward = forwarding();
  if (tiles_.empty() && !forward) return false;
  const bool takes_in = forward || tiles_.front().psum_in;
  if (takes_in && psum_in_offer_.payload == nullptr) return false;

  Cycle at = std::max(psum_out_free_, forward ? epochs_.front()->ready : tiles_.front().done);
  link::Payload* payload = nullptr;
  if (takes_in) {
    payload = psum_in_offer_.payload;
    at = std::max(at, psum_in_offer_.at);
    if (!forward) {
      auto& psums = link::burst_of(*payload).psums;
      const auto& own = tiles_.front().psums;
      if (psums.size() != own.size()) {
        fault("psums from below: " + std::to_string(psums.size()) +
              ", own: " + std::to_string(own.size()));
        return false;
      }
      for (std::size_t i = 0; i < own.size(); ++i)
        psums[i] = core_.add(psums[i], own[i], counters_.overflows);
    }
  } else {
    payload = &pool_.take();
    link::Burst& burst = link::burst_of(*payload);
    burst.type = link::DataType::psum;
    burst.psums = tiles_.front().psums;
    burst.beats = psum_beats(burst.psums.size());
    burst.source = source_id_;
    burst.serial = serial_++;
  }
  if (!forward) counters_.psum_reads += link::burst_of(*payload).psums.size();
  psum_sending_ = payload;
  sending_own_ = !takes_in;
  sending_forward_ = forward;
  if (const auto ready = psum_out.offer(*payload, at)) psums_accepted(*ready);
  return true;
}

void SparsePe::psums_accepted(Cycle ready) {
  link::Payload& payload = *psum_sending_;
  const link::Burst& burst = link::burst_of(payload);
  psum_out_free_ = ready + Cycle{burst.beats} * burst.cycles_per_beat;
  psum_sending_ = nullptr;
  if (sending_forward_) {
    Epoch& epoch = *epochs_.front();
    if (++epoch.chunks_done == epoch.tile.header().chunks) {
      weight_releases_.push_back(psum_out_free_);
      spare_epochs_.push_back(std::move(epochs_.front()));
      epochs_.pop_front();
    }
  } else {
    psum_releases_.push_back(psum_out_free_);
    spare_psums_.push_back(std::move(tiles_.front().psums));
    tiles_.pop_front();
  }
  again_ = true;
  if (sending_own_) {
    psum_out.data(payload, ready);
    payload.release();
    return;
  }
  psum_in_offer_.payload = nullptr;
  if (in_psum_offer_) {
    psum_in_reply_ = ready;
  } else {
    psum_in.accept(payload, ready);
  }
}

bool SparsePe::retire_epochs() {
  bool progress = false;
  while (!epochs_.empty()) {
    Epoch& epoch = *epochs_.front();
    const WeightHeader& h = epoch.tile.header();
    if (!h.idle || epoch.chunks_done < h.chunks) break;
    weight_releases_.push_back(epoch.idle_until);
    spare_epochs_.push_back(std::move(epochs_.front()));
    epochs_.pop_front();
    progress = true;
  }
  return progress;
}

bool SparsePe::answer_offers() {
  bool progress = false;
  if (weight_offer_.payload != nullptr) {
    if (const auto ready = try_weight(weight_offer_)) {
      link::Payload& payload = *weight_offer_.payload;
      weight_offer_.payload = nullptr;
      progress = true;
      weight.accept(payload, *ready);
    }
  }
  for (std::size_t b = 0; b < iact_offers_.size(); ++b) {
    if (iact_offers_[b].payload == nullptr) continue;
    if (const auto ready = try_iact(iact_offers_[b])) {
      link::Payload& payload = *iact_offers_[b].payload;
      iact_offers_[b].payload = nullptr;
      progress = true;
      iact[b]->accept(payload, *ready);
    }
  }
  return progress;
}

std::vector<std::string> SparsePe::leftovers() const {
  std::vector<std::string> left;
  const std::string at = std::string(name()) + ": ";
  if (!epochs_.empty())
    left.push_back(at + std::to_string(epochs_.size()) + " weight tiles not used up");
  if (!tiles_.empty()) left.push_back(at + std::to_string(tiles_.size()) + " psum tiles not sent");
  if (psum_sending_ != nullptr) left.push_back(at + "a psum burst not taken");
  if (psum_in_offer_.payload != nullptr) left.push_back(at + "an offered psum burst not accepted");
  if (weight_offer_.payload != nullptr) left.push_back(at + "an offered weight burst not accepted");
  for (const auto& offer : iact_offers_)
    if (offer.payload != nullptr) left.push_back(at + "an offered iact burst not accepted");
  if (!core_.window_empty()) left.push_back(at + "iacts left in the window");
  return left;
}

std::string SparsePe::waiting_for() const {
  if (psum_sending_ != nullptr) return "psum_out to be taken";
  if (!tiles_.empty()) return "psums from below";
  if (epochs_.empty()) return "weights";
  if (forwarding()) return "psums from below, to pass on";
  if (epochs_.front()->chunks.empty()) return "iacts";
  return "a free psum bank";
}

}  // namespace uvea::hw
