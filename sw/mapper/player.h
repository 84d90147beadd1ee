#pragma once
// The player of a mapping's bursts: what play() (play.h) sets up and runs. The iacts' side, from
// DRAM to the PEs, is in player_iacts.cpp, the rest in play.cpp. Inside the mapper only.

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "sw/mapper/bus.h"
#include "sw/mapper/play.h"

namespace uvea::mapper {

/// A row of iacts and the PEs that take it at a step (hw/glb: one burst for each of its chunks).
struct Row {
  bool null = false;
  int n = 0, g = 0, u = 0, h = 0, tile = 0;
  int port = 0;                       ///< cluster of the chain x bank
  std::size_t first_pe = 0, pes = 0;  ///< in the player's list
  bool same(const Row& o) const {
    return null == o.null && tile == o.tile &&
           (null || (n == o.n && g == o.g && u == o.u && h == o.h));
  }
};

/// A step to be played.
struct Step {
  int block = 0, tm = 0, p = 0;
  std::int64_t te = 0;
  bool block_begins = false, pass_begins = false, pass_ends = false, epoch_begins = false,
       epoch_ends = false;
  std::size_t first_row = 0, rows = 0;  ///< in the player's list
  /// By row: in the FIFO from (through), else its number among the writes of its bank.
  std::vector<std::int64_t> from;
  Cycle end = 0;
};

/// The port of a bank and the off-chip side behind it (docs/timing.md: iact bank, DMA).
struct IactPort {
  Cycle free = 0;     ///< towards the routers and, for writes, the bank
  Cycle io_free = 0;  ///< from DRAM
  std::deque<std::pair<Cycle, std::int64_t>> writes;  ///< arrivals, words
  std::int64_t written = 0, planned = 0;              ///< rows
};

constexpr Cycle kInUse = -1;

/// Units of rows that a cluster has asked for (hw/glb/iact_fetcher.h).
struct Units {
  std::deque<std::pair<std::vector<std::int64_t>, Cycle>> held;  ///< words per bank, given up at
  std::vector<std::int64_t> used;
  std::size_t next = 0;  ///< step whose unit is to be asked for
  Cycle asked = 0;
};

class Player {
 public:
  Player(const PlayLayer& layer, const Mapping& mapping, const Derived& derived,
         const ChipSizes& sizes, const TileSample& tiles, IactDraws& draws);

  double run();

 private:
  struct Counts {
    std::int64_t tg, blocks, tm, p, steps;
  };
  struct Place {
    int g, n, e, m;
  };

  PlayPe& pe(int v, int x) { return pes_[static_cast<std::size_t>(v * columns_ + x)]; }
  std::size_t banks() const { return static_cast<std::size_t>(sizes_.iact_banks); }
  bool resident() const { return mp_.iact_source == IactSource::resident; }
  Place place(int x) const {
    const AxisSplit& s = mp_.pe_cols;
    return {x / (s.e * s.m * s.n), x / (s.e * s.m) % s.n, x % s.e, x / s.e % s.m};
  }

  void list_steps();
  void turn(const Step& step, bool first);
  Cycle weights_come(std::size_t row, double bytes);
  void plan(Step& step);
  void ask();
  bool ask_unit(int cluster);
  void give_up(std::size_t at);
  void load_weights(const Step& step);
  void play_step(std::size_t at);
  void send(const Row& row, std::int64_t from, int j);
  void drain_writes(IactPort& port, Cycle until);
  void psums_out(const Step& step, int x, std::size_t slot, int windows, bool last);
  void make_chunk(const Row& row, int j);
  int windows_before(int tile, int j) const;
  int burst_words(bool null) const;
  std::int64_t write_of(const Step& step, const Row& row) const;
  double whole_layer() const;

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
  std::vector<PlayPe> pes_;
  Counts whole_{}, part_{};
  std::vector<Step> steps_;
  std::map<std::array<std::int64_t, 3>, std::pair<std::size_t, std::size_t>> plans_;
  std::vector<Row> row_list_;
  std::vector<std::pair<Row, int>> uses_;  ///< of the step being planned
  std::vector<int> pe_list_;
  std::vector<Cycle> weight_port_;
  double link_free_ = 0;           ///< of weights, iacts and oacts that were asked for
  double weights_share_link_ = 1;  ///< weight ports that each one stands for
  std::vector<std::deque<std::pair<Cycle, double>>> buffered_;  ///< tiles: sent at, bytes
  std::vector<IactPort> ports_;
  std::vector<Units> units_;
  std::vector<std::int64_t> block_first_;  ///< writes before the block, by port
  std::vector<Cycle> bank_;                ///< psum bank and output lane, free from
  std::vector<Cycle> done_;
  std::vector<char> null_, active_;  ///< PE row without a reduction index; column at work
  std::vector<Cycle> written_;       ///< psums in their bank, by slot and column
  PlayChunk chunk_;
  Bus iact_bus_, weight_bus_, psum_bus_in_, psum_bus_out_;
};

}  // namespace uvea::mapper
