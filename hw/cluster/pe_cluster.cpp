#include "hw/cluster/pe_cluster.h"

#include <algorithm>
#include <map>

namespace uvea::hw {
namespace {

std::string last_of(const std::string& path) { return path.substr(path.rfind('.') + 1); }

}  // namespace

FanOut::FanOut(const std::string& wire_name, const link::Clock& clock)
    : in(wire_name, *this, 0, clock), name_(in.name()), clock_(clock) {}

link::StreamOut& FanOut::add(int pe) {
  pe_.push_back(pe);
  out_.push_back(
      std::make_unique<link::StreamOut>(std::string(in.basename()) + "_pe" + std::to_string(pe),
                                        *this, static_cast<unsigned>(out_.size()), clock_));
  out_.back()->relays(in);
  owes_.push_back(0);
  return *out_.back();
}

std::optional<link::Cycle> FanOut::on_offer(unsigned, link::Payload& payload, link::Cycle at) {
  const link::PeSet& pes = link::burst_of(payload).pes;
  pending_ = 0;
  offered_ = ready_ = at;
  for (std::size_t i = 0; i < out_.size(); ++i) {
    if (!pes.has(pe_[i])) continue;
    if (const auto ready = out_[i]->offer(payload, at)) {
      became_ready(i, *ready);
    } else {
      owes_[i] = 1;
      ++pending_;
    }
  }
  if (pending_ == 0) return ready_;
  return std::nullopt;
}

void FanOut::on_accept(unsigned wire, link::Payload& payload, link::Cycle ready) {
  owes_[wire] = 0;
  became_ready(wire, ready);
  if (--pending_ == 0) in.accept(payload, ready_);
}

void FanOut::became_ready(std::size_t wire, link::Cycle ready) {
  if (ready <= ready_) return;
  ready_ = ready;
  slowest_ = wire;
}

void FanOut::on_data(unsigned, link::Payload& payload, link::Cycle first_beat) {
  const link::PeSet& pes = link::burst_of(payload).pes;
  if (held_by_ != link::Probe::kNone) {
    const link::Cycle from = std::max(offered_, moved_);
    if (from < ready_) probe_->state(held_by_, static_cast<unsigned>(slowest_), from, ready_);
    moved_ = link::burst_of(payload).end(first_beat);
  }
  for (std::size_t i = 0; i < out_.size(); ++i) {
    if (pes.has(pe_[i])) out_[i]->data(payload, first_beat);
  }
}

void FanOut::watch(link::Probe* probe, const std::string& at) {
  probe_ = probe;
  held_by_ = link::Probe::kNone;
  if (probe == nullptr) return;
  std::vector<std::string> pes;
  for (const auto& out : out_) pes.push_back(last_of(out->peer()));
  held_by_ = probe->add_states(at, "held_by_pe", link::Probe::Group::links, pes);
}

std::string FanOut::holder() const {
  for (std::size_t i = 0; i < out_.size(); ++i)
    if (owes_[i] != 0) return out_[i]->peer();
  return {};
}

PeCluster::PeCluster(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                     const link::Clock& clock, link::BurstPool& pool, int row, int col,
                     std::uint32_t first_source_id, const PeFactory& make_pe)
    : sc_module(module_name), rows_(config.cluster.pe_rows), cols_(config.cluster.pe_cols) {
  for (int r = 0; r < rows_; ++r) {
    for (int x = 0; x < cols_; ++x) {
      const std::string pe_name = "pe_" + std::to_string(r) + "_" + std::to_string(x);
      pes_.push_back(make_pe(pe_name.c_str(), {row, col, r, x}, config, clock, pool,
                             first_source_id + static_cast<std::uint32_t>(r * cols_ + x)));
    }
  }
  for (int b = 0; b < config.glb.iact_banks; ++b) {
    iact_.push_back(std::make_unique<FanOut>("iact_" + std::to_string(b), clock));
    for (int i = 0; i < rows_ * cols_; ++i)
      iact_.back()->add(i).bind(
          *pes_[static_cast<std::size_t>(i)]->iact[static_cast<std::size_t>(b)]);
  }
  for (int r = 0; r < rows_; ++r) {
    weight_.push_back(std::make_unique<FanOut>("weight_" + std::to_string(r), clock));
    for (int x = 0; x < cols_; ++x) weight_.back()->add(r * cols_ + x).bind(pe(r, x).weight);
  }
  for (int x = 0; x < cols_; ++x) {
    for (int r = 0; r + 1 < rows_; ++r) pe(r, x).psum_out.bind(pe(r + 1, x).psum_in);
  }
}

void PeCluster::watch(link::Probe* probe) {
  std::map<std::string, int> wires_of;  // by sender
  for (const auto* wires : {&iact_, &weight_})
    for (const auto& wire : *wires) ++wires_of[wire->in.peer()];
  const std::string path = name();
  const std::string cluster = path.substr(0, path.rfind('.') + 1);
  for (auto* wires : {&iact_, &weight_}) {
    for (auto& wire : *wires) {
      const std::string sender = wire->in.peer();
      const bool own = wires_of[sender] == 1 && sender.rfind(cluster, 0) == 0;
      wire->watch(probe, own ? sender + ".pe" : wire->name());
    }
  }
}

std::vector<PeCluster::HeldWire> PeCluster::held_wires() const {
  std::vector<HeldWire> held;
  for (const auto* wires : {&iact_, &weight_}) {
    for (const auto& wire : *wires)
      if (wire->waiting()) held.push_back({wire->in.peer(), wire->holder()});
  }
  return held;
}

std::vector<std::string> PeCluster::leftovers() const {
  std::vector<std::string> left;
  for (const auto* wires : {&iact_, &weight_}) {
    for (const auto& wire : *wires) {
      if (wire->waiting()) left.push_back(wire->name() + ": a burst waits for PEs");
    }
  }
  return left;
}

}  // namespace uvea::hw
