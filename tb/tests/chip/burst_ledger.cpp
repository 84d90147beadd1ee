#include "tb/tests/chip/burst_ledger.h"

namespace uvea::test {

int BurstLedger::add_place(const std::string& name) {
  places_.push_back(name);
  counts_.push_back(0);
  return static_cast<int>(places_.size()) - 1;
}

std::string BurstLedger::describe(int place, const link::Burst& burst) const {
  return std::string(link::name_of(burst.type)) + " burst " + std::to_string(burst.serial) +
         " of source " + std::to_string(burst.source) + " at " +
         places_.at(static_cast<std::size_t>(place));
}

void BurstLedger::expect(int place, const link::Burst& burst) {
  (void)places_.at(static_cast<std::size_t>(place));
  queues_[{place, burst.type, burst.source}].push_back(
      {burst.serial, burst.beats, burst.psums.size(), burst.words});
}

void BurstLedger::arrive(int place, const link::Burst& burst) {
  auto& queue = queues_[{place, burst.type, burst.source}];
  if (queue.empty()) return fault(describe(place, burst) + " was not sent there");
  const Entry& sent = queue.front();
  if (sent.serial != burst.serial)
    fault(describe(place, burst) + " is out of order: " + std::to_string(sent.serial) + " is due");
  if (sent.beats != burst.beats || sent.psums != burst.psums.size())
    fault(describe(place, burst) + " has " + std::to_string(burst.beats) + " beats and " +
          std::to_string(burst.psums.size()) + " psums, sent with " + std::to_string(sent.beats) +
          " and " + std::to_string(sent.psums));
  if (sent.words != burst.words) fault(describe(place, burst) + " has other words");
  queue.pop_front();
  ++counts_.at(static_cast<std::size_t>(place));
  ++arrived_;
}

std::vector<std::string> BurstLedger::faults() const {
  std::vector<std::string> all = faults_;
  for (const auto& [key, queue] : queues_) {
    if (queue.empty()) continue;
    const auto& [place, type, source] = key;
    all.push_back(std::to_string(queue.size()) + " " + link::name_of(type) + " bursts of source " +
                  std::to_string(source) + " never came to " +
                  places_.at(static_cast<std::size_t>(place)));
  }
  if (arrived_ == 0) all.emplace_back("no burst arrived anywhere");
  return all;
}

}  // namespace uvea::test
