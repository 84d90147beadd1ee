#include "hw/pe/epochs.h"

#include <algorithm>

namespace uvea::hw {

using link::Cycle;

void Epochs::configure(int buffers) {
  while (!queue_.empty()) {
    spare_.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  buffers_ = buffers;
  used_ = 0;
  releases_.clear();
  retired_ = empty_retired_ = 0;
}

std::optional<Cycle> Epochs::take_buffer(Cycle from) {
  if (used_ == buffers_) {
    if (releases_.empty()) return std::nullopt;
    from = std::max(from, releases_.front());
    releases_.pop_front();
    --used_;
  }
  ++used_;
  return from;
}

std::string Epochs::add(const link::Burst& burst, Cycle first_beat, const PeConfig& config,
                        const PeSettings& settings) {
  if (spare_.empty()) spare_.push_back(std::make_unique<Epoch>());
  Epoch& epoch = *spare_.back();
  std::string wrong = epoch.tile.load(burst.words, config, settings);
  if (!wrong.empty()) return wrong;
  epoch.first_beat = first_beat;
  epoch.way = burst.way;
  epoch.known = first_beat + burst.offset(kWeightHeaderWords - 1) + 1;
  epoch.complete = epoch.last_dropped = burst.end(first_beat);
  epoch.chunks_taken = epoch.rows_begun = epoch.chunks_done = 0;
  epoch.chunks.clear();
  queue_.push_back(std::move(spare_.back()));
  spare_.pop_back();
  return {};
}

Epoch* Epochs::receiving() {
  for (auto& epoch : queue_) {
    if (!epoch->passes() && epoch->chunks_taken < epoch->tile.header().chunks) return epoch.get();
  }
  return nullptr;
}

void Epochs::retire_front(Cycle at) {
  releases_.push_back(at);
  retired_ = at;
  if (watch_ != nullptr) watch_->retired(at);
  if (front().tile.header().null) empty_retired_ = at;
  spare_.push_back(std::move(queue_.front()));
  queue_.pop_front();
}

bool Epochs::retire_idle() {
  bool any = false;
  while (!queue_.empty() && front().idle() && front().done()) {
    retire_front(std::max(front().last_dropped, retired_) + 1);
    any = true;
  }
  return any;
}

}  // namespace uvea::hw
