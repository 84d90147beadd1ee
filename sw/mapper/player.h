#pragma once
// The player of a mapping's bursts: what play() (play.h) sets up and runs. The iacts' side, from
// DRAM to the PEs, is in player_iacts.cpp, the rest in play.cpp. Inside the mapper only.

#include <cstdint>

#include "sw/mapper/bus.h"
#include "sw/mapper/play.h"
#include "sw/mapper/play_buffers.h"

namespace uvea::mapper {

class Player {
 public:
  Player(const PlayLayer& layer, const Mapping& mapping, const Derived& derived,
         const ChipSizes& sizes, const TileSample& tiles, IactDraws& draws, PlayBuffers& buffers);

  double run();

 private:
  struct Counts {
    std::int64_t tg, blocks, m_blocks, p, tm, steps;  ///< tm: of an M block
  };

  PlayPe& pe(int v, int x) { return b_.pes[static_cast<std::size_t>(v * columns_ + x)]; }
  std::size_t banks() const { return static_cast<std::size_t>(sizes_.iact_banks); }
  bool resident() const { return mp_.iact_source == IactSource::resident; }
  /// A unit is larger than a step.
  bool large_units() const { return !layer_.unit_rows.empty(); }
  const Place& place(int x) const { return b_.places[static_cast<std::size_t>(x)]; }
  const RowPlan& plan_of(const Step& step) const { return b_.plans[step.plan]; }

  void clear_buffers();
  void list_steps();
  void turn(const Step& step, bool first);
  Cycle weights_come(std::size_t row, double bytes);
  void plan(Step& step);
  void plan_rows(const Step& step, RowPlan& plan);
  void ask();
  bool ask_unit(int cluster);
  void ask_port(const Step& step, std::size_t number, std::int64_t rows, Cycle asked);
  void find_writes(const Step& step, int cluster);
  void give_up(std::size_t at);
  void load_weights(const Step& step);
  void play_step(std::size_t at);
  void send(const Row& row, std::int64_t from, std::uint32_t* left, int j);
  void drain_writes(IactPort& port, Cycle until);
  const ChunkWork& work_of(const PlayTile& tile, Cycle busy);
  void psums_out(const Step& step, int x, std::size_t slot, int windows, bool last);
  void make_chunk(const Row& row, const std::uint32_t* left, int j);
  std::uint32_t iacts_at(const Row& row, int first_column, std::uint32_t channels);
  std::uint32_t values_at(const Row& row, int w, std::uint32_t channels);
  /// Its number among all of the layer's.
  std::int64_t row_tile(const Step& step, const Place& place) const {
    return step.te * d_.split_e + cluster_.e * mp_.pe_cols.e + place.e;
  }
  int m_tile(const Step& step, const Place& place) const {
    return step.tm * d_.split_m + cluster_.m * mp_.pe_cols.m + place.m;
  }
  int most_weights() const;
  int windows_before(int tile, int j) const;
  int burst_words(bool null) const;
  std::int64_t write_of(const Step& step, const Row& row) const;
  double whole_layer();

  const PlayLayer& layer_;
  const nn::ConvGeometry& geo_;
  const Mapping& mp_;
  const Derived& d_;
  const ChipSizes& sizes_;
  const TileSample& tiles_;
  IactDraws& draws_;
  int columns_, rows_;
  std::int64_t row_words_ = 0, mean_words_ = 0;
  Cycle arrival_latency_ = 0;
  // Cycles from a port to the farthest PE that takes a burst.
  Cycle iact_hops_ = 0, weight_hops_ = 0;
  Cycle start_ = 0, end_ = 0;
  ClusterPlace cluster_;  ///< that is played
  int first_group_ = 0;   ///< of its PE columns
  Counts part_{};         ///< that are played
  PlayPeSettings pe_settings_;
  PlayBuffers& b_;
  double link_free_ = 0;           ///< of weights, iacts and oacts that were asked for
  double weights_share_link_ = 1;  ///< weight ports that each one stands for
  double share_iacts_ = 1;         ///< clusters that take what one sends over a bus
  PlayChunk chunk_;
  std::size_t known_ = 0;  ///< kinds of work of this chunk
  Bus iact_bus_, weight_bus_, psum_bus_in_, psum_bus_out_;
};

}  // namespace uvea::mapper
