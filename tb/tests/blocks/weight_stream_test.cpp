// A weight port's stream as the port reads it: streams of random tiles, segments and rounds, read in
// blocks of any size into buffers of any size, answered in any order.

#include "hw/cluster/weight_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "hw/config/chip_limits.h"

namespace uvea::hw {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kBase = 4096 * 7;

/// What a stream was made from.
struct Made {
  ChipConfig config;
  std::size_t address_words = 0;
  std::int64_t rounds = 1;
  std::vector<std::vector<std::vector<std::uint32_t>>> segments;  ///< tiles of words
  Bytes bytes;
  std::uint64_t longest_segment = 0;
};

void put(Bytes& bytes, std::size_t at, std::size_t value, std::size_t count) {
  for (std::size_t b = 0; b < count; ++b)
    bytes.at(at + b) = static_cast<std::uint8_t>(value >> (8 * b));
}

/// docs/memory_map.md: four bytes, segments of four bytes and tiles, each from a multiple of four on.
void lay(Made& made) {
  const auto word_bytes = static_cast<std::size_t>(weight_word_bytes(made.config.pe));
  Bytes& bytes = made.bytes;
  bytes.assign(4, 0);
  std::size_t length_at = 0;
  for (const auto& segment : made.segments) {
    while (bytes.size() % 4 != 0) bytes.push_back(0xEE);
    const std::size_t begin = bytes.size();
    bytes.insert(bytes.end(), 4, 0);
    for (const auto& tile : segment) {
      bytes.push_back(static_cast<std::uint8_t>(tile.size() - made.address_words));
      for (const std::uint32_t word : tile) {
        bytes.insert(bytes.end(), word_bytes, 0);
        put(bytes, bytes.size() - word_bytes, word, word_bytes);
      }
    }
    put(bytes, length_at, bytes.size() - begin, 4);
    length_at = begin;
    made.longest_segment = std::max<std::uint64_t>(made.longest_segment, bytes.size() - begin);
  }
}

Made random_stream(std::mt19937_64& random) {
  const auto in = [&random](int low, int high) {
    return low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  Made made;
  PeConfig& pe = made.config.pe;
  pe.weight_bits = in(8, 9);
  pe.weight_data_words = in(1, 120);
  pe.weight_addr_entries = in(1, 31);
  made.config.control.dma_burst_bytes = 1 << in(3, 12);
  made.config.port.weight_buffer_bytes = longest_weight_tile(pe) + 8 + in(0, 1) * in(0, 3000);
  made.address_words = static_cast<std::size_t>(in(0, (pe.weight_addr_entries + 2) / 3));
  made.rounds = in(1, 2) == 1 ? 1 : in(1, 5);
  const int segments = made.rounds == 1 ? 1 : in(1, 5);
  const std::uint64_t mask = (std::uint64_t{1} << (8 * weight_word_bytes(pe))) - 1;
  for (int s = 0; s < segments; ++s) {
    made.segments.emplace_back();
    for (int tiles = in(1, in(1, 2) == 1 ? 3 : 60); tiles > 0; --tiles) {
      const auto data = static_cast<std::size_t>(in(0, pe.weight_data_words));
      std::vector<std::uint32_t> words(made.address_words + data);
      for (std::uint32_t& word : words) word = static_cast<std::uint32_t>(random() & mask);
      made.segments.back().push_back(std::move(words));
    }
  }
  lay(made);
  return made;
}

/// What is wrong with the tiles or the reads; empty when nothing is.
std::string read_all(const Made& made, std::mt19937_64& random) {
  const auto block = static_cast<std::uint64_t>(made.config.control.dma_burst_bytes);
  const auto buffer = static_cast<std::size_t>(made.config.port.weight_buffer_bytes);
  WeightStream stream(made.config);
  stream.begin(kBase, made.longest_segment, made.rounds, made.address_words);
  struct Open {
    std::uint64_t number;
    WeightStream::Read read;
  };
  std::vector<Open> open;
  std::vector<std::pair<std::int64_t, const std::vector<std::uint32_t>*>> wanted;
  std::uint64_t used = 4;
  for (std::size_t s = 0; s < made.segments.size(); ++s) {
    used += 4;
    for (std::int64_t round = 0; round < made.rounds; ++round) {
      for (const auto& tile : made.segments[s]) {
        wanted.emplace_back(static_cast<std::int64_t>(s) * made.rounds + round, &tile);
        used += 1 + tile.size() * static_cast<std::uint64_t>(weight_word_bytes(made.config.pe));
      }
    }
  }
  std::uint64_t asked = 0, time = 0;
  WeightStream::Tile tile;
  for (std::size_t next = 0; next < wanted.size();) {
    while (const auto read = stream.next_read()) {
      if (read->bytes == 0) return "a read of nothing";
      if (read->address / block != (read->address + read->bytes - 1) / block)
        return "a read over a block's end";
      open.push_back({stream.reads() - 1, *read});
      asked += read->bytes;
      if (stream.held() > buffer) return "more than the buffer holds";
    }
    const bool taken = stream.take(wanted[next].first, tile);
    if (!stream.wrong().empty()) return stream.wrong();
    if (taken) {
      if (tile.words != *wanted[next].second) return "tile " + std::to_string(next) + " differs";
      stream.sent(tile);
      ++next;
      continue;
    }
    if (open.empty()) {
      // A header that left the buffer may have made room.
      if (const auto read = stream.next_read()) {
        open.push_back({stream.reads() - 1, *read});
        asked += read->bytes;
        continue;
      }
      return "tile " + std::to_string(next) + " of " + std::to_string(wanted.size()) +
             " does not come";
    }
    const std::size_t which = random() % open.size();
    const Open answered = open[which];
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
    Bytes bytes(answered.read.bytes, 0xDD);
    for (std::size_t b = 0; b < bytes.size(); ++b) {
      const std::uint64_t at = answered.read.address - kBase + b;
      if (at < made.bytes.size()) bytes[b] = made.bytes[at];
    }
    link::Journey way;
    way.answered = ++time;
    stream.arrived(answered.number, bytes, way, {});
  }
  if (stream.next_read() || !open.empty()) return "a read behind the end";
  if (stream.held() != 0) return std::to_string(stream.held()) + " bytes stay in the buffer";
  // Nothing but the begin, of which the length is not known, is read past what is used.
  if (asked < used || asked > used + block)
    return "reads " + std::to_string(asked) + " of " + std::to_string(used) + " bytes";
  return "";
}

TEST(WeightStream, EveryTileComesInItsRound) {
  constexpr std::uint64_t seeds = 1500;
  std::printf("seeds 1 to %d\n", static_cast<int>(seeds));
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    std::mt19937_64 random(seed);
    const Made made = random_stream(random);
    ASSERT_EQ(read_all(made, random), "") << "seed " << seed;
  }
}

/// Three tiles of two words in one segment, blocks of 64 bytes.
Made three_tiles() {
  Made made;
  made.config.control.dma_burst_bytes = 64;
  made.segments = {{{1, 2}, {3, 4}, {5, 6}}};
  lay(made);
  return made;
}

TEST(WeightStream, SeveralTilesOfABlockComeWithOneRead) {
  const Made made = three_tiles();
  WeightStream stream(made.config);
  stream.begin(kBase, made.longest_segment, 1, 0);
  const auto read = stream.next_read();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bytes, made.bytes.size());
  EXPECT_FALSE(stream.next_read()) << "how far the stream goes is not known";
  stream.arrived(0, made.bytes, {}, {});
  EXPECT_FALSE(stream.next_read());
  WeightStream::Tile tile;
  for (const std::uint32_t first : {1U, 3U, 5U}) {
    ASSERT_TRUE(stream.take(0, tile));
    EXPECT_EQ(tile.words, (std::vector<std::uint32_t>{first, first + 1}));
    stream.sent(tile);
  }
  EXPECT_FALSE(stream.take(0, tile));
  EXPECT_EQ(stream.held(), 0U);
}

TEST(WeightStream, ATileKeepsItsPlaceUntilItIsSent) {
  const Made made = three_tiles();
  WeightStream stream(made.config);
  stream.begin(kBase, made.longest_segment, 1, 0);
  ASSERT_TRUE(stream.next_read());
  stream.arrived(0, made.bytes, {}, {});
  WeightStream::Tile tile;
  ASSERT_TRUE(stream.take(0, tile));
  EXPECT_EQ(stream.held(), made.bytes.size() - 8) << "the lengths are gone";
  stream.sent(tile);
  EXPECT_EQ(stream.held(), made.bytes.size() - 8 - 7);
}

/// What the stream says of these bytes when three tiles of each round are taken, as far as `rounds`.
std::string said(const Made& made, std::int64_t rounds) {
  WeightStream stream(made.config);
  stream.begin(kBase, made.longest_segment, made.rounds, 0);
  WeightStream::Tile tile;
  std::int64_t taken = 0;
  for (std::uint64_t n = 0; n < 4; ++n) {
    if (const auto read = stream.next_read()) {
      const auto first = made.bytes.begin() + static_cast<std::ptrdiff_t>(read->address - kBase);
      stream.arrived(n, Bytes(first, first + static_cast<std::ptrdiff_t>(read->bytes)), {}, {});
    }
    for (; taken < 3 * rounds && stream.take(taken / 3, tile); ++taken) stream.sent(tile);
  }
  return stream.wrong();
}

TEST(WeightStream, WhatCannotBeIsTold) {
  const Made sound = three_tiles();
  EXPECT_EQ(said(sound, 1), "");
  Made made = sound;
  put(made.bytes, 0, 4, 4);
  EXPECT_EQ(said(made, 1), "a first segment without tiles");
  made = sound;
  put(made.bytes, 4, 3, 4);
  EXPECT_EQ(said(made, 1), "a segment without tiles");
  made = sound;
  made.bytes[8] = 7;
  EXPECT_EQ(said(made, 1),
            "a tile of 7 data words where the segment has 21 bytes left and a PE "
            "holds 96 words");
  made = sound;
  made.rounds = 2;
  EXPECT_EQ(said(made, 2), "") << "two rounds of one segment";
  EXPECT_EQ(said(made, 3), "no tiles for round 2");
}

TEST(WeightStream, TilesThatAreNotUsedInTheirRoundAreTold) {
  Made made = three_tiles();
  made.rounds = 2;
  WeightStream stream(made.config);
  stream.begin(kBase, made.longest_segment, 2, 0);
  ASSERT_TRUE(stream.next_read());
  stream.arrived(0, made.bytes, {}, {});
  WeightStream::Tile tile;
  ASSERT_TRUE(stream.take(0, tile));
  EXPECT_FALSE(stream.take(1, tile));
  EXPECT_EQ(stream.wrong(), "14 bytes of tiles that are not used in their round");
}

}  // namespace
}  // namespace uvea::hw
