#include "sw/mapper/eyexam.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sw/mapper/eyexam_load.h"
#include "sw/mapper/limits.h"
#include "sw/nn/iact_code.h"
#include "sw/nn/turned.h"

namespace uvea::mapper {
namespace {

std::string number(double value) {
  return std::to_string(static_cast<std::int64_t>(std::llround(value)));
}

/// The larger of several bounds, and why.
struct Bound {
  double cycles = 0;
  std::string why;
  void raise(double to, const std::string& reason) {
    if (to <= cycles) return;
    cycles = to;
    why = reason;
  }
};

/// The steps as they are taken; a bound below the one before it costs nothing.
class Ladder {
 public:
  explicit Ladder(double macs) { exam_.macs = macs; }
  void step(const char* name, const Bound& bound) {
    EyexamStep& at = exam_.steps[next_];
    const double before = next_ == 0 ? 1.0 : exam_.steps[next_ - 1].cycles;
    at.name = name;
    at.cycles = std::max(before, bound.cycles);
    at.limit = bound.cycles > before || next_ == 0 ? bound.why : "costs nothing more";
    at.macs_per_cycle = exam_.macs / at.cycles;
    ++next_;
  }
  double cycles() const { return exam_.steps[next_ - 1].cycles; }
  const Eyexam& exam() const { return exam_; }

 private:
  Eyexam exam_;
  std::size_t next_ = 0;
};

Eyexam upright(const nn::ConvLayer& layer, const Mapping& mp, const ChipSizes& sizes,
               double effectual) {
  const TileLoads loads(layer, mp, sizes);
  const Derived& d = loads.derived();
  const double lanes = mp.csc ? sizes.simd : 1;  // raw work is counted in cycles of a PE already
  const double work = mp.csc ? effectual : loads.total_work();
  const double skipped = mp.csc ? std::max(0.0, loads.total_work() - effectual) : 0;
  const double macs = mp.csc ? effectual : static_cast<double>(layer.geo.macs());
  // The mean over so many PEs; or one PE's own, of which all that is skipped may be a part.
  const auto spread = [&](double pes) { return work / pes / lanes; };
  const auto own = [&](double most) { return std::max(0.0, most - skipped) / lanes; };

  Ladder ladder(macs);
  {
    Bound bound;
    bound.raise(1, number(macs) + " MACs, each of which could be done by itself");
    ladder.step("layer shape", bound);
  }
  {
    Bound bound;
    const std::string why = number(loads.tiles()) + " tiles of up to " + number(loads.tile_macs()) +
                            " MACs, each worked on by one PE with " + std::to_string(sizes.simd) +
                            " lanes";
    bound.raise(std::max(spread(loads.tiles()), own(loads.tile_work())), why);
    ladder.step("dataflow", bound);
  }
  const double pes =
      static_cast<double>(sizes.mesh_rows) * sizes.mesh_cols * sizes.pe_rows * sizes.pe_cols;
  {
    Bound bound;
    bound.raise(spread(pes), "the work of all " + number(pes) + " PEs, evenly dealt");
    bound.raise(
        own(std::ceil(loads.full_tiles() / pes) * loads.tile_work()),
        number(loads.full_tiles()) + " full tiles do not divide by " + number(pes) + " PEs");
    ladder.step("number of PEs", bound);
  }
  {
    Bound bound;
    const std::string why = "the mapping uses " + number(loads.used_pes()) + " of " + number(pes) +
                            " PEs of the array, the busiest for " +
                            number(static_cast<double>(d.tg) * d.te * d.tm * d.p) + " tiles";
    bound.raise(std::max(spread(loads.used_pes()), own(loads.busiest_work())), why);
    ladder.step("array shape", bound);
  }
  const double stored_mean = spread(loads.used_pes()) + loads.mean_wait();
  double stored = stored_mean;
  for (const PeLoad& pe : loads.pes()) stored = std::max(stored, own(pe.work) + pe.wait());
  {
    Bound bound;
    bound.raise(stored, loads.words_of_waits());
    ladder.step("storage", bound);
  }
  for (const bool fullest : {false, true}) {
    Bound bound;
    for (const Traffic& traffic : loads.traffic())
      bound.raise(fullest ? traffic.fullest : traffic.mean, traffic.what);
    if (!fullest) {
      ladder.step("mean bandwidth", bound);
      continue;
    }
    const double busy = std::max(ladder.cycles(), bound.cycles);
    const std::string why = busy > ladder.cycles() ? bound.why + ", at the fullest place; " : "";
    Bound last;
    last.raise(busy + loads.start_cycles() + loads.end_cycles(),
               why + number(loads.start_cycles()) + " cycles before the first and " +
                   number(loads.end_cycles()) + " after the last work");
    ladder.step("access pattern", last);
  }
  return ladder.exam();
}

}  // namespace

Eyexam eyexam(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes,
              double effectual_macs) {
  if (mapping.turned) return upright(nn::turned(layer), unturned(mapping), sizes, effectual_macs);
  return upright(layer, mapping, sizes, effectual_macs);
}

double expected_macs(const nn::ConvLayer& layer, const IactForecast& iacts) {
  double share = 1;
  if (!layer.weights.empty()) {
    const auto zeros = std::count(layer.weights.begin(), layer.weights.end(), 0);
    share = 1 - static_cast<double>(zeros) / static_cast<double>(layer.weights.size());
  }
  return static_cast<double>(layer.geo.macs()) * share *
         nn::iact_code(layer.in).density(std::clamp(iacts.density, 0.0, 1.0));
}

}  // namespace uvea::mapper
