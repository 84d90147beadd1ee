#include "tb/trace/curves.h"

namespace uvea::trace {

void Curve::spread(Cycle from, Cycle to, std::uint64_t amount) {
  if (to <= from) to = from + 1;
  const std::uint64_t cycles = to - from;
  add(from, to, static_cast<std::int32_t>(amount / cycles));
  add(from, from + amount % cycles, 1);
}

void Curve::walk(Cycle from, Cycle to, const Step& step, const Step& mean) const {
  std::int64_t value = 0, sum = 0;
  std::int64_t told = 0, mean_told = 0;
  bool any = false, any_mean = false;
  Cycle begin = from;  // of the mean's cycles
  for (Cycle at = 0; at < to; ++at) {
    if (at < changes_.size()) value += changes_[at];
    if (at < from) continue;
    if (!any || value != told) step(at, told = value);
    any = true;
    sum += value;
    if (at + 1 - begin < kMean && at + 1 != to) continue;
    const auto cycles = static_cast<std::int64_t>(at + 1 - begin);
    const std::int64_t scaled = sum * static_cast<std::int64_t>(kMean) / cycles;
    if (!any_mean || scaled != mean_told) mean(begin, mean_told = scaled);
    any_mean = true;
    sum = 0;
    begin = at + 1;
  }
}

}  // namespace uvea::trace
