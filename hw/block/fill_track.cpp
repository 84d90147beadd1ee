#include "hw/block/fill_track.h"

#include <algorithm>

namespace uvea::hw {

using link::Cycle;

void FillTrack::clear(Cycle at) {
  if (!wanted()) return;
  fill_ = 0;
  in_.known = out_.known = at;
  probe_->value(track_, at, 0);
}

void FillTrack::note(Side& side, Cycle at, std::uint64_t words) {
  if (!wanted()) return;
  if (words > 0) side.changes.push_back({at, words});
  side.known = at;
  tell(std::min(in_.known, out_.known));
}

void FillTrack::tell(Cycle before) {
  const auto next = [](const Side& side) {
    return side.changes.empty() ? link::Probe::kOpen : side.changes.front().at;
  };
  const auto move = [](Side& side, Cycle at) {
    std::uint64_t words = 0;
    for (; !side.changes.empty() && side.changes.front().at == at; side.changes.pop_front())
      words += side.changes.front().words;
    return static_cast<std::int64_t>(words);
  };
  for (;;) {
    const Cycle at = std::min(next(in_), next(out_));
    if (at >= before) return;
    fill_ += move(in_, at);
    fill_ -= move(out_, at);
    probe_->value(track_, at, fill_);
  }
}

}  // namespace uvea::hw
