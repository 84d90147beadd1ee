#include "sw/mapper/cost.h"

#include <algorithm>
#include <cmath>

#include "sw/csc/weight_stream.h"
#include "sw/csc/word_format.h"
#include "sw/mapper/bus.h"
#include "sw/mapper/limits.h"
#include "sw/nn/iact_code.h"
#include "sw/nn/turned.h"

namespace uvea::mapper {
namespace {

double as_double(std::int64_t v) { return static_cast<double>(v); }

/// How many taps of a window along one dimension lie in the image: shares of all windows.
std::map<int, double> taps_inside(int in, int out, int kernel, int stride, int dilation, int pad) {
  std::map<int, double> shares;
  for (std::int64_t o = 0; o < out; ++o) {
    int taps = 0;
    for (std::int64_t k = 0; k < kernel; ++k) {
      const std::int64_t at = o * stride + k * dilation - pad;
      taps += at >= 0 && at < in ? 1 : 0;
    }
    shares[taps] += 1.0 / out;
  }
  return shares;
}

/// Of the taps of all windows the share that lies in the image.
double inside(const std::map<int, double>& shares, int kernel) {
  double taps = 0;
  for (const auto& [number, share] : shares) taps += number * share;
  return taps / kernel;
}

/// Passes over the weights: they stay when there is one pass over channels and reduction.
double epochs_of(const Derived& d) {
  return as_double(d.tg) * (d.one_epoch() ? 1.0 : as_double(d.te2) * d.tm * d.p);
}

double steps_of(const Derived& d) { return as_double(d.tg) * d.te * d.tm * d.p; }

}  // namespace

CostModel::CostModel(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts,
                     const EnergyCosts& energy, const KnownIacts* known)
    : layer_(layer),
      sizes_(sizes),
      density_(nn::iact_code(layer.in).density(std::clamp(iacts.density, 0.0, 1.0))),
      energy_(energy),
      known_(known),
      weight_word_bytes_(csc::word_bytes({sizes.weight_bits, sizes.count_bits})),
      dense_weights_(std::find(layer.weights.begin(), layer.weights.end(), 0) ==
                     layer.weights.end()),
      padding_skipped_(nn::iact_code(layer.in).zero_is_real()),
      draws_(density_),
      rows_(layer.geo, sizes_),
      row_reads_(layer, sizes_, iacts.block, density_) {
  if (!layer.weights.empty()) {
    const auto zeros = std::count(layer.weights.begin(), layer.weights.end(), 0);
    weight_density_ =
        1 - as_double(zeros) / as_double(static_cast<std::int64_t>(layer.weights.size()));
  }
  const nn::ConvGeometry& g = layer.geo;
  row_taps_ = {{g.kernel_h, 1.0}};
  if (!padding_skipped_) return;
  row_taps_ = taps_inside(g.in_h, g.out_h, g.kernel_h, g.stride_h, g.dilation_h, g.pad_top);
  row_share_ = inside(row_taps_, g.kernel_h);
  column_share_ = inside(
      taps_inside(g.in_w, g.out_w, g.kernel_w, g.stride_w, g.dilation_w, g.pad_left), g.kernel_w);
}

const TileSample& CostModel::tile(const Derived& d, const Mapping& mp) {
  auto& found = tiles_[{mp.csc ? 1 : 0, mp.c0, mp.s0, mp.m0}];
  if (!found)
    found = std::make_unique<TileSample>(layer_, mp, d, sizes_, dense_weights_, known_ != nullptr);
  return *found;
}

double CostModel::tile_words(const Derived& d, const Mapping& mp) {
  const double ends = mp.csc ? as_double(csc::column_end_words(std::int64_t{mp.c0} * d.span)) : 0;
  return tile(d, mp).mean_words() - csc::kWeightHeaderWords - ends;
}

/// Rules 3 and 4: a slot for each iact that is not zero, one at least for a window, and the issue
/// stage for each pair of weights of their columns.
double CostModel::window_cycles(const Derived& d, const Mapping& mp) {
  const TileSample& sample = tile(d, mp);
  if (!mp.csc) {
    // A dense PE passes over columns that the window has and the tile has not.
    const double columns = sizes_.sparse ? as_double(d.columns) : sample.mean_columns();
    return std::max(1.0, row_share_ * std::max(columns, sample.mean_cycles()));
  }
  const double there = density_ * row_share_ * column_share_;
  const double channels = as_double(layer_.geo.in_c_per_group()) /
                          as_double(ceil_div(layer_.geo.in_c_per_group(), mp.c0));
  // Iacts between dilated taps meet no weight, but take the slot in which that is seen.
  const double slots = channels * (as_double(layer_.geo.kernel_w) / d.st + d.span - d.s0);
  return std::max({1.0, there * slots, there * sample.mean_cycles()});
}

/// Rule 8: a chunk leaves all PEs of a column at once. The most work that any of `pes` has with a
/// chunk of `iacts` over the mean of one: of the zeros among their iacts each has a number of its
/// own, binomially distributed. What weights add to the spread is left out, so it is no more.
double CostModel::slowest_over_mean(int pes, int iacts) {
  if (pes <= 1 || iacts < 1 || density_ <= 0 || density_ >= 1) return 1;
  const auto [at, fresh] = slowest_.try_emplace(std::array<int, 2>{pes, iacts}, 1.0);
  if (!fresh) return at->second;
  double most = 0, term = std::pow(1 - density_, iacts), below = 0;
  for (int n = 0; n < iacts; ++n) {
    below += term;
    most += 1 - std::pow(std::min(below, 1.0), pes);
    term *= density_ / (1 - density_) * (iacts - n) / (n + 1);
  }
  return at->second = std::max(1.0, most / (density_ * iacts));
}

/// The same for a column of PEs over the mean of all: rows of padding have no work, those beside
/// them have. The mean over the output rows.
double CostModel::slowest_of_column(const Derived& d, const Mapping& mp) {
  const int rows_together = std::min(d.v, d.q) / layer_.geo.kernel_h;
  // Where all that a layer reads is padding, nobody has work.
  if (rows_together == 0 || row_share_ == 0) return 1;
  const int iacts = mp.csc ? static_cast<int>(d.f0 / d.chunks) * mp.c0 * d.s0 : 0;
  double sum = 0;
  for (const auto& [taps, share] : row_taps_)
    if (taps > 0) sum += share * slowest_over_mean(rows_together * taps, iacts);
  return sum / row_share_;
}

/// Rule 8, and the psum bank (docs/timing.md): beats of a full chunk, the mean over the passes.
double CostModel::psum_beats_of(const Derived& d, const Mapping& mp) const {
  const double once = as_double(psum_row_words(d, mp)) / d.chunks;
  // Twice where a pass reads and writes: all but the first and the last.
  return once * (d.p > 1 ? 2.0 * (d.p - 1) / d.p : 1.0);
}

double CostModel::chunk_cycles(const Derived& d, const Mapping& mp) {
  const double work = as_double(d.f0) / d.chunks * window_cycles(d, mp);
  const double beats = psum_beats_of(d, mp);
  // Rules 6 and 8: a chunk holds its bank from its first slot until its last beat has left.
  const double held = work * slowest_of_column(d, mp) + sizes_.stages_behind + beats;
  return two_psum_banks(mp, sizes_) ? std::max({work, beats, held / 2}) : held;
}

/// What no mapping does without: the descriptor, the first and the last access.
double CostModel::constant_cycles() const {
  return 3.0 * sizes_.dram_latency_cycles + sizes_.configure_cycles;
}

double CostModel::tile_bound(const Derived& d, const Mapping& mp) {
  const nn::ConvGeometry& g = layer_.geo;
  const std::int64_t pes =
      std::int64_t{sizes_.mesh_rows} * sizes_.mesh_cols * sizes_.pe_rows * sizes_.pe_cols;
  // A PE's share of all steps.
  const std::int64_t steps =
      std::int64_t{g.groups} * g.batch * d.row_tiles * d.m_tiles * std::int64_t{d.q};
  Derived least = d;
  least.p = 1;
  // The last chunk's psums leave behind the last work.
  const double chunks = as_double(ceil_div(steps, pes)) * d.chunks;
  return constant_cycles() + dump_bound() + (chunks - 1) * chunk_cycles(least, mp);
}

double CostModel::split_bound(const Derived& d, const Mapping& mp) {
  return constant_cycles() + dump_bound() + (steps_of(d) * d.chunks - 1) * chunk_cycles(d, mp);
}

double CostModel::bound(const Mapping& mp, bool whole) {
  const nn::ConvGeometry& geo = layer_.geo;
  const Derived d = derive(geo, mp, sizes_);
  const TileSample& sample = tile(d, mp);
  const double epochs = epochs_of(d), steps = steps_of(d);
  const double chunks = steps * d.chunks;
  const double work = as_double(d.f0) / d.chunks * window_cycles(d, mp);
  const double period = chunk_cycles(d, mp);
  // PE. Rules 1, 3 and 7: with one buffer the next weights come when an epoch has retired, and the
  // first slot so many stages behind them. The drain of its last chunk hides there.
  double pe = (chunks - 1) * period;
  if (!mp.weight_double_buffer)
    pe += (epochs - 1) *
          std::max(0.0, sample.mean_words() + 1 + sizes_.stages_before - (period - work));
  // Weight port: one word a cycle, the tiles of a PE row one after another.
  const double weights = epochs * mp.pe_cols.m * mp.pe_cols.g * sample.mean_words();
  // iact bank: one port, one word a cycle; a row that is streamed is written first, a resident one
  // once for all passes.
  const double words = iact_row_words(d, mp, density_ * column_share_);
  const double banks = sizes_.iact_banks;
  const double rows = rows_sent(d, mp) / banks;
  const bool written_beside = !sizes_.serial_io;
  const IactUnit unit = unit_of(d, mp, sizes_);
  const bool goes_once = mp.iact_source == IactSource::stream && unit == IactUnit::step;
  double iacts = steps * rows * words * (goes_once ? 2 : 1);
  // Psum bank and output stage: a beat a cycle.
  const double psums = chunks * psum_beats_of(d, mp);
  if (!whole) return constant_cycles() + std::max({pe, weights, iacts, psums});
  const double fetched = rows_fetched(d, mp) / banks;
  if (written_beside && unit != IactUnit::step) iacts += fetched * words;
  const double port = fetched * row_cycles(row_reads_.of(d, mp));
  const BusBound bus = bus_bound(d, mp);
  double processing = std::max({pe, iacts, psums, bus.data});
  // Nothing of that goes on while iacts load or oacts leave; weights may.
  if (sizes_.serial_io) processing += off_chip_cycles(iact_bytes(d, mp) + oact_bytes());
  return constant_cycles() + std::max({processing, weights, port, bus.weights});
}

/// Cycles that all off-chip data of the chip take: on the link, else on a DRAM's bus.
double CostModel::off_chip_cycles(double bytes) const {
  double cycles = 0;
  if (sizes_.io_link_bits > 0) cycles = bytes * 8 / sizes_.io_link_bits;
  if (sizes_.dram_bus_limits) cycles = std::max(cycles, bytes / sizes_.dram_bytes_per_cycle);
  return cycles;
}

/// What dumps take that nothing can be processed beside.
double CostModel::dump_bound() const {
  return sizes_.serial_io ? off_chip_cycles(oact_bytes()) : 0;
}

double CostModel::loads_of(const Derived& d, const Mapping& mp) const {
  const double blocks = as_double(d.tg) * d.te2;
  return mp.iact_source == IactSource::resident ? blocks : blocks * d.tm2 * d.p;
}

/// The multicast buses of a flat NoC, each with all that it has to carry.
CostModel::BusBound CostModel::bus_bound(const Derived& d, const Mapping& mp) {
  if (!sizes_.flat_noc) return {};
  const nn::ConvGeometry& geo = layer_.geo;
  const int pair = mp.csc ? sizes_.count_bits : 0;
  const double tiles = as_double(std::int64_t{geo.groups} * d.m_tiles);
  // Every tile of weights once for each block and for each cluster that has a copy of its own.
  const double loads = d.one_epoch() ? 1 : d.te2;
  double copies = as_double(std::int64_t{mp.mesh_rows.n} * mp.mesh_rows.e);
  copies *= mp.mesh_cols.n * mp.mesh_cols.e / multicast_groups(mp).weight_cols;
  const double weights = tiles * d.q * loads * copies * as_double(std::int64_t{d.columns} * mp.m0) *
                         (mp.csc ? weight_density_ : 1) * (sizes_.weight_bits + pair);
  // Of the M tiles' places those that have one.
  const double full = as_double(d.m_tiles) / as_double(std::int64_t{d.tm} * d.split_m);
  const double values = as_double((d.f0 - std::int64_t{1}) * d.segment_len + d.span * mp.c0);
  const double iacts = steps_of(d) * full * rows_sent(d, mp) * values *
                       (mp.csc ? density_ * column_share_ : 1) * (sizes_.iact_bits + pair) *
                       senders_of(mp).iact * mp.chain;
  const double psums = tiles * geo.batch * as_double(std::int64_t{geo.out_h} * geo.out_w) * mp.m0 *
                       d.p * sizes_.psum_bits;
  return {weights / sizes_.weight_bus_bits,
          std::max(iacts / sizes_.iact_bus_bits, psums / sizes_.psum_bus_bits)};
}

/// Iact rows that a cluster's banks send in a step, the mean; none of padding that is skipped.
double CostModel::rows_sent(const Derived& d, const Mapping& mp) {
  return rows_.mean_step(d, mp, !padding_skipped_);
}

/// Iact rows that come to a cluster's banks from DRAM, the mean over all clusters.
double CostModel::rows_fetched(const Derived& d, const Mapping& mp) {
  const double units = unit_of(d, mp, sizes_) == IactUnit::step ? steps_of(d) : loads_of(d, mp);
  return units * rows_.mean_unit(d, mp, !padding_skipped_);
}

/// docs/timing.md, DMA: so many transactions of a port in flight.
double CostModel::row_cycles(const RowRead& row) const {
  return row.transactions * sizes_.dram_latency_cycles / sizes_.dma_outstanding;
}

/// Every output port has its channels' entries, anew for each block where it has several tiles.
double CostModel::parameter_bytes(const Derived& d, const Mapping& mp) const {
  const auto copies = [](const AxisSplit& split) { return std::int64_t{split.n} * split.e; };
  const std::int64_t ports = copies(mp.mesh_rows) * copies(mp.mesh_cols) * copies(mp.pe_cols);
  return as_double(ports * layer_.geo.out_c * sizes_.channel_param_bytes) *
         (d.tm > 1 ? as_double(d.te2) : 1.0);
}

/// Read by every cluster that is not fed by a neighbour; written once.
double CostModel::dram_bytes(const Derived& d, const Mapping& mp) {
  const Senders senders = senders_of(mp);
  const double tiles = epochs_of(d) * mp.pe_cols.m * mp.pe_cols.g * std::min(sizes_.pe_rows, d.q) *
                       senders.weight * mp.chain;
  const double words = tile(d, mp).mean_words() - csc::kWeightHeaderWords;
  return iact_bytes(d, mp) + tiles * (words * weight_word_bytes_ + csc::kTileLengthBytes) +
         parameter_bytes(d, mp) + sizes_.descriptor_bytes + oact_bytes();
}

double CostModel::iact_bytes(const Derived& d, const Mapping& mp) {
  return rows_fetched(d, mp) * row_reads_.of(d, mp).bytes * senders_of(mp).iact * mp.chain;
}

double CostModel::oact_bytes() const {
  const nn::ConvGeometry& geo = layer_.geo;
  return as_double(std::int64_t{geo.batch} * geo.out_h * geo.out_w) * geo.out_c;
}

double CostModel::least_bytes() const {
  const nn::ConvGeometry& g = layer_.geo;
  const double weights = as_double(std::int64_t{g.out_c} * g.kernel_h * g.kernel_w) *
                         g.in_c_per_group() * weight_density_ * sizes_.weight_bits / 8;
  const double iacts =
      as_double(std::int64_t{g.batch} * g.in_h * g.in_w) * g.in_c * density_ * sizes_.iact_bits / 8;
  // Rows and columns that strides leave out need not be read.
  const double used = std::min(1.0, as_double(g.kernel_h) / g.stride_h) *
                      std::min(1.0, as_double(g.kernel_w) / g.stride_w);
  return weights + iacts * used * 0.5 +
         as_double(std::int64_t{g.batch} * g.out_h * g.out_w) * g.out_c;
}

/// MACs with neither operand zero, and their operands' and psums' SPad accesses.
double CostModel::mac_energy() const {
  const double macs =
      as_double(layer_.geo.macs()) * weight_density_ * density_ * row_share_ * column_share_;
  const double operands = sizes_.weight_bits + sizes_.count_bits + 2.0 * sizes_.psum_bits;
  return macs * (energy_.mac * sizes_.iact_bits / 16 * sizes_.weight_bits / 16 +
                 energy_.spad * operands / 16);
}

double CostModel::least_energy() const { return mac_energy() + energy_.dram * least_bytes() / 2; }

double CostModel::energy(const Derived& d, const Mapping& mp, double bytes) {
  const double clusters = as_double(mp.mesh_rows.product()) * mp.mesh_cols.product() * mp.chain;
  const double steps = steps_of(d);
  const double word = 24.0 / 16, psum_word = 2.0 * sizes_.psum_bits / 16;
  const double row = iact_row_words(d, mp, density_ * column_share_);
  const double sent = steps * rows_sent(d, mp) * row * clusters;
  double glb = mp.iact_source == IactSource::through
                   ? 0
                   : (sent + rows_fetched(d, mp) * row * clusters) * word;
  const double columns = mp.pe_cols.product() * clusters;
  const double psums = steps * as_double(psum_row_words(d, mp)) * columns;
  glb += 2.0 * (d.p - 1) / d.p * psums * psum_word;
  const double weights =
      epochs_of(d) * tile(d, mp).mean_words() * columns * std::min(sizes_.pe_rows, d.q);
  const double rows = std::min(sizes_.pe_rows, d.q);
  const double noc = (sent + weights) * word + psums * rows * psum_word;
  const double spads = (sent + weights) * word + psums * rows * psum_word;
  return mac_energy() + energy_.dram * bytes / 2 + energy_.glb * glb + energy_.noc * noc +
         energy_.spad * spads;
}

Moved CostModel::traffic(const Mapping& mp) {
  const Derived d = derive(layer_.geo, mp, sizes_);
  const double bytes = dram_bytes(d, mp);
  return {bytes, energy(d, mp, bytes)};
}

Estimate CostModel::estimate(const Mapping& mp) {
  const Derived d = derive(layer_.geo, mp, sizes_);
  PlayLayer about{layer_.geo,
                  padding_skipped_,
                  density_,
                  reads_compressed(layer_, mp),
                  row_cycles(row_reads_.of(d, mp)),
                  {}};
  about.known = known_;
  if (sizes_.serial_io) {
    const double loads = loads_of(d, mp);
    const double port = rows_fetched(d, mp) / loads / sizes_.iact_banks;
    about.load_cycles =
        std::max(off_chip_cycles(iact_bytes(d, mp)) / loads, port * about.row_cycles);
    about.dump_cycles = off_chip_cycles(oact_bytes()) / (as_double(d.tg) * d.te2 * d.tm2);
    // Entries of the first channels come beside the first load, later ones in time.
    const double tiles = as_double(d.tg) * d.tm * (d.tm > 1 ? d.te2 : 1);
    about.first_cycles =
        off_chip_cycles(parameter_bytes(d, mp) * std::min(1.0, sizes_.param_tiles_ahead / tiles));
  }
  if (unit_of(d, mp, sizes_) != IactUnit::step) {
    about.unit_rows = rows_.unit(d, mp);
    // Of all banks alike those that are padding do not come.
    const double share =
        rows_.mean_unit(d, mp, !padding_skipped_) / std::max(1.0, rows_.mean_unit(d, mp, true));
    for (std::int64_t& rows : about.unit_rows)
      rows = static_cast<std::int64_t>(std::ceil(as_double(rows) * share));
  }
  Estimate out;
  out.bound = bound(mp);
  const Moved moved = traffic(mp);
  out.dram_bytes = moved.dram_bytes;
  out.energy = moved.energy;
  out.bound = std::max(out.bound, off_chip_cycles(out.dram_bytes));
  out.cycles = std::max(out.bound, plays_.play(about, mp, d, sizes_, tile(d, mp), draws_));
  const double macs_per_cycle = as_double(std::int64_t{sizes_.mesh_rows} * sizes_.mesh_cols) *
                                sizes_.pe_rows * sizes_.pe_cols * sizes_.simd;
  out.utilisation = as_double(layer_.geo.macs()) / (out.cycles * macs_per_cycle);
  return out;
}

Estimate estimate(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes,
                  const IactForecast& iacts) {
  if (mapping.turned) return estimate(nn::turned(layer), unturned(mapping), sizes, iacts);
  return CostModel(layer, sizes, iacts).estimate(mapping);
}

Estimate estimate(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes,
                  const IactForecast& forecast, const nn::Tensor& iacts) {
  if (mapping.turned)
    return estimate(nn::turned(layer), unturned(mapping), sizes, forecast,
                    nn::turned(iacts, layer.geo));
  const KnownIacts known(layer.geo, iacts);
  return CostModel(layer, sizes, forecast, {}, &known).estimate(mapping);
}

}  // namespace uvea::mapper
