#include "tb/tests/chip/probe_record.h"

namespace uvea::test {

using link::Cycle;

RecordingProbe::Track RecordingProbe::add(ProbeRecord::Track track) {
  record_.tracks.push_back(std::move(track));
  return static_cast<Track>(record_.tracks.size() - 1);
}

RecordingProbe::Track RecordingProbe::add_states(const std::string& path, const std::string& name,
                                                 Group group,
                                                 const std::vector<std::string>& states) {
  return add({path, name, group, ProbeRecord::Kind::states, states, "", {}, {}, {}});
}

RecordingProbe::Track RecordingProbe::add_values(const std::string& path, const std::string& name,
                                                 Group group, const std::string& unit) {
  return add({path, name, group, ProbeRecord::Kind::values, {}, unit, {}, {}, {}});
}

RecordingProbe::Track RecordingProbe::add_items(const std::string& path, const std::string& name,
                                                Group group) {
  return add({path, name, group, ProbeRecord::Kind::items, {}, "", {}, {}, {}});
}

void RecordingProbe::name_source(std::uint32_t source, const std::string& path) {
  const auto [at, fresh] = record_.sources.try_emplace(source, path);
  if (!fresh && at->second != path)
    record_.misused.push_back("source " + std::to_string(source) + " is " + at->second + " and " +
                              path);
}

ProbeRecord::Track* RecordingProbe::of_kind(Track track, ProbeRecord::Kind kind) {
  if (track >= record_.tracks.size()) {
    record_.misused.push_back("track " + std::to_string(track) + " is none");
    return nullptr;
  }
  ProbeRecord::Track& known = record_.tracks[track];
  if (known.kind == kind) return &known;
  record_.misused.push_back(known.full_name() + " is of another kind");
  return nullptr;
}

void RecordingProbe::state(Track track, unsigned state, Cycle from, Cycle to) {
  if (auto* known = of_kind(track, ProbeRecord::Kind::states))
    known->told_states.push_back({state, from, to});
}

void RecordingProbe::value(Track track, Cycle at, std::int64_t value) {
  if (auto* known = of_kind(track, ProbeRecord::Kind::values))
    known->told_values.push_back({at, value});
}

void RecordingProbe::item(Track track, const Item& item, std::uint64_t words, Cycle from,
                          Cycle to) {
  if (auto* known = of_kind(track, ProbeRecord::Kind::items))
    known->told_items.push_back({item, words, from, to});
}

void RecordingProbe::carries(const Item& carrier, const Item& cargo) {
  record_.relations.emplace_back(carrier, cargo);
}

bool LosingProbe::counts_down() {
  if (++seen_ != loss_.number && loss_.number > 0) return false;
  lost_ = true;
  return true;
}

bool LosingProbe::loses(Track track) {
  const std::string name = record().tracks.at(track).full_name();
  const std::string& end = loss_.ends_with;
  return !end.empty() && name.size() >= end.size() &&
         name.compare(name.size() - end.size(), end.size(), end) == 0 && counts_down();
}

void LosingProbe::state(Track track, unsigned state, Cycle from, Cycle to) {
  if (!loses(track)) RecordingProbe::state(track, state, from, to);
}

void LosingProbe::value(Track track, Cycle at, std::int64_t value) {
  if (!loses(track)) RecordingProbe::value(track, at, value);
}

void LosingProbe::item(Track track, const Item& item, std::uint64_t words, Cycle from, Cycle to) {
  if (!loses(track)) RecordingProbe::item(track, item, words, from, to);
}

void LosingProbe::carries(const Item& carrier, const Item& cargo) {
  if (loss_.carrier != 0 && carrier.source >= loss_.carrier && counts_down()) return;
  RecordingProbe::carries(carrier, cargo);
}

}  // namespace uvea::test
