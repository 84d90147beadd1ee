#pragma once
// What a mapping gives each PE, port and link to do: the counts behind Eyexam's bounds (eyexam.h).
// Counted from geometry and weights, not simulated; every figure is a lower bound. Inside the
// mapper only.

#include <cstdint>
#include <string>
#include <vector>

#include "sw/mapper/mapping.h"

namespace uvea::mapper {

/// One PE over the whole layer.
struct PeLoad {
  /// Raw mode: cycles of its issue stage. CSC mode: MACs, those with a zero operand included.
  double work = 0;
  double weight_wait = 0;  ///< cycles in which its only weight buffer is filled
  double psum_wait = 0;    ///< cycles in which its only psum bank is read out
  double wait() const { return weight_wait + psum_wait; }
};

/// Cycles that a kind of resource needs for what it has to move.
struct Traffic {
  std::string what;    ///< in words
  double mean = 0;     ///< cycles, over all of the kind that are used
  double fullest = 0;  ///< cycles of the one with most to do
};

class TileLoads {
 public:
  /// For a layer and a mapping that is not turned.
  TileLoads(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes);

  const Derived& derived() const { return d_; }
  /// Tiles: what one PE works on for one row tile.
  double tiles() const;
  double full_tiles() const;  ///< those with as many MACs as any
  double tile_macs() const;   ///< of a full tile
  double tile_work() const;   ///< of a full tile, in PeLoad::work's unit
  double total_work() const { return total_work_; }
  double used_pes() const;
  double busiest_work() const;
  /// PEs by their place in groups, output channels, reduction and rows, for the first place in the
  /// batch, which has the most images.
  const std::vector<PeLoad>& pes() const { return pes_; }
  double mean_wait() const;            ///< of all used PEs
  std::string words_of_waits() const;  ///< what the PE waits for that waits longest
  std::vector<Traffic> traffic() const;
  /// From the layer's start until the first weights are on their way to a PE, and from the last MAC
  /// until its oact is in DRAM.
  double start_cycles() const;
  double end_cycles() const;

 private:
  /// Row tiles at one place of the split over rows, of all its images.
  struct Rows {
    std::vector<double> inside;  ///< windows by filter row: those on a row that is not all zero
    double windows = 0;
    double beats = 0;   ///< of their psum bursts
    double bursts = 0;  ///< chunks
    double blocks = 0;  ///< weight loads for them
  };
  struct Place {
    int g, m, v;
  };

  void count_rows();
  void count_weight_words();
  void count_pes();
  PeLoad load_of(const Place& place, const Rows& rows) const;
  double lanes_of(int channels) const;
  int used(int count, int split) const { return count < split ? count : split; }
  Traffic psum_links() const;
  Traffic weight_ports() const;
  double dram_bytes() const;

  const nn::ConvLayer& layer_;
  const Mapping& mapping_;
  const ChipSizes& sizes_;
  const Derived d_;
  const bool kept_;  ///< weights stay for all rows and images: there is one pass over channels
  std::vector<Rows> rows_;           ///< by place
  std::vector<std::int32_t> words_;  ///< of a weight tile (g, mt, q), header not counted
  std::vector<PeLoad> pes_;
  double total_work_ = 0;
};

}  // namespace uvea::mapper
