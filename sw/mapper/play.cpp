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
constexpr std::int64_t kChunksOfRound = 16;  ///< at least, in whole steps
constexpr std::int64_t kChunks = 64;         ///< of all levels, about
/// The same of a layer whose iacts are known: all of most layers, as zeros are not spread evenly.
constexpr std::int64_t kKnownChunks = 2048;
constexpr int kReductionPasses = 4;

}  // namespace

Player::Player(const PlayLayer& layer, const Mapping& mp, const Derived& d, const ChipSizes& sizes,
               const TileSample& tiles, IactDraws& draws, PlayBuffers& buffers)
    : layer_(layer),
      geo_(layer.geo),
      mp_(mp),
      d_(d),
      sizes_(sizes),
      tiles_(tiles),
      draws_(draws),
      columns_(mp.pe_cols.product()),
      rows_(sizes.pe_rows * mp.chain),
      b_(buffers) {
  PlayPeSettings& pe = pe_settings_;
  pe.iact_entries = sizes.iact_data_entries;
  pe.iact_segments = mp.csc ? sizes.iact_addr_entries : sizes.limits.chunk_segments;
  pe.window = {d.segments_per_window, d.segment_len, sizes.sparse};
  pe.weight_buffers = mp.weight_double_buffer ? 2 : 1;
  pe.psum_banks = two_psum_banks(mp, sizes) ? 2 : 1;
  pe.front = sizes.stages_before;
  pe.back = sizes.stages_behind;
  draws_.rewind();
  row_words_ = static_cast<std::int64_t>(iact_row_words(d, mp));
  mean_words_ = static_cast<std::int64_t>(std::ceil(iact_row_words(d, mp, layer.density)));
  weights_share_link_ = senders_of(mp).weight;
  if (layer_.known != nullptr) {
    cluster_ = layer_.known->busiest(mp, d);
    cluster_.m = most_weights();
  }
  clear_buffers();
  if (sizes.flat_noc) {
    const Senders senders = senders_of(mp);
    share_iacts_ = mp.mesh_rows.product() * mp.mesh_cols.product() / senders.iact;
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

void Player::clear_buffers() {
  const auto rows = static_cast<std::size_t>(rows_), columns = static_cast<std::size_t>(columns_);
  b_.pes.resize(rows * columns);
  for (PlayPe& p : b_.pes) p.begin();
  const AxisSplit& s = mp_.pe_cols;
  b_.places.clear();
  for (int x = 0; x < columns_; ++x)
    b_.places.push_back({x / (s.e * s.m * s.n), x / (s.e * s.m) % s.n, x % s.e, x / s.e % s.m});
  b_.steps.clear();
  b_.rows.clear();
  b_.row_counts.clear();
  b_.row_pes.clear();
  b_.from.clear();
  b_.weight_port.assign(rows, 0);
  b_.weight_tiles.resize(rows);
  for (auto& tiles : b_.weight_tiles) tiles.clear();
  b_.ports.resize(static_cast<std::size_t>(mp_.chain) * banks());
  for (IactPort& port : b_.ports) port.begin();
  b_.units.resize(static_cast<std::size_t>(mp_.chain));
  for (Units& units : b_.units) units.begin(banks());
  b_.unit_first.assign(b_.ports.size(), 0);
  b_.bank.assign(columns, 0);
  b_.done.assign(rows * columns, 0);
  b_.null.assign(rows, 0);
  b_.active.assign(columns, 0);
  b_.tile.assign(columns, 0);
}

/// Which of the places in the split of M tiles over the mesh has the most weights.
int Player::most_weights() const {
  const int places = d_.split_m / mp_.pe_cols.m;
  std::vector<std::int64_t> words(static_cast<std::size_t>(places), 0);
  for (int g = 0; g < geo_.groups; ++g)
    for (int mt = 0; mt < d_.m_tiles; ++mt)
      for (int q = 0; q < d_.q; ++q)
        words[static_cast<std::size_t>(mt % d_.split_m / mp_.pe_cols.m)] += tiles_.burst_words(
            static_cast<std::uint64_t>((std::int64_t{g} * d_.m_tiles + mt) * d_.q + q));
  return static_cast<int>(std::max_element(words.begin(), words.end()) - words.begin());
}

/// Which steps are played: at each level of the nest the first few, of the steps of a pass those in
/// the middle, where the image's border is not.
void Player::list_steps() {
  const std::int64_t e_block = std::min(mp_.e_block, d_.te);
  const bool one_epoch = d_.one_epoch();
  const auto few = [](std::int64_t all, std::int64_t most) {
    return std::min(all, std::max<std::int64_t>(most, 1));
  };
  const std::int64_t chunks = layer_.known == nullptr ? kChunks : kKnownChunks;
  // A round's first M tile may wait for iacts, those behind it need not.
  part_.tm = few(d_.m_block, layer_.known == nullptr ? 2 : d_.m_block);
  const std::int64_t of_round = layer_.known == nullptr && !one_epoch ? kChunksOfRound : chunks / 2;
  part_.steps = few(e_block, ceil_div(of_round, d_.chunks * part_.tm));
  // What a pass begins with is no step's: of several the latter go without it.
  if (sizes_.serial_io) part_.steps = few(e_block, std::max<std::int64_t>(part_.steps, 2));
  std::int64_t played = part_.steps * d_.chunks * part_.tm;
  const auto level = [&](std::int64_t all, std::int64_t least) {
    const std::int64_t now = few(all, std::max(chunks / played, least));
    played *= now;
    return now;
  };
  const std::int64_t budget = chunks / played;
  part_.p = few(d_.p, std::max<std::int64_t>(kReductionPasses, d_.p <= budget ? d_.p : 0));
  played *= part_.p;
  part_.m_blocks = level(d_.tm2, 2);
  part_.blocks = level(d_.te2, 2);
  part_.tg = level(d_.tg, 2);
  const std::int64_t first = (e_block - part_.steps) / 2;
  // Rows are the same for each M tile but an incomplete last one.
  const bool partial = part_.m_blocks == d_.tm2 && part_.tm == d_.m_block &&
                       d_.tm * std::int64_t{d_.split_m} > d_.m_tiles;
  const std::int64_t kinds = partial ? 2 : 1, places = part_.blocks * part_.steps;
  b_.plans.assign(static_cast<std::size_t>(kinds * part_.p * places), {});
  for (int tg = 0; tg < part_.tg; ++tg)
    for (int b = 0; b < part_.blocks; ++b)
      for (int tm2 = 0; tm2 < part_.m_blocks; ++tm2)
        for (int p = 0; p < part_.p; ++p)
          for (int tm = 0; tm < part_.tm; ++tm)
            for (int s = 0; s < part_.steps; ++s) {
              Step step;
              step.tg = tg;
              step.block = b;
              // A last M block with fewer tiles is played as a full one.
              step.tm = std::min(tm2 * d_.m_block + tm, d_.tm - 1);
              step.in_m_block = tm;
              step.p = p;
              const std::int64_t te = std::int64_t{b} * e_block + first + s;
              step.te = std::min<std::int64_t>(te, d_.te - 1);
              step.pass_begins = s == 0;
              step.pass_ends = s + 1 == part_.steps;
              step.unit_begins =
                  step.pass_begins && tm == 0 && (!resident() || (tm2 == 0 && p == 0));
              step.epoch_begins = step.pass_begins && (!one_epoch || b == 0);
              step.epoch_ends = step.pass_ends && (!one_epoch || b + 1 == part_.blocks);
              const bool last_kind = partial && step.tm + 1 == d_.tm;
              step.plan = static_cast<std::size_t>(((last_kind ? 1 : 0) * part_.p + p) * places +
                                                   b * part_.steps + s);
              b_.steps.push_back(step);
            }
}

/// docs/timing.md, link and weight port: the moment at which a tile is there. It is asked for when
/// those before it leave room in the buffer, and its bytes pass the link as do those of the other
/// clusters' ports.
Cycle Player::weights_come(std::size_t row, double bytes) {
  auto& tiles = b_.weight_tiles[row];
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
    b_.null[static_cast<std::size_t>(v)] = q >= d_.q ? 1 : 0;
    Cycle& port = b_.weight_port[static_cast<std::size_t>(v)];
    for (int x = 0; x < columns_; ++x) {
      const Place& at = place(x);
      const int mt = m_tile(step, at), g = first_group_ + at.g;
      b_.active[static_cast<std::size_t>(x)] = g < geo_.groups && mt < d_.m_tiles ? 1 : 0;
      if (b_.active[static_cast<std::size_t>(x)] == 0 || at.n > 0 || at.e > 0) continue;
      const auto number =
          static_cast<std::uint64_t>((std::int64_t{g} * d_.m_tiles + mt) * d_.q + q);
      const int words = q >= d_.q ? 1 : tiles_.burst_words(number);
      // The first one comes from DRAM; those behind it are fetched meanwhile.
      Cycle start = port > 0 ? port : start_ + sizes_.dram_latency_cycles + words;
      const AxisSplit& s = mp_.pe_cols;
      const auto each = [&](auto&& fn) {
        for (int n = 0; n < s.n; ++n)
          for (int e = 0; e < s.e; ++e) fn(pe(v, ((at.g * s.n + n) * s.m + at.m) * s.e + e));
      };
      each([&](const PlayPe& p) { start = std::max(start, p.weight_ready(pe_settings_, start)); });
      const double bits = q >= d_.q ? 0
                          : mp_.csc ? 2.0 * (words - csc::kWeightHeaderWords) *
                                          (sizes_.weight_bits + sizes_.count_bits)
                                    : 1.0 * d_.columns * mp_.m0 * sizes_.weight_bits;
      if (sizes_.io_link_bits > 0)
        start = std::max(start, weights_come(static_cast<std::size_t>(v),
                                             csc::kTileLengthBytes +
                                                 (words - csc::kWeightHeaderWords) * word_bytes));
      // Clusters that take the same iacts begin with the last one's weights; over a link these are the
      // ones that weights_come() tells of.
      start = weight_bus_.grant(start, bits);
      if (sizes_.io_link_bits == 0) start += weight_bus_.last_of(share_iacts_, bits);
      if (sizes_.io_link_bits > 0)
        b_.weight_tiles[static_cast<std::size_t>(v)].back().first = start;
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
  Cycle offer = reads ? b_.written[slot] : 0;
  for (int v = 0; v < rows_; ++v) {
    const PlayPe& p = pe(v, x);
    const Cycle done = b_.null[static_cast<std::size_t>(v)] != 0
                           ? std::max(p.complete(), p.retired())
                           : b_.done[static_cast<std::size_t>(v * columns_ + x)];
    offer = std::max({offer, done, p.psum_out_free()});
  }
  // docs/timing.md, psum bank: 2 cycles a word when a pass reads and writes.
  const Cycle beats = psum_beats(std::int64_t{windows} * mp_.m0) * (reads && !final ? 2 : 1);
  Cycle& bank = b_.bank[static_cast<std::size_t>(x)];
  const double bits = static_cast<double>(windows) * mp_.m0 * sizes_.psum_bits;
  Cycle start = std::max(offer, bank);
  if (reads) start = psum_bus_in_.grant(start, bits) + hop;
  start = psum_bus_out_.grant(start, bits);
  const Cycle end = start + beats;
  bank = end + hop;
  b_.written[slot] = bank;
  for (int v = 0; v < rows_; ++v) {
    PlayPe& p = pe(v, x);
    p.psums_left(end + 2 * hop * (v / sizes_.pe_rows));
    if (!last) continue;
    p.retire(b_.null[static_cast<std::size_t>(v)] != 0 ? end : p.work_end() + 1);  // rules 7 and 9
  }
  end_ = std::max(end_, bank);
}

/// docs/timing.md, serial I/O: before a round, or all those of an M block where iacts are resident.
void Player::turn(const Step& step, bool first) {
  if (!step.pass_begins || step.in_m_block > 0 || (resident() && step.p > 0)) return;
  const bool loads = step.unit_begins;
  const bool dumps = !first && step.p == 0;
  if (!loads && !dumps) return;
  const double moved = (loads ? layer_.load_cycles : 0) + (dumps ? layer_.dump_cycles : 0) +
                       (first ? layer_.first_cycles : 0);
  const double cycles = moved + (loads ? static_cast<double>(mean_words_) : 0);
  // They go before weights that wait.
  link_free_ = std::max(link_free_, static_cast<double>(end_)) + moved;
  const Cycle open = end_ + static_cast<Cycle>(std::ceil(cycles)) +
                     (loads ? arrival_latency_ : sizes_.dram_latency_cycles);
  for (IactPort& port : b_.ports) port.free = std::max(port.free, open);
}

void Player::play_step(std::size_t at) {
  Step& step = b_.steps[at];
  if (layer_.known != nullptr) first_group_ = step.tg * d_.split_g + cluster_.g * mp_.pe_cols.g;
  if (sizes_.serial_io) {
    turn(step, at == 0);
    plan(step);
  } else {
    ask();
  }
  if (step.pass_begins) {
    // hw/glb/iact_sequence.h: all ports finish a pass before one begins the next.
    for (std::size_t first = 0; first < b_.ports.size(); first += banks()) {
      Cycle last = 0;
      for (std::size_t b = 0; b < banks(); ++b) last = std::max(last, b_.ports[first + b].free);
      for (std::size_t b = 0; b < banks(); ++b) b_.ports[first + b].free = last;
    }
  }
  if (step.epoch_begins) load_weights(step);
  const RowPlan& plan = plan_of(step);
  const Row* const rows = b_.rows.data() + plan.first_row;
  const std::int64_t* const from = b_.from.data() + step.first_from;
  for (int x = 0; x < columns_; ++x) {
    const std::int64_t number = row_tile(step, place(x));
    b_.tile[static_cast<std::size_t>(x)] = static_cast<int>(number % d_.row_tiles / geo_.out_h);
  }
  const auto overlap = static_cast<std::size_t>(d_.segments_per_window - 1);
  b_.left.resize(plan.rows * overlap);
  const std::int64_t slot_steps = part_.steps;
  for (int j = 0; j < d_.chunks; ++j) {
    for (std::size_t r = 0; r < plan.rows; ++r)
      send(rows[r], from[r], b_.left.data() + r * overlap, j);
    for (int x = 0; x < columns_; ++x) {
      if (b_.active[static_cast<std::size_t>(x)] == 0) continue;
      const int tile = b_.tile[static_cast<std::size_t>(x)];
      const std::size_t slot =
          (static_cast<std::size_t>(step.in_m_block * slot_steps + step.te % slot_steps) *
               static_cast<std::size_t>(d_.chunks) +
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
double Player::whole_layer() {
  // The last block of row tiles may be a shorter one.
  const double steps = static_cast<double>(d_.te) / d_.te2;
  // So may the last M block.
  const double m_blocks = static_cast<double>(d_.tm) / d_.m_block;
  const std::array<std::pair<double, std::int64_t>, 6> levels{{{steps, part_.steps},
                                                               {d_.m_block, part_.tm},
                                                               {d_.p, part_.p},
                                                               {m_blocks, part_.m_blocks},
                                                               {d_.te2, part_.blocks},
                                                               {d_.tg, part_.tg}}};
  std::vector<double>&ends = b_.ends, &rests = b_.rests;
  ends.clear();
  for (const Step& step : b_.steps) ends.push_back(static_cast<double>(step.end));
  rests.assign(ends.size(), 0.0);
  for (const auto& [all, played] : levels) {
    std::size_t next = 0;  // never more than have been read
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
      before = ends[next] = ends[first + count - 1];
      rests[next++] = rest;
    }
    ends.resize(next);
    rests.resize(next);
  }
  return ends.back() + rests.back();
}

double Player::run() {
  // docs/timing.md, controller: the descriptor is read, then handed out a word a cycle.
  start_ = sizes_.dram_latency_cycles + sizes_.configure_cycles;
  list_steps();
  b_.written.assign(static_cast<std::size_t>(part_.tm * part_.steps * d_.chunks * columns_), 0);
  end_ = start_;
  for (std::size_t at = 0; at < b_.steps.size(); ++at) play_step(at);
  // The last oacts: through the router, out of the output stage, into DRAM.
  return whole_layer() + layer_.dump_cycles + sizes_.dram_latency_cycles;
}

Plays::Plays() : buffers_(std::make_unique<PlayBuffers>()) {}
Plays::~Plays() = default;

double Plays::play(const PlayLayer& layer, const Mapping& mapping, const Derived& derived,
                   const ChipSizes& sizes, const TileSample& tiles, IactDraws& draws) {
  return Player(layer, mapping, derived, sizes, tiles, draws, *buffers_).run();
}

}  // namespace uvea::mapper
