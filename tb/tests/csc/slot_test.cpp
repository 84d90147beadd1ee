// Rows of activations in DRAM, compressed.

#include "sw/csc/slot.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <stdexcept>

namespace uvea::csc {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::size_t pairs_of(const Bytes& slot) {
  return slot.at(0) | static_cast<std::size_t>(slot.at(1)) << 8 |
         static_cast<std::size_t>(slot.at(2)) << 16 | static_cast<std::size_t>(slot.at(3)) << 24;
}

TEST(Slot, BytesOfAKnownRow) {
  // (5, 0) (7, 2): 12 bits each, from bit 0 up.
  EXPECT_EQ(encode_slot({5, 0, 0, 7, 0}, {}), (Bytes{2, 0, 0, 0, 0x05, 0x70, 0x20}));
  EXPECT_EQ(decode_slot({2, 0, 0, 0, 0x05, 0x70, 0x20}, 5, false, {}),
            (std::vector<int>{5, 0, 0, 7, 0}));
}

TEST(Slot, ZerosAndEmptyRows) {
  EXPECT_EQ(encode_slot({}, {}), (Bytes{0, 0, 0, 0}));
  EXPECT_EQ(decode_slot({0, 0, 0, 0}, 0, false, {}), std::vector<int>{});
  EXPECT_EQ(encode_slot(std::vector<int>(15, 0), {}), (Bytes{0, 0, 0, 0}));
  EXPECT_EQ(decode_slot({0, 0, 0, 0}, 15, true, {}), std::vector<int>(15, 0));
}

TEST(Slot, RunsAboveFifteen) {
  for (int zeros = 0; zeros < 70; ++zeros) {
    std::vector<int> row(static_cast<std::size_t>(zeros), 0);
    row.push_back(3);
    const Bytes slot = encode_slot(row, {});
    EXPECT_EQ(pairs_of(slot), static_cast<std::size_t>(zeros / 16 + 1)) << zeros;
    EXPECT_EQ(decode_slot(slot, row.size(), false, {}), row) << zeros;
  }
}

TEST(Slot, SignIsTheReadersChoice) {
  const Bytes slot = encode_slot({-1, 0, -128, 127}, {});
  EXPECT_EQ(decode_slot(slot, 4, true, {}), (std::vector<int>{-1, 0, -128, 127}));
  EXPECT_EQ(decode_slot(slot, 4, false, {}), (std::vector<int>{255, 0, 128, 127}));
}

TEST(Slot, RandomRowsFitTheirBound) {
  constexpr std::uint64_t seed = 21;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const auto below = [&random](int n) {
    return static_cast<int>(random() % static_cast<std::uint64_t>(n));
  };
  std::size_t full = 0;
  for (int i = 0; i < 4000; ++i) {
    Widths widths;
    widths.count_bits = 1 + below(4);
    std::vector<int> row(static_cast<std::size_t>(below(300)), 0);
    const int percent = i % 10 == 0 ? 100 : below(101);
    const bool is_signed = below(2) == 0;
    for (int& value : row)
      if (below(100) < percent) value = is_signed ? below(256) - 128 : below(256);
    const Bytes slot = encode_slot(row, widths);
    ASSERT_LE(slot.size(), max_slot_bytes(row.size(), widths)) << "seed " << seed << ", row " << i;
    ASSERT_EQ(decode_slot(slot, row.size(), is_signed, widths), row)
        << "seed " << seed << ", row " << i;
    full += pairs_of(slot) == row.size() && !row.empty() ? 1U : 0U;
  }
  EXPECT_GT(full, 10U);  // rows without a zero take the bound
}

TEST(Slot, MalformedSlotsAreRefused) {
  const Bytes sound = encode_slot({5, 0, 0, 7}, {});
  EXPECT_THROW(decode_slot({}, 4, false, {}), std::invalid_argument);
  EXPECT_THROW(decode_slot({2, 0, 0}, 4, false, {}), std::invalid_argument);
  // More pairs than the row has values, than the slot has bytes, or than memory could hold.
  EXPECT_THROW(decode_slot(sound, 1, false, {}), std::invalid_argument);
  EXPECT_THROW(decode_slot({3, 0, 0, 0, 0x05, 0x70, 0x20}, 4, false, {}), std::invalid_argument);
  EXPECT_THROW(decode_slot({0xff, 0xff, 0xff, 0xff, 1, 2, 3}, 4, false, {}), std::invalid_argument);
  // A count that leaves the row.
  EXPECT_THROW(decode_slot(sound, 3, false, {}), std::invalid_argument);
  EXPECT_THROW(decode_slot({1, 0, 0, 0, 0x05, 0x0f}, 4, false, {}), std::invalid_argument);
  EXPECT_EQ(decode_slot(sound, 4, false, {}), (std::vector<int>{5, 0, 0, 7}));
}

TEST(Slot, EveryTruncationAndRandomDamageIsRefusedOrDecodes) {
  constexpr std::uint64_t seed = 22;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  std::vector<int> row(40);
  for (int& value : row) value = static_cast<int>(random() % 3);
  const Bytes sound = encode_slot(row, {});
  for (std::size_t size = 0; size < sound.size(); ++size) {
    EXPECT_THROW(decode_slot({sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size)},
                             row.size(), false, {}),
                 std::invalid_argument)
        << size;
  }
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    Bytes damaged = sound;
    damaged[random() % damaged.size()] ^= static_cast<std::uint8_t>(1U << (random() % 8));
    try {
      EXPECT_EQ(decode_slot(damaged, row.size(), false, {}).size(), row.size());
    } catch (const std::invalid_argument&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace uvea::csc
