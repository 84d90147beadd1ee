#include <algorithm>
#include <cmath>

#include "sw/csc/word_format.h"
#include "sw/mapper/footprint.h"
#include "sw/mapper/player.h"

namespace uvea::mapper {
namespace {

/// Of what is not below zero.
Cycle rounded_up(double value) {
  const auto whole = static_cast<Cycle>(value);
  return static_cast<double>(whole) < value ? whole + 1 : whole;
}

}  // namespace

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

/// The number of a row among the writes of its bank: a unit's rows come by reduction tile, then
/// by input row.
std::int64_t Player::write_of(const Step& step, const Row& row) const {
  const std::int64_t rows =
      layer_.unit_rows[static_cast<std::size_t>(row.port % sizes_.iact_banks)];
  const std::int64_t e_block = std::min(mp_.e_block, d_.te);
  const std::int64_t first = std::int64_t{step.block} * e_block;
  const double inside = (static_cast<double>(step.te - first) + 1) / static_cast<double>(e_block);
  int first_u = 0, us = d_.ut;
  if (!resident()) {
    first_u = step.p * d_.v / geo_.kernel_h;
    us = (std::min((step.p + 1) * d_.v, d_.q) - 1) / geo_.kernel_h - first_u + 1;
  }
  const double share = (row.u - first_u + inside) / us;
  const auto rank = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(rows)));
  return b_.unit_first[static_cast<std::size_t>(row.port)] +
         std::max<std::int64_t>(1, std::min(rank, rows));
}

/// The rows of a step, and a place for their moments.
void Player::plan(Step& step) {
  if (step.asked) return;
  RowPlan& plan = b_.plans[step.plan];
  if (!plan.known) plan_rows(step, plan);
  step.asked = true;
  step.first_from = b_.from.size();
  b_.from.resize(step.first_from + plan.rows, 0);
}

/// As hw/glb/iact_plan.h deals them out: one burst for all that take the same row of a cluster's, in
/// the order of the first of them.
void Player::plan_rows(const Step& step, RowPlan& plan) {
  const int r_all = geo_.kernel_h, banks = sizes_.iact_banks;
  plan.known = true;
  plan.first_row = b_.rows.size();
  plan.first_count = b_.row_counts.size();
  b_.row_counts.resize(plan.first_count + b_.ports.size(), 0);
  b_.uses.clear();
  for (int x = 0; x < columns_; ++x) {
    const Place& place_of = place(x);
    if (place_of.g >= geo_.groups || m_tile(step, place_of) >= d_.m_tiles) continue;
    const std::int64_t number = row_tile(step, place_of);
    const std::int64_t of_image = number % d_.row_tiles;
    const std::int64_t n =
        number / d_.row_tiles * d_.split_n + cluster_.n * mp_.pe_cols.n + place_of.n;
    const auto e = static_cast<int>(of_image % geo_.out_h);
    Row row;
    row.g = place_of.g;
    row.n = static_cast<int>(n);
    for (int v = 0; v < rows_; ++v) {
      const int q = step.p * d_.v + v;
      if (q >= d_.q) continue;
      row.null = n >= geo_.batch;
      row.tile = row.null ? 0 : static_cast<int>(of_image / geo_.out_h);
      row.u = q / r_all;
      row.h = e * geo_.stride_h + q % r_all * geo_.dilation_h - geo_.pad_top;
      if (!row.null) row.null = layer_.padding_skipped && (row.h < 0 || row.h >= geo_.in_h);
      const int bank =
          row.null ? 0 : ((row.n + row.g + row.u + row.h + row.tile) % banks + banks) % banks;
      row.port = v / sizes_.pe_rows * banks + bank;
      std::size_t found = plan.first_row;
      while (found < b_.rows.size() &&
             !(b_.rows[found].same(row) && b_.rows[found].port / banks == row.port / banks))
        ++found;
      if (found == b_.rows.size()) {
        b_.rows.push_back(row);
        b_.row_counts[plan.first_count + static_cast<std::size_t>(row.port)] += row.null ? 0 : 1;
      }
      ++b_.rows[found].pes;
      b_.uses.emplace_back(found, v * columns_ + x);
    }
  }
  plan.rows = b_.rows.size() - plan.first_row;
  std::size_t next = b_.row_pes.size();
  b_.row_pes.resize(next + b_.uses.size());
  for (std::size_t r = plan.first_row; r < b_.rows.size(); ++r) {
    b_.rows[r].first_pe = next;
    next += b_.rows[r].pes;
    b_.rows[r].pes = 0;
  }
  for (const auto& [r, pe] : b_.uses) b_.row_pes[b_.rows[r].first_pe + b_.rows[r].pes++] = pe;
}

/// Asks for every unit of which it is known when it has room.
void Player::ask() {
  for (int cluster = 0; cluster < mp_.chain; ++cluster)
    while (ask_unit(cluster)) {
    }
}

bool Player::ask_unit(int cluster) {
  Units& u = b_.units[static_cast<std::size_t>(cluster)];
  if (u.next == b_.steps.size()) return false;
  const auto banks = this->banks();
  Step& step = b_.steps[u.next];
  const bool large = large_units();
  if (large && !step.unit_begins) {
    plan(step);
    find_writes(step, cluster);
    ++u.next;
    return true;
  }
  const auto held = [&u] { return u.given_up.size() - u.oldest; };
  const auto most = static_cast<std::size_t>(sizes_.iact_units_ahead);
  u.asked = std::max(u.asked, start_);
  if (held() >= most && u.given_up[u.oldest] == kInUse) return false;
  plan(step);
  const std::size_t first_port = static_cast<std::size_t>(cluster) * banks;
  // How many rows come; they may take so many words at most.
  const std::int64_t* const rows =
      large ? layer_.unit_rows.data()
            : b_.row_counts.data() + plan_of(step).first_count + first_port;
  const std::int64_t room =
      mp_.iact_source == IactSource::through ? sizes_.io_fifo_words : sizes_.iact_bank_words;
  const auto fits = [&] {
    if (held() >= most) return false;
    for (std::size_t b = 0; b < banks; ++b)
      if (u.used[b] + rows[b] * row_words_ > room) return false;
    return true;
  };
  while (held() > 0 && !fits()) {
    if (u.given_up[u.oldest] == kInUse) return false;
    u.asked = std::max(u.asked, u.given_up[u.oldest]);
    for (std::size_t b = 0; b < banks; ++b) u.used[b] -= u.words[u.oldest * banks + b];
    ++u.oldest;
  }
  ++u.next;
  for (std::size_t b = 0; b < banks; ++b) {
    u.words.push_back(rows[b] * row_words_);
    u.used[b] += u.words.back();
  }
  u.given_up.push_back(kInUse);
  for (std::size_t b = 0; b < banks; ++b) ask_port(step, first_port + b, rows[b], u.asked);
  if (large) find_writes(step, cluster);
  return true;
}

/// Which writes bring the rows of a step, when its unit was asked for.
void Player::find_writes(const Step& step, int cluster) {
  const RowPlan& plan = plan_of(step);
  for (std::size_t r = 0; r < plan.rows; ++r) {
    const Row& row = b_.rows[plan.first_row + r];
    if (!row.null && row.port / sizes_.iact_banks == cluster)
      b_.from[step.first_from + r] = write_of(step, row);
  }
}

/// A unit's rows arrive one after another through the port of their bank.
void Player::ask_port(const Step& step, std::size_t number, std::int64_t rows, Cycle asked) {
  IactPort& port = b_.ports[number];
  const Cycle first = std::max(port.io_free, asked + arrival_latency_);
  const auto arrival = [&](std::int64_t row) {
    return first + rounded_up(static_cast<double>(row) * layer_.row_cycles);
  };
  const bool through = mp_.iact_source == IactSource::through;
  if (!through)
    for (std::int64_t i = 1; i <= rows; ++i) port.writes.push_back(arrival(i));
  if (large_units()) {
    b_.unit_first[number] = port.planned;
  } else {
    const RowPlan& plan = plan_of(step);
    std::int64_t i = 0;
    for (std::size_t r = 0; r < plan.rows; ++r) {
      const Row& row = b_.rows[plan.first_row + r];
      if (row.null || row.port != static_cast<int>(number)) continue;
      ++i;
      b_.from[step.first_from + r] = through ? arrival(i) : port.planned + i;
    }
  }
  if (!through) port.planned += rows;
  port.io_free = arrival(rows);
}

/// All ports have left the step, or the unit.
void Player::give_up(std::size_t at) {
  const bool unit_ends = at + 1 == b_.steps.size() || b_.steps[at + 1].unit_begins;
  if (large_units() && !unit_ends) return;
  const auto banks = this->banks();
  for (std::size_t cluster = 0; cluster < b_.units.size(); ++cluster) {
    Cycle last = 0;
    for (std::size_t b = 0; b < banks; ++b)
      last = std::max(last, b_.ports[cluster * banks + b].free);
    // The units in use are given up in order.
    Units& units = b_.units[cluster];
    if (units.oldest_in_use < units.given_up.size()) units.given_up[units.oldest_in_use++] = last;
  }
}

void Player::drain_writes(IactPort& port, Cycle until) {
  // Writes go while a read waits for its receivers (iact_bank_port.h).
  while (port.more_writes() && port.write_begins() < until) port.write(mean_words_);
}

void Player::make_chunk(const Row& row, const std::uint32_t* left, int j) {
  const int overlap = d_.segments_per_window - 1;
  const int before = windows_before(row.tile, j);
  chunk_.windows = windows_before(row.tile, j + 1) - before;
  chunk_.left = j == 0 ? 0 : overlap;
  chunk_.segments = chunk_.windows + overlap - chunk_.left;
  chunk_.last = j + 1 == d_.chunks;
  chunk_.entries = 0;
  for (int i = 0; i < chunk_.left; ++i) {
    const auto at = static_cast<std::size_t>(i);
    chunk_.iacts[at] = left[i];
    chunk_.counts[at] = static_cast<std::uint8_t>(count_bits(left[i]));
  }
  const std::uint32_t all = (1U << d_.segment_len) - 1U;
  if (row.null || !mp_.csc) {
    // A dense PE works on the zeros, too; their space is not worth a rule of its own.
    const std::uint32_t mask = row.null && sizes_.sparse ? 0U : all;
    for (int s = 0; s < chunk_.segments; ++s) chunk_.set(s, mask);
    return;
  }
  const int first =
      row.tile * d_.f0 * geo_.stride_w + row.u % d_.st * d_.s0 * geo_.dilation_w - geo_.pad_left;
  const int segment = j == 0 ? 0 : before + overlap;
  const int used = std::min(mp_.c0, geo_.in_c_per_group() - row.u / d_.st * mp_.c0);
  const std::uint32_t channels = (1U << used) - 1U;
  std::uint32_t of_segment = 0;
  for (int u = 0; u < d_.seg_cols; ++u) of_segment |= channels << (u * mp_.c0);
  const int begin = first + segment * geo_.stride_w;
  const int end = begin + (chunk_.segments - 1) * geo_.stride_w + d_.seg_cols;
  const bool inside =
      layer_.known == nullptr && row.h >= 0 && row.h < geo_.in_h && begin >= 0 && end <= geo_.in_w;
  for (int s = 0; s < chunk_.segments; ++s)
    chunk_.set(s, inside ? of_segment & draws_.take(d_.segment_len)
                         : iacts_at(row, begin + s * geo_.stride_w, channels));
}

/// Which of a pixel's channels are not zero.
std::uint32_t Player::values_at(const Row& row, int w, std::uint32_t channels) {
  if (layer_.known == nullptr) return draws_.take(mp_.c0);
  const int g = first_group_ + row.g;
  if (g >= geo_.groups) return 0;
  return layer_.known->at(row.n, row.h, w, g, row.u / d_.st * mp_.c0, count_bits(channels));
}

/// Of a segment some of whose columns may be padding.
std::uint32_t Player::iacts_at(const Row& row, int first_column, std::uint32_t channels) {
  const bool rows_outside = row.h < 0 || row.h >= geo_.in_h;
  std::uint32_t mask = 0;
  for (int u = 0; u < d_.seg_cols; ++u) {
    const int w = first_column + u;
    if (!rows_outside && w >= 0 && w < geo_.in_w)
      mask |= (channels & values_at(row, w, channels)) << (u * mp_.c0);
    else if (!layer_.padding_skipped)
      mask |= channels << (u * mp_.c0);
  }
  return mask;
}

const ChunkWork& Player::work_of(const PlayTile& tile, Cycle busy) {
  for (std::size_t i = 0; i < known_; ++i)
    if (b_.known[i].tile == tile.cycles && b_.known[i].busy == busy) return b_.known[i].work;
  if (known_ == b_.known.size()) b_.known.emplace_back();
  KnownWork& fresh = b_.known[known_++];
  fresh.tile = tile.cycles;
  fresh.busy = busy;
  work_out(pe_settings_.window, tile, chunk_, busy, fresh.work);
  return fresh.work;
}

/// A chunk of a row to its PEs (rule 2, and the router: when the slowest of them is ready).
/// `left`: what of its segments the next chunk's windows need.
void Player::send(const Row& row, std::int64_t from, std::uint32_t* left, int j) {
  IactPort& port = b_.ports[static_cast<std::size_t>(row.port)];
  make_chunk(row, left, j);
  Cycle offer = port.free;
  if (!row.null) {
    if (mp_.iact_source == IactSource::through) {
      offer = std::max(offer, from);
    } else {
      while (port.written < from && port.more_writes()) port.write(mean_words_);
      offer = port.free;
    }
  }
  Cycle ready = offer;
  const int* const first = b_.row_pes.data() + row.first_pe;
  const int* const last = first + row.pes;
  for (const int* p = first; p != last; ++p)
    ready = std::max(ready,
                     b_.pes[static_cast<std::size_t>(*p)].iact_ready(pe_settings_, offer, chunk_));
  if (mp_.iact_source != IactSource::through) drain_writes(port, ready);
  const int each = sizes_.iact_bits + (mp_.csc ? sizes_.count_bits : 0);
  const double bits = row.null ? 0 : static_cast<double>(chunk_.entries) * each;
  const Cycle start = iact_bus_.grant(std::max(ready, port.free), bits);
  port.free = start + iact_bus_.lasts(burst_words(row.null), bits);
  const Cycle end = port.free + iact_hops_;
  known_ = 0;
  for (const int* p = first; p != last; ++p) {
    PlayPe& pe = b_.pes[static_cast<std::size_t>(*p)];
    const Cycle slot = pe.first_slot(pe_settings_, end);
    const ChunkWork& work = work_of(pe.tile(), pe.busy_behind(slot));
    b_.done[static_cast<std::size_t>(*p)] = pe.take(pe_settings_, chunk_, work, end, slot);
  }
  if (chunk_.last) return;
  for (int i = 0; i + 1 < d_.segments_per_window; ++i)
    left[i] = chunk_.iacts[static_cast<std::size_t>(chunk_.windows + i)];
}

}  // namespace uvea::mapper
