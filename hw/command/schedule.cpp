#include "hw/command/schedule.h"

#include <algorithm>

#include "hw/command/ceil_div.h"

namespace uvea::hw {

Schedule::Schedule(const LayerCommand& command, const ChipConfig& config, int row, int col)
    : command_(command), pe_rows_(config.cluster.pe_rows), pe_cols_(config.cluster.pe_cols) {
  const LayerCommand& c = command_;
  const int site = row / c.chain;
  chain_position_ = row % c.chain;
  used_ = site < c.rows.product() && col < c.cols.product();

  // Mesh rows: g n e m, the last fastest.
  row_.m = site % c.rows.m;
  row_.e = site / c.rows.m % c.rows.e;
  row_.n = site / (c.rows.m * c.rows.e) % c.rows.n;
  row_.g = site / (c.rows.m * c.rows.e * c.rows.n);
  // Mesh columns: g m n e.
  col_.e = col % c.cols.e;
  col_.n = col / c.cols.e % c.cols.n;
  col_.m = col / (c.cols.e * c.cols.n) % c.cols.m;
  col_.g = col / (c.cols.e * c.cols.n * c.cols.m);
  // PE columns: g n m e.
  for (int x = 0; x < pe_cols_; ++x) {
    Index i;
    i.e = x % c.pes.e;
    i.m = x / c.pes.e % c.pes.m;
    i.n = x / (c.pes.e * c.pes.m) % c.pes.n;
    i.g = x / (c.pes.e * c.pes.m * c.pes.n);
    pe_.push_back(i);
  }
  split_.g = c.rows.g * c.cols.g * c.pes.g;
  split_.n = c.rows.n * c.cols.n * c.pes.n;
  split_.e = c.rows.e * c.cols.e * c.pes.e;
  split_.m = c.rows.m * c.cols.m * c.pes.m;
  tg_ = ceil_div(c.G, split_.g);
  te_ = ceil_div(ceil_div(c.N, split_.n) * c.row_tiles(), split_.e);
  te2_ = ceil_div(te_, c.e_block);
  tm_ = ceil_div(c.m_tiles(), split_.m);
  p_ = ceil_div(c.q(), pe_rows_ * c.chain);
  m_block_ = std::min(c.m_block, tm_);
  m_blocks_ = ceil_div(tm_, m_block_);
  passes_ = std::int64_t{tg_} * te2_ * passes_of_block();
}

bool Schedule::iact_origin() const {
  const NocMode mode = command_.iact_mode;
  const bool vertical = mode == NocMode::vertical || mode == NocMode::broadcast;
  const bool horizontal = mode == NocMode::horizontal || mode == NocMode::broadcast;
  return (!vertical || row_.m == 0) && (!horizontal || col_.m == 0);
}

bool Schedule::weight_origin() const {
  return command_.weight_mode == NocMode::unicast || (col_.n == 0 && col_.e == 0);
}

Pass Schedule::pass(std::int64_t index) const {
  Pass pass;
  pass.index = index;
  const std::int64_t blocks = index / passes_of_block(), in_block = index % passes_of_block();
  pass.block = index - in_block;
  pass.te2 = static_cast<int>(blocks % te2_);
  pass.tg = static_cast<int>(blocks / te2_);
  const std::int64_t of_m_block = std::int64_t{m_block_} * p_;
  const int first = static_cast<int>(in_block / of_m_block) * m_block_;
  const int tiles = std::min(m_block_, tm_ - first);
  const auto at = static_cast<int>(in_block % of_m_block);
  pass.p = at / tiles;
  pass.tm = first + at % tiles;
  pass.round = index - at % tiles;
  return pass;
}

int Schedule::steps(const Pass& pass) const {
  const int begin = pass.te2 * command_.e_block;
  return begin + command_.e_block <= te_ ? command_.e_block : te_ - begin;
}

std::int64_t Schedule::first_row(const Pass& pass) const {
  return (std::int64_t{pass.tg} * te_ + std::int64_t{pass.te2} * command_.e_block) *
             passes_of_block() +
         (pass.index - pass.block) * steps(pass);
}

bool Schedule::epoch_starts(const Pass& pass) const {
  if (tm_ * p_ > 1) return true;
  return pass.te2 == 0;
}

std::int64_t Schedule::epoch_chunks(const Pass& pass) const {
  if (tm_ * p_ > 1) return std::int64_t{steps(pass)} * command_.chunks();
  return std::int64_t{te_} * command_.chunks();
}

std::optional<std::uint64_t> Schedule::weight_stream(int v) const {
  // Of all passes and columns the first ones have the lowest indices.
  const Pass first = pass(0);
  if (!column(first, 0).active || reduction(first, v) < 0) return std::nullopt;
  const LayerCommand& c = command_;
  const auto digit = [](std::uint64_t number, int size, int value) {
    return number * static_cast<std::uint64_t>(size) + static_cast<std::uint64_t>(value);
  };
  std::uint64_t number = digit(static_cast<std::uint64_t>(row_.g), c.cols.g, col_.g);
  number = digit(number, c.rows.m, row_.m);
  number = digit(number, c.cols.m, col_.m);
  number = digit(number, c.chain, chain_position_);
  return digit(number, pe_rows_, v);
}

std::int64_t Schedule::weight_round(const Pass& pass) const {
  if (weight_rounds() == 1) return 0;
  return std::int64_t{pass.tg} * te2_ + pass.te2;
}

std::int64_t Schedule::io_phase(const Pass& pass) const {
  const std::int64_t before = (std::int64_t{pass.tg} * te2_ + pass.te2) * phases_of_block();
  const std::int64_t rounds = std::int64_t{pass.tm / m_block_} * p_ + pass.p;
  return before + rounds / rounds_of_phase();
}

ColumnWork Schedule::column(const Pass& pass, int x) const {
  const LayerCommand& c = command_;
  ColumnWork work;
  if (!used_ || x >= c.pes.product()) return work;
  const Index& pe = pe_[static_cast<std::size_t>(x)];
  work.g = pass.tg * split_.g + (row_.g * c.cols.g + col_.g) * c.pes.g + pe.g;
  work.mt = pass.tm * split_.m + (row_.m * c.cols.m + col_.m) * c.pes.m + pe.m;
  const bool vertical = c.iact_mode == NocMode::vertical || c.iact_mode == NocMode::broadcast;
  const bool horizontal = c.iact_mode == NocMode::horizontal || c.iact_mode == NocMode::broadcast;
  const int origin_mt = pass.tm * split_.m +
                        ((vertical ? 0 : row_.m) * c.cols.m + (horizontal ? 0 : col_.m)) * c.pes.m +
                        pe.m;
  work.group_valid = work.g < c.G;
  work.active = work.group_valid && work.mt < c.m_tiles();
  work.origin_active = work.group_valid && origin_mt < c.m_tiles();
  return work;
}

RowTile Schedule::row_tile(const Pass& pass, int step, int x) const {
  const LayerCommand& c = command_;
  const int te = pass.te2 * c.e_block + step;
  const Index& pe = pe_[static_cast<std::size_t>(x)];
  const int number = te * split_.e + (row_.e * c.cols.e + col_.e) * c.pes.e + pe.e;
  const int tile = number % c.row_tiles();
  const int n = number / c.row_tiles() * split_.n + (row_.n * c.cols.n + col_.n) * c.pes.n + pe.n;
  if (n >= c.N) return {};
  return {tile % c.E, tile / c.E, n};
}

int Schedule::reduction(const Pass& pass, int v) const {
  const int q = pass.p * pe_rows_ * command_.chain + chain_position_ * pe_rows_ + v;
  return q < command_.q() ? q : -1;
}

}  // namespace uvea::hw
