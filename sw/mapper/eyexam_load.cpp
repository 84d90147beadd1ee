#include "sw/mapper/eyexam_load.h"

#include <algorithm>
#include <cmath>

#include "sw/csc/weight_stream.h"
#include "sw/mapper/footprint.h"
#include "sw/mapper/weight_capacity.h"
#include "sw/nn/iact_code.h"

namespace uvea::mapper {
namespace {

/// Bias, multiplier and shift of an output channel in DRAM.
constexpr double kParamBytes = 12;

std::string number(double value) {
  return std::to_string(static_cast<std::int64_t>(std::llround(value)));
}

/// Of `whole` cut into parts of `part`, the size of part `index`.
int part_of(int whole, int part, int index) { return std::min(part, whole - index * part); }

}  // namespace

TileLoads::TileLoads(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes)
    : layer_(layer),
      mapping_(mapping),
      sizes_(sizes),
      d_(derive(layer.geo, mapping, sizes)),
      kept_(d_.one_epoch()) {
  count_rows();
  count_weight_words();
  count_pes();
}

double TileLoads::lanes_of(int channels) const {
  return mapping_.csc ? channels : static_cast<double>(ceil_div(mapping_.m0, sizes_.simd));
}

void TileLoads::count_rows() {
  const nn::ConvGeometry& geo = layer_.geo;
  const bool padding_skipped = nn::iact_code(layer_.in).zero_is_real();
  const int tiles = d_.images * d_.row_tiles;
  rows_.resize(static_cast<std::size_t>(used(tiles, d_.split_e)));
  for (Rows& rows : rows_) rows.inside.assign(static_cast<std::size_t>(geo.kernel_h), 0.0);
  for (int number = 0; number < tiles; ++number) {
    Rows& rows = rows_[static_cast<std::size_t>(number % d_.split_e)];
    const int tile = number % d_.row_tiles;
    const int windows = part_of(geo.out_w, d_.f0, tile / geo.out_h);
    for (int r = 0; r < geo.kernel_h; ++r) {
      const int h = tile % geo.out_h * geo.stride_h + r * geo.dilation_h - geo.pad_top;
      if (!padding_skipped || (h >= 0 && h < geo.in_h))
        rows.inside[static_cast<std::size_t>(r)] += windows;
    }
    rows.windows += windows;
    rows.bursts += d_.chunks;
    rows.beats += static_cast<double>(
        windows / mapping_.windows * psum_beats(std::int64_t{mapping_.windows} * mapping_.m0) +
        psum_beats(std::int64_t{windows % mapping_.windows} * mapping_.m0));
    if (number / d_.split_e % mapping_.e_block == 0) ++rows.blocks;
  }
}

void TileLoads::count_weight_words() {
  const nn::ConvGeometry& geo = layer_.geo;
  const int columns = mapping_.c0 * d_.span;
  const std::int64_t tiles = std::int64_t{geo.groups} * d_.m_tiles * d_.q;
  const auto fixed = static_cast<std::int32_t>(mapping_.csc ? csc::column_end_words(columns)
                                                            : raw_tile_words(columns, mapping_.m0));
  words_.assign(static_cast<std::size_t>(tiles), fixed);
  if (!mapping_.csc || layer_.weights.empty()) return;
  // A word for two stored weights; each column, (filter column, channel), from a new word on.
  const int m_group = geo.out_c_per_group(), c_group = geo.in_c_per_group();
  std::vector<std::int32_t> stored(static_cast<std::size_t>(geo.kernel_w) *
                                   static_cast<std::size_t>(c_group));
  for (int g = 0; g < geo.groups; ++g) {
    for (int mt = 0; mt < d_.m_tiles; ++mt) {
      for (int r = 0; r < geo.kernel_h; ++r) {
        std::fill(stored.begin(), stored.end(), 0);
        for (int j = 0; j < part_of(m_group, mapping_.m0, mt); ++j) {
          const std::size_t row = layer_.weight_index(g * m_group + mt * mapping_.m0 + j, r, 0, 0);
          for (std::size_t i = 0; i < stored.size(); ++i)
            stored[i] += layer_.weights[row + i] != 0 ? 1 : 0;
        }
        for (std::size_t i = 0; i < stored.size(); ++i) {
          const int s = static_cast<int>(i) / c_group, c = static_cast<int>(i) % c_group;
          const int u = c / mapping_.c0 * d_.st + s / d_.s0;
          const std::int64_t q = std::int64_t{u} * geo.kernel_h + r;
          words_[static_cast<std::size_t>((std::int64_t{g} * d_.m_tiles + mt) * d_.q + q)] +=
              pair_words(stored[i]);
        }
      }
    }
  }
}

PeLoad TileLoads::load_of(const Place& place, const Rows& rows) const {
  const nn::ConvGeometry& geo = layer_.geo;
  const double loads = kept_ ? 1 : rows.blocks;
  PeLoad load;
  double epochs = 0, tiles = 0;
  for (int g = place.g; g < geo.groups; g += d_.split_g) {
    for (int mt = place.m; mt < d_.m_tiles; mt += d_.split_m) {
      const double lanes = lanes_of(part_of(geo.out_c_per_group(), mapping_.m0, mt));
      for (int q = place.v; q < d_.q; q += d_.v) {
        const int u = q / geo.kernel_h, r = q % geo.kernel_h;
        const int taps = part_of(geo.in_c_per_group(), mapping_.c0, u / d_.st) *
                         part_of(geo.kernel_w, d_.s0, u % d_.st);
        const double inside = rows.inside[static_cast<std::size_t>(r)];
        load.work += inside * taps * lanes;
        if (!mapping_.csc) load.work += rows.windows - inside;  // a slot for an empty window
        const auto at = static_cast<std::size_t>((std::int64_t{g} * d_.m_tiles + mt) * d_.q + q);
        load.weight_wait += loads * (csc::kWeightHeaderWords + words_[at] + sizes_.stages_before);
        epochs += loads;
        tiles += 1;
      }
    }
  }
  if (mapping_.weight_double_buffer) load.weight_wait = 0;
  const std::int64_t burst = std::int64_t{mapping_.windows} * mapping_.m0;
  if (!two_psum_banks(mapping_, sizes_)) {
    // The last burst of an epoch leaves while the next weights come.
    const double drain = sizes_.stages_behind;
    load.psum_wait = tiles * (rows.beats + rows.bursts * drain) -
                     epochs * (static_cast<double>(psum_beats(burst)) + drain);
    load.psum_wait = std::max(0.0, load.psum_wait);
  }
  return load;
}

void TileLoads::count_pes() {
  const nn::ConvGeometry& geo = layer_.geo;
  for (int g = 0; g < used(geo.groups, d_.split_g); ++g)
    for (int m = 0; m < used(d_.m_tiles, d_.split_m); ++m)
      for (int v = 0; v < used(d_.q, d_.v); ++v)
        for (const Rows& rows : rows_) pes_.push_back(load_of({g, m, v}, rows));
  for (const PeLoad& pe : pes_) total_work_ += pe.work / d_.images * geo.batch;
}

double TileLoads::tiles() const {
  const nn::ConvGeometry& geo = layer_.geo;
  return static_cast<double>(geo.batch) * geo.groups * d_.m_tiles * d_.row_tiles * d_.q;
}

double TileLoads::full_tiles() const {
  const nn::ConvGeometry& geo = layer_.geo;
  const auto full = [](int whole, int part) { return whole / std::min(whole, part); };
  double rows = 0;  // pairs of output row and filter row that are not all padding
  const bool padding_skipped = nn::iact_code(layer_.in).zero_is_real();
  for (int e = 0; e < geo.out_h; ++e) {
    for (int r = 0; r < geo.kernel_h; ++r) {
      const int h = e * geo.stride_h + r * geo.dilation_h - geo.pad_top;
      if (!padding_skipped || (h >= 0 && h < geo.in_h)) ++rows;
    }
  }
  return rows * geo.batch * geo.groups * full(geo.out_c_per_group(), mapping_.m0) *
         full(geo.in_c_per_group(), mapping_.c0) * full(geo.kernel_w, d_.s0) *
         full(geo.out_w, d_.f0);
}

double TileLoads::tile_macs() const {
  const nn::ConvGeometry& geo = layer_.geo;
  return static_cast<double>(std::min(mapping_.c0, geo.in_c_per_group())) * d_.s0 * d_.f0 *
         std::min(mapping_.m0, geo.out_c_per_group());
}

double TileLoads::tile_work() const {
  if (full_tiles() == 0) return 0;
  const int channels = std::min(mapping_.m0, layer_.geo.out_c_per_group());
  return tile_macs() / channels * lanes_of(channels);
}

double TileLoads::used_pes() const {
  return static_cast<double>(pes_.size()) * used(layer_.geo.batch, d_.split_n);
}

double TileLoads::busiest_work() const {
  double most = 0;
  for (const PeLoad& pe : pes_) most = std::max(most, pe.work);
  return most;
}

double TileLoads::mean_wait() const {
  double sum = 0;
  for (const PeLoad& pe : pes_) sum += pe.wait();
  // Places in the batch other than the first may have an image less.
  const double places = used(layer_.geo.batch, d_.split_n);
  return sum / static_cast<double>(pes_.size()) * layer_.geo.batch / places / d_.images;
}

std::string TileLoads::words_of_waits() const {
  PeLoad most;
  for (const PeLoad& pe : pes_)
    if (pe.wait() > most.wait()) most = pe;
  return "a PE waits up to " + number(most.weight_wait) +
         " cycles while its only weight buffer is filled and " + number(most.psum_wait) +
         " while its only psum bank is read out";
}

Traffic TileLoads::psum_links() const {
  Traffic traffic;
  double sum = 0, most = 0;
  for (const Rows& rows : rows_) {
    sum += rows.beats;
    most = std::max(most, rows.beats);
  }
  const nn::ConvGeometry& geo = layer_.geo;
  const double columns = static_cast<double>(rows_.size()) * used(geo.groups, d_.split_g) *
                         used(geo.batch, d_.split_n) * used(d_.m_tiles, d_.split_m);
  traffic.what = "psums leave a PE column at two a cycle, " + std::to_string(d_.p) +
                 (d_.p > 1 ? " times each" : " time each");
  traffic.mean = sum / d_.images * geo.batch * geo.groups * d_.m_tiles * d_.p / columns;
  traffic.fullest = most * d_.tg * d_.tm * d_.p;
  return traffic;
}

Traffic TileLoads::weight_ports() const {
  const nn::ConvGeometry& geo = layer_.geo;
  const int pe_g = mapping_.pe_cols.g, pe_m = mapping_.pe_cols.m;
  const std::int64_t ports_g = ceil_div(used(geo.groups, d_.split_g), pe_g);
  const std::int64_t ports_m = ceil_div(used(d_.m_tiles, d_.split_m), pe_m);
  const int ports_v = used(d_.q, d_.v);
  std::vector<double> ports(static_cast<std::size_t>(ports_g * ports_m * ports_v), 0.0);
  for (int g = 0; g < geo.groups; ++g) {
    for (int mt = 0; mt < d_.m_tiles; ++mt) {
      const std::int64_t column = g % d_.split_g / pe_g * ports_m + mt % d_.split_m / pe_m;
      for (int q = 0; q < d_.q; ++q) {
        const auto at = static_cast<std::size_t>((std::int64_t{g} * d_.m_tiles + mt) * d_.q + q);
        ports[static_cast<std::size_t>(column * ports_v + q % d_.v)] +=
            csc::kWeightHeaderWords + words_[at];
      }
    }
  }
  const double loads = kept_ ? 1 : static_cast<double>(d_.te2);
  Traffic traffic;
  traffic.what = "weights enter a PE row at a word a cycle, each tile " + number(loads) +
                 (loads > 1 ? " times" : " time");
  for (const double words : ports) {
    traffic.mean += words * loads / static_cast<double>(ports.size());
    traffic.fullest = std::max(traffic.fullest, words * loads);
  }
  return traffic;
}

double TileLoads::dram_bytes() const {
  const nn::ConvGeometry& geo = layer_.geo;
  double words = 0;
  for (const std::int32_t w : words_) words += w;
  const csc::Widths widths{sizes_.weight_bits, sizes_.count_bits};
  const double loads = kept_ ? 1 : static_cast<double>(d_.te2);
  return words * loads * csc::word_bytes(widths) + kParamBytes * geo.out_c;
}

std::vector<Traffic> TileLoads::traffic() const {
  std::vector<Traffic> all{psum_links(), weight_ports()};
  if (d_.p > 1) {
    Traffic banks = all.front();
    banks.what = "a psum bank is written and read " + std::to_string(d_.p - 1) +
                 " times for every oact, through one port";
    const double of_links = 2.0 * (d_.p - 1) / d_.p;
    banks.mean *= of_links;
    banks.fullest *= of_links;
    all.push_back(banks);
  }
  const double bytes = dram_bytes();
  if (sizes_.dram_bus_limits) {
    const double cycles = bytes / sizes_.dram_bytes_per_cycle;
    all.push_back(
        {"DRAM bandwidth: at least " + number(bytes) + " bytes of weights", cycles, cycles});
  } else {
    // Weights and parameters come through these.
    const int ports = sizes_.mesh_rows * sizes_.mesh_cols * (sizes_.pe_rows + sizes_.pe_cols);
    const double in_flight = static_cast<double>(sizes_.dma_outstanding) * ports;
    const double cycles =
        std::ceil(bytes / sizes_.dma_block_bytes) * sizes_.dram_latency_cycles / in_flight;
    all.push_back({"DRAM latency: at least " + number(bytes) + " bytes of weights with " +
                       number(in_flight) + " transactions in flight",
                   cycles, cycles});
  }
  return all;
}

double TileLoads::start_cycles() const {
  // The descriptor is read and handed out; then the begin of a weight stream is read.
  const double latency = sizes_.dram_bus_limits ? 0 : sizes_.dram_latency_cycles;
  return 2 * latency + sizes_.configure_cycles;
}

double TileLoads::end_cycles() const {
  const double latency = sizes_.dram_bus_limits ? 0 : sizes_.dram_latency_cycles;
  return sizes_.stages_behind + 1.0 + latency;
}

}  // namespace uvea::mapper
