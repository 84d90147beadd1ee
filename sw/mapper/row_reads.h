#pragma once
// What of cut iact rows crosses the DRAM's socket. Inside the mapper only.

#include <map>
#include <tuple>

#include "sw/mapper/footprint.h"
#include "sw/mapper/mapping.h"

namespace uvea::mapper {

/// Of one layer whose iacts lie raw: the columns that a tile needs of a row, and what lies between
/// those of several rows, where an aligned block of DRAM holds them together: it comes with one read,
/// from the first byte to the last (hw/glb/iact_pieces.h).
class CutRows {
 public:
  CutRows(const nn::ConvGeometry& geo, const ChipSizes& sizes) : geo_(geo), sizes_(sizes) {}

  /// Mean bytes a row of a tile, of slots with so many channels. Counted once for equal tiles.
  double bytes(const Derived& d, const Mapping& mapping, int channels);

 private:
  double counted(const Derived& d, int columns_e, int unit_steps, int channels) const;

  const nn::ConvGeometry& geo_;
  const ChipSizes& sizes_;
  std::map<std::tuple<int, int, int, int, int, int>, double> known_;
};

}  // namespace uvea::mapper
