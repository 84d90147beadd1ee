#include <algorithm>
#include <cmath>
#include <tuple>

#include "sw/csc/word_format.h"
#include "sw/mapper/footprint.h"
#include "sw/mapper/player.h"

namespace uvea::mapper {

int Player::windows_before(int tile, int j) const {
  const int windows = tile + 1 < d_.ft ? d_.f0 : geo_.out_w - (d_.ft - 1) * d_.f0;
  return std::min(j * mp_.windows, windows - (d_.chunks - j));
}

int Player::burst_words(bool null) const {
  if (null || (mp_.csc && chunk_.entries == 0)) return csc::kIactHeaderWords;
  if (!mp_.csc)
    return csc::kIactHeaderWords +
           static_cast<int>(ceil_div(chunk_.segments * d_.segment_len, csc::kRawPerWord));
  const int more = std::max(chunk_.segments - csc::kLengthsInHeader, 0);
  return csc::kIactHeaderWords + static_cast<int>(ceil_div(more, csc::kSegmentLengthsPerWord) +
                                                  ceil_div(chunk_.entries, csc::kPairsPerWord));
}

/// The number of a row among the writes of its bank: a block's rows come by reduction tile, then
/// by input row.
std::int64_t Player::write_of(const Step& step, const Row& row) const {
  const std::int64_t rows =
      layer_.block_rows[static_cast<std::size_t>(row.port % sizes_.iact_banks)];
  const std::int64_t e_block = std::min(mp_.e_block, d_.te);
  const std::int64_t first = std::int64_t{step.block} * e_block;
  const double inside = (static_cast<double>(step.te - first) + 1) / static_cast<double>(e_block);
  const double share = (row.u + inside) / d_.ut;
  const auto rank = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(rows)));
  return block_first_[static_cast<std::size_t>(row.port)] + std::clamp<std::int64_t>(rank, 1, rows);
}

/// The rows of a step, as hw/glb/iact_plan.h deals them out.
void Player::plan(Step& step) {
  const bool partial = (step.tm + std::int64_t{1}) * d_.split_m > d_.m_tiles;
  const auto [at, fresh] = plans_.try_emplace({partial ? step.tm : -1, step.p, step.te});
  if (!fresh) {
    std::tie(step.first_row, step.rows) = at->second;
    return;
  }
  const int r_all = geo_.kernel_h, banks = sizes_.iact_banks;
  uses_.clear();
  step.first_row = row_list_.size();
  for (int x = 0; x < columns_; ++x) {
    const Place place_of = place(x);
    if (place_of.g >= geo_.groups || step.tm * d_.split_m + place_of.m >= d_.m_tiles) continue;
    const std::int64_t number = step.te * d_.split_e + place_of.e;
    for (int v = 0; v < rows_; ++v) {
      const int q = step.p * d_.v + v;
      if (q >= d_.q) continue;
      Row row;
      const std::int64_t of_image = number % d_.row_tiles;
      const std::int64_t n = number / d_.row_tiles * d_.split_n + place_of.n;
      row.null = n >= geo_.batch;
      if (!row.null) {
        const auto e = static_cast<int>(of_image % geo_.out_h);
        row.tile = static_cast<int>(of_image / geo_.out_h);
        row.n = static_cast<int>(n);
        row.g = place_of.g;
        row.u = q / r_all;
        row.h = e * geo_.stride_h + q % r_all * geo_.dilation_h - geo_.pad_top;
        row.null = layer_.padding_skipped && (row.h < 0 || row.h >= geo_.in_h);
      }
      const int bank =
          row.null ? 0 : ((row.n + row.g + row.u + row.h + row.tile) % banks + banks) % banks;
      row.port = v / sizes_.pe_rows * banks + bank;
      uses_.emplace_back(row, v * columns_ + x);
    }
  }
  // One burst for all that take the same row of a cluster's, in the order of the first of them.
  for (std::size_t i = 0; i < uses_.size(); ++i) {
    if (uses_[i].second < 0) continue;
    Row row = uses_[i].first;
    row.first_pe = pe_list_.size();
    for (std::size_t o = i; o < uses_.size(); ++o) {
      auto& [other, pe] = uses_[o];
      if (pe < 0 || !other.same(row) || other.port / banks != row.port / banks) continue;
      pe_list_.push_back(pe);
      pe = -1;
    }
    row.pes = pe_list_.size() - row.first_pe;
    row_list_.push_back(row);
  }
  step.rows = row_list_.size() - step.first_row;
  at->second = {step.first_row, step.rows};
}

/// Asks for every unit of which it is known when it has room.
void Player::ask() {
  for (int cluster = 0; cluster < mp_.chain; ++cluster)
    while (ask_unit(cluster)) {
    }
}

bool Player::ask_unit(int cluster) {
  Units& u = units_[static_cast<std::size_t>(cluster)];
  if (u.next == steps_.size()) return false;
  const auto banks = this->banks();
  Step& step = steps_[u.next];
  plan(step);
  step.from.resize(step.rows, 0);
  const bool block = resident();
  if (block && !step.block_begins) {
    ++u.next;
    return true;
  }
  // Words that the unit may take at most, and how many rows come.
  std::vector<std::int64_t> rows(banks, 0);
  if (block) {
    rows = layer_.block_rows;
  } else {
    for (std::size_t r = 0; r < step.rows; ++r) {
      const Row& row = row_list_[step.first_row + r];
      if (!row.null && row.port / sizes_.iact_banks == cluster)
        ++rows[static_cast<std::size_t>(row.port % sizes_.iact_banks)];
    }
  }
  const std::int64_t room =
      mp_.iact_source == IactSource::through ? sizes_.io_fifo_words : sizes_.iact_bank_words;
  const auto fits = [&] {
    if (u.held.size() >= static_cast<std::size_t>(sizes_.iact_units_ahead)) return false;
    for (std::size_t b = 0; b < banks; ++b)
      if (u.used[b] + rows[b] * row_words_ > room) return false;
    return true;
  };
  u.asked = std::max(u.asked, start_);
  while (!u.held.empty() && !fits()) {
    if (u.held.front().second == kInUse) return false;
    u.asked = std::max(u.asked, u.held.front().second);
    for (std::size_t b = 0; b < banks; ++b) u.used[b] -= u.held.front().first[b];
    u.held.pop_front();
  }
  ++u.next;
  std::vector<std::int64_t> words(banks, 0);
  for (std::size_t b = 0; b < banks; ++b) u.used[b] += words[b] = rows[b] * row_words_;
  u.held.emplace_back(std::move(words), kInUse);
  // Its rows arrive one after another through the port of their bank.
  const double io = layer_.row_cycles;
  for (std::size_t b = 0; b < banks; ++b) {
    IactPort& port = ports_[static_cast<std::size_t>(cluster) * banks + b];
    const Cycle from = std::max(port.io_free, u.asked + arrival_latency_);
    const int number = cluster * sizes_.iact_banks + static_cast<int>(b);
    if (mp_.iact_source == IactSource::through) {
      std::int64_t i = 0;
      for (std::size_t r = 0; r < step.rows; ++r) {
        const Row& row = row_list_[step.first_row + r];
        if (!row.null && row.port == number)
          step.from[r] = from + static_cast<Cycle>(std::ceil(static_cast<double>(++i) * io));
      }
    } else {
      for (std::int64_t i = 0; i < rows[b]; ++i)
        port.writes.emplace_back(
            from + static_cast<Cycle>(std::ceil(static_cast<double>(i + 1) * io)), mean_words_);
      if (!block) {
        std::int64_t i = port.planned;
        for (std::size_t r = 0; r < step.rows; ++r) {
          const Row& row = row_list_[step.first_row + r];
          if (!row.null && row.port == number) step.from[r] = ++i;
        }
      } else {
        block_first_[static_cast<std::size_t>(cluster) * banks + b] = port.planned;
      }
      port.planned += rows[b];
    }
    port.io_free = from + static_cast<Cycle>(std::ceil(static_cast<double>(rows[b]) * io));
  }
  return true;
}

/// All ports have left the step, or the block.
void Player::give_up(std::size_t at) {
  const bool block_ends = at + 1 == steps_.size() || steps_[at + 1].block_begins;
  if (resident() && !block_ends) return;
  const auto banks = this->banks();
  for (std::size_t cluster = 0; cluster < units_.size(); ++cluster) {
    Cycle last = 0;
    for (std::size_t b = 0; b < banks; ++b) last = std::max(last, ports_[cluster * banks + b].free);
    // The units in use are given up in order; this one is the oldest without a moment.
    for (auto& held : units_[cluster].held) {
      if (held.second != kInUse) continue;
      held.second = last;
      break;
    }
  }
}

void Player::drain_writes(IactPort& port, Cycle until) {
  // Writes go while a read waits for its receivers (iact_bank_port.h).
  while (!port.writes.empty() && std::max(port.free, port.writes.front().first) < until) {
    port.free = std::max(port.free, port.writes.front().first) + port.writes.front().second;
    port.writes.pop_front();
    ++port.written;
  }
}

void Player::make_chunk(const Row& row, int j) {
  const int overlap = d_.segments_per_window - 1;
  chunk_.windows = windows_before(row.tile, j + 1) - windows_before(row.tile, j);
  chunk_.segments = chunk_.windows + (j == 0 ? overlap : 0);
  chunk_.last = j + 1 == d_.chunks;
  chunk_.entries = 0;
  if (row.null) {
    // A dense PE works on the zeros, too; their space is not worth a rule of its own.
    std::fill_n(chunk_.iacts.begin(), chunk_.segments,
                sizes_.sparse ? 0U : (1U << d_.segment_len) - 1U);
    if (!sizes_.sparse) chunk_.entries = chunk_.segments * d_.segment_len;
    return;
  }
  const int first =
      row.tile * d_.f0 * geo_.stride_w + row.u % d_.st * d_.s0 * geo_.dilation_w - geo_.pad_left;
  const int segment = j == 0 ? 0 : windows_before(row.tile, j) + overlap;
  const int used = std::min(mp_.c0, geo_.in_c_per_group() - row.u / d_.st * mp_.c0);
  const std::uint32_t channels = (1U << used) - 1U;
  const bool rows_outside = row.h < 0 || row.h >= geo_.in_h;
  for (int s = 0; s < chunk_.segments; ++s) {
    std::uint32_t mask = 0;
    for (int u = 0; u < d_.seg_cols; ++u) {
      const int w = first + (segment + s) * geo_.stride_w + u;
      const bool pad = rows_outside || w < 0 || w >= geo_.in_w;
      if (!mp_.csc) {
        mask |= ((1U << mp_.c0) - 1U) << (u * mp_.c0);
      } else if (!pad) {
        mask |= (channels & draws_.take(mp_.c0)) << (u * mp_.c0);
      } else if (!layer_.padding_skipped) {
        mask |= channels << (u * mp_.c0);
      }
    }
    chunk_.iacts[static_cast<std::size_t>(s)] = mask;
    chunk_.entries += count_bits(mask);
  }
}

/// A chunk of a row to its PEs (rule 2, and the router: when the slowest of them is ready).
void Player::send(const Row& row, std::int64_t from, int j) {
  IactPort& port = ports_[static_cast<std::size_t>(row.port)];
  make_chunk(row, j);
  Cycle offer = port.free;
  if (!row.null) {
    if (mp_.iact_source == IactSource::through) {
      offer = std::max(offer, from);
    } else {
      while (port.written < from && !port.writes.empty()) {
        port.free = std::max(port.free, port.writes.front().first) + port.writes.front().second;
        port.writes.pop_front();
        ++port.written;
      }
      offer = port.free;
    }
  }
  Cycle ready = offer;
  const int* const first = pe_list_.data() + row.first_pe;
  const int* const last = first + row.pes;
  for (const int* p = first; p != last; ++p)
    ready = std::max(ready, pes_[static_cast<std::size_t>(*p)].iact_ready(offer, chunk_));
  if (mp_.iact_source != IactSource::through) drain_writes(port, ready);
  const int each = sizes_.iact_bits + (mp_.csc ? sizes_.count_bits : 0);
  const double bits = row.null ? 0 : static_cast<double>(chunk_.entries) * each;
  const Cycle start = iact_bus_.grant(std::max(ready, port.free), bits);
  port.free = start + iact_bus_.lasts(burst_words(row.null), bits);
  const Cycle end = port.free + iact_hops_;
  for (const int* p = first; p != last; ++p)
    done_[static_cast<std::size_t>(*p)] = pes_[static_cast<std::size_t>(*p)].work(chunk_, end);
}

}  // namespace uvea::mapper
