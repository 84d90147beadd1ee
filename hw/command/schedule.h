#pragma once
// The loop nest of a layer as one cluster sees it. Every sequencer of the cluster (iact, weight,
// psum, output) steps through the same nest by itself, so nothing has to be told step by step.
//
//   pass   one reduction pass of an M tile over a block of row tiles
//   round  the passes of one reduction pass for the M tiles of an M block (m_block of them, the last
//          ones may be fewer), whose psums stand in the GLB side by side
//   nest   tg, te2 (blocks of row tiles), M blocks, rounds (p), passes (tm), the innermost last
//   step   one row tile (an output row, or a part of it) per PE column inside a pass; `chunks`
//          bursts each. Row tiles are numbered through the images that are dealt out in time, so
//          that a block may reach over several
//   epoch  the passes during which a PE keeps its weights: all of a group's when M and the
//          reduction fit the array at once, else a single pass

#include <cstdint>
#include <optional>
#include <vector>

#include "hw/command/layer_command.h"

namespace uvea::hw {

struct Pass {
  std::int64_t index = 0;
  int tg = 0, te2 = 0, tm = 0, p = 0;
  std::int64_t round = 0;  ///< index of its round's first pass
  std::int64_t block = 0;  ///< of the first pass of its group's block of row tiles
};

/// What a PE column works at during a pass.
struct ColumnWork {
  bool group_valid = false;    ///< its group exists
  bool active = false;         ///< its group and its M tile exist: it makes psums
  bool origin_active = false;  ///< the same for the column that its iacts are fetched for
  int g = 0, mt = 0;
};

/// A tile of an output row of an image.
struct RowTile {
  int e = -1;  ///< -1: past the last one, or of an image too many; PEs are fed nulls as for a first
               ///< tile
  int tile = 0;
  int n = 0;
  bool valid() const { return e >= 0; }
};

class Schedule {
 public:
  Schedule() = default;
  /// For the cluster at (row, col) of the mesh.
  Schedule(const LayerCommand& command, const ChipConfig& config, int row, int col);

  bool used() const { return used_; }  ///< the cluster takes part in the layer
  int chain_position() const { return chain_position_; }
  bool chain_first() const { return chain_position_ == 0; }
  bool chain_last() const { return chain_position_ == command_.chain - 1; }
  /// The cluster fetches its own iacts / weights from DRAM, rather than from a neighbour.
  bool iact_origin() const;
  bool weight_origin() const;

  std::int64_t passes() const { return passes_; }
  Pass pass(std::int64_t index) const;
  int reduction_passes() const { return p_; }
  int steps(const Pass& pass) const;  ///< row tiles of the pass, per column
  int steps_in_e() const { return te_; }
  /// M tiles that go through the reduction together.
  int m_block() const { return m_block_; }
  /// Place of the pass's M tile among them.
  int in_m_block(const Pass& pass) const { return pass.tm % m_block_; }
  /// Rows before this pass, for the row tags (modulo 2^7 in the header).
  std::int64_t first_row(const Pass& pass) const;

  bool epoch_starts(const Pass& pass) const;
  /// Chunks of psums that one column makes in the epoch that starts with this pass.
  std::int64_t epoch_chunks(const Pass& pass) const;

  /// Number of the weight stream of PE row v; clusters with the same groups and output channels at
  /// the same place of a chain share theirs. Nothing where no tile is the row's.
  std::optional<std::uint64_t> weight_stream(int v) const;
  /// Times that each segment of a weight stream is read: a group's tiles for each of its blocks of
  /// row tiles, where its PEs do not keep them. Where it is 1, the stream is one segment.
  std::int64_t weight_rounds() const { return tm_ * p_ > 1 ? std::int64_t{te2_} : 1; }
  /// The round, counted over all segments, that the tiles of a pass belong to.
  std::int64_t weight_round(const Pass& pass) const;

  ColumnWork column(const Pass& pass, int x) const;
  /// What column x makes at a step: output row e, tile `tile` of it, image n.
  RowTile row_tile(const Pass& pass, int step, int x) const;
  /// Input row that filter row r needs for output row e; outside 0..H-1 for padding.
  int input_row(int e, int r) const {
    return e * command_.stride_h + r * command_.dilation_h - command_.pad_top;
  }
  /// Reduction index of PE row v, or -1 when past the end.
  int reduction(const Pass& pass, int v) const;

  /// control.serial_io: what is processed between a load and the next dump, the same in all
  /// clusters; passes in their order. Where the iacts of a block are resident, an M block of it;
  /// else a round.
  std::int64_t io_phase(const Pass& pass) const;
  std::int64_t io_phases() const { return std::int64_t{tg_} * te2_ * phases_of_block(); }

  const LayerCommand& command() const { return command_; }

 private:
  struct Index {
    int g = 0, n = 0, e = 0, m = 0;
  };
  int rounds_of_phase() const { return command_.iact_source == IactSource::resident ? p_ : 1; }
  std::int64_t phases_of_block() const { return std::int64_t{m_blocks_} * p_ / rounds_of_phase(); }
  std::int64_t passes_of_block() const { return std::int64_t{tm_} * p_; }

  LayerCommand command_;
  int pe_rows_ = 1, pe_cols_ = 1;
  bool used_ = false;
  int chain_position_ = 0;
  Index row_, col_;
  std::vector<Index> pe_;
  Index split_;  // totals over the three axes
  int tg_ = 1, te_ = 1, te2_ = 1, tm_ = 1, p_ = 1;
  int m_block_ = 1, m_blocks_ = 1;
  std::int64_t passes_ = 0;
};

}  // namespace uvea::hw
