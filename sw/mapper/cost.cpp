#include "sw/mapper/cost.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sw/csc/slot.h"
#include "sw/csc/word_format.h"
#include "sw/mapper/limits.h"
#include "sw/mapper/weight_capacity.h"
#include "sw/nn/iact_code.h"
#include "sw/nn/turned.h"

namespace uvea::mapper {
namespace {

/// Weights sampled to find the mean length of a column.
constexpr std::int64_t kSample = 1 << 16;

double as_double(std::int64_t v) { return static_cast<double>(v); }

/// Aligned blocks that `bytes` touch: the mean over addresses that are multiples of `grain`.
double mean_blocks(std::int64_t bytes, std::int64_t grain, std::int64_t block) {
  std::int64_t total = 0;
  const std::int64_t places = block / std::gcd(grain, block);
  for (std::int64_t i = 0; i < places; ++i)
    total += (i * grain % block + bytes + block - 1) / block;
  return as_double(total) / as_double(places);
}

}  // namespace

CostModel::CostModel(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts)
    : layer_(layer),
      sizes_(sizes),
      density_(nn::iact_code(layer.in).density(std::clamp(iacts.density, 0.0, 1.0))),
      iact_block_(iacts.block),
      iact_word_bytes_(csc::word_bytes({sizes.iact_bits, sizes.count_bits})),
      weight_word_bytes_(csc::word_bytes({sizes.weight_bits, sizes.count_bits})),
      column_words_(sizes_.limits.tile_channels + 1, -1.0) {}

double CostModel::column_words(int m0) {
  double& words = column_words_[static_cast<std::size_t>(m0)];
  if (words < 0) words = mean_column_words(layer_, m0, sizes_.count_bits, kSample);
  return words;
}

double CostModel::tile_words(const Derived& d, const Mapping& mp) {
  if (!mp.csc) return raw_tile_words(d.columns, mp.m0);
  double columns = as_double(layer_.geo.in_c_per_group()) * layer_.geo.kernel_w / d.ut;
  // Without zeros every PE with a full tile is as slow as the slowest, and the others wait for it.
  if (!nn::iact_code(layer_.in).zero_is_real())
    columns = as_double(std::int64_t{std::min(mp.c0, layer_.geo.in_c_per_group())} * d.s0);
  return columns * column_words(mp.m0);
}

double CostModel::step_cycles(const Derived& d, const Mapping& mp) {
  double window = 0;
  if (mp.csc)
    // Iacts between dilated taps meet no weight, but take the cycle in which that is seen.
    window = density_ *
             (tile_words(d, mp) * (sizes_.simd > 1 ? 1 : 2) + as_double(mp.c0) * (d.span - d.s0));
  else
    window = as_double(d.columns) * as_double(ceil_div(mp.m0, sizes_.simd));
  return d.f0 * std::max(1.0, window) + d.chunks * sizes_.pipeline_stages;
}

double CostModel::bursts_of(std::int64_t bytes, std::int64_t grain) {
  const auto [at, fresh] = bursts_.try_emplace({bytes, grain}, 0.0);
  if (fresh) at->second = mean_blocks(bytes, grain, sizes_.dma_block_bytes);
  return at->second;
}

/// Slots that hold a row of c0 channels: one where they lie as the mapping takes them, else the
/// mean over the channel tiles.
double CostModel::slots_of_row(const Mapping& mp) const {
  if (iact_block_ == 0) return 1;
  const int channels = layer_.geo.in_c_per_group();
  std::int64_t slots = 0, tiles = 0;
  for (int first = 0; first < channels; first += mp.c0, ++tiles)
    slots += (std::min(first + mp.c0, channels) - 1) / iact_block_ - first / iact_block_ + 1;
  return as_double(slots) / as_double(tiles);
}

double CostModel::slot_bursts(const Derived& d, const Mapping& mp) {
  const int channels = iact_block_ == 0 ? mp.c0 : iact_block_;
  const std::int64_t values = std::int64_t{layer_.geo.in_w} * channels;
  if (reads_compressed(layer_, mp)) {
    // Compressed: the head tells how much there is.
    const auto bytes = static_cast<std::int64_t>(
        4 + as_double(values) * density_ * (sizes_.iact_bits + sizes_.count_bits) / 8);
    return bursts_of(std::min<std::int64_t>(bytes, sizes_.csc_head_bytes), csc::kSlotGrain) +
           (bytes > sizes_.csc_head_bytes
                ? bursts_of(bytes - sizes_.csc_head_bytes, csc::kSlotGrain)
                : 0);
  }
  const double whole = bursts_of(values, values);
  if (d.ft == 1) return whole;
  const std::int64_t part = channels * (std::int64_t{d.f0 - 1} * layer_.geo.stride_w + d.span);
  return std::min(whole, bursts_of(part, channels));
}

double CostModel::weight_bursts(const Derived& d, const Mapping& mp) {
  return tile_words(d, mp) * weight_word_bytes_ / sizes_.dma_block_bytes;
}

double CostModel::oact_bursts(const Derived& d, const Mapping& mp) {
  const std::int64_t pitch = std::int64_t{layer_.geo.out_w} * mp.m0;
  const std::int64_t bytes = std::int64_t{d.f0} * mp.m0;
  return bursts_of(std::min<std::int64_t>(bytes, sizes_.write_bytes),
                   d.ft == 1 ? pitch : std::gcd(pitch, bytes)) *
         std::max(1.0, as_double(bytes) / sizes_.write_bytes);
}

const BankRows& CostModel::block(const Derived& d, const Mapping& mp) {
  const int e_block = std::min(mp.e_block, d.te);
  const auto key =
      std::make_tuple(e_block, d.split_e, mp.pe_cols.e, d.ft, d.ut, mp.pe_cols.g, mp.pe_cols.n,
                      d.split_n);
  const auto at = blocks_.find(key);
  if (at != blocks_.end()) return at->second;
  return blocks_.emplace(key, block_rows(layer_.geo, d, mp, sizes_)).first->second;
}

std::int64_t CostModel::block_bank_words(const Derived& d, const Mapping& mp) {
  return worst_bank(block(d, mp)) * static_cast<std::int64_t>(iact_row_words(d, mp));
}

Estimate CostModel::estimate(const Mapping& mp) {
  const nn::ConvGeometry& geo = layer_.geo;
  const Derived d = derive(geo, mp, sizes_);
  const BankRows step_banks = step_rows(geo, d, mp, sizes_);
  const double row_bound = iact_row_words(d, mp);
  const double row_words = iact_row_words(d, mp, density_);
  const bool resident = mp.iact_source == IactSource::resident;
  const bool stream = mp.iact_source == IactSource::stream;

  // One step.
  const double delivery = as_double(worst_bank(step_banks)) * row_words;
  const double psums = as_double(psum_row_words(d, mp)) * (d.p > 1 ? 2 : 1);
  const double work = std::max(step_cycles(d, mp), psums);
  // Iacts come this long after they are asked for; compressed slots tell their length first.
  const double latency = sizes_.dram_latency_cycles;
  const double fetch = latency * (reads_compressed(layer_, mp) ? 2 : 1);
  double step = std::max(work, stream ? 2 * delivery : delivery);
  if (!resident) {
    const int room = stream ? sizes_.iact_bank_words : sizes_.io_fifo_words;
    const double units =
        std::min(as_double(sizes_.iact_units_ahead),
                 std::floor(room / (as_double(worst_bank(step_banks)) * row_bound)));
    if (units < 2)
      step = std::max(work, delivery) + delivery + fetch;
    else
      step = std::max(step, fetch / (units - 1));
  }

  // One pass: weights of a PE row come through one port.
  const double lengths = mp.csc ? as_double(ceil_div(d.columns, csc::kColumnEndsPerWord)) : 0;
  const double port_words =
      mp.pe_cols.m * mp.pe_cols.g * (tile_words(d, mp) + csc::kWeightHeaderWords + lengths);
  // A port's stream comes as fast as its window and its buffer let it.
  const double window =
      std::min<double>(sizes_.weight_buffer_bytes,
                       as_double(std::int64_t{sizes_.dma_outstanding} * sizes_.dma_block_bytes));
  const double tile_fetch =
      mp.pe_cols.m * mp.pe_cols.g * tile_words(d, mp) * weight_word_bytes_ * latency / window;
  // A row's psums are back for the next reduction pass after the PEs, the column and the bank.
  const double way_back =
      sizes_.pipeline_stages + d.v + as_double(2 * psum_beats(std::int64_t{mp.windows} * mp.m0));
  const auto pass = [&](std::int64_t rows) {
    double run = as_double(rows) * step;
    if (d.p > 1) run = std::max(run, step + way_back);
    run = mp.weight_double_buffer ? std::max(run, port_words) : run + port_words;
    return std::max(run, tile_fetch);
  };
  const std::int64_t e_block = std::min(mp.e_block, d.te);
  const std::int64_t last_rows = d.te - (d.te2 - std::int64_t{1}) * e_block;
  const double reuse = as_double(d.tm) * d.p;  // passes over the same block
  const double outer = as_double(d.tg);

  // Blocks, and what fills them.
  double block_cycles = reuse * pass(e_block), last_cycles = reuse * pass(last_rows);
  if (resident) {
    const BankRows& rows = block(d, mp);
    const double fill = as_double(worst_bank(rows)) * row_words;
    const double filled = fill + fetch;
    const bool prefetched = 2 * as_double(worst_bank(rows)) * row_bound <= sizes_.iact_bank_words;
    block_cycles = prefetched ? std::max(block_cycles, filled) : block_cycles + filled;
    last_cycles = prefetched ? std::max(last_cycles, filled) : last_cycles + filled;
  }
  // The first weights, the first row and the way up the accumulation chain hide behind nothing.
  const double start =
      port_words + delivery + d.v * as_double(psum_beats(std::int64_t{mp.windows} * mp.m0));
  Estimate out;
  out.cycles = outer * ((d.te2 - 1) * block_cycles + last_cycles) + start;

  // DRAM reads: every cluster that is not fed by a neighbour.
  const double clusters = as_double(mp.mesh_rows.product()) * mp.mesh_cols.product();
  double iact_sources = clusters * mp.chain;
  if (mp.iact_mode == NocMode::vertical || mp.iact_mode == NocMode::broadcast)
    iact_sources /= mp.mesh_rows.m;
  if (mp.iact_mode == NocMode::horizontal || mp.iact_mode == NocMode::broadcast)
    iact_sources /= mp.mesh_cols.m;
  double weight_sources = clusters * mp.chain;
  if (mp.weight_mode == NocMode::horizontal) weight_sources /= mp.mesh_cols.n * mp.mesh_cols.e;
  const double blocks = outer * d.te2;
  const double iact_rows = resident ? blocks * as_double(all_banks(block(d, mp)))
                                    : outer * reuse * d.te * as_double(all_banks(step_banks));
  const double iact_words = iact_rows * row_words;
  const double pe_rows = std::min(sizes_.pe_rows, d.q);
  out.dram_bytes = iact_word_bytes_ * iact_words * iact_sources +
                   weight_word_bytes_ * blocks * reuse * port_words * pe_rows * weight_sources;
  out.cycles = std::max(out.cycles, out.dram_bytes / sizes_.dram_bytes_per_cycle);

  // Each port has a number of transactions in flight, each for the memory's latency.
  const double slots = iact_rows / (resident ? d.st : 1) * iact_sources;
  const double tiles = blocks * reuse * mp.pe_cols.m * mp.pe_cols.g * pe_rows * weight_sources;
  const double oact_rows = as_double(geo.batch) * geo.groups * d.m_tiles * d.row_tiles;
  const double requests =
      std::max({slots * slots_of_row(mp) * slot_bursts(d, mp) / (iact_sources * sizes_.iact_banks),
                tiles * weight_bursts(d, mp) / (weight_sources * pe_rows),
                oact_rows * oact_bursts(d, mp) / (clusters * mp.pe_cols.product())});
  out.cycles = std::max(out.cycles, requests * sizes_.dram_latency_cycles / sizes_.dma_outstanding);
  const double macs_per_cycle = as_double(std::int64_t{sizes_.mesh_rows} * sizes_.mesh_cols) *
                                sizes_.pe_rows * sizes_.pe_cols * sizes_.simd;
  out.utilisation = as_double(geo.macs()) / (out.cycles * macs_per_cycle);
  return out;
}

Estimate estimate(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes,
                  const IactForecast& iacts) {
  if (mapping.turned) return estimate(nn::turned(layer), unturned(mapping), sizes, iacts);
  return CostModel(layer, sizes, iacts).estimate(mapping);
}

}  // namespace uvea::mapper
