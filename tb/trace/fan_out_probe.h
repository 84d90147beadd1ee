#pragma once
// Tells several probes what a chip's blocks tell one.

#include <vector>

#include "tlm/probe.h"

namespace uvea::trace {

class FanOutProbe : public link::Probe {
 public:
  /// They must outlive it.
  explicit FanOutProbe(std::vector<Probe*> to) : to_(std::move(to)) {}

  Track add_states(const std::string& path, const std::string& name, Group group,
                   const std::vector<std::string>& states) override {
    return add([&](Probe& probe) { return probe.add_states(path, name, group, states); });
  }
  Track add_values(const std::string& path, const std::string& name, Group group,
                   const std::string& unit) override {
    return add([&](Probe& probe) { return probe.add_values(path, name, group, unit); });
  }
  Track add_bits(const std::string& path, const std::string& name, Group group,
                 unsigned bits) override {
    return add([&](Probe& probe) { return probe.add_bits(path, name, group, bits); });
  }
  Track add_items(const std::string& path, const std::string& name, Group group) override {
    return add([&](Probe& probe) { return probe.add_items(path, name, group); });
  }
  void name_source(std::uint32_t source, const std::string& path) override {
    for (Probe* probe : to_) probe->name_source(source, path);
  }
  void state(Track track, unsigned state, Cycle from, Cycle to) override {
    tell(track, [&](Probe& probe, Track theirs) { probe.state(theirs, state, from, to); });
  }
  void value(Track track, Cycle at, std::int64_t value) override {
    tell(track, [&](Probe& probe, Track theirs) { probe.value(theirs, at, value); });
  }
  void item(Track track, const Item& item, std::uint64_t words, Cycle from, Cycle to) override {
    tell(track, [&](Probe& probe, Track theirs) { probe.item(theirs, item, words, from, to); });
  }
  void carries(const Item& carrier, const Item& cargo) override {
    for (Probe* probe : to_) probe->carries(carrier, cargo);
  }
  void complete(Cycle before) override {
    for (Probe* probe : to_) probe->complete(before);
  }

 private:
  using Cycle = link::Cycle;

  template <typename Add>
  Track add(Add add_to) {
    std::vector<Track> theirs;
    bool wanted = false;
    for (Probe* probe : to_) {
      theirs.push_back(add_to(*probe));
      wanted = wanted || theirs.back() != kNone;
    }
    if (!wanted) return kNone;
    tracks_.push_back(std::move(theirs));
    return static_cast<Track>(tracks_.size() - 1);
  }
  template <typename Tell>
  void tell(Track track, Tell tell_one) {
    if (track >= tracks_.size()) return;
    for (std::size_t i = 0; i < to_.size(); ++i)
      if (const Track theirs = tracks_[track][i]; theirs != kNone) tell_one(*to_[i], theirs);
  }

  const std::vector<Probe*> to_;
  std::vector<std::vector<Track>> tracks_;  ///< of each probe, kNone where it does not want one
};

}  // namespace uvea::trace
