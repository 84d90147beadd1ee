#include "sw/mapper/cache.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "sw/mapper/found_entry.h"
#include "sw/mapper/limits.h"
#include "sw/mapper/sha256.h"

namespace uvea::mapper {
namespace {

/// Adds numbers, each in eight bytes.
class Numbers {
 public:
  explicit Numbers(Sha256& hash) : hash_(hash) {}

  template <typename... Each>
  void add(const Each&... each) {
    (add_one(each), ...);
  }

 private:
  void add_one(double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hash_.add(bits);
  }
  template <typename Number>
  void add_one(const Number& value) {
    hash_.add(static_cast<std::uint64_t>(value));
  }

  Sha256& hash_;
};

// Every field by its name: one that is added must be told here, or this does not compile.

void add_limits(Numbers& to, const CommandLimits& limits) {
  const auto& [chunk_segments, segment_iacts, weight_columns, tile_channels, tile_words,
               csc_tile_words, epoch_chunks, dimension, product] = limits;
  to.add(chunk_segments, segment_iacts, weight_columns, tile_channels, tile_words, csc_tile_words,
         epoch_chunks, dimension, product);
}

void add_sizes(Numbers& to, const ChipSizes& sizes) {
  const auto& [mesh_rows, mesh_cols, pe_rows, pe_cols, iact_addr_entries, iact_data_entries,
               weight_addr_entries, weight_data_words, psum_entries, psum_banks, weight_buffers,
               iact_bits, weight_bits, count_bits, psum_bits, simd, sparse, iact_banks,
               iact_bank_words, psum_bank_words, io_fifo_words, flat_noc, iact_bus_bits,
               weight_bus_bits, psum_bus_bits, dma_block_bytes, dma_outstanding, descriptor_bytes,
               channel_param_bytes, dram_align_bytes, csc_head_bytes, write_bytes, iact_units_ahead,
               param_tiles_ahead, weight_buffer_bytes, dram_latency_cycles, dram_bytes_per_cycle,
               dram_bus_limits, io_link_bits, serial_io, hop_cycles, stages_before, stages_behind,
               configure_cycles, limits] = sizes;
  to.add(mesh_rows, mesh_cols, pe_rows, pe_cols, iact_addr_entries, iact_data_entries,
         weight_addr_entries, weight_data_words, psum_entries, psum_banks, weight_buffers,
         iact_bits, weight_bits, count_bits, psum_bits, simd, sparse, iact_banks, iact_bank_words,
         psum_bank_words, io_fifo_words, flat_noc, iact_bus_bits, weight_bus_bits, psum_bus_bits,
         dma_block_bytes, dma_outstanding, descriptor_bytes, channel_param_bytes, dram_align_bytes,
         csc_head_bytes, write_bytes, iact_units_ahead, param_tiles_ahead, weight_buffer_bytes,
         dram_latency_cycles, dram_bytes_per_cycle, dram_bus_limits, io_link_bits, serial_io,
         hop_cycles, stages_before, stages_behind, configure_cycles);
  add_limits(to, limits);
}

void add_options(Numbers& to, const MapOptions& options) {
  const auto& [objective, slack, energy, best] = options;
  const auto& [dram, glb, noc, spad, mac] = energy;
  to.add(objective, slack, dram, glb, noc, spad, mac, best);
}

std::string question_of(const std::string& fingerprint, const ChipSizes& sizes,
                        const MapOptions& options) {
  Sha256 hash;
  hash.add(fingerprint);
  Numbers to(hash);
  add_sizes(to, sizes);
  add_options(to, options);
  return hash.digits();
}

/// Where weights are zero, a bit each.
void add_zeros(Sha256& hash, const std::vector<std::int16_t>& weights) {
  constexpr std::size_t kBits = 64;
  for (std::size_t first = 0; first < weights.size(); first += kBits) {
    const std::size_t count = std::min(kBits, weights.size() - first);
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < count; ++i)
      mask |= std::uint64_t{weights[first + i] != 0 ? 1U : 0U} << i;
    hash.add(mask);
  }
}

/// The question and what the mapper looks at of a layer: shape, kind, how iacts are represented and
/// expected, where weights are zero.
std::string key_of(const std::string& question, const nn::ConvLayer& layer,
                   const IactForecast& iacts) {
  const nn::ConvGeometry& g = layer.geo;
  const auto& [batch, groups, in_h, in_w, in_c, out_h, out_w, out_c, kernel_h, kernel_w, stride_h,
               stride_w, pad_top, pad_left, dilation_h, dilation_w] = g;
  Sha256 hash;
  hash.add(question);
  Numbers to(hash);
  to.add(batch, groups, in_h, in_w, in_c, out_h, out_w, out_c, kernel_h, kernel_w, stride_h,
         stride_w, pad_top, pad_left, dilation_h, dilation_w, layer.kind, layer.in.zero_point,
         layer.in.is_signed, iacts.density, iacts.block, layer.weights.size());
  // Without CSC tiles (one channel a group) zeros change nothing.
  const bool no_tiles =
      g.in_c_per_group() == 1 && (g.groups > 1 || layer.kind == nn::ConvKind::depthwise);
  if (!no_tiles) add_zeros(hash, layer.weights);
  return hash.digits();
}

/// Whether a layer can have been found to be mapped so, on this chip.
bool is_legal(const nn::ConvLayer& layer, const ChipSizes& sizes, const Found& found) {
  return std::all_of(found.best.begin(), found.best.end(), [&](const Candidate& one) {
    return first_violation(oriented(layer.geo, one.mapping), unturned(one.mapping), sizes, false)
               .rank == kLegal;
  });
}

}  // namespace

MappingCache::MappingCache(const ChipSizes& sizes, const MapOptions& options, MappingStore* store,
                           const std::string& fingerprint)
    : sizes_(sizes),
      options_(options),
      store_(store),
      question_(question_of(fingerprint, sizes, options)) {}

const Found& MappingCache::find(const nn::ConvLayer& layer, const IactForecast& iacts) {
  const std::string key = key_of(question_, layer, iacts);
  const auto at = found_.find(key);
  if (at != found_.end()) return at->second;
  return found_.emplace(key, find_new(key, layer, iacts)).first->second;
}

Found MappingCache::find_new(const std::string& key, const nn::ConvLayer& layer,
                             const IactForecast& iacts) {
  if (store_ == nullptr) return find_mappings(layer, sizes_, iacts, options_);
  if (auto kept = from_entry(key, store_->load(key)); kept && is_legal(layer, sizes_, *kept))
    return std::move(*kept);
  Found found = find_mappings(layer, sizes_, iacts, options_);
  store_->save(key, to_entry(key, found));
  return found;
}

}  // namespace uvea::mapper
