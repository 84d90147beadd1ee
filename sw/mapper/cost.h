#pragma once
// An analytic estimate of what a mapping costs. It ranks mappings; the model is what measures.
//
// A pass (tg, te2, tm, p) loads one set of weight tiles and runs the e_block row tiles. A
// step, one row tile of it, takes as long as the slowest of
//   PE        F0 windows of CSC: non-zero iacts x words of their column (one cycle where there is
//             none); raw: columns x ceil(M0/simd);
//             and the depth of the PE pipeline for every chunk
//   iacts     words of the fullest bank, one a cycle; twice when they also go into the bank
//   (stream) psums     words of a PE column; twice when read and written (more than one pass)
// Loads that cannot be hidden are added: weights without double buffering, iacts whose unit does
// not fit the store twice. The whole is never shorter than the DRAM traffic takes, nor than the
// DMA's bursts do, of which so many are in flight for the memory's latency.

#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "sw/mapper/footprint.h"
#include "sw/mapper/mapping.h"

namespace uvea::mapper {

struct Estimate {
  double cycles = 0;
  double dram_bytes = 0;   ///< iacts and weights read
  double utilisation = 0;  ///< nominal MACs / (cycles x all MACs)
};

/// Estimates mappings of one layer, not turned ones, on one chip. The layer must outlive it.
class CostModel {
 public:
  CostModel(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts);

  /// The mapping must be legal but for the capacity of the weight SPads.
  Estimate estimate(const Mapping& mapping);

  /// PE cycles of one step; the rest of a step can only make it longer.
  double step_cycles(const Derived& d, const Mapping& mapping);

  /// Expected words of a weight tile; CSC from a sample of the values.
  double tile_words(const Derived& d, const Mapping& mapping);

  /// Words of the fullest bank for one resident block.
  std::int64_t block_bank_words(const Derived& d, const Mapping& mapping);

 private:
  double column_words(int m0);
  /// DRAM bursts for one iact slot, weight tile, oact row tile.
  double slots_of_row(const Mapping& mapping) const;
  double slot_bursts(const Derived& d, const Mapping& mapping);
  double weight_bursts(const Derived& d, const Mapping& mapping);
  double oact_bursts(const Derived& d, const Mapping& mapping);
  double bursts_of(std::int64_t bytes, std::int64_t grain);
  const BankRows& block(const Derived& d, const Mapping& mapping);

  const nn::ConvLayer& layer_;
  ChipSizes sizes_;
  double density_;
  int iact_block_;  ///< channels together in DRAM; 0: as the mapping has them
  int iact_word_bytes_, weight_word_bytes_;  ///< in DRAM
  std::vector<double> column_words_;         ///< by M0, negative: not sampled yet
  std::map<std::tuple<int, int, int, int, int, int, int, int>, BankRows> blocks_;
  std::map<std::pair<std::int64_t, std::int64_t>, double> bursts_;
};

/// The same for a single mapping.
Estimate estimate(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes,
                  const IactForecast& iacts);

}  // namespace uvea::mapper
