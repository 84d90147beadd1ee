#include "tb/cosim/chip/work_counter.h"

namespace uvea::cosim {

void WorkCounter::configure(const hw::PeSettings& settings) {
  settings_ = settings;
  core_->configure(settings);
  counters_ = hw::CounterSink{};
  epochs_.clear();
  chunk_psums_.clear();
}

std::string WorkCounter::take_weights(const std::vector<std::uint32_t>& words) {
  auto epoch = std::make_unique<Epoch>();
  const std::string wrong = epoch->tile.load(words, config_.pe, settings_);
  if (!wrong.empty()) return wrong;
  const hw::WeightHeader& h = epoch->tile.header();
  counters_[hw::Counter::spad_weight_writes] += static_cast<std::uint64_t>(h.data_words);
  if (settings_.csc)
    counters_[hw::Counter::spad_weight_addr_writes] += static_cast<std::uint64_t>(h.columns);
  counters_[hw::Counter::pe_weight_words] += words.size();
  epoch->chunks_to_take = h.null && !h.idle ? 0 : h.chunks;
  epoch->bursts_to_leave = h.idle ? 0 : h.chunks;
  epochs_.push_back(std::move(epoch));
  return {};
}

std::string WorkCounter::take_iacts(const std::vector<std::uint32_t>& words) {
  for (auto& epoch : epochs_) {
    if (epoch->chunks_to_take == 0) continue;
    --epoch->chunks_to_take;
    counters_[hw::Counter::pe_iact_words] += words.size();
    if (!epoch->tile.header().idle) {
      hw::IactChunk chunk;
      const std::string wrong = hw::decode_iact_chunk(words, config_.pe, settings_, chunk);
      if (!wrong.empty()) return wrong;
      // Numbers only: the moments that PeCore works out from 0 on are not used.
      core_->run_chunk(chunk, epoch->tile, 0, 0, psums_, timing_, counters_);
      chunk_psums_.push_back(psums_.size());
      counters_[hw::Counter::spad_psum_reads] += psums_.size();
    }
    drop_finished();
    return {};
  }
  return "an iact burst came that no weights wait for";
}

bool WorkCounter::drops_iacts() const {
  for (const auto& epoch : epochs_)
    if (epoch->chunks_to_take > 0) return epoch->tile.header().idle;
  return false;
}

std::size_t WorkCounter::next_psums() const {
  for (const auto& epoch : epochs_) {
    if (epoch->bursts_to_leave == 0) continue;
    return epoch->tile.header().null || chunk_psums_.empty() ? 0 : chunk_psums_.front();
  }
  return 0;
}

bool WorkCounter::next_adds_below() const {
  for (const auto& epoch : epochs_)
    if (epoch->bursts_to_leave > 0) return epoch->tile.header().psum_in;
  return false;
}

link::DataType WorkCounter::next_needed() const {
  for (const auto& epoch : epochs_) {
    const bool passes = epoch->tile.header().null && !epoch->tile.header().idle;
    if (passes || (epoch->chunks_to_take == 0 && epoch->bursts_to_leave > 0))
      return link::DataType::psum;
    if (epoch->chunks_to_take > 0) return link::DataType::iact;
  }
  return link::DataType::weight;
}

void WorkCounter::psums_left() {
  for (auto& epoch : epochs_) {
    if (epoch->bursts_to_leave == 0) continue;
    if (!epoch->tile.header().null && !chunk_psums_.empty()) chunk_psums_.pop_front();
    --epoch->bursts_to_leave;
    break;
  }
  drop_finished();
}

void WorkCounter::drop_finished() {
  while (!epochs_.empty() && epochs_.front()->chunks_to_take == 0 &&
         epochs_.front()->bursts_to_leave == 0)
    epochs_.pop_front();
}

}  // namespace uvea::cosim
