#include "sw/mapper/survey.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "sw/mapper/footprint.h"
#include "sw/mapper/limits.h"
#include "sw/mapper/weight_capacity.h"
#include "sw/user_error.h"

namespace uvea::mapper {
namespace {

class Survey {
 public:
  Survey(const nn::ConvLayer& layer, const ChipSizes& sizes)
      : layer_(layer), geo_(layer.geo), sizes_(sizes) {}

  Mapping run() {
    Mapping mp;
    const int most_c0 = std::min(geo_.in_c_per_group(), sizes_.limits.weight_columns);
    const int most_m0 = std::min(geo_.out_c_per_group(), sizes_.limits.tile_channels);
    for (const bool csc : {false, true}) {
      if (csc && !sizes_.sparse) continue;
      mp.csc = csc;
      for (const int s0 : {0, 1}) {
        if (s0 == geo_.kernel_w) continue;
        mp.s0 = s0;
        for (mp.c0 = 1; mp.c0 <= most_c0; ++mp.c0)
          for (mp.m0 = 1; mp.m0 <= most_m0; ++mp.m0)
            for (mp.windows = 1; mp.windows <= std::min(geo_.out_w, sizes_.limits.chunk_segments);
                 ++mp.windows)
              rows(mp);
      }
    }
    if (found_) return *found_;
    throw UserError("no mapping of this layer fits the chip; the last limit that failed is " +
                    why_illegal(layer_, furthest_, sizes_));
  }

 private:
  /// The longest row tiles that are legal, for each chain and source.
  void rows(Mapping mp) {
    mp.f0 = 0;
    const Derived d = derive(geo_, mp, sizes_);
    const auto whole = ceil_div(d.q, sizes_.pe_rows);
    for (const std::int64_t chain : {std::int64_t{1}, whole}) {
      if (chain > sizes_.mesh_rows) continue;
      mp.chain = static_cast<int>(chain);
      for (const IactSource source : {IactSource::through, IactSource::stream}) {
        mp.iact_source = source;
        for (int f0 = geo_.out_w; f0 >= mp.windows; f0 = f0 > 1 ? (f0 + 1) / 2 : 0) {
          mp.f0 = f0 == geo_.out_w ? 0 : f0;
          const Violation v = one(mp);
          if (v.rank == kLegal || v.rank == kPeStage) break;
        }
      }
    }
  }

  Violation one(const Mapping& mp) {
    Violation v = first_violation(geo_, mp, sizes_, false);
    if (v.rank > rank_ || (v.rank == rank_ && v.excess < excess_)) {
      rank_ = v.rank;
      excess_ = v.excess;
      furthest_ = mp;
    }
    if (v.rank != kLegal) return v;
    const int f0 = mp.f0 == 0 ? geo_.out_w : mp.f0;
    const std::int64_t work = std::int64_t{mp.c0} * mp.m0 * f0;
    if (work <= most_work_) return v;
    constexpr auto kAll = std::numeric_limits<std::int64_t>::max();
    const int limit = tile_word_limit(mp, sizes_);
    if (mp.csc &&
        csc_tile_words(layer_, {mp.c0, mp.s0, mp.m0, sizes_.count_bits}, limit, kAll).words >
            limit) {
      furthest_ = mp;
      return v;
    }
    most_work_ = work;
    found_ = mp;
    return v;
  }

  const nn::ConvLayer& layer_;
  const nn::ConvGeometry& geo_;
  const ChipSizes& sizes_;
  std::optional<Mapping> found_;
  std::int64_t most_work_ = -1;
  Mapping furthest_;  ///< the illegal mapping that came closest
  int rank_ = -1;
  std::int64_t excess_ = 0;
};

}  // namespace

Mapping any_legal_mapping(const nn::ConvLayer& layer, const ChipSizes& sizes) {
  return Survey(layer, sizes).run();
}

}  // namespace uvea::mapper
