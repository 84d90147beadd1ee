// Pieces of slots, joined into reads: every byte comes, each block once, nothing more.

#include "hw/glb/iact_pieces.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <set>
#include <string>

namespace uvea::hw {
namespace {

/// What is wrong with the reads; empty when nothing is.
std::string faults(const std::vector<IactPiece>& pieces, const std::vector<IactRead>& reads,
                   std::uint64_t block) {
  std::string wrong;
  std::map<std::uint64_t, const IactRead*> by_block;
  for (const IactRead& read : reads) {
    if (read.begin >= read.end) wrong += "a read of nothing\n";
    if (read.begin / block != (read.end - 1) / block) wrong += "a read over a block's end\n";
    if (!by_block.emplace(read.begin / block, &read).second) wrong += "a block is read twice\n";
    if (std::set<std::size_t>(read.slots.begin(), read.slots.end()).size() != read.slots.size())
      wrong += "a slot twice\n";
    bool begins = false, ends = false;
    for (const IactPiece& piece : pieces) {
      begins = begins || std::max(piece.begin, read.begin / block * block) == read.begin;
      ends = ends || std::min(piece.end, (read.begin / block + 1) * block) == read.end;
    }
    if (!begins || !ends) wrong += "bytes at an end that nobody needs\n";
  }
  for (const IactPiece& piece : pieces) {
    for (std::uint64_t b = piece.begin / block; b * block < piece.end; ++b) {
      const auto read = by_block.find(b);
      if (read == by_block.end()) {
        wrong += "a block that no read brings\n";
        continue;
      }
      const IactRead& found = *read->second;
      if (found.begin > std::max(piece.begin, b * block) ||
          found.end < std::min(piece.end, (b + 1) * block))
        wrong += "bytes that no read brings\n";
      if (std::count(found.slots.begin(), found.slots.end(), piece.slot) != 1)
        wrong += "a slot that is not told\n";
    }
  }
  return wrong;
}

std::vector<IactPiece> random_pieces(std::mt19937_64& random) {
  std::vector<IactPiece> pieces;
  const std::uint64_t pitch = 8 * (1 + random() % 60), base = 8 * (random() % 100);
  const std::size_t slots = 1 + random() % 40, ports = 1 + random() % 4;
  for (std::size_t slot = 0; slot < slots; ++slot) {
    if (random() % 4 == 0) continue;
    const std::uint64_t skip = random() % pitch;
    const std::uint64_t begin = base + slot * pitch + skip;
    pieces.push_back({random() % ports, begin, begin + 1 + random() % (pitch - skip), slot});
  }
  return pieces;
}

TEST(IactPieces, EveryByteComesAndEachBlockOnce) {
  constexpr std::uint64_t seeds = 2000;
  std::printf("seeds 1 to %d\n", static_cast<int>(seeds));
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    std::mt19937_64 random(seed);
    const std::vector<IactPiece> pieces = random_pieces(random);
    const std::uint64_t block = std::uint64_t{8} << random() % 8;
    ASSERT_EQ(faults(pieces, join_pieces(pieces, block), block), "") << "seed " << seed;
  }
}

TEST(IactPieces, ReadsComeInTheOrderOfThePieces) {
  const auto reads = join_pieces({{0, 600, 610, 7}, {1, 0, 10, 8}, {0, 250, 270, 9}}, 256);
  ASSERT_EQ(reads.size(), 3U);
  EXPECT_EQ(reads[0].begin, 600U);
  EXPECT_EQ(reads[0].port, 0U);
  EXPECT_EQ(reads[1].port, 1U);
  EXPECT_EQ(reads[1].begin, 0U);
  EXPECT_EQ(reads[1].end, 256U);
  EXPECT_EQ(reads[1].slots, (std::vector<std::size_t>{8, 9}));
  EXPECT_EQ(reads[2].begin, 256U);
  EXPECT_EQ(reads[2].end, 270U);
}

// The check sees each fault that it is for.
TEST(IactPieces, ThePlantedFaultsAreFound) {
  const std::vector<IactPiece> pieces{{0, 10, 20, 0}, {0, 30, 40, 1}, {0, 250, 260, 2}};
  const std::vector<IactRead> sound = join_pieces(pieces, 256);
  ASSERT_EQ(faults(pieces, sound, 256), "");
  const auto spoiled = [&](auto spoil) {
    std::vector<IactRead> reads = sound;
    spoil(reads);
    return faults(pieces, reads, 256);
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has(spoiled([](auto& r) { r[0].end = 260; }), "over a block's end"));
  EXPECT_TRUE(has(spoiled([](auto& r) { r.push_back(r[0]); }), "read twice"));
  EXPECT_TRUE(has(spoiled([](auto& r) { r[0].begin = 8; }), "nobody needs"));
  EXPECT_TRUE(has(spoiled([](auto& r) { r[0].end = 252; }), "bytes that no read brings"));
  EXPECT_TRUE(has(spoiled([](auto& r) { r.pop_back(); }), "block that no read brings"));
  EXPECT_TRUE(has(spoiled([](auto& r) { r[0].slots.pop_back(); }), "not told"));
}

}  // namespace
}  // namespace uvea::hw
