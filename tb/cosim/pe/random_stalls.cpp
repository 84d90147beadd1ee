#include "tb/cosim/pe/random_stalls.h"

namespace uvea::cosim {

using link::Cycle;

Cycle Stalls::next() {
  switch (style_) {
    case Style::none:
      return 0;
    case Style::light:
      return dice_.chance(60) ? 0 : static_cast<Cycle>(dice_.in(1, 12));
    case Style::heavy:
      return static_cast<Cycle>(dice_.in(0, 150));
    case Style::bursty:
      if (left_ == 0) {
        left_ = dice_.in(1, 6);
        return static_cast<Cycle>(dice_.in(50, 600));
      }
      --left_;
      return 0;
  }
  return 0;
}

std::vector<std::uint16_t> Stalls::gaps(std::size_t beats) {
  std::vector<std::uint16_t> gaps;
  if (beats < 2 || !any() || !dice_.chance(40)) return gaps;
  const int likely = dice_.of({10, 40, 100});
  const int longest = dice_.of({1, 3, 25});
  gaps.assign(beats, 0);
  for (std::size_t i = 1; i < beats; ++i) {
    if (dice_.chance(likely)) gaps[i] = static_cast<std::uint16_t>(dice_.in(1, longest));
  }
  return gaps;
}

}  // namespace uvea::cosim
