#include "tb/trace/chip_curves.h"

#include <algorithm>

namespace uvea::trace {

ChipCurves::Share ChipCurves::share_of(const TrackInfo& track) {
  Share share;
  if (track.kind == TrackKind::states && track.group == Probe::Group::stall &&
      !track.states.empty()) {
    share.kind = Share::Kind::classes;
    share.states = static_cast<std::uint32_t>(track.states.size());
    // All PEs have the same classes: the first one's curves stand together.
    share.first = curve("pes_" + track.states.front(), "PEs");
    for (const std::string& state : track.states) curve("pes_" + state, "PEs");
  } else if (track.kind == TrackKind::values && track.group == Probe::Group::mac) {
    share.kind = Share::Kind::lanes;
    share.first = curve("macs_per_cycle", "");
  } else if (track.kind == TrackKind::items && track.group == Probe::Group::dram &&
             track.name == "data") {
    share.kind = Share::Kind::bytes;
    share.first = curve("dram_bytes_per_cycle", "");
  }
  return share;
}

std::uint32_t ChipCurves::curve(const std::string& name, const std::string& unit) {
  const auto found = std::find_if(curves_.begin(), curves_.end(),
                                  [&name](const Named& curve) { return curve.name == name; });
  if (found != curves_.end()) return static_cast<std::uint32_t>(found - curves_.begin());
  curves_.push_back({name, unit, {}});
  return static_cast<std::uint32_t>(curves_.size() - 1);
}

void ChipCurves::state(Share& share, unsigned state, Cycle from, Cycle to) {
  close(share, from);
  if (state >= share.states) return;
  if (to == Probe::kOpen) {
    share.open = state + 1;
    share.since = from;
  } else {
    curves_[share.first + state].curve.add(from, to, 1);
  }
}

void ChipCurves::close(Share& share, Cycle end) {
  if (share.open == 0) return;
  curves_[share.first + share.open - 1].curve.add(share.since, end, 1);
  share.open = 0;
}

void ChipCurves::value(Share& share, Cycle at, std::int64_t value) {
  if (value == share.value) return;
  curves_[share.first].curve.change(at, static_cast<std::int32_t>(value - share.value));
  share.value = value;
}

void ChipCurves::item(Share& share, std::uint64_t words, Cycle from, Cycle to) {
  curves_[share.first].curve.spread(from, to, words);
}

}  // namespace uvea::trace
