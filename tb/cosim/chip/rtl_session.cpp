#include "tb/cosim/chip/rtl_session.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/cosim/chip/rtl_pe_block.h"
#include "tb/cosim/chip/shadow_pe.h"
#include "tb/cosim/pe/stimulus_file.h"

namespace uvea::cosim {

RtlSession::RtlSession(const RtlChoice& choice, const hw::ChipConfig& chip, std::string layer,
                       RtlFactory make_rtl, RtlFactory make_inside)
    : choice_(choice),
      config_(chip),
      layer_(std::move(layer)),
      make_rtl_(std::move(make_rtl)),
      make_inside_(std::move(make_inside)) {}

RtlSession::~RtlSession() = default;

tb::RunHooks RtlSession::hooks() {
  tb::RunHooks hooks;
  if (choice_.mode == RtlMode::drive) {
    hooks.make_pe = [this, model = hw::model_pes()](
                        const char* name, const hw::PePlace& place, const hw::ChipConfig& config,
                        const link::Clock& clock, link::BurstPool& pool,
                        std::uint32_t source_id) -> std::unique_ptr<hw::Pe> {
      const PeIndex index{place.cluster_row * config.mesh.cols + place.cluster_col, place.row,
                          place.col};
      if (!choice_.takes(index)) return model(name, place, config, clock, pool, source_id);
      auto block = std::make_unique<RtlPeBlock>(name, place, config, clock, pool, source_id,
                                                make_rtl_, make_inside_, driven_);
      blocks_.push_back(block.get());
      return block;
    };
    // Of a layer that did not come to its end, too.
    hooks.on_ended = [this](hw::Chip&) {
      for (RtlPeBlock* block : blocks_) block->tell_rest(kNever);
    };
  }
  if (choice_.mode == RtlMode::shadow) {
    hooks.on_built = [this](hw::Chip& chip) { attach(chip); };
    hooks.on_watched = [this] { watch(chip_->probe()); };
    hooks.on_ended = [this](hw::Chip&) { finish_shadows(); };
  }
  return hooks;
}

void RtlSession::watch(link::Probe* probe) {
  if (probe == nullptr) return;
  for (const auto& shadow : shadows_) shadow->watch(*probe, make_inside_);
}

void RtlSession::attach(hw::Chip& chip) {
  chip_ = &chip;
  for (std::size_t cluster = 0; cluster < chip.clusters().size(); ++cluster) {
    const hw::PeCluster& pes = chip.clusters()[cluster]->pes;
    for (std::size_t i = 0; i < pes.pes().size(); ++i) {
      const int number = static_cast<int>(i);
      const PeIndex index{static_cast<int>(cluster), number / config_.cluster.pe_cols,
                          number % config_.cluster.pe_cols};
      if (!choice_.takes(index)) continue;
      hw::Pe& pe = *pes.pes()[i];
      shadows_.push_back(
          std::make_unique<ShadowPe>(pe.name(), index, config_, chip.clock(), make_rtl_));
      shadows_.back()->on_divergence = [this] {
        if (choice_.keep_going || stopped_ || sc_core::sc_get_status() != sc_core::SC_RUNNING)
          return;
        stopped_ = true;
        sc_core::sc_stop();
      };
      pe.observe(shadows_.back().get());
      pes_.push_back(&pe);
    }
  }
}

void RtlSession::finish_shadows() {
  // After a stop they stand somewhere in the middle; only what differs already is told.
  if (stopped_) return;
  for (std::size_t i = 0; i < shadows_.size(); ++i) shadows_[i]->finish(pes_[i]->counts());
}

RtlFindings RtlSession::finish(std::vector<std::string>& faults) {
  RtlFindings findings;
  findings.work = driven_;
  findings.work.pes += shadows_.size();
  findings.stopped = stopped_;
  struct Diverged {
    DivergencePlace place;
    const ShadowPe* shadow = nullptr;
  };
  std::vector<Diverged> diverged;
  for (const auto& shadow : shadows_) {
    shadow->tell_rest();
    const PeComparator& comparator = shadow->comparator();
    findings.work.psums += comparator.compared(PeEventKind::psum);
    findings.work.windows += comparator.compared(PeEventKind::window);
    findings.work.cycles += shadow->cycles_run();
    findings.compared.push_back(comparator.compared(PeEventKind::psum));
    if (shadow->diverged()) diverged.push_back({shadow->place(), shadow.get()});
  }
  // In simulated time, whoever was told first.
  std::stable_sort(diverged.begin(), diverged.end(), [](const Diverged& a, const Diverged& b) {
    return a.place.first < b.place.first;
  });
  if (!choice_.keep_going && diverged.size() > 1) diverged.resize(1);
  findings.diverged = !diverged.empty();
  if (findings.diverged) findings.place = diverged.front().place;
  for (const Diverged& one : diverged) {
    std::vector<std::string> where = {"RTL and TLM differ in " + layer_};
    for (const std::string& line : one.shadow->where()) where.push_back(line);
    findings.reports.push_back(report(one.shadow->comparator(), where));
    std::string comment;
    for (const std::string& line : where) comment += line + "\n";
    comment += "cycle 0 is cycle " + std::to_string(one.shadow->base()) + " of that run";
    findings.replays.push_back(to_text(one.shadow->stimulus(), comment));
  }
  // A run that was stopped at a divergence complains about being stopped; that says nothing new.
  if (stopped_) faults.clear();
  return findings;
}

}  // namespace uvea::cosim
