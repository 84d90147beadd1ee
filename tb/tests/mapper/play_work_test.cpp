// Work on a chunk in closed form against docs/pe_timing.md iact by iact.

#include "sw/mapper/play_work.h"

#include <gtest/gtest.h>

#include <vector>

#include "tb/tests/mapper/random.h"

namespace uvea::mapper {
namespace {

using tb::Random;

/// How long columns are: all alike, alike but for a few, two cycles at least, any; each also with
/// empty ones at a segment's end, or anywhere.
std::vector<std::uint8_t> columns(Random& rnd, int segments, int segment_len) {
  const int kind = rnd.in(0, 3), empty = rnd.in(0, 3), usual = rnd.in(1, 9);
  const int kept = rnd.in(0, segment_len);
  std::vector<std::uint8_t> all;
  for (int i = 0; i < segments * segment_len; ++i) {
    int cycles = usual;
    if (kind == 1 && rnd.in(0, 4) == 0) cycles = rnd.in(1, 9);
    if (kind == 2) cycles = rnd.in(2, 9);
    if (kind == 3) cycles = rnd.in(1, 4);
    if (empty == 1 && i % segment_len >= kept) cycles = 0;
    if (empty == 2 && rnd.in(0, 3) == 0) cycles = 0;
    all.push_back(static_cast<std::uint8_t>(cycles));
  }
  return all;
}

struct Case {
  WindowSettings settings;
  std::vector<std::uint8_t> cycles;
  std::vector<PlaySegment> segments;
  PlayChunk chunk;
  Cycle busy = 0;
  PlayTile tile() const {
    bool alike = true;
    for (const std::uint8_t each : cycles) alike = alike && each == cycles.front();
    return {cycles.data(), segments.data(), alike ? cycles.front() : 0};
  }
};

Case make_case(Random& rnd) {
  Case c;
  const int k = rnd.in(1, 6);
  c.settings = {k, rnd.in(1, rnd.in(0, 1) == 0 ? 4 : 31), rnd.in(0, 2) > 0};
  c.cycles = columns(rnd, k, c.settings.segment_len);
  for (int s = 0; s < k; ++s)
    c.segments.push_back(segment_of(&c.cycles[static_cast<std::size_t>(s * c.settings.segment_len)],
                                    c.settings.segment_len));
  c.chunk.windows = rnd.in(1, PlayChunk::kMostSegments - k + 1);
  c.chunk.left = rnd.in(0, 1) * (k - 1);
  c.chunk.segments = c.chunk.windows + k - 1 - c.chunk.left;
  c.chunk.last = rnd.in(0, 1) == 0;
  const int share = rnd.in(0, 5) * 20;
  for (int s = -c.chunk.left; s < c.chunk.segments; ++s)
    c.chunk.set(s, rnd.bits(c.settings.segment_len, share));
  c.busy = rnd.in(0, 1) * rnd.in(0, 40);
  return c;
}

/// Rules 3 to 5 as they are written: window by window, segment by segment, iact by iact.
ChunkWork iact_by_iact(const Case& c) {
  ChunkWork out;
  Cycle scan = 0, issue = c.busy, slot = 0;
  const int k_all = c.settings.segments;
  for (int w = 0; w < c.chunk.windows; ++w) {
    std::vector<Cycle> free;
    bool any = false;
    slot = scan;
    for (int k = 0; k < k_all; ++k) {
      const std::uint32_t iacts = c.chunk.iacts[static_cast<std::size_t>(w + k)];
      if (iacts == 0) continue;
      any = true;
      free.resize(static_cast<std::size_t>(k), scan + 1);
      for (int i = 0; i < c.settings.segment_len; ++i) {
        if ((iacts >> i & 1U) == 0) continue;
        const int length = c.cycles[static_cast<std::size_t>(k * c.settings.segment_len + i)];
        if (length == 0 && !c.settings.examines) continue;
        slot = scan++;
        if (length == 0) continue;
        const Cycle begin = std::max(slot, issue);
        issue = begin + length;
        scan = std::max(scan, begin);
        if (c.settings.examines) continue;
        slot = issue - 1;
        scan = issue;
      }
      free.push_back(slot + 1);
    }
    if (!any) scan = slot + 1;
    free.resize(static_cast<std::size_t>(k_all), slot + 1);
    const int leaving = c.chunk.last && w + 1 == c.chunk.windows ? k_all : 1;
    for (int i = 0; i < leaving; ++i)
      out.left_at[static_cast<std::size_t>(out.leaving++)] = free[static_cast<std::size_t>(i)];
  }
  out.slot = slot;
  out.scan = std::max(scan, slot + 1);
  out.issue = issue;
  return out;
}

bool same(const ChunkWork& a, const ChunkWork& b) {
  return a.slot == b.slot && a.scan == b.scan && a.issue == b.issue && a.leaving == b.leaving &&
         std::equal(a.left_at.begin(), a.left_at.begin() + a.leaving, b.left_at.begin());
}

TEST(PlayWork, InClosedFormIsWhatIactByIactGives) {
  Random rnd(1);
  int whole = 0, together = 0, single = 0, one_by_one = 0, dense = 0;
  for (int i = 0; i < 200000; ++i) {
    const Case c = make_case(rnd);
    ChunkWork out;
    work_out(c.settings, c.tile(), c.chunk, c.busy, out);
    ASSERT_TRUE(same(out, iact_by_iact(c))) << "case " << i;
    whole += c.tile().each > 0 ? 1 : 0;
    single += c.settings.segment_len == 1 && c.settings.examines ? 1 : 0;
    dense += c.settings.examines ? 0 : 1;
    for (const PlaySegment& segment : c.segments) ++(segment.together ? together : one_by_one);
  }
  // Each way was taken, often.
  for (const int taken : {whole, together, single, one_by_one, dense}) EXPECT_GT(taken, 10000);
}

/// A segment whose columns are said to be alike, or to come before the empty ones, but are not.
TEST(PlayWork, TheComparisonSeesASegmentThatIsTakenForAnother) {
  Random rnd(2);
  int seen = 0, planted = 0;
  for (int i = 0; i < 20000; ++i) {
    Case c = make_case(rnd);
    bool wrong = false;
    for (PlaySegment& segment : c.segments) {
      wrong = wrong || !segment.together;
      segment.together = true;
    }
    if (!wrong) continue;
    ++planted;
    ChunkWork out;
    work_out(c.settings, c.tile(), c.chunk, c.busy, out);
    seen += same(out, iact_by_iact(c)) ? 0 : 1;
  }
  EXPECT_GT(planted, 1000);
  EXPECT_GT(seen, planted / 10);
}

TEST(PlayWork, ColumnsOfASegmentAreLookedAtAsAWhole) {
  const auto of = [](std::vector<std::uint8_t> cycles) {
    return segment_of(cycles.data(), static_cast<int>(cycles.size()));
  };
  EXPECT_TRUE(of({1, 1, 1}).together);
  EXPECT_TRUE(of({3, 3, 0}).together);
  EXPECT_TRUE(of({0, 0}).together);
  EXPECT_TRUE(of({3, 4, 3}).together);
  EXPECT_EQ(of({3, 4, 3}).each, 3);
  EXPECT_EQ(of({3, 4, 3}).unlike, 2U);
  EXPECT_FALSE(of({3, 1, 3}).together);  // its slots are not so far apart
  EXPECT_FALSE(of({0, 3, 3}).together);  // behind an empty one
  EXPECT_EQ(of({3, 0, 3}).filled, 5U);
}

}  // namespace
}  // namespace uvea::mapper
