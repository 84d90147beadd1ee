#include "tb/trace/view_rows.h"

#include <algorithm>
#include <map>

#include "tb/trace/fst_trace.h"

namespace uvea::trace {
namespace {

using Kind = ViewRow::Kind;

unsigned bits_of(std::size_t count) {
  unsigned bits = 1;
  while ((std::size_t{1} << bits) < count) ++bits;
  return bits;
}

std::string parent_of(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(0, dot);
}

std::string last_of(const std::string& path) { return path.substr(path.rfind('.') + 1); }

class Rows {
 public:
  explicit Rows(const ViewInput& input) : input_(input) {}

  std::vector<ViewRow> all() {
    run();
    curves();
    classes();
    groups(true);
    groups(false);
    return std::move(rows_);
  }

 private:
  void add(Kind kind, const std::string& name, const std::string& label = {}, unsigned bits = 1,
           bool real = false, Colour colour = Colour::normal) {
    rows_.push_back({kind, name, label, bits, real, colour});
  }

  void run() {
    add(Kind::bit, input_.root + ".clk", "clk");
    add(Kind::text, input_.root + ".layer", "layer");
    for (const TrackInfo& track : input_.tracks)
      if (of_controller(track)) signals(track, last_of(track.path) + " ");
  }

  bool of_controller(const TrackInfo& track) const {
    return track.group == Probe::Group::control && !track.of_chip &&
           parent_of(track.path) == input_.root;
  }

  void curves() {
    add_curves("chip, means of cycles", true, Kind::group);
    add_curves("chip, cycle by cycle", false, Kind::closed_group);
  }

  void add_curves(const std::string& title, bool means, Kind group) {
    const std::string prefix = "pes_";
    add(group, title);
    // What comes of it first, then where the cycles went.
    for (const bool classes : {false, true}) {
      for (const TrackInfo& track : input_.tracks) {
        if (!track.of_chip || (track.scale != 0) != means) continue;
        const bool is_class = track.name.compare(0, prefix.size(), prefix) == 0;
        if (is_class != classes) continue;
        const std::string name = signal_names(track).front();
        add(Kind::analog, track.path + "." + name, name, means ? 64 : 32, means,
            is_class ? colour_of_class(track.name.substr(prefix.size())) : Colour::normal);
      }
    }
    if (rows_.back().kind == group) {
      rows_.pop_back();
    } else {
      add(Kind::group_end, title);
    }
  }

  void classes() {
    std::vector<std::string> order;
    std::map<std::string, std::vector<const TrackInfo*>> clusters;
    for (const TrackInfo& track : input_.tracks) {
      if (track.group != Probe::Group::stall || track.of_chip) continue;
      const std::string cluster = parent_of(track.path);
      if (clusters[cluster].empty()) order.push_back(cluster);
      clusters[cluster].push_back(&track);
    }
    for (const std::string& cluster : order) {
      const std::string title = cluster + ": PE cycles by class";
      add(cluster == order.front() ? Kind::group : Kind::closed_group, title);
      for (const TrackInfo* track : clusters[cluster]) signals(*track, last_of(track->path) + " ");
      add(Kind::group_end, title);
    }
  }

  /// A group for each scope: those of RTL, or all others.
  void groups(bool of_rtl) {
    std::vector<std::string> order;
    std::map<std::string, std::vector<const TrackInfo*>> tracks;
    for (const TrackInfo& track : input_.tracks) {
      if ((track.group == Probe::Group::rtl) != of_rtl) continue;
      if (track.of_chip || track.group == Probe::Group::stall ||
          track.group == Probe::Group::inside || of_controller(track))
        continue;
      if (tracks[track.path].empty()) order.push_back(track.path);
      tracks[track.path].push_back(&track);
    }
    for (const std::string& path : order) {
      // The RTL of one PE is what the waveform is about.
      add(of_rtl && order.size() == 1 ? Kind::group : Kind::closed_group, path);
      for (const TrackInfo* track : tracks[path]) signals(*track, "");
      add(Kind::group_end, path);
    }
  }

  /// `before`: how their labels begin.
  void signals(const TrackInfo& track, const std::string& before) {
    const std::vector<std::string> names = signal_names(track);
    const std::string path = track.path + ".";
    if (track.kind == TrackKind::states) {
      add(Kind::state, path + names[0], before + names[0], bits_of(track.states.size() + 1));
    } else if (track.bits != 0) {
      add(track.bits == 1 ? Kind::bit : Kind::bits, path + names[0], before + names[0], track.bits,
          false, colour_of_pin(names[0]));
    } else if (track.kind == TrackKind::values) {
      const bool level = track.group == Probe::Group::spad || track.group == Probe::Group::mac;
      add(level ? Kind::analog : Kind::number, path + names[0], before + names[0], 32);
    } else {
      for (const std::string& name : names) {
        const bool who = name.find(".who") != std::string::npos;
        if (&name == &names[0])
          add(Kind::bit, path + name, before + name);
        else
          add(who ? Kind::state : Kind::number, path + name, before + name,
              who ? input_.source_bits : 32);
      }
    }
  }

  const ViewInput& input_;
  std::vector<ViewRow> rows_;
};

}  // namespace

std::vector<ViewRow> view_rows(const ViewInput& input) { return Rows(input).all(); }

Colour colour_of_pin(const std::string& name) {
  if (name == "differs") return Colour::red;
  if (name.find("_valid_") != std::string::npos) return Colour::green;
  if (name.find("_ready_") != std::string::npos) return Colour::yellow;
  return Colour::normal;
}

Colour colour_of_class(const std::string& name) {
  const auto begins = [&name](const char* with) { return name.rfind(with, 0) == 0; };
  if (begins("mac") || begins("lane")) return begins("mac_useful") ? Colour::green : Colour::yellow;
  if (begins("examine") || begins("pipeline")) return Colour::blue;
  if (begins("wait_psum")) return Colour::red;
  if (begins("wait")) return Colour::orange;
  if (begins("imbalance")) return Colour::violet;
  return Colour::indigo;
}

}  // namespace uvea::trace
