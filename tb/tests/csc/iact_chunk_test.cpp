// iact chunks: what the port encodes, the PE decodes. Only the public functions are used, so that
// the header's layout may change.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "hw/command/stream_format.h"
#include "hw/pe/iact_window.h"

namespace uvea::hw {
namespace {

struct Case {
  int segments = 1, segment_len = 1;
  bool csc = true, is_signed = false;
  PeConfig pe;
  std::vector<std::int16_t> values;
};

PeSettings settings_of(const Case& c) {
  PeSettings settings;
  settings.csc = c.csc;
  settings.iact_signed = c.is_signed;
  settings.segment_len = c.segment_len;
  return settings;
}

std::vector<std::uint32_t> encode(const Case& c) {
  IactHeader header;
  header.segments = c.segments;
  header.tag = 5;
  header.first = true;
  std::vector<std::uint32_t> words;
  const int count =
      encode_iact_chunk(header, c.values.data(), c.segment_len, c.csc, StreamWidths(c.pe), words);
  EXPECT_EQ(words.size(), static_cast<std::size_t>(count));
  EXPECT_LE(count, iact_chunk_words(c.segments, c.segment_len, c.csc));
  return words;
}

/// Encodes and decodes; returns the entries that the chunk fills.
int round_trip(const Case& c) {
  const auto words = encode(c);
  IactChunk chunk;
  EXPECT_EQ(decode_iact_chunk(words, c.pe, settings_of(c), chunk), "");
  EXPECT_EQ(chunk.header.tag, 5);
  EXPECT_TRUE(chunk.header.first);
  EXPECT_FALSE(chunk.header.last);
  EXPECT_EQ(unpack_iact_header(words[0]).entries, chunk.size);
  std::vector<std::int16_t> back(c.values.size(), 0);
  int entries = 0;
  EXPECT_EQ(chunk.header.segments, c.segments);
  IactWindow window;
  window.take(chunk);
  for (int s = 0; s < c.segments; ++s) {
    for (const IactEntry& entry : window[0]) {
      EXPECT_LT(entry.offset, c.segment_len);
      back.at(static_cast<std::size_t>(s * c.segment_len + entry.offset)) = entry.value;
      ++entries;
    }
    window.slide();
  }
  EXPECT_TRUE(window.empty());
  EXPECT_EQ(entries, chunk.size);
  EXPECT_EQ(back, c.values);
  return entries;
}

TEST(IactChunk, AFullWindowOfSixteenEntries) {
  for (const auto& [segments, length] : {std::pair{1, 16}, std::pair{2, 8}, std::pair{4, 4}}) {
    Case c;
    c.segments = segments;
    c.segment_len = length;
    for (int i = 0; i < 16; ++i) c.values.push_back(static_cast<std::int16_t>(255 - i));
    EXPECT_EQ(round_trip(c), 16) << segments;
  }
}

TEST(IactChunk, EmptySegments) {
  for (int only = -1; only < 5; ++only) {
    Case c;
    c.segments = 5;
    c.segment_len = 3;
    c.values.assign(15, 0);
    if (only >= 0) c.values[static_cast<std::size_t>(3 * only + 1)] = 77;
    EXPECT_EQ(round_trip(c), only >= 0 ? 1 : 0) << only;
  }
}

TEST(IactChunk, RunsAboveFifteen) {
  for (int zeros = 0; zeros < 31; ++zeros) {
    Case c;
    c.segment_len = 31;
    c.pe.iact_data_entries = 32;
    c.values.assign(31, 0);
    c.values[static_cast<std::size_t>(zeros)] = 1;
    EXPECT_EQ(round_trip(c), zeros / 16 + 1) << zeros;
  }
}

TEST(IactChunk, RandomChunks) {
  constexpr std::uint64_t seed = 23;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const auto below = [&random](int n) {
    return static_cast<int>(random() % static_cast<std::uint64_t>(n));
  };
  for (int i = 0; i < 5000; ++i) {
    Case c;
    c.segment_len = 1 + below(16);
    c.segments = 1 + below(std::max(1, std::min(9, 16 / c.segment_len)));
    c.csc = below(4) != 0;
    c.is_signed = below(2) == 0;
    const int percent = below(101);
    int non_zeros = 0;
    for (int v = 0; v < c.segments * c.segment_len; ++v) {
      int value = 0;
      if (below(100) < percent) value = c.is_signed ? below(256) - 128 : below(256);
      non_zeros += value != 0 ? 1 : 0;
      c.values.push_back(static_cast<std::int16_t>(value));
    }
    // Segments of at most 16 values need no stored zero.
    const int entries = round_trip(c);
    EXPECT_EQ(entries, c.csc ? non_zeros : c.segments * c.segment_len);
    if (HasFailure()) FAIL() << "seed " << seed << ", chunk " << i;
  }
}

TEST(IactChunk, MalformedChunksAreRefused) {
  Case c;
  c.segments = 2;
  c.segment_len = 8;
  c.values.assign(16, 9);
  const auto sound = encode(c);
  IactChunk chunk;
  ASSERT_EQ(decode_iact_chunk(sound, c.pe, settings_of(c), chunk), "");
  auto shorter = sound;
  shorter.pop_back();
  EXPECT_NE(decode_iact_chunk(shorter, c.pe, settings_of(c), chunk), "");
  auto longer = sound;
  longer.push_back(0);
  EXPECT_NE(decode_iact_chunk(longer, c.pe, settings_of(c), chunk), "");
  auto runs_past = sound;
  runs_past.back() |= 0xFU << 20;  // the last pair's count
  EXPECT_NE(decode_iact_chunk(runs_past, c.pe, settings_of(c), chunk), "");
  IactHeader null;
  null.null = null.first = true;
  null.segments = c.segments;
  EXPECT_EQ(decode_iact_chunk({pack(null)}, c.pe, settings_of(c), chunk), "");
  EXPECT_NE(decode_iact_chunk({pack(null), 0}, c.pe, settings_of(c), chunk), "");
  Case raw = c;
  raw.csc = false;
  auto words = encode(raw);
  words.pop_back();
  EXPECT_NE(decode_iact_chunk(words, c.pe, settings_of(raw), chunk), "");
}

}  // namespace
}  // namespace uvea::hw
