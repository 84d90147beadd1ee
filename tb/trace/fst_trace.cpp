#include "tb/trace/fst_trace.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "tb/trace/pass_begins.h"

namespace uvea::trace {
namespace {

constexpr int kPicoseconds = -12;
constexpr unsigned kNumberBits = 32;
constexpr Cycle kWindow = 4096;  // cycles that are put in order at a time
const char* const kNoSource = "nobody";
const char* const kOtherSource = "unnamed";

unsigned bits_of(std::size_t count) {
  unsigned bits = 1;
  while ((std::size_t{1} << bits) < count) ++bits;
  return bits;
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// A word of a viewer's signal name.
std::string plain(const std::string& text) {
  std::string word;
  for (const char c : text) word += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return word;
}

std::uint64_t in_32_bits(std::uint64_t value) {
  const auto number = static_cast<std::int64_t>(value);
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(
      number, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

bool several_at_once(const TrackInfo& track) {
  return track.group == Probe::Group::dma || track.group == Probe::Group::dram;
}

std::string value_name(const TrackInfo& track) {
  const std::string unit = plain(track.unit);
  const std::string& name = track.name;
  // "window" of "windows" needs no unit, nor has "mac_lanes".
  const bool told = unit.empty() || unit.rfind(name, 0) == 0 ||
                    (name.size() > unit.size() &&
                     name.compare(name.size() - unit.size(), unit.size(), unit) == 0);
  return told ? name : name + "_" + unit;
}

/// What the chip's pass is from a cycle of the chip on.
using PassChange = std::pair<Cycle, std::optional<std::uint64_t>>;

std::vector<PassChange> pass_changes(const Fragment& fragment) {
  std::vector<PassChange> changes;
  for (const LayerSpan& layer : fragment.info().layers) {
    changes.emplace_back(layer.begin, std::nullopt);
    for (const auto& [at, pass] : pass_begins(fragment, layer)) changes.emplace_back(at, pass);
  }
  return changes;
}

std::string key_of(const TrackInfo& track) { return track.path + "." + track.name; }

}  // namespace

std::vector<std::string> signal_names(const TrackInfo& track) {
  switch (track.kind) {
    case TrackKind::states:
      return {track.name};
    case TrackKind::values:
      return {value_name(track)};
    case TrackKind::items:
      break;
  }
  std::vector<std::string> names;
  for (const char* signal : {"busy", "words", "who", "serial"})
    names.push_back(track.name + "." + signal);
  if (several_at_once(track)) names.push_back(track.name + ".at_once");
  return names;
}

struct FstTrace::Scope {
  std::vector<std::pair<std::string, std::unique_ptr<Scope>>> children;  ///< as they come
  std::vector<std::size_t> tracks;

  Scope& child(const std::string& name) {
    for (auto& [known, scope] : children)
      if (known == name) return *scope;
    children.emplace_back(name, std::make_unique<Scope>());
    return *children.back().second;
  }
};

FstTrace::FstTrace(Options options, const FragmentInfo& first)
    : options_(std::move(options)), file_(options_.file, kPicoseconds, options_.writer) {
  build(first);
}

void FstTrace::build(const FragmentInfo& first) {
  Scope top;
  Scope& root = top.child(options_.root);
  for (const TrackInfo& track : first.tracks) {
    if (!track.shown) continue;
    Scope* scope = &top;
    for (const std::string& part : split(track.path)) scope = &scope->child(part);
    scope->tracks.push_back(signals_.size());
    by_name_[key_of(track)] = signals_.size();
    signals_.emplace_back().info = track;
  }
  std::vector<std::string> names{kNoSource};
  const std::string prefix = options_.root + ".";
  for (const auto& [source, path] : first.sources) {
    sources_[source] = static_cast<std::uint32_t>(names.size());
    names.push_back(path.compare(0, prefix.size(), prefix) == 0 ? path.substr(prefix.size())
                                                                : path);
  }
  names.push_back(kOtherSource);
  source_bits_ = bits_of(names.size());
  source_table_ = file_.add_names("sources", names);
  for (auto& [name, scope] : top.children) {
    file_.open_scope(name);
    if (scope.get() == &root) declare_run(has_passes(first));
    declare(*scope);
    file_.close_scope();
  }
}

void FstTrace::declare_run(bool with_pass) {
  clk_ = file_.add("clk", FstFile::Kind::bit);
  rst_n_ = file_.add("rst_n", FstFile::Kind::bit);
  layer_ = file_.add("layer", FstFile::Kind::text);
  layer_number_ = file_.add("layer_number", FstFile::Kind::number, kNumberBits);
  host_before_ = file_.add("host_before", FstFile::Kind::text);
  if (with_pass) pass_ = file_.add(kPassTrack, FstFile::Kind::number, kNumberBits);
}

void FstTrace::declare(Scope& scope) {
  const bool has_pins = std::any_of(
      scope.tracks.begin(), scope.tracks.end(),
      [this](std::size_t track) { return signals_[track].info.group == Probe::Group::rtl; });
  if (has_pins) {
    file_.add_alias("clk_i", clk_);
    file_.add_alias("rst_ni", rst_n_);
  }
  for (const std::size_t track : scope.tracks) declare(signals_[track]);
  for (auto& [name, child] : scope.children) {
    file_.open_scope(name);
    declare(*child);
    file_.close_scope();
  }
}

void FstTrace::declare(Signals& signals) {
  const TrackInfo& track = signals.info;
  if (track.kind == TrackKind::states) {
    std::vector<std::string> names = track.states;
    names.emplace_back(kNoState);
    signals.bits = bits_of(names.size());
    signals.busy = file_.add(track.name, FstFile::Kind::state, signals.bits,
                             names_of(names, track.name + "_names"));
  } else if (track.kind == TrackKind::values) {
    signals.bits = track.bits == 0 ? kNumberBits : track.bits;
    if (track.scale != 0)
      signals.busy = file_.add(value_name(track), FstFile::Kind::real);
    else
      signals.busy =
          file_.add(value_name(track), FstFile::Kind::number, signals.bits, 0, track.bits == 0);
  } else {
    file_.open_scope(track.name, true);
    signals.busy = file_.add("busy", FstFile::Kind::bit);
    signals.words = file_.add("words", FstFile::Kind::number, kNumberBits);
    signals.who = file_.add("who", FstFile::Kind::state, source_bits_, source_table_);
    signals.serial = file_.add("serial", FstFile::Kind::number, kNumberBits);
    if (several_at_once(track))
      signals.count = file_.add("at_once", FstFile::Kind::number, kNumberBits);
    file_.close_scope();
  }
}

FstFile::EnumTable FstTrace::names_of(const std::vector<std::string>& names,
                                      const std::string& name) {
  FstFile::EnumTable& table = tables_[names];
  if (table == 0) table = file_.add_names(name, names);
  return table;
}

void FstTrace::append(const Fragment& fragment, Cycle offset, Cycle from, Cycle to) {
  const FragmentInfo& info = fragment.info();
  // Cycles of the fragment that are cycles of the run.
  const Cycle begin = info.layers.front().begin;
  const Cycle first = from - offset + begin, end = to - offset + begin;
  struct Active {
    TrackCursor cursor;
    std::size_t signals;
  };
  std::vector<Active> active;
  file_.time(from * options_.period_ps);
  for (std::size_t i = 0; i < info.tracks.size(); ++i) {
    const auto found = by_name_.find(key_of(info.tracks[i]));
    if (found == by_name_.end()) continue;
    TrackCursor cursor(fragment, i);
    Change now;  // before the first one nothing is known
    for (; cursor.more() && cursor.next().at <= first; cursor.advance()) now = cursor.next();
    show(signals_[found->second], now);
    if (cursor.more()) active.push_back({std::move(cursor), found->second});
  }
  file_.set(rst_n_, 1, from == offset ? 0 : 1);

  struct Placed {
    std::size_t signals;
    Change change;
  };
  std::vector<std::vector<Placed>> at(kWindow);
  const std::vector<PassChange> passes = pass_changes(fragment);
  auto pass = passes.begin();
  for (Cycle window = first; window < end; window += kWindow) {
    const Cycle window_end = std::min(window + kWindow, end);
    for (Active& one : active) {
      for (; one.cursor.more() && one.cursor.next().at < window_end; one.cursor.advance())
        at[one.cursor.next().at - window].push_back({one.signals, one.cursor.next()});
    }
    for (Cycle local = window; local < window_end; ++local) {
      const Cycle cycle = local - begin + offset;
      clock_edge(cycle, true);
      show_layer(info, local);
      for (; pass != passes.end() && pass->first <= local; ++pass)
        if (std::next(pass) == passes.end() || std::next(pass)->first > local)
          show_pass(pass->second);
      for (const Placed& placed : at[local - window]) show(signals_[placed.signals], placed.change);
      at[local - window].clear();
      clock_edge(cycle, false);
      if (cycle == offset) file_.set(rst_n_, 1, 1);
    }
  }
}

void FstTrace::clock_edge(Cycle cycle, bool rises) {
  file_.time(cycle * options_.period_ps + (rises ? 0 : options_.period_ps / 2));
  file_.set(clk_, 1, rises ? 1 : 0);
}

void FstTrace::show_layer(const FragmentInfo& info, Cycle local) {
  for (const LayerSpan& layer : info.layers) {
    if (local < layer.begin || local >= layer.end) continue;
    if (layer.layer == shown_layer_) return;
    shown_layer_ = layer.layer;
    const LayerName& name = options_.layers.at(layer.layer);
    file_.set(layer_number_, kNumberBits, layer.layer + 1);
    file_.set_text(layer_, name.name);
    file_.set_text(host_before_, name.host_before);
    return;
  }
}

void FstTrace::show_pass(std::optional<std::uint64_t> pass) {
  if (pass_ == 0) return;
  if (pass)
    file_.set(pass_, kNumberBits, *pass);
  else
    file_.set_unknown(pass_, kNumberBits);
}

void FstTrace::show(Signals& signals, const Change& change) {
  ++changes_;
  const TrackInfo& track = signals.info;
  if (track.kind == TrackKind::items) return show_item(signals, change);
  const Change& shown = signals.shown;
  if (signals.any && shown.known == change.known && shown.value == change.value) return;
  if (track.kind == TrackKind::states) {
    file_.set(signals.busy, signals.bits,
              change.known ? std::min<std::uint64_t>(change.value, track.states.size())
                           : track.states.size());
  } else if (track.scale != 0) {
    const double value =
        change.known ? static_cast<double>(static_cast<std::int64_t>(change.value)) : 0.0;
    file_.set_real(signals.busy, value / static_cast<double>(track.scale));
  } else if (change.known) {
    file_.set(signals.busy, signals.bits,
              track.bits == 0 ? in_32_bits(change.value) : change.value);
  } else {
    file_.set_unknown(signals.busy, signals.bits);
  }
  signals.shown = change;
  signals.any = true;
}

void FstTrace::show_item(Signals& signals, const Change& change) {
  const Change& shown = signals.shown;
  const bool all = !signals.any;
  if (all || shown.known != change.known) file_.set(signals.busy, 1, change.known ? 1 : 0);
  if (all || shown.words != change.words)
    file_.set(signals.words, kNumberBits, in_32_bits(change.words));
  if (all || shown.source != change.source || shown.known != change.known) {
    const auto found = sources_.find(change.source);
    const std::uint64_t named = found == sources_.end() ? sources_.size() + 1 : found->second;
    file_.set(signals.who, source_bits_, change.known ? named : 0);
  }
  if (all || shown.serial != change.serial) file_.set(signals.serial, kNumberBits, change.serial);
  if (signals.count != 0 && (all || shown.value != change.value))
    file_.set(signals.count, kNumberBits, in_32_bits(change.value));
  signals.shown = change;
  signals.any = true;
}

void FstTrace::close(Cycle end) {
  clock_edge(end, true);
  file_.set(layer_number_, kNumberBits, 0);
  file_.set_text(layer_, "");
  file_.set_text(host_before_, "");
  show_pass(std::nullopt);
  file_.close();
}

}  // namespace uvea::trace
