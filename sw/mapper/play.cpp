#include "sw/mapper/play.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <tuple>
#include <utility>

#include "sw/csc/word_format.h"
#include "sw/mapper/bus.h"
#include "sw/mapper/footprint.h"

namespace uvea::mapper {

IactDraws::IactDraws(double density) : words_(kWords, 0) {
  // splitmix64; 16 bits of it for each bit.
  std::uint64_t state = 0x9E3779B97F4A7C15U;
  const auto bound = static_cast<std::uint64_t>(std::lround(density * 65536.0));
  std::uint64_t random = 0;
  for (std::uint64_t bit = 0; bit < kWords * 64; ++bit) {
    if (bit % 4 == 0) {
      std::uint64_t z = state += 0x9E3779B97F4A7C15U;
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
      z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
      random = z ^ (z >> 31);
    }
    if (((random >> (bit % 4 * 16)) & 0xFFFFU) < bound)
      words_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
}

namespace {

// How much of the nest is played at each level: enough for its rate to settle, the rest follows.
constexpr std::int64_t kChunksOfPass = 16;  ///< at least, in whole steps
constexpr std::int64_t kChunks = 64;        ///< of all levels, about
constexpr int kReductionPasses = 4;

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
  Player(const PlayLayer& layer, const Mapping& mp, const Derived& d, const ChipSizes& sizes,
         const TileSample& tiles, IactDraws& draws)
      : layer_(layer),
        geo_(layer.geo),
        mp_(mp),
        d_(d),
        sizes_(sizes),
        tiles_(tiles),
        draws_(draws),
        columns_(mp.pe_cols.product()),
        rows_(sizes.pe_rows * mp.chain) {
    PlayPeSettings pe;
    pe.iact_entries = sizes.iact_data_entries;
    pe.iact_segments = mp.csc ? sizes.iact_addr_entries : sizes.limits.chunk_segments;
    pe.window_segments = d.segments_per_window;
    pe.segment_len = d.segment_len;
    pe.weight_buffers = mp.weight_double_buffer ? 2 : 1;
    const bool two = 2 * mp.windows * mp.m0 <= sizes.psum_entries && sizes.psum_banks == 2;
    pe.psum_banks = two ? 2 : 1;
    pe.front = sizes.stages_before;
    pe.back = sizes.stages_behind;
    pes_.resize(static_cast<std::size_t>(rows_ * columns_));
    for (PlayPe& p : pes_) p.begin(pe);
    draws_.rewind();
    row_words_ = static_cast<std::int64_t>(iact_row_words(d, mp));
    mean_words_ = static_cast<std::int64_t>(std::ceil(iact_row_words(d, mp, layer.density)));
    ports_.resize(static_cast<std::size_t>(mp.chain * sizes.iact_banks));
    units_.resize(static_cast<std::size_t>(mp.chain));
    for (Units& u : units_) u.used.assign(static_cast<std::size_t>(sizes.iact_banks), 0);
    weight_port_.assign(static_cast<std::size_t>(rows_), 0);
    block_first_.assign(ports_.size(), 0);
    bank_.assign(static_cast<std::size_t>(columns_), 0);
    done_.assign(pes_.size(), 0);
    null_.assign(static_cast<std::size_t>(rows_), 0);
    active_.assign(static_cast<std::size_t>(columns_), 0);
    if (sizes.flat_noc) {
      const Senders senders = senders_of(mp);
      iact_bus_ = Bus(senders.iact, sizes.iact_bus_bits);
      weight_bus_ = Bus(senders.weight, sizes.weight_bus_bits);
      psum_bus_in_ = psum_bus_out_ = Bus(senders.psum, sizes.psum_bus_bits);
    }
    arrival_latency_ = sizes.dram_latency_cycles * (layer.compressed ? 2 : 1);
  }

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
  Cycle start_ = 0, end_ = 0;
  std::vector<PlayPe> pes_;
  Counts whole_{}, part_{};
  std::vector<Step> steps_;
  std::map<std::array<std::int64_t, 3>, std::pair<std::size_t, std::size_t>> plans_;
  std::vector<Row> row_list_;
  std::vector<std::pair<Row, int>> uses_;  ///< of the step being planned
  std::vector<int> pe_list_;
  std::vector<Cycle> weight_port_;
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
  const std::int64_t first = std::int64_t{step.block} % d_.te2 * e_block;
  const double inside = (static_cast<double>(step.te - first) + 1) / static_cast<double>(e_block);
  const double share = (row.u + inside) / d_.ut;
  const auto rank = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(rows)));
  return block_first_[static_cast<std::size_t>(row.port)] + std::clamp<std::int64_t>(rank, 1, rows);
}

/// Which steps are played: at each level of the nest the first few, of the steps of a pass those in
/// the middle, where the image's border is not.
void Player::list_steps() {
  const std::int64_t e_block = std::min(mp_.e_block, d_.te);
  whole_ = {d_.tg, std::int64_t{d_.te2}, d_.tm, d_.p, e_block};
  const bool one_epoch = d_.tm == 1 && d_.p == 1;
  const auto few = [](std::int64_t all, std::int64_t most) {
    return std::min(all, std::max<std::int64_t>(most, 1));
  };
  part_.steps = few(e_block, ceil_div(one_epoch ? kChunks / 2 : kChunksOfPass, d_.chunks));
  std::int64_t budget = kChunks / (part_.steps * d_.chunks);
  part_.p = few(d_.p, std::max<std::int64_t>(kReductionPasses, d_.p <= budget ? d_.p : 0));
  budget = kChunks / (part_.steps * d_.chunks * part_.p);
  part_.tm = few(d_.tm, std::max<std::int64_t>(budget, 2));
  budget = kChunks / (part_.steps * d_.chunks * part_.p * part_.tm);
  part_.blocks = few(whole_.blocks, std::max<std::int64_t>(budget, 2));
  budget = kChunks / (part_.steps * d_.chunks * part_.p * part_.tm * part_.blocks);
  part_.tg = few(d_.tg, std::max<std::int64_t>(budget, 2));
  const std::int64_t first = (e_block - part_.steps) / 2;
  steps_.reserve(
      static_cast<std::size_t>(part_.tg * part_.blocks * part_.tm * part_.p * part_.steps));
  for (int tg = 0; tg < part_.tg; ++tg)
    for (int b = 0; b < part_.blocks; ++b)
      for (int tm = 0; tm < part_.tm; ++tm)
        for (int p = 0; p < part_.p; ++p)
          for (int s = 0; s < part_.steps; ++s) {
            Step step;
            step.block = b;
            step.tm = tm;
            step.p = p;
            const std::int64_t te = std::int64_t{b} % d_.te2 * e_block + first + s;
            step.te = std::min<std::int64_t>(te, d_.te - 1);
            step.pass_begins = s == 0;
            step.pass_ends = s + 1 == part_.steps;
            step.block_begins = step.pass_begins && tm == 0 && p == 0;
            step.epoch_begins = step.pass_begins && (!one_epoch || b == 0);
            step.epoch_ends = step.pass_ends && (!one_epoch || b + 1 == part_.blocks);
            steps_.push_back(std::move(step));
          }
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
  const double io = layer_.row_bytes / sizes_.port_bytes_per_cycle;
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

/// Rule 1: the tiles of an epoch, one after another through the port of their PE row.
void Player::load_weights(const Step& step) {
  for (int v = 0; v < rows_; ++v) {
    const int q = step.p * d_.v + v;
    null_[static_cast<std::size_t>(v)] = q >= d_.q ? 1 : 0;
    Cycle& port = weight_port_[static_cast<std::size_t>(v)];
    for (int x = 0; x < columns_; ++x) {
      const Place at = place(x);
      const int mt = step.tm * d_.split_m + at.m;
      active_[static_cast<std::size_t>(x)] = at.g < geo_.groups && mt < d_.m_tiles ? 1 : 0;
      if (active_[static_cast<std::size_t>(x)] == 0 || at.n > 0 || at.e > 0) continue;
      const auto number =
          static_cast<std::uint64_t>((std::int64_t{at.g} * d_.m_tiles + mt) * d_.q + q);
      const int words = q >= d_.q ? 1 : tiles_.burst_words(number);
      // The first one comes from DRAM; those behind it are fetched meanwhile.
      Cycle start = port > 0 ? port : start_ + sizes_.dram_latency_cycles + words;
      const AxisSplit& s = mp_.pe_cols;
      const auto each = [&](auto&& fn) {
        for (int n = 0; n < s.n; ++n)
          for (int e = 0; e < s.e; ++e) fn(pe(v, ((at.g * s.n + n) * s.m + at.m) * s.e + e));
      };
      each([&](const PlayPe& p) { start = std::max(start, p.weight_ready(start)); });
      const double bits = q >= d_.q ? 0
                          : mp_.csc ? 2.0 * (words - csc::kWeightHeaderWords) *
                                          (sizes_.weight_bits + sizes_.count_bits)
                                    : 1.0 * d_.columns * mp_.m0 * sizes_.weight_bits;
      start = weight_bus_.grant(start, bits);
      const Cycle lasts = weight_bus_.lasts(words, bits);
      each([&](PlayPe& p) {
        p.take_weights(start + sizes_.hop_cycles, static_cast<int>(lasts), tiles_.tile(number));
      });
      port = start + lasts;
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
    chunk_.entries += __builtin_popcount(mask);
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
  const Cycle end = port.free + sizes_.hop_cycles;
  for (const int* p = first; p != last; ++p)
    done_[static_cast<std::size_t>(*p)] = pes_[static_cast<std::size_t>(*p)].work(chunk_, end);
}

/// Rule 8: a column's chunk leaves all of its PEs at once, when the last of them has it done and,
/// behind the first reduction pass, its psums have come from their bank. Rule 9: PEs without a
/// reduction index pass it on.
void Player::psums_out(const Step& step, int x, std::size_t slot, int windows, bool last) {
  const Cycle hop = sizes_.hop_cycles;
  const bool reads = step.p > 0, final = step.p + 1 == d_.p;
  Cycle offer = reads ? written_[slot] : 0;
  for (int v = 0; v < rows_; ++v) {
    const PlayPe& p = pe(v, x);
    const Cycle done = null_[static_cast<std::size_t>(v)] != 0
                           ? std::max(p.complete(), p.retired())
                           : done_[static_cast<std::size_t>(v * columns_ + x)];
    offer = std::max({offer, done, p.psum_out_free()});
  }
  // docs/timing.md, psum bank: 2 cycles a word when a pass reads and writes.
  const Cycle beats = psum_beats(std::int64_t{windows} * mp_.m0) * (reads && !final ? 2 : 1);
  Cycle& bank = bank_[static_cast<std::size_t>(x)];
  const double bits = static_cast<double>(windows) * mp_.m0 * sizes_.psum_bits;
  Cycle start = std::max(offer, bank);
  if (reads) start = psum_bus_in_.grant(start, bits) + hop;
  start = psum_bus_out_.grant(start, bits);
  const Cycle end = start + beats;
  bank = end + hop;
  written_[slot] = bank;
  for (int v = 0; v < rows_; ++v) {
    PlayPe& p = pe(v, x);
    p.psums_left(end + 2 * hop * (v / sizes_.pe_rows));
    if (!last) continue;
    p.retire(null_[static_cast<std::size_t>(v)] != 0 ? end : p.work_end() + 1);  // rules 7 and 9
  }
  end_ = std::max(end_, bank);
}

void Player::play_step(std::size_t at) {
  ask();
  Step& step = steps_[at];
  if (step.pass_begins) {
    // hw/glb/iact_sequence.h: all ports finish a pass before one begins the next.
    for (std::size_t first = 0; first < ports_.size(); first += banks()) {
      Cycle last = 0;
      for (std::size_t b = 0; b < banks(); ++b) last = std::max(last, ports_[first + b].free);
      for (std::size_t b = 0; b < banks(); ++b) ports_[first + b].free = last;
    }
  }
  if (step.epoch_begins) load_weights(step);
  if (resident())
    for (std::size_t r = 0; r < step.rows; ++r) {
      const Row& row = row_list_[step.first_row + r];
      if (!row.null) step.from[r] = write_of(step, row);
    }
  const std::int64_t slot_steps = part_.steps;
  for (int j = 0; j < d_.chunks; ++j) {
    for (std::size_t r = 0; r < step.rows; ++r)
      send(row_list_[step.first_row + r], step.from[r], j);
    for (int x = 0; x < columns_; ++x) {
      if (active_[static_cast<std::size_t>(x)] == 0) continue;
      const std::int64_t number = step.te * d_.split_e + place(x).e;
      const auto tile = static_cast<int>(number % d_.row_tiles / geo_.out_h);
      const std::size_t slot =
          (static_cast<std::size_t>(step.te % slot_steps) * static_cast<std::size_t>(d_.chunks) +
           static_cast<std::size_t>(j)) *
              static_cast<std::size_t>(columns_) +
          static_cast<std::size_t>(x);
      psums_out(step, x, slot, windows_before(tile, j + 1) - windows_before(tile, j),
                step.epoch_ends && j + 1 == d_.chunks);
    }
  }
  step.end = end_;
  give_up(at);
}

/// What is not played repeats what was: level by level, at the rate of its latter half.
double Player::whole_layer() const {
  // The last block of row tiles may be a shorter one.
  const double steps = static_cast<double>(d_.te) / d_.te2;
  const std::array<std::pair<double, std::int64_t>, 5> levels{
      {{part_.steps < whole_.steps ? steps : static_cast<double>(whole_.steps), part_.steps},
       {whole_.p, part_.p},
       {whole_.tm, part_.tm},
       {whole_.blocks, part_.blocks},
       {whole_.tg, part_.tg}}};
  std::vector<double> ends, rests;
  for (const Step& step : steps_) ends.push_back(static_cast<double>(step.end));
  rests.assign(ends.size(), 0.0);
  for (const auto& [all, played] : levels) {
    std::vector<double> next_ends, next_rests;
    double before = static_cast<double>(start_);
    const auto count = static_cast<std::size_t>(played);
    for (std::size_t first = 0; first < ends.size(); first += count) {
      const std::size_t middle = count / 2;
      double rest = 0, latter = 0;
      for (std::size_t i = 0; i < count; ++i) {
        rest += rests[first + i];
        if (i >= middle) latter += rests[first + i];
      }
      const double from = middle == 0 ? before : ends[first + middle - 1];
      const double rate =
          (ends[first + count - 1] - from + latter) / static_cast<double>(count - middle);
      rest += rate * (all - static_cast<double>(played));
      next_ends.push_back(ends[first + count - 1]);
      next_rests.push_back(rest);
      before = next_ends.back();
    }
    ends = std::move(next_ends);
    rests = std::move(next_rests);
  }
  return ends.back() + rests.back();
}

double Player::run() {
  // docs/timing.md, controller: the descriptor is read, then handed out a word a cycle.
  start_ = sizes_.dram_latency_cycles + sizes_.configure_cycles;
  list_steps();
  written_.assign(static_cast<std::size_t>(part_.steps * d_.chunks * columns_), 0);
  end_ = start_;
  for (std::size_t at = 0; at < steps_.size(); ++at) play_step(at);
  // The last oacts: through the router, out of the output stage, into DRAM.
  return whole_layer() + sizes_.dram_latency_cycles;
}

}  // namespace

double play(const PlayLayer& layer, const Mapping& mapping, const Derived& derived,
            const ChipSizes& sizes, const TileSample& tiles, IactDraws& draws) {
  return Player(layer, mapping, derived, sizes, tiles, draws).run();
}

}  // namespace uvea::mapper
