#include "tlm/burst.h"

namespace uvea::link {

void Burst::reset() {
  words.clear();
  psums.clear();
  beats = 0;
  cycles_per_beat = 1;
  gaps.clear();
  pes = PeSet{};
  source = 0;
  serial = 0;
  way = Journey{};
}

}  // namespace uvea::link
