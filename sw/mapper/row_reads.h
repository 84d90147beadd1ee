#pragma once
// How iact rows come from DRAM: which bytes, in how many transactions. Inside the mapper only.

#include <array>

#include "sw/mapper/footprint.h"
#include "sw/mapper/key_hash.h"
#include "sw/mapper/mapping.h"

namespace uvea::mapper {

/// What a row (n, g, u, h, ft) brings, the mean over those of a unit: several rows may need the same
/// slot, and what is needed of an aligned block of DRAM comes with one read, from the first byte to
/// the last (hw/glb/iact_pieces.h).
struct RowRead {
  double bytes = 0;
  double transactions = 0;
};

/// Of one layer on one chip: the pieces of some units, spread over the layer, joined as the chip joins
/// them.
class RowReads {
 public:
  /// `block`: channels together in DRAM; 0: as the mapping has them. `density`: of compressed iacts.
  RowReads(const nn::ConvLayer& layer, const ChipSizes& sizes, int block, double density);

  /// Counted once for mappings whose units are alike.
  RowRead of(const Derived& d, const Mapping& mapping);

 private:
  struct Slots;
  /// What comes together (footprint.h): a pass's rows of a step or of a block, or those of all passes
  /// of a resident block.
  struct Units {
    bool resident = false;
    std::int64_t steps = 1;     ///< of one
    std::int64_t in_depth = 1;  ///< one behind the other for the same steps
    std::int64_t all = 1;
  };
  Units units_of(const Derived& d, const Mapping& mapping) const;
  struct Place {
    int g = 0, n = 0;         ///< of the PE columns' splits
    std::int64_t number = 0;  ///< of the row tile, counted through the images
    int q = 0;                ///< reduction index
  };
  RowRead counted(const Derived& d, const Mapping& mapping) const;
  void add_unit(const Derived& d, const Mapping& mapping, const Units& units, std::int64_t unit,
                Slots& slots) const;
  void add_step(const Derived& d, const Mapping& mapping, std::int64_t p, std::int64_t te,
                Slots& slots) const;
  void add_row(const Derived& d, const Mapping& mapping, const Place& at, Slots& slots) const;
  RowRead joined(const Slots& slots, bool compressed) const;

  const nn::ConvLayer& layer_;
  const nn::ConvGeometry& geo_;
  const ChipSizes& sizes_;
  const int block_;
  const double density_;
  ByNumbers<13, RowRead> known_;
};

}  // namespace uvea::mapper
