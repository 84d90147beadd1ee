#pragma once
// A probe that keeps what it is told, and one that loses a part of it on the way.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tlm/probe.h"

namespace uvea::test {

/// What was told.
struct ProbeRecord {
  using Item = link::Probe::Item;
  enum class Kind { states, values, items };
  struct State {
    unsigned state;
    link::Cycle from, to;
  };
  struct Value {
    link::Cycle at;
    std::int64_t value;
  };
  struct Passed {
    Item item;
    std::uint64_t words;
    link::Cycle from, to;
  };
  struct Track {
    std::string path, name;
    link::Probe::Group group;
    Kind kind;
    std::vector<std::string> states;
    std::string unit;
    std::vector<State> told_states;
    std::vector<Value> told_values;
    std::vector<Passed> told_items;
    std::string full_name() const { return path + "." + name; }
  };
  std::vector<Track> tracks;
  std::map<std::uint32_t, std::string> sources;
  std::vector<std::pair<Item, Item>> relations;  ///< carrier, cargo
  std::vector<link::Cycle> completed;
  std::vector<std::string> misused;  ///< told to a track of another kind, or to none
};

class RecordingProbe : public link::Probe {
 public:
  const ProbeRecord& record() const { return record_; }

  Track add_states(const std::string& path, const std::string& name, Group group,
                   const std::vector<std::string>& states) override;
  Track add_values(const std::string& path, const std::string& name, Group group,
                   const std::string& unit) override;
  Track add_items(const std::string& path, const std::string& name, Group group) override;
  void name_source(std::uint32_t source, const std::string& path) override;
  void state(Track track, unsigned state, link::Cycle from, link::Cycle to) override;
  void value(Track track, link::Cycle at, std::int64_t value) override;
  void item(Track track, const Item& item, std::uint64_t words, link::Cycle from,
            link::Cycle to) override;
  void carries(const Item& carrier, const Item& cargo) override;
  void complete(link::Cycle before) override { record_.completed.push_back(before); }

 private:
  Track add(ProbeRecord::Track track);
  ProbeRecord::Track* of_kind(Track track, ProbeRecord::Kind kind);

  ProbeRecord record_;
};

/// Hands on everything but the `number`-th (from 1 on; 0: all) of what is told to tracks whose full
/// name matches, or of the relations whose carrier's source matches.
class LosingProbe : public RecordingProbe {
 public:
  struct Loss {
    std::string ends_with;      ///< of the track's full name; empty: no track
    std::uint32_t carrier = 0;  ///< relations of carriers from this source on; 0: none
    std::uint64_t number = 1;
  };
  explicit LosingProbe(Loss loss) : loss_(std::move(loss)) {}
  bool lost() const { return lost_; }

  void state(Track track, unsigned state, link::Cycle from, link::Cycle to) override;
  void value(Track track, link::Cycle at, std::int64_t value) override;
  void item(Track track, const Item& item, std::uint64_t words, link::Cycle from,
            link::Cycle to) override;
  void carries(const Item& carrier, const Item& cargo) override;

 private:
  bool loses(Track track);
  bool counts_down();

  Loss loss_;
  std::uint64_t seen_ = 0;
  bool lost_ = false;
};

}  // namespace uvea::test
