#include "tb/trace/view_rows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "tb/trace/fst_trace.h"

namespace uvea::trace {
namespace {

using Kind = ViewRow::Kind;

constexpr unsigned kNumberBits = 32;

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
    if (!input_.about.empty()) concerned();
    curves("chip, means of cycles", false, true, Kind::group);
    const auto clusters = of_clusters();
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      classes(clusters[i], i == 0 ? Kind::group : Kind::closed_group);
      if (i == 0) curves("chip, PEs by class, means of cycles", true, true, Kind::group);
    }
    if (clusters.empty()) curves("chip, PEs by class, means of cycles", true, true, Kind::group);
    curves("chip, cycle by cycle", false, false, Kind::closed_group);
    curves("chip, PEs by class, cycle by cycle", true, false, Kind::closed_group);
    groups(true);
    groups(false);
    return std::move(rows_);
  }

 private:
  void add(Kind kind, const std::string& name, const std::string& label = {}, unsigned bits = 1,
           bool real = false, Colour colour = Colour::normal) {
    rows_.push_back({kind, name, label, bits, real, false, colour});
    // GTKWave shows what is behind the last dot.
    std::replace(rows_.back().label.begin(), rows_.back().label.end(), '.', ' ');
  }

  void run() {
    add(Kind::bit, input_.root + ".clk", "clk");
    add(Kind::text, input_.root + ".layer", "layer");
    if (input_.has_pass) add(Kind::number, input_.root + "." + kPassTrack, kPassTrack, kNumberBits);
    for (const TrackInfo& track : input_.tracks)
      if (of_controller(track)) signals(track, last_of(track.path) + " ");
  }

  bool of_controller(const TrackInfo& track) const {
    return track.group == Probe::Group::control && !track.of_chip &&
           parent_of(track.path) == input_.root;
  }

  /// Curves of the chip: the PEs in each class, or what comes of it.
  void curves(const std::string& title, bool of_classes, bool means, Kind group) {
    const std::string prefix = "pes_";
    add(group, title);
    for (const TrackInfo& track : input_.tracks) {
      const bool is_class = track.name.compare(0, prefix.size(), prefix) == 0;
      if (!track.of_chip || (track.scale != 0) != means || is_class != of_classes) continue;
      const std::string name = signal_names(track).front();
      add(Kind::analog, track.path + "." + name, name, means ? 64 : 32, means,
          is_class ? colour_of_class(track.name.substr(prefix.size())).row : Colour::normal);
      rows_.back().integer = !means;
    }
    if (rows_.back().kind == group) {
      rows_.pop_back();
    } else {
      add(Kind::group_end, title);
    }
  }

  /// A cluster, and the tracks of its PEs' classes.
  using Cluster = std::pair<std::string, std::vector<const TrackInfo*>>;

  std::vector<Cluster> of_clusters() const {
    std::vector<Cluster> clusters;
    for (const TrackInfo& track : input_.tracks) {
      if (track.group != Probe::Group::stall || track.of_chip) continue;
      const std::string path = parent_of(track.path);
      auto at = std::find_if(clusters.begin(), clusters.end(),
                             [&path](const Cluster& cluster) { return cluster.first == path; });
      if (at == clusters.end()) at = clusters.insert(at, {path, {}});
      at->second.push_back(&track);
    }
    return clusters;
  }

  void classes(const Cluster& cluster, Kind group) {
    const std::string title = cluster.first + ": PE cycles by class";
    add(group, title);
    for (const TrackInfo* track : cluster.second) signals(*track, last_of(track->path) + " ");
    add(Kind::group_end, title);
  }

  bool is_concerned(const TrackInfo& track) const {
    const std::string& about = input_.about;
    return !about.empty() && (track.path == about || track.path.rfind(about + ".", 0) == 0);
  }

  /// The block that it is about: its class, where RTL differs, then psums, then all else.
  void concerned() {
    std::vector<const TrackInfo*> tracks;
    for (const TrackInfo& track : input_.tracks)
      if (is_concerned(track) && track.group != Probe::Group::inside) tracks.push_back(&track);
    const auto rank = [](const TrackInfo* track) {
      if (track->group == Probe::Group::stall) return 0;
      if (track->name == "differs") return 1;
      if (track->name.rfind("expected", 0) == 0) return 2;
      return track->name.find("psum_out") != std::string::npos ? 3 : 4;
    };
    std::stable_sort(tracks.begin(), tracks.end(),
                     [&](const TrackInfo* a, const TrackInfo* b) { return rank(a) < rank(b); });
    if (tracks.empty()) return;
    add(Kind::group, input_.about);
    for (const TrackInfo* track : tracks)
      signals(*track,
              track->path == input_.about ? "" : track->path.substr(input_.about.size() + 1) + " ");
    add(Kind::group_end, input_.about);
  }

  /// A group for each scope: those of RTL, or all others.
  void groups(bool of_rtl) {
    std::vector<std::string> order;
    std::map<std::string, std::vector<const TrackInfo*>> tracks;
    for (const TrackInfo& track : input_.tracks) {
      if ((track.group == Probe::Group::rtl) != of_rtl) continue;
      if (track.of_chip || track.group == Probe::Group::stall ||
          track.group == Probe::Group::inside || of_controller(track) || is_concerned(track))
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
      add(track.group == Probe::Group::stall ? Kind::class_ : Kind::state, path + names[0],
          before + names[0], bits_of(track.states.size() + 1));
    } else if (track.bits != 0) {
      add(track.bits == 1 ? Kind::bit : Kind::bits, path + names[0], before + names[0], track.bits,
          false, colour_of_pin(names[0]));
    } else if (track.kind == TrackKind::values) {
      const bool level = track.group == Probe::Group::spad || track.group == Probe::Group::mac;
      add(level ? Kind::analog : Kind::number, path + names[0], before + names[0], kNumberBits);
      rows_.back().integer = true;
    } else {
      for (const std::string& name : names) {
        const bool who = name.find(".who") != std::string::npos;
        if (&name == &names[0])
          add(Kind::bit, path + name, before + name);
        else
          add(who ? Kind::state : Kind::number, path + name, before + name,
              who ? input_.source_bits : kNumberBits);
      }
    }
  }

  const ViewInput& input_;
  std::vector<ViewRow> rows_;
};

}  // namespace

std::vector<ViewRow> view_rows(const ViewInput& input) { return Rows(input).all(); }

std::vector<std::string> class_names(const ViewInput& input) {
  for (const TrackInfo& track : input.tracks) {
    if (track.group != Probe::Group::stall || track.of_chip) continue;
    std::vector<std::string> names = track.states;
    names.emplace_back(kNoState);
    return names;
  }
  return {};
}

Colour colour_of_pin(const std::string& name) {
  if (name == "differs") return Colour::red;
  if (name.find("_valid_") != std::string::npos) return Colour::green;
  if (name.find("_ready_") != std::string::npos) return Colour::yellow;
  return Colour::normal;
}

}  // namespace uvea::trace
