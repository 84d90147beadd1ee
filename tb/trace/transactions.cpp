#include "tb/trace/transactions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tb/trace/event_reader.h"
#include "tb/trace/item_flows.h"
#include "tb/trace/trace_event_file.h"

namespace uvea::trace {
namespace {

using Row = TraceEventFile::Row;

constexpr std::size_t kNamedTakers = 8;  // PEs that a burst's args name

bool is_relations(const TrackInfo& track) { return track.name == kRelationTrack; }

/// "chip.cluster_0_0" of "chip.cluster_0_0.pes.pe_0_0", and the rest.
std::pair<std::string, std::string> split(const std::string& path) {
  const std::size_t first = path.find('.');
  const std::size_t second = first == std::string::npos ? first : path.find('.', first + 1);
  if (second == std::string::npos) return {path, ""};
  return {path.substr(0, second), path.substr(second + 1)};
}

bool is_pe(const std::string& path) { return path.find(".pe_") != std::string::npos; }

/// Processes and rows by name; told to the file when they are first asked for.
class Rows {
 public:
  explicit Rows(TraceEventFile& file) : file_(file) {}

  int process(const std::string& name) {
    const auto [at, fresh] = processes_.try_emplace(name, static_cast<int>(processes_.size()) + 1);
    if (fresh) file_.name_process(at->second, name);
    return at->second;
  }
  /// The row of a track for what passes there in parallel to `lane` others.
  Row row(const TrackInfo& track, std::size_t lane) {
    const auto [name, rest] = split(track.path);
    const std::string text = (rest.empty() ? "" : rest + ".") + track.name +
                             (lane == 0 ? "" : fmt::format(" ({})", lane + 1));
    const int of = process(name);
    const auto [at, fresh] = rows_.try_emplace({of, text}, static_cast<int>(rows_.size()) + 1);
    const Row row{of, at->second};
    if (fresh) file_.name_row(row, text);
    return row;
  }

 private:
  TraceEventFile& file_;
  std::map<std::string, int> processes_;
  std::map<std::pair<int, std::string>, int> rows_;
};

/// One piece of a chip: its cycles [from, to) in cycles of the chip, shown `shift` later.
class Piece {
 public:
  Piece(const TransactionOptions& options, const Fragment& fragment, const TracePiece& piece,
        Cycle cut, TraceEventFile& file, Rows& rows)
      : options_(options),
        fragment_(fragment),
        info_(fragment.info()),
        file_(file),
        rows_(rows),
        begin_(info_.layers.front().begin),
        offset_(piece.offset),
        from_(piece.from - piece.offset + begin_),
        to_(std::min(piece.to, cut) - piece.offset + begin_) {}

  std::uint64_t write() {
    for (const TrackInfo& track : info_.tracks) paths_.push_back(track.path);
    collect();
    const ItemFlows flows(passages_, paths_);
    write_passages(flows);
    const auto arrow = [this](const char* name) {
      return [this, name](const Passage& from, const Passage& to) { write_arrow(name, from, to); };
    };
    flows.moved(arrow("moved"));
    flows.made(relations_, arrow("made"));
    for (std::size_t t = 0; t < info_.tracks.size(); ++t) {
      const TrackInfo& track = info_.tracks[t];
      if (!track.shown) continue;
      if (track.kind == TrackKind::values && (options_.details || track.of_chip)) write_curve(t);
      if (track.kind == TrackKind::states && options_.details) write_states(t);
    }
    return slices_;
  }

 private:
  Cycle shown(Cycle at) const { return std::clamp(at, from_, to_) - begin_ + offset_; }
  std::string layer_of(Cycle at) const {
    for (const LayerSpan& layer : info_.layers)
      if (at >= layer.begin && at < layer.end)
        return layer.layer < options_.layers.size() ? options_.layers[layer.layer]
                                                    : std::to_string(layer.layer + 1);
    return "";
  }

  void collect() {
    for (std::size_t t = 0; t < info_.tracks.size(); ++t) {
      if (info_.tracks[t].kind != TrackKind::items) continue;
      const bool relations = is_relations(info_.tracks[t]);
      EventReader reader(fragment_, t);
      for (TrackEvent event; reader.read(event);) {
        const Probe::Item item{event.source, event.serial};
        if (relations) {
          relations_.emplace_back(item, unpacked_cargo(event.words));
        } else if (event.from < to_ && std::max(event.to, event.from + 1) > from_) {
          passages_.push_back(
              {static_cast<std::uint32_t>(t), item, event.words, event.from, event.to});
        }
      }
    }
  }

  /// The pass that the maker of an item was in.
  std::string pass_of(const Probe::Item& item, Cycle at) {
    const auto source = info_.sources.find(item.source);
    if (source == info_.sources.end()) return "";
    auto [known, fresh] = passes_.try_emplace(source->second);
    if (fresh) {
      for (std::size_t t = 0; t < info_.tracks.size(); ++t) {
        const TrackInfo& track = info_.tracks[t];
        if (track.kind != TrackKind::values || track.name != kPassTrack ||
            track.path != source->second)
          continue;
        EventReader reader(fragment_, t);
        for (TrackEvent event; reader.read(event);)
          known->second.emplace_back(event.from, event.value);
      }
    }
    const auto& told = known->second;
    const auto after = std::upper_bound(told.begin(), told.end(), std::pair{at, ~std::uint64_t{0}});
    return after == told.begin() ? "" : std::to_string(std::prev(after)->second);
  }

  std::string args_of(const Passage& passage, const ItemFlows& flows) {
    const TrackInfo& track = info_.tracks[passage.track];
    const bool bytes = track.group == Probe::Group::dma || track.group == Probe::Group::dram;
    std::string args =
        fmt::format(R"({{"layer":{},"{}":{},"serial":{})", json_text(layer_of(passage.from)),
                    bytes ? "bytes" : "words", passage.words, passage.item.serial);
    if (const auto source = info_.sources.find(passage.item.source); source != info_.sources.end())
      args += R"(,"source":)" + json_text(source->second);
    const Passage* first = flows.first(passage.item);
    if (const std::string pass = pass_of(passage.item, first->from); !pass.empty())
      args += R"(,"pass":)" + pass;
    if (first == &passage && passage.item.source < Probe::kChunks) {
      std::vector<std::string> takers;
      for (const Passage* taken : flows.all(passage.item))
        if (is_pe(paths_[taken->track]) && taken != first &&
            (takers.empty() || takers.back() != paths_[taken->track]))
          takers.push_back(paths_[taken->track]);
      std::string list;
      for (std::size_t i = 0; i < std::min(takers.size(), kNamedTakers); ++i)
        list += (i == 0 ? "" : ", ") + takers[i];
      if (takers.size() > kNamedTakers)
        list += fmt::format(" and {} more", takers.size() - kNamedTakers);
      if (!takers.empty()) args += R"(,"to":)" + json_text(list);
    }
    return args + "}";
  }

  void write_passages(const ItemFlows& flows) {
    row_of_.resize(passages_.size());
    std::vector<Cycle> ends;  // of each lane of the track
    std::uint32_t last = ~std::uint32_t{0};
    for (std::size_t i = 0; i < passages_.size(); ++i) {
      const Passage& passage = passages_[i];
      if (passage.track != last) ends.clear();
      last = passage.track;
      const Cycle from = std::max(passage.from, from_);
      auto lane = std::find_if(ends.begin(), ends.end(), [&](Cycle end) { return end <= from; });
      if (lane == ends.end()) lane = ends.insert(ends.end(), 0);
      *lane = end_of(passage);
      const TrackInfo& track = info_.tracks[passage.track];
      row_of_[i] = rows_.row(track, static_cast<std::size_t>(lane - ends.begin()));
      file_.slice(row_of_[i], track.name, "item", shown(from), shown(from) + (*lane - from),
                  args_of(passage, flows));
      ++slices_;
    }
  }

  /// The slice's: at least a cycle, none past the piece's end.
  Cycle end_of(const Passage& passage) const {
    const Cycle from = std::max(passage.from, from_);
    return std::max(std::min(passage.to, to_), from + 1);
  }

  void write_arrow(const char* name, const Passage& from, const Passage& to) {
    const auto row = [this](const Passage& passage) {
      return row_of_[static_cast<std::size_t>(&passage - passages_.data())];
    };
    const Cycle begin = std::max(from.from, from_), target = std::max(to.from, from_);
    const Cycle at = std::min(std::max(target, begin), end_of(to) - 1);
    if (begin > at) return;
    file_.arrow(name, row(from), shown(std::min(end_of(from) - 1, at)), row(to), shown(at));
  }

  void write_curve(std::size_t t) {
    const TrackInfo& track = info_.tracks[t];
    // Of the chip the means: the exact curves change in every cycle.
    if (track.of_chip && track.scale == 0) return;
    const auto [name, rest] = split(track.path);
    const int process = rows_.process(track.of_chip ? name.substr(0, name.find('.')) : name);
    const std::string text = track.of_chip || rest.empty() ? track.name : rest + "." + track.name;
    const double scale = track.scale == 0 ? 1 : static_cast<double>(track.scale);
    const auto put = [&](Cycle at, std::uint64_t value) {
      file_.counter(process, text, track.unit.empty() ? "value" : track.unit, shown(at),
                    static_cast<double>(static_cast<std::int64_t>(value)) / scale);
    };
    EventReader reader(fragment_, t);
    std::optional<std::uint64_t> before;  // value at the piece's begin
    bool begun = false;
    const auto begin = [&] {
      if (before && !begun) put(from_, *before);
      begun = true;
    };
    for (TrackEvent event; reader.read(event) && event.from < to_;) {
      if (event.from <= from_) {
        before = event.value;
        continue;
      }
      begin();
      put(event.from, event.value);
    }
    begin();
  }

  void write_states(std::size_t t) {
    const TrackInfo& track = info_.tracks[t];
    EventReader reader(fragment_, t);
    for (TrackEvent event; reader.read(event) && event.from < to_;) {
      const Cycle from = std::max(event.from, from_), to = std::min(event.to, to_);
      if (from >= to) continue;
      file_.slice(rows_.row(track, 0), track.states.at(event.value), "state", shown(from),
                  shown(to), "{}");
      ++slices_;
    }
  }

  const TransactionOptions& options_;
  const Fragment& fragment_;
  const FragmentInfo& info_;
  TraceEventFile& file_;
  Rows& rows_;
  const Cycle begin_, offset_, from_, to_;
  std::vector<std::string> paths_;  ///< by track
  std::vector<Passage> passages_;   ///< by track, then begin
  std::vector<Relation> relations_;
  std::vector<Row> row_of_;  ///< by passage
  std::map<std::string, std::vector<std::pair<Cycle, std::uint64_t>>> passes_;
  std::uint64_t slices_ = 0;
};

/// The cycle of the run up to which there are no more than `most` items and states; the end when
/// there are never more.
Cycle cut_of(const TransactionOptions& options, const std::vector<const Fragment*>& fragments,
             const TracePlan& plan) {
  constexpr std::size_t kBuckets = 4096;
  const Cycle begin = plan.pieces.front().from;
  const Cycle width = (plan.end - begin) / kBuckets + 1;
  std::array<std::uint64_t, kBuckets> counts{};
  for (const TracePiece& piece : plan.pieces) {
    const Fragment& fragment = *fragments[piece.fragment];
    const FragmentInfo& info = fragment.info();
    const Cycle first = info.layers.front().begin;
    for (std::size_t t = 0; t < info.tracks.size(); ++t) {
      const TrackInfo& track = info.tracks[t];
      if (is_relations(track) || (track.kind != TrackKind::items && !options.details)) continue;
      EventReader reader(fragment, t);
      for (TrackEvent event; reader.read(event);) {
        if (event.from + piece.offset < first) continue;
        const Cycle at = event.from + piece.offset - first;
        if (at >= piece.from && at < piece.to) ++counts[(at - begin) / width];
      }
    }
  }
  std::uint64_t sum = 0;
  for (std::size_t b = 0; b < kBuckets; ++b) {
    sum += counts[b];
    // One bucket at least: something is to be seen.
    if (sum > options.most) return std::min(plan.end, begin + width * std::max<Cycle>(b, 1));
  }
  return plan.end;
}

}  // namespace

TransactionSummary write_transactions(const TransactionOptions& options,
                                      const std::vector<const Fragment*>& fragments,
                                      const TracePlan& plan) {
  TransactionSummary summary;
  TraceEventFile file(options.file);
  Rows rows(file);
  const Cycle cut = cut_of(options, fragments, plan);
  for (const TracePiece& piece : plan.pieces) {
    if (piece.from >= cut) break;
    summary.slices += Piece(options, *fragments[piece.fragment], piece, cut, file, rows).write();
  }
  summary.arrows = file.arrows();
  if (cut < plan.end) summary.cut = cut;
  file.close(fmt::format(R"({{"time":"1 us is 1 cycle of the chip","clock_mhz":{},"cut":{}}})",
                         options.clock_mhz, cut < plan.end ? std::to_string(cut) : "null"));
  return summary;
}

}  // namespace uvea::trace
