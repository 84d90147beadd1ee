#include "tb/trace/trace_probe.h"

namespace uvea::trace {
namespace {

TrackInfo track_info(TrackKind kind, const std::string& path, const std::string& name,
                     Probe::Group group) {
  TrackInfo info;
  info.kind = kind;
  info.group = group;
  info.path = path;
  info.name = name;
  return info;
}

}  // namespace

TraceProbe::TraceProbe(const TraceChoice& choice, std::string root, EventLog::Options options,
                       bool unheard, bool relations)
    : choice_(choice),
      root_(std::move(root)),
      unheard_(unheard),
      log_(options),
      now_(std::move(options.now)) {
  if (choice_.takes_chip()) curves_ = std::make_unique<ChipCurves>();
  if (!relations) return;
  TrackInfo info;
  info.kind = TrackKind::items;
  info.path = root_;
  info.name = kRelationTrack;
  relations_ = keep(std::move(info));
}

void TraceProbe::carries(const Item& carrier, const Item& cargo) {
  if (relations_ == kNone || unheard_) return;
  const Cycle at = now_ ? now_() : 0;
  log_.item(relations_, carrier, packed_cargo(cargo), at, at);
}

Probe::Track TraceProbe::add_states(const std::string& path, const std::string& name, Group group,
                                    const std::vector<std::string>& states) {
  TrackInfo info = track_info(TrackKind::states, path, name, group);
  info.states = states;
  return add(std::move(info));
}

Probe::Track TraceProbe::add_values(const std::string& path, const std::string& name, Group group,
                                    const std::string& unit) {
  TrackInfo info = track_info(TrackKind::values, path, name, group);
  info.unit = unit;
  return add(std::move(info));
}

Probe::Track TraceProbe::add_bits(const std::string& path, const std::string& name, Group group,
                                  unsigned bits) {
  TrackInfo info = track_info(TrackKind::values, path, name, group);
  info.bits = bits;
  return add(std::move(info));
}

Probe::Track TraceProbe::add_items(const std::string& path, const std::string& name, Group group) {
  return add(track_info(TrackKind::items, path, name, group));
}

Probe::Track TraceProbe::add(TrackInfo info) {
  Told told;
  if (curves_) told.share = curves_->share_of(info);
  if (choice_.takes(info.path, info.group)) {
    told.kept = keep(std::move(info));
    any_ = true;
  } else if (numbers_passes(info)) {
    info.shown = false;  // the chip's pass is
    told.kept = keep(std::move(info));
  }
  if (unheard_ || (told.kept == kNone && !told.share)) return kNone;
  told_.push_back(told);
  return static_cast<Track>(told_.size() - 1);
}

std::uint32_t TraceProbe::keep(TrackInfo info) {
  // A layer may begin in the pass in which the one before ended.
  const std::uint32_t number = log_.add(info.kind, numbers_passes(info));
  kept_.push_back(std::move(info));
  return number;
}

void TraceProbe::state(Track track, unsigned state, Cycle from, Cycle to) {
  if (track >= told_.size()) return;
  Told& told = told_[track];
  if (told.share) curves_->state(told.share, state, from, to);
  if (told.kept != kNone) log_.state(told.kept, state, from, to);
}

void TraceProbe::value(Track track, Cycle at, std::int64_t value) {
  if (track >= told_.size()) return;
  Told& told = told_[track];
  if (told.share) curves_->value(told.share, at, value);
  if (told.kept != kNone) log_.value(told.kept, at, value);
}

void TraceProbe::item(Track track, const Item& item, std::uint64_t words, Cycle from, Cycle to) {
  if (track >= told_.size()) return;
  Told& told = told_[track];
  if (told.share) curves_->item(told.share, words, from, to);
  if (told.kept != kNone) log_.item(told.kept, item, words, from, to);
}

std::uint64_t TraceProbe::finish(Cycle begin, Cycle end) {
  if (curves_) {
    for (Told& told : told_) curves_->close(told.share, end);
    for (const ChipCurves::Named& curve : curves_->all()) {
      TrackInfo info;
      info.kind = TrackKind::values;
      info.of_chip = true;
      info.path = root_;
      info.name = curve.name;
      info.unit = curve.unit;
      const std::uint32_t exact = keep(info);
      info.path = root_ + ".mean_of_" + std::to_string(Curve::kMean) + "_cycles";
      info.scale = static_cast<std::int64_t>(Curve::kMean);
      const std::uint32_t mean = keep(info);
      curve.curve.walk(
          begin, end, [&](Cycle at, std::int64_t value) { log_.value(exact, at, value); },
          [&](Cycle at, std::int64_t value) { log_.value(mean, at, value); });
    }
  }
  return log_.finish(end);
}

}  // namespace uvea::trace
