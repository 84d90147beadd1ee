#include "sw/mapper/play.h"

#include <algorithm>
#include <cmath>

#include "sw/csc/weight_stream.h"
#include "sw/csc/word_format.h"
#include "sw/mapper/footprint.h"
#include "sw/mapper/player.h"

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

}  // namespace

Player::Player(const PlayLayer& layer, const Mapping& mp, const Derived& d, const ChipSizes& sizes,
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
  pe.psum_banks = two_psum_banks(mp, sizes) ? 2 : 1;
  pe.front = sizes.stages_before;
  pe.back = sizes.stages_behind;
  pe.examines = sizes.sparse;
  pes_.resize(static_cast<std::size_t>(rows_ * columns_));
  for (PlayPe& p : pes_) p.begin(pe);
  draws_.rewind();
  row_words_ = static_cast<std::int64_t>(iact_row_words(d, mp));
  mean_words_ = static_cast<std::int64_t>(std::ceil(iact_row_words(d, mp, layer.density)));
  ports_.resize(static_cast<std::size_t>(mp.chain * sizes.iact_banks));
  units_.resize(static_cast<std::size_t>(mp.chain));
  for (Units& u : units_) u.used.assign(static_cast<std::size_t>(sizes.iact_banks), 0);
  weight_port_.assign(static_cast<std::size_t>(rows_), 0);
  buffered_.resize(weight_port_.size());
  weights_share_link_ = senders_of(mp).weight;
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
  // A multicast goes at the pace of its slowest receiver: the PEs of the farthest cluster stand for
  // all. A flat NoC reaches all at once.
  const MulticastGroups groups = sizes.flat_noc ? MulticastGroups{} : multicast_groups(mp);
  iact_hops_ = Cycle{sizes.hop_cycles} * (1 + groups.iact_links());
  weight_hops_ = Cycle{sizes.hop_cycles} * (1 + groups.weight_links());
  arrival_latency_ = sizes.dram_latency_cycles * (layer.compressed ? 2 : 1);
}

/// Which steps are played: at each level of the nest the first few, of the steps of a pass those in
/// the middle, where the image's border is not.
void Player::list_steps() {
  const std::int64_t e_block = std::min(mp_.e_block, d_.te);
  whole_ = {d_.tg, std::int64_t{d_.te2}, d_.tm, d_.p, e_block};
  const bool one_epoch = d_.one_epoch();
  const auto few = [](std::int64_t all, std::int64_t most) {
    return std::min(all, std::max<std::int64_t>(most, 1));
  };
  part_.steps = few(e_block, ceil_div(one_epoch ? kChunks / 2 : kChunksOfPass, d_.chunks));
  // What a pass begins with is no step's: of several the latter go without it.
  if (sizes_.serial_io) part_.steps = few(e_block, std::max<std::int64_t>(part_.steps, 2));
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
            const std::int64_t te = std::int64_t{b} * e_block + first + s;
            step.te = std::min<std::int64_t>(te, d_.te - 1);
            step.pass_begins = s == 0;
            step.pass_ends = s + 1 == part_.steps;
            step.block_begins = step.pass_begins && tm == 0 && p == 0;
            step.epoch_begins = step.pass_begins && (!one_epoch || b == 0);
            step.epoch_ends = step.pass_ends && (!one_epoch || b + 1 == part_.blocks);
            steps_.push_back(std::move(step));
          }
}

/// docs/timing.md, link and weight port: the moment at which a tile is there. It is asked for when
/// those before it leave room in the buffer, and its bytes pass the link as do those of the other
/// clusters' ports.
Cycle Player::weights_come(std::size_t row, double bytes) {
  auto& tiles = buffered_[row];
  double held = bytes;
  Cycle asked = start_;
  for (auto tile = tiles.rbegin(); tile != tiles.rend(); ++tile) {
    held += tile->second;
    if (held <= sizes_.weight_buffer_bytes) continue;
    asked = tile->first;
    tiles.erase(tiles.begin(), tile.base() - 1);
    break;
  }
  link_free_ = std::max(link_free_, static_cast<double>(asked)) +
               bytes * 8 / sizes_.io_link_bits * weights_share_link_;
  tiles.emplace_back(0, bytes);
  return static_cast<Cycle>(std::ceil(link_free_)) + sizes_.dram_latency_cycles;
}

/// Rule 1: the tiles of an epoch, one after another through the port of their PE row.
void Player::load_weights(const Step& step) {
  const int word_bytes = csc::word_bytes({sizes_.weight_bits, sizes_.count_bits});
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
      if (sizes_.io_link_bits > 0)
        start = std::max(start, weights_come(static_cast<std::size_t>(v),
                                             csc::kTileLengthBytes +
                                                 (words - csc::kWeightHeaderWords) * word_bytes));
      start = weight_bus_.grant(start, bits);
      if (sizes_.io_link_bits > 0) buffered_[static_cast<std::size_t>(v)].back().first = start;
      const Cycle lasts = weight_bus_.lasts(words, bits);
      each([&](PlayPe& p) {
        p.take_weights(start + weight_hops_, static_cast<int>(lasts), tiles_.tile(number));
      });
      port = start + lasts;
    }
  }
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

/// docs/timing.md, serial I/O: before a pass, or the passes of an M tile where iacts are resident.
void Player::turn(const Step& step, bool first) {
  if (!step.pass_begins || (resident() && step.p > 0)) return;
  const bool loads = !resident() || step.block_begins;
  const bool dumps = !first && step.p == 0;
  if (!loads && !dumps) return;
  const double moved = (loads ? layer_.load_cycles : 0) + (dumps ? layer_.dump_cycles : 0);
  const double cycles = moved + (loads ? static_cast<double>(mean_words_) : 0);
  // They go before weights that wait.
  link_free_ = std::max(link_free_, static_cast<double>(end_)) + moved;
  const Cycle open = end_ + static_cast<Cycle>(std::ceil(cycles)) +
                     (loads ? arrival_latency_ : sizes_.dram_latency_cycles);
  for (IactPort& port : ports_) port.free = std::max(port.free, open);
}

void Player::play_step(std::size_t at) {
  Step& step = steps_[at];
  if (sizes_.serial_io) {
    turn(step, at == 0);
    plan(step);
    step.from.assign(step.rows, 0);
  } else {
    ask();
  }
  if (step.pass_begins) {
    // hw/glb/iact_sequence.h: all ports finish a pass before one begins the next.
    for (std::size_t first = 0; first < ports_.size(); first += banks()) {
      Cycle last = 0;
      for (std::size_t b = 0; b < banks(); ++b) last = std::max(last, ports_[first + b].free);
      for (std::size_t b = 0; b < banks(); ++b) ports_[first + b].free = last;
    }
  }
  if (step.epoch_begins) load_weights(step);
  if (resident() && !sizes_.serial_io)
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
  if (!sizes_.serial_io) give_up(at);
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
  return whole_layer() + layer_.dump_cycles + sizes_.dram_latency_cycles;
}

double play(const PlayLayer& layer, const Mapping& mapping, const Derived& derived,
            const ChipSizes& sizes, const TileSample& tiles, IactDraws& draws) {
  return Player(layer, mapping, derived, sizes, tiles, draws).run();
}

}  // namespace uvea::mapper
