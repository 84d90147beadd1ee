#pragma once
// What a mapping costs: the hardware's own rules with the configuration's numbers, nothing fitted.
//
//   bound()     each resource by itself with all that it has to do, at the mean of the layer's
//               densities; the layer cannot take less. Cheap.
//   estimate()  the bound, or what the bursts take that are played through the rules chunk by chunk
//               (play.h), whichever is more; and never less than a DRAM of finite bandwidth takes.

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "sw/mapper/certificate.h"
#include "sw/mapper/footprint.h"
#include "sw/mapper/key_hash.h"
#include "sw/mapper/mapping.h"
#include "sw/mapper/play.h"
#include "sw/mapper/row_reads.h"
#include "sw/mapper/tile_sample.h"

namespace uvea::mapper {

/// What moves, and what it takes; exact but for the zeros, which are expected.
struct Moved {
  double dram_bytes = 0;  ///< iacts and weights read, oacts written
  double energy = 0;      ///< in MACs of 16 bits (EnergyCosts)
};

struct Estimate {
  double cycles = 0;
  double bound = 0;       ///< no less in any case
  double dram_bytes = 0;  ///< as in Moved
  double energy = 0;
  double utilisation = 0;  ///< nominal MACs / (cycles x all MACs)
};

/// Estimates mappings of one layer, not turned ones, on one chip. The layer must outlive it.
class CostModel {
 public:
  /// `known`: iacts are zero where these are, not spread evenly; they must outlive the model, too.
  CostModel(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts,
            const EnergyCosts& energy = {}, const KnownIacts* known = nullptr);
  CostModel(const CostModel&) = delete;
  CostModel& operator=(const CostModel&) = delete;

  /// The mapping must be legal but for the capacity of the weight SPads.
  Estimate estimate(const Mapping& mapping);
  /// Part of every mapping's estimate.
  double bound(const Mapping& mapping) { return bound(mapping, true); }
  /// The same without the DRAM and the buses, which take longest to look at: no more than bound().
  double rough_bound(const Mapping& mapping) { return bound(mapping, false); }

  Moved traffic(const Mapping& mapping);
  /// Of any mapping: every weight and every iact is read once, every oact written.
  double least_bytes() const;
  double least_energy() const;
  /// Whether bytes off the chip can be what a layer takes: a link, or a DRAM with a bus.
  bool off_chip_limits() const { return sizes_.io_link_bits > 0 || sizes_.dram_bus_limits; }
  /// What so many of them take at least; 0 where nothing limits them.
  double off_chip_cycles(double bytes) const;

  /// PE cycles from a chunk to the next one, the mean over the layer: rules 3, 4, 6 and 8.
  double chunk_cycles(const Derived& d, const Mapping& mapping);
  /// The least cycles of any mapping with this tile (mode, c0, m0, s0, f0, windows).
  double tile_bound(const Derived& d, const Mapping& mapping);
  /// The least cycles of any mapping with this tile and these splits.
  double split_bound(const Derived& d, const Mapping& mapping);

  /// Expected words of a weight tile, header and column ends not counted.
  double tile_words(const Derived& d, const Mapping& mapping);

 private:
  double bound(const Mapping& mapping, bool whole);
  const TileSample& tile(const Derived& d, const Mapping& mapping);
  double window_cycles(const Derived& d, const Mapping& mapping);
  double slowest_over_mean(int pes, int iacts);
  double slowest_of_column(const Derived& d, const Mapping& mapping);
  double psum_beats_of(const Derived& d, const Mapping& mapping) const;
  double rows_sent(const Derived& d, const Mapping& mapping);
  double rows_fetched(const Derived& d, const Mapping& mapping);
  double row_cycles(const RowRead& row) const;
  double parameter_bytes(const Derived& d, const Mapping& mapping) const;
  double dram_bytes(const Derived& d, const Mapping& mapping);
  double energy(const Derived& d, const Mapping& mapping, double bytes);
  double mac_energy() const;
  double constant_cycles() const;
  /// Of the multicast buses of a flat NoC.
  struct BusBound {
    double weights = 0, data = 0;  ///< data: iacts or psums, whichever take longer
  };
  BusBound bus_bound(const Derived& d, const Mapping& mapping);
  double iact_bytes(const Derived& d, const Mapping& mapping);
  double oact_bytes() const;
  double dump_bound() const;
  /// Loads of iacts, with ChipSizes::serial_io.
  double loads_of(const Derived& d, const Mapping& mapping) const;

  const nn::ConvLayer& layer_;
  ChipSizes sizes_;
  double density_;
  EnergyCosts energy_;
  const KnownIacts* const known_;
  double weight_density_ = 1;
  int weight_word_bytes_;
  bool dense_weights_;
  bool padding_skipped_;
  double row_share_ = 1, column_share_ = 1;  ///< of taps that are not padding
  std::map<int, double> row_taps_;           ///< not padding, of an output row: shares of all rows
  IactDraws draws_;
  Plays plays_;
  ByNumbers<4, std::unique_ptr<TileSample>> tiles_;
  RowCounts rows_;
  RowReads row_reads_;
  ByNumbers<2, double> slowest_;
};

/// The same for a single mapping.
Estimate estimate(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes,
                  const IactForecast& iacts);

/// The same with the iacts that the layer has, of which `forecast` has the density: what the rules say
/// of a layer that was simulated.
Estimate estimate(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes,
                  const IactForecast& forecast, const nn::Tensor& iacts);

}  // namespace uvea::mapper
