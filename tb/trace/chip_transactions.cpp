#include "tb/trace/chip_transactions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tb/trace/event_reader.h"
#include "tb/trace/item_flows.h"
#include "tb/trace/pass_begins.h"

namespace uvea::trace {
namespace {

using Attributes = std::vector<TransactionAttribute>;

constexpr std::size_t kNamedTakers = 8;  // PEs that a burst's attributes name

bool is_pe(const std::string& path) { return path.find(".pe_") != std::string::npos; }

/// One piece of a chip: its cycles [from, to) in cycles of the chip, shown `shift` later.
class Piece {
 public:
  Piece(const ChipTransactionOptions& options, const Fragment& fragment, const TracePiece& piece,
        TransactionSink& sink)
      : options_(options),
        fragment_(fragment),
        info_(fragment.info()),
        sink_(sink),
        cut_(options.cut && piece.to >= *options.cut ? options.cut : std::nullopt),
        begin_(info_.layers.front().begin),
        offset_(piece.offset),
        from_(piece.from - piece.offset + begin_),
        to_(std::min(piece.to, options.cut.value_or(piece.to)) - piece.offset + begin_) {}

  TransactionCounts write() {
    for (const TrackInfo& track : info_.tracks) paths_.push_back(track.path);
    write_control();
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
    sink_.end_piece();
    return counts_;
  }

 private:
  Cycle shown(Cycle at) const { return std::clamp(at, from_, to_) - begin_ + offset_; }
  std::string name_of(const LayerSpan& layer) const {
    return layer.layer < options_.layers.size() ? options_.layers[layer.layer]
                                                : std::to_string(layer.layer + 1);
  }
  std::string layer_of(Cycle at) const {
    for (const LayerSpan& layer : info_.layers)
      if (at >= layer.begin && at < layer.end) return name_of(layer);
    return "";
  }

  void write_control() {
    const auto chip = std::find_if(info_.tracks.begin(), info_.tracks.end(), is_relations);
    if (chip == info_.tracks.end()) return;
    const auto row = [&](const char* name) {
      return sink_.row(RowKind::control, chip->path, name);
    };
    const TransactionSink::Row layers = row("layer"), passes = row("pass");
    for (const LayerSpan& layer : info_.layers) {
      const std::string name = name_of(layer);
      Attributes attributes{{"layer", name}};
      if (cut_ && layer.end >= to_) attributes.push_back({"cut", *cut_});
      write_span({layers, name, layer.begin, layer.end, std::move(attributes)});
      const auto begins = pass_begins(fragment_, layer);
      for (std::size_t i = 0; i < begins.size(); ++i) {
        const auto& [begin, pass] = begins[i];
        write_span({passes,
                    fmt::format("pass {}", pass),
                    begin,
                    i + 1 < begins.size() ? begins[i + 1].first : layer.end,
                    {{"layer", name}, {"pass", pass}}});
      }
    }
  }

  /// A slice in cycles of the chip, if any of it is in the piece.
  void write_span(TransactionSink::SliceInfo slice) {
    if (std::max(slice.from, from_) >= std::min(slice.to, to_)) return;
    slice.from = shown(slice.from);
    slice.to = shown(slice.to);
    sink_.slice(slice);
    ++counts_.slices;
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
          continue;
        }
        const auto first = made_at_.try_emplace(item, event.from).first;
        first->second = std::min(first->second, event.from);
        if (event.from < to_ && std::max(event.to, event.from + 1) > from_) {
          passages_.push_back(
              {static_cast<std::uint32_t>(t), item, event.words, event.from, event.to});
        }
      }
    }
    std::stable_sort(relations_.begin(), relations_.end(),
                     [](const Relation& a, const Relation& b) { return a.first < b.first; });
  }

  /// The pass that an item was made in: the one that its maker was in; of one whose maker tells none
  /// the latest of what it was made from. None where one of these was not recorded.
  std::optional<std::uint64_t> pass_of(const Probe::Item& item) {
    const auto [known, fresh] = pass_of_item_.try_emplace(item);
    // While it is sought, too: nothing is made from itself.
    if (!fresh) return known->second;
    std::optional<std::uint64_t>& pass = known->second;
    const auto made = made_at_.find(item);
    if (made == made_at_.end()) return pass;
    if (const auto told = pass_of_maker(item, made->second)) return pass = told;
    auto relation = std::lower_bound(
        relations_.begin(), relations_.end(), item,
        [](const Relation& one, const Probe::Item& sought) { return one.first < sought; });
    std::optional<std::uint64_t> latest;
    for (; relation != relations_.end() && relation->first == item; ++relation) {
      const auto cargo = pass_of(relation->second);
      if (!cargo) return pass;
      latest = std::max(latest, cargo);
    }
    return pass = latest;
  }

  std::optional<std::uint64_t> pass_of_maker(const Probe::Item& item, Cycle at) {
    const auto source = info_.sources.find(item.source);
    if (source == info_.sources.end()) return std::nullopt;
    const auto [known, fresh] = passes_.try_emplace(source->second);
    if (fresh) known->second = passes_told(source->second);
    const auto& told = known->second;
    const auto after = std::upper_bound(told.begin(), told.end(), std::pair{at, ~std::uint64_t{0}});
    if (after == told.begin()) return std::nullopt;
    return std::prev(after)->second;
  }

  /// What a block told of its passes: of those that it sends for, where these are others.
  std::vector<std::pair<Cycle, std::uint64_t>> passes_told(const std::string& path) const {
    for (const char* name : {kReadPassTrack, kPassTrack}) {
      for (std::size_t t = 0; t < info_.tracks.size(); ++t) {
        const TrackInfo& track = info_.tracks[t];
        if (!numbers_passes(track) || track.name != name || track.path != path) continue;
        std::vector<std::pair<Cycle, std::uint64_t>> told;
        EventReader reader(fragment_, t);
        for (TrackEvent event; reader.read(event);) told.emplace_back(event.from, event.value);
        return told;
      }
    }
    return {};
  }

  /// Where an item passed its maker. Null where that was not recorded, or lies outside of the piece.
  const Passage* passage_at_maker(const Probe::Item& item, const ItemFlows& flows) const {
    const auto source = info_.sources.find(item.source);
    if (source == info_.sources.end()) return nullptr;
    for (const Passage* passage : flows.all(item))
      if (paths_[passage->track] == source->second) return passage;
    return nullptr;
  }

  /// The PEs that took what a passage brought, in words; of those after `first`.
  std::string takers_of(const Passage& first, const ItemFlows& flows) const {
    std::vector<std::string> takers;
    for (const Passage* taken : flows.all(first.item))
      if (is_pe(paths_[taken->track]) && taken != &first &&
          (takers.empty() || takers.back() != paths_[taken->track]))
        takers.push_back(paths_[taken->track]);
    std::string list;
    for (std::size_t i = 0; i < std::min(takers.size(), kNamedTakers); ++i)
      list += (i == 0 ? "" : ", ") + takers[i];
    if (takers.size() > kNamedTakers)
      list += fmt::format(" and {} more", takers.size() - kNamedTakers);
    return list;
  }

  Attributes attributes_of(const Passage& passage, const ItemFlows& flows) {
    const TrackInfo& track = info_.tracks[passage.track];
    const bool bytes = track.group == Probe::Group::dma || track.group == Probe::Group::dram;
    Attributes attributes{{"layer", layer_of(passage.from)},
                          {bytes ? "bytes" : "words", passage.words},
                          {"serial", passage.item.serial}};
    if (const auto source = info_.sources.find(passage.item.source); source != info_.sources.end())
      attributes.push_back({"source", source->second});
    if (const auto pass = pass_of(passage.item)) attributes.push_back({"pass", *pass});
    if (passage.item.source < Probe::kChunks && passage_at_maker(passage.item, flows) == &passage)
      if (std::string takers = takers_of(passage, flows); !takers.empty())
        attributes.push_back({"to", std::move(takers)});
    return attributes;
  }

  void write_passages(const ItemFlows& flows) {
    slice_of_.reserve(passages_.size());
    TransactionSink::Row row = 0;
    std::uint32_t last = ~std::uint32_t{0};
    for (const Passage& passage : passages_) {
      const TrackInfo& track = info_.tracks[passage.track];
      if (passage.track != last) row = sink_.row(RowKind::items, track.path, track.name);
      last = passage.track;
      slice_of_.push_back(sink_.slice({row, track.name, shown(begin_of(passage)),
                                       shown(end_of(passage)), attributes_of(passage, flows)}));
      ++counts_.slices;
    }
  }

  // Of its slice: at least a cycle, within the piece.
  Cycle begin_of(const Passage& passage) const { return std::max(passage.from, from_); }
  Cycle end_of(const Passage& passage) const {
    return std::max(std::min(passage.to, to_), begin_of(passage) + 1);
  }

  void write_arrow(const char* name, const Passage& from, const Passage& to) {
    if (begin_of(from) >= end_of(to)) return;
    const auto slice = [this](const Passage& passage) {
      return slice_of_[static_cast<std::size_t>(&passage - passages_.data())];
    };
    sink_.arrow(name, slice(from), slice(to));
    ++counts_.arrows;
  }

  void write_curve(std::size_t t) {
    const TrackInfo& track = info_.tracks[t];
    // Of the chip the means: the exact curves change in every cycle.
    if (track.of_chip && track.scale == 0) return;
    const TransactionSink::Curve curve =
        sink_.curve(track.of_chip ? track.path.substr(0, track.path.find('.')) : track.path,
                    track.name, track.unit.empty() ? "value" : track.unit);
    const double scale = track.scale == 0 ? 1 : static_cast<double>(track.scale);
    const auto put = [&](Cycle at, std::uint64_t value) {
      sink_.value(curve, shown(at), static_cast<double>(static_cast<std::int64_t>(value)) / scale);
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
    const TransactionSink::Row row = sink_.row(RowKind::states, track.path, track.name);
    EventReader reader(fragment_, t);
    for (TrackEvent event; reader.read(event) && event.from < to_;) {
      write_span({row, track.states.at(event.value), event.from, event.to, {}});
    }
  }

  const ChipTransactionOptions& options_;
  const Fragment& fragment_;
  const FragmentInfo& info_;
  TransactionSink& sink_;
  const std::optional<Cycle> cut_;  ///< of the run, where the piece ends
  const Cycle begin_, offset_, from_, to_;
  std::vector<std::string> paths_;                ///< by track
  std::vector<Passage> passages_;                 ///< by track, then begin
  std::vector<Relation> relations_;               ///< by carrier
  std::vector<TransactionSink::Slice> slice_of_;  ///< by passage
  std::map<std::string, std::vector<std::pair<Cycle, std::uint64_t>>> passes_;  ///< by maker
  std::map<Probe::Item, Cycle> made_at_;  ///< first passage of each item that was recorded
  std::map<Probe::Item, std::optional<std::uint64_t>> pass_of_item_;
  TransactionCounts counts_;
};

}  // namespace

TransactionCounts write_chip_transactions(const ChipTransactionOptions& options,
                                          const Fragment& fragment, const TracePiece& piece,
                                          TransactionSink& sink) {
  return Piece(options, fragment, piece, sink).write();
}

}  // namespace uvea::trace
