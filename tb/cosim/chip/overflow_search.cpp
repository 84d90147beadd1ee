#include "tb/cosim/chip/overflow_search.h"

#include <fmt/format.h>

#include "hw/pe/pe_core.h"

namespace uvea::cosim {

using link::Cycle;

/// The first one of a PE.
class OverflowSearch::Watch : public hw::PeObserver {
 public:
  explicit Watch(const hw::Pe& pe) : pe_(pe) {}

  const std::optional<FirstOverflow>& first() const { return first_; }

 private:
  bool asks_macs() const override { return true; }
  void on_macs(const std::vector<hw::PeMac>& macs) override {
    const hw::PeMac* earliest = nullptr;
    for (const hw::PeMac& mac : macs)
      if (mac.wrapped && (earliest == nullptr || mac.cycle < earliest->cycle)) earliest = &mac;
    if (earliest == nullptr) return;
    seen_ = overflows();
    if (first_ && first_->cycle <= earliest->cycle) return;
    const std::int64_t wide = std::int64_t{earliest->iact} * earliest->weight;
    first_ = FirstOverflow{
        pe_.name(), earliest->cycle,
        fmt::format("iact {} * weight {} = {} makes psum {} of its chunk {}", earliest->iact,
                    earliest->weight, wide, earliest->psum, earliest->sum)};
  }
  void on_psum_offer(const link::Burst&, Cycle at) override {
    // Its own MACs were told before.
    if (overflows() == seen_) return;
    seen_ = overflows();
    if (first_ && first_->cycle <= at) return;
    first_ = FirstOverflow{pe_.name(), at, "psums from below and its own are added"};
  }

  void on_configure(const std::uint8_t*) override { seen_ = 0; }
  void on_offer(link::DataType, unsigned, const link::Burst&, Cycle) override {}
  void on_ready(link::DataType, unsigned, Cycle) override {}
  void on_beats(link::DataType, unsigned, const link::Burst&, Cycle) override {}
  void on_window(Cycle) override {}
  void on_stall(hw::Stall, Cycle, Cycle) override {}
  void on_psum_beats(const link::Burst&, Cycle) override {}

  std::uint64_t overflows() const { return pe_.counts()[hw::Counter::pe_overflows]; }

  const hw::Pe& pe_;
  std::uint64_t seen_ = 0;
  std::optional<FirstOverflow> first_;
};

OverflowSearch::OverflowSearch() = default;
OverflowSearch::~OverflowSearch() = default;

void OverflowSearch::attach(hw::Chip& chip) {
  for (const auto& cluster : chip.clusters()) {
    for (const auto& pe : cluster->pes.pes()) {
      watches_.push_back(std::make_unique<Watch>(*pe));
      pe->observe(watches_.back().get());
    }
  }
}

std::optional<FirstOverflow> OverflowSearch::first() const {
  std::optional<FirstOverflow> first;
  for (const auto& watch : watches_)
    if (watch->first() && (!first || watch->first()->cycle < first->cycle)) first = watch->first();
  return first;
}

}  // namespace uvea::cosim
