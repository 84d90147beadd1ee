#include "sw/driver/weight_streams.h"

#include <algorithm>
#include <stdexcept>

#include "sw/csc/weight_stream.h"
#include "sw/csc/word_format.h"

namespace uvea::driver {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kSegmentGrain = 4, kStreamGrain = 8;

void put(Bytes& bytes, std::size_t at, std::uint64_t value) {
  if (value > 0xFFFFFFFFU) throw std::length_error("a weight stream of more than 4 GB");
  for (std::size_t b = 0; b < kLengthBytes; ++b)
    bytes[at + b] = static_cast<std::uint8_t>((value >> (8 * b)) & 0xFFU);
}

/// The weights of tile (g, mt, q) as columns, the way a PE walks its window; columns between
/// dilated taps, and past the last filter column, are zero.
std::vector<std::int16_t> tile_weights(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                                       const mapper::Derived& d, int g, int mt, int q) {
  const nn::ConvGeometry& geo = layer.geo;
  const int c_group = geo.in_c_per_group();
  const int m_group = geo.out_c_per_group();
  const int ct = q / geo.kernel_h / d.st;
  const int first_s = q / geo.kernel_h % d.st * d.s0;
  const int r = q % geo.kernel_h;
  std::vector<std::int16_t> tile(
      static_cast<std::size_t>(mapping.c0 * d.span) * static_cast<std::size_t>(mapping.m0), 0);
  for (int s = first_s; s < std::min(first_s + d.s0, geo.kernel_w); ++s) {
    const int column = (s - first_s) * geo.dilation_w * mapping.c0;
    for (int i = 0; i < mapping.c0; ++i) {
      const int c = ct * mapping.c0 + i;
      if (c >= c_group) break;
      for (int j = 0; j < mapping.m0; ++j) {
        const int m = mt * mapping.m0 + j;
        if (m >= m_group) break;
        tile[static_cast<std::size_t>((column + i) * mapping.m0 + j)] =
            layer.weights[layer.weight_index(g * m_group + m, r, s, c)];
      }
    }
  }
  return tile;
}

/// Where a stream's port stands in space.
struct Share {
  int g = 0, m = 0;  ///< of the mesh rows and columns together
  int position = 0;  ///< in the accumulation chain, PE rows
};

class StreamMaker {
 public:
  StreamMaker(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
              const mapper::ChipSizes& sizes)
      : layer_(layer),
        mapping_(mapping),
        d_(mapper::derive(layer.geo, mapping, sizes)),
        widths_{sizes.weight_bits, sizes.count_bits},
        word_bytes_(csc::word_bytes(widths_)) {}

  /// Empty when no tile is its port's.
  Bytes stream(const Share& share, std::uint32_t& longest_segment) const {
    const bool read_once = d_.one_epoch() || d_.te2 == 1;
    Bytes bytes(kLengthBytes);
    std::size_t length_at = 0;  // of the segment that comes
    Bytes tiles;
    for (int tg = 0; tg < d_.tg; ++tg) {
      append_group(share, tg, tiles);
      if (read_once && tg + 1 < d_.tg) continue;
      if (tiles.empty()) break;  // nor has a later group any
      bytes.resize((bytes.size() + kSegmentGrain - 1) / kSegmentGrain * kSegmentGrain);
      const std::size_t size = kLengthBytes + tiles.size();
      put(bytes, length_at, size);
      length_at = bytes.size();
      bytes.resize(bytes.size() + kLengthBytes);
      bytes.insert(bytes.end(), tiles.begin(), tiles.end());
      longest_segment = std::max(longest_segment, static_cast<std::uint32_t>(size));
      tiles.clear();
    }
    return length_at == 0 ? Bytes() : bytes;
  }

 private:
  /// The tiles of a group's passes, in the order of the loop nest and of the PE columns.
  void append_group(const Share& share, int tg, Bytes& bytes) const {
    for (int first = 0; first < d_.tm; first += d_.m_block) {
      const int end = std::min(first + d_.m_block, d_.tm);
      for (int p = 0; p < d_.p; ++p)
        for (int tm = first; tm < end; ++tm) append_pass(share, tg, tm, p, bytes);
    }
  }

  void append_pass(const Share& share, int tg, int tm, int p, Bytes& bytes) const {
    const int q = p * d_.v + share.position;
    if (q >= d_.q) return;
    for (int pe_g = 0; pe_g < mapping_.pe_cols.g; ++pe_g) {
      const int g = tg * d_.split_g + share.g * mapping_.pe_cols.g + pe_g;
      if (g >= layer_.geo.groups) continue;
      for (int pe_m = 0; pe_m < mapping_.pe_cols.m; ++pe_m) {
        const int mt = tm * d_.split_m + share.m * mapping_.pe_cols.m + pe_m;
        if (mt < d_.m_tiles) append_tile(g, mt, q, bytes);
      }
    }
  }

  void append_tile(int g, int mt, int q, Bytes& bytes) const {
    const int columns = mapping_.c0 * d_.span;
    const auto words = csc::encode_weights(tile_weights(layer_, mapping_, d_, g, mt, q), columns,
                                           mapping_.m0, mapping_.csc, widths_);
    const std::size_t addresses =
        mapping_.csc ? static_cast<std::size_t>(csc::column_end_words(columns)) : 0;
    static_assert(csc::kTileLengthBytes == 1);
    bytes.push_back(static_cast<std::uint8_t>(words.size() - addresses));
    for (const std::uint32_t word : words) {
      for (int b = 0; b < word_bytes_; ++b)
        bytes.push_back(static_cast<std::uint8_t>((word >> (8 * b)) & 0xFFU));
    }
  }

  const nn::ConvLayer& layer_;
  const mapper::Mapping& mapping_;
  const mapper::Derived d_;
  const csc::Widths widths_;
  const int word_bytes_;
};

/// From one stream to the next: short ones each in an aligned place of their own.
std::size_t pitch_of(std::size_t longest, std::size_t block) {
  if (longest > block) return (longest + block - 1) / block * block;
  std::size_t pitch = kStreamGrain;
  while (pitch < longest) pitch *= 2;
  return pitch;
}

}  // namespace

WeightStreams make_weight_streams(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                                  const mapper::ChipSizes& sizes) {
  const StreamMaker maker(layer, mapping, sizes);
  const mapper::AxisSplit &rows = mapping.mesh_rows, &cols = mapping.mesh_cols;
  WeightStreams out;
  std::vector<Bytes> streams;
  std::size_t longest = 0;
  for (int g = 0; g < rows.g * cols.g; ++g) {
    for (int m = 0; m < rows.m * cols.m; ++m) {
      for (int position = 0; position < mapping.chain * sizes.pe_rows; ++position) {
        streams.push_back(maker.stream({g, m, position}, out.longest_segment));
        longest = std::max(longest, streams.back().size());
      }
    }
  }
  const std::size_t pitch = pitch_of(longest, static_cast<std::size_t>(sizes.dma_block_bytes));
  if (pitch > 0xFFFFFFFFU) throw std::length_error("a weight stream of more than 4 GB");
  out.pitch = static_cast<std::uint32_t>(pitch);
  for (std::size_t s = 0; s < streams.size(); ++s) {
    if (streams[s].empty()) continue;
    out.bytes.resize(s * pitch);
    out.bytes.insert(out.bytes.end(), streams[s].begin(), streams[s].end());
    Bytes().swap(streams[s]);
  }
  return out;
}

}  // namespace uvea::driver
