// Weight streams as the driver lays them: read here by a reader of the test's own, written after
// docs/memory_map.md, every tile of the layer lies in one place, its weights are the layer's, and the
// tiles of a stream are in the order of the loop nest.

#include "sw/driver/weight_streams.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "sw/csc/weight_stream.h"
#include "sw/mapper/mapping.h"

namespace uvea::driver {
namespace {

struct Case {
  nn::ConvLayer layer;
  mapper::Mapping mapping;
  mapper::ChipSizes sizes;
};

Case random_case(std::mt19937_64& random) {
  const auto in = [&random](int low, int high) {
    return low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  Case c;
  nn::ConvGeometry& g = c.layer.geo;
  g.batch = in(1, 3);
  g.groups = in(1, 3) == 1 ? in(2, 9) : 1;
  g.in_c = g.groups * in(1, 20);
  g.out_c = g.groups * in(1, 20);
  g.kernel_h = in(1, 4);
  g.kernel_w = in(1, 4);
  g.in_h = in(g.kernel_h, 12);
  g.in_w = in(g.kernel_w, 12);
  g.out_h = g.in_h - g.kernel_h + 1;
  g.out_w = g.in_w - g.kernel_w + 1;
  const int weights = g.out_c * g.in_c_per_group() * g.kernel_h * g.kernel_w;
  for (int i = 0; i < weights; ++i)
    c.layer.weights.push_back(static_cast<std::int16_t>(in(0, 2) == 0 ? 0 : in(-127, 127)));
  c.sizes.pe_rows = in(1, 4);
  c.sizes.dma_block_bytes = 1 << in(3, 10);
  mapper::Mapping& mp = c.mapping;
  mp.csc = in(0, 1) == 1;
  mp.c0 = in(1, 3);
  mp.m0 = in(1, 6);
  mp.s0 = in(1, g.kernel_w);
  mp.e_block = in(1, 4);
  mp.m_block = in(1, 3);
  mp.chain = in(1, 2);
  for (mapper::AxisSplit* axis : {&mp.mesh_rows, &mp.mesh_cols, &mp.pe_cols})
    *axis = {in(1, 2), in(1, 2), in(1, 2), in(1, 2)};
  return c;
}

/// Reads a stream from its begin on.
class Reader {
 public:
  Reader(const std::vector<std::uint8_t>& bytes, std::size_t at) : bytes_(bytes), at_(at) {}
  std::size_t number(int count) {
    std::size_t value = 0;
    for (int b = 0; b < count; ++b) value |= std::size_t{bytes_.at(at_++)} << (8 * b);
    return value;
  }
  void align() { at_ = (at_ + 3) / 4 * 4; }
  std::size_t at() const { return at_; }

 private:
  const std::vector<std::uint8_t>& bytes_;
  std::size_t at_;
};

using Tile = std::tuple<int, int, int>;  // g, mt, q

std::vector<std::int16_t> weights_of(const Case& c, const mapper::Derived& d, const Tile& tile) {
  const auto [g, mt, q] = tile;
  const nn::ConvGeometry& geo = c.layer.geo;
  std::vector<std::int16_t> all;
  for (int s = 0; s < d.s0; ++s) {
    for (int i = 0; i < c.mapping.c0; ++i) {
      for (int j = 0; j < c.mapping.m0; ++j) {
        const int r = q % geo.kernel_h, u = q / geo.kernel_h;
        const int column = u % d.st * d.s0 + s, channel = u / d.st * c.mapping.c0 + i;
        const int m = mt * c.mapping.m0 + j;
        const bool there =
            column < geo.kernel_w && channel < geo.in_c_per_group() && m < geo.out_c_per_group();
        all.push_back(there ? c.layer.weights[c.layer.weight_index(g * geo.out_c_per_group() + m, r,
                                                                   column, channel)]
                            : static_cast<std::int16_t>(0));
      }
    }
  }
  return all;
}

/// What is wrong with the streams; empty when nothing is.
std::string faults(const Case& c, const WeightStreams& made) {
  const mapper::Derived d = mapper::derive(c.layer.geo, c.mapping, c.sizes);
  const mapper::Mapping& mp = c.mapping;
  const csc::Widths widths{c.sizes.weight_bits, c.sizes.count_bits};
  const int columns = mp.c0 * d.span;
  const std::size_t addresses = mp.csc ? static_cast<std::size_t>((columns + 2) / 3) : 0;
  const bool by_group = d.tm * d.p > 1 && d.te2 > 1;
  if (made.pitch % 8 != 0) return "a stream that begins anywhere";
  std::set<Tile> found;
  std::size_t stream = 0;
  for (int rg = 0; rg < mp.mesh_rows.g; ++rg)
    for (int cg = 0; cg < mp.mesh_cols.g; ++cg)
      for (int rm = 0; rm < mp.mesh_rows.m; ++rm)
        for (int cm = 0; cm < mp.mesh_cols.m; ++cm)
          for (int v = 0; v < mp.chain * c.sizes.pe_rows; ++v, ++stream) {
            const std::size_t begin = stream * made.pitch;
            std::vector<std::vector<Tile>> segments(1);
            for (int tg = 0; tg < d.tg; ++tg) {
              if (by_group && !segments.back().empty()) segments.emplace_back();
              // M blocks, in each of them the reduction, its tiles innermost.
              for (int at = 0; at < d.tm * d.p; ++at) {
                const int block = at / (mp.m_block * d.p) * mp.m_block;
                const int tiles = std::min(mp.m_block, d.tm - block);
                const int tm = block + at % (mp.m_block * d.p) % tiles;
                const int p = at % (mp.m_block * d.p) / tiles;
                for (int pg = 0; pg < mp.pe_cols.g; ++pg)
                  for (int pm = 0; pm < mp.pe_cols.m; ++pm) {
                    const int g = tg * d.split_g + (rg * mp.mesh_cols.g + cg) * mp.pe_cols.g + pg;
                    const int mt = tm * d.split_m + (rm * mp.mesh_cols.m + cm) * mp.pe_cols.m + pm;
                    const int q = p * d.v + v;
                    if (g < c.layer.geo.groups && mt < d.m_tiles && q < d.q)
                      segments.back().emplace_back(g, mt, q);
                  }
              }
            }
            if (segments.back().empty()) segments.pop_back();
            if (segments.empty()) continue;
            Reader reader(made.bytes, begin);
            std::size_t length = reader.number(4);
            for (std::size_t s = 0; s < segments.size(); ++s) {
              reader.align();
              const std::size_t from = reader.at();
              if (length > made.longest_segment) return "a segment longer than the longest";
              const std::size_t next = reader.number(4);
              for (const Tile& tile : segments[s]) {
                std::vector<std::uint32_t> words(addresses + reader.number(1));
                for (std::uint32_t& word : words)
                  word = static_cast<std::uint32_t>(reader.number(csc::word_bytes(widths)));
                if (csc::decode_weights(words, columns, mp.m0, mp.csc, widths) !=
                    weights_of(c, d, tile))
                  return "other weights";
                if (!found.insert(tile).second) return "a tile twice";
              }
              if (reader.at() != from + length) return "a segment of another length";
              length = next;
            }
            if (length != 0) return "more segments";
            if (reader.at() > begin + made.pitch) return "a stream over the next one";
            const auto block = static_cast<std::size_t>(c.sizes.dma_block_bytes);
            if (made.pitch < block && begin / block != (reader.at() - 1) / block)
              return "a short stream over a block's end";
          }
  const auto tiles = static_cast<std::size_t>(c.layer.geo.groups * d.m_tiles * d.q);
  return found.size() == tiles
             ? ""
             : std::to_string(found.size()) + " tiles of " + std::to_string(tiles);
}

TEST(WeightStreams, EveryTileLiesWhereItsPortComesToIt) {
  constexpr std::uint64_t seeds = 400;
  std::printf("seeds 1 to %d\n", static_cast<int>(seeds));
  int several = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    std::mt19937_64 random(seed);
    const Case c = random_case(random);
    const WeightStreams made = make_weight_streams(c.layer, c.mapping, c.sizes);
    ASSERT_EQ(faults(c, made), "") << "seed " << seed;
    const mapper::Derived d = mapper::derive(c.layer.geo, c.mapping, c.sizes);
    if (d.tg > 1 && d.tm * d.p > 1 && d.te2 > 1) ++several;
  }
  EXPECT_GT(several, 10) << "streams of several segments";
}

TEST(WeightStreams, ThePlantedFaultsAreFound) {
  std::mt19937_64 random(7);
  const Case c = random_case(random);
  const WeightStreams sound = make_weight_streams(c.layer, c.mapping, c.sizes);
  ASSERT_EQ(faults(c, sound), "");
  WeightStreams spoiled = sound;
  ++spoiled.bytes[0];
  EXPECT_NE(faults(c, spoiled), "");
  spoiled = sound;
  ++spoiled.bytes[9 + (c.mapping.csc ? 3U * 3U : 0U)];
  EXPECT_NE(faults(c, spoiled), "");
  spoiled = sound;
  --spoiled.longest_segment;
  EXPECT_EQ(faults(c, spoiled), "a segment longer than the longest");
}

}  // namespace
}  // namespace uvea::driver
