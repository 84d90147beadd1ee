#include "sw/mapper/play_pe.h"

#include <algorithm>

namespace uvea::mapper {

void PlayPe::begin() {
  tile_ = {};
  known_ = complete_ = weight_port_free_ = iact_port_free_ = 0;
  scan_free_ = issue_free_ = work_end_ = 0;
  retired_ = bank_free_ = {};
  first_release_ = next_release_ = 0;
  entries_ = segments_ = 0;
}

Cycle PlayPe::weight_ready(const PlayPeSettings& s, Cycle offer) const {
  const Cycle buffer = retired_[static_cast<std::size_t>(s.weight_buffers - 1)];
  return std::max({offer, weight_port_free_, buffer});
}

void PlayPe::take_weights(Cycle start, int words, const PlayTile& tile) {
  known_ = start + std::min(words, 2);
  complete_ = weight_port_free_ = start + words;
  tile_ = tile;
}

void PlayPe::retire(Cycle at) {
  retired_[1] = retired_[0];
  retired_[0] = at;
}

}  // namespace uvea::mapper
