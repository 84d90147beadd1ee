#include "tb/trace/pass_begins.h"

#include <algorithm>

#include "tb/trace/track_cursor.h"

namespace uvea::trace {
namespace {

bool tells_passes(const TrackInfo& track) {
  return track.kind == TrackKind::values && track.name == kPassTrack;
}

}  // namespace

bool has_passes(const FragmentInfo& info) {
  return std::any_of(info.tracks.begin(), info.tracks.end(), tells_passes);
}

std::vector<std::pair<Cycle, std::uint64_t>> pass_begins(const Fragment& fragment,
                                                         const LayerSpan& layer) {
  const std::vector<TrackInfo>& tracks = fragment.info().tracks;
  std::vector<std::pair<Cycle, std::uint64_t>> told;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    if (!tells_passes(tracks[i])) continue;
    for (TrackCursor cursor(fragment, i); cursor.more() && cursor.next().at < layer.end;
         cursor.advance()) {
      const Change& change = cursor.next();
      if (change.at >= layer.begin) told.emplace_back(change.at, change.value);
    }
  }
  std::sort(told.begin(), told.end());
  std::vector<std::pair<Cycle, std::uint64_t>> begins;
  for (const auto& [at, pass] : told) {
    if (!begins.empty() && pass <= begins.back().second) continue;
    // Of several that begin in one cycle the last.
    if (!begins.empty() && begins.back().first == at)
      begins.back().second = pass;
    else
      begins.emplace_back(at, pass);
  }
  return begins;
}

}  // namespace uvea::trace
