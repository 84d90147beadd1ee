// What is told of a track comes out again in time, whatever went to a file or was let go meanwhile.

#include "tb/trace/event_log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <random>

#include "tb/trace/fragment.h"
#include "tb/trace/track_cursor.h"

namespace uvea::test {
namespace {

using namespace trace;

/// Tells a log of random events, and remembers what each track shows in each cycle.
class RandomEvents {
 public:
  static constexpr Cycle kCycles = 3000;
  static constexpr int kTracks = 12;

  explicit RandomEvents(std::uint64_t seed) : random_(seed) {
    for (int i = 0; i < kTracks; ++i) {
      TrackInfo info;
      info.kind = static_cast<TrackKind>(i % 3);
      info.path = "chip.block_" + std::to_string(i);
      info.name = "track";
      info.states = {"a", "b", "c", "d"};
      info_.tracks.push_back(info);
    }
    info_.layers.push_back({0, 0, kCycles, false});
    shown_.resize(kTracks, std::vector<Change>(kCycles));
  }

  void tell(EventLog& log) {
    for (const TrackInfo& track : info_.tracks) log.add(track.kind);
    // Tracks run ahead of each other.
    std::vector<Cycle> at(kTracks, 0);
    for (bool any = true; any;) {
      any = false;
      for (std::uint32_t t = 0; t < kTracks; ++t) {
        if (at[t] >= kCycles || upto(3) == 0) continue;
        for (int burst = 0; burst < 5 && at[t] < kCycles; ++burst) tell_one(log, t, at[t]);
      }
      for (const Cycle cycle : at) any = any || cycle < kCycles;
    }
  }

  const FragmentInfo& info() const { return info_; }

  /// Holds all cycles from `from` on against what was told.
  void check(const Fragment& fragment, Cycle from, Cycle to = kCycles) const {
    for (std::size_t t = 0; t < kTracks; ++t) {
      TrackCursor cursor(fragment, t);
      Change now;
      Cycle last = 0;
      for (Cycle cycle = 0; cycle < to; ++cycle) {
        for (; cursor.more() && cursor.next().at <= cycle; cursor.advance()) {
          now = cursor.next();
          ASSERT_TRUE(now.at > last || last == 0) << "track " << t;
          last = now.at;
        }
        if (cycle < from) continue;
        const Change& expected = shown_[t][cycle];
        ASSERT_EQ(now.known, expected.known) << "track " << t << " cycle " << cycle;
        if (!expected.known) continue;
        ASSERT_EQ(now.value, expected.value) << "track " << t << " cycle " << cycle;
        ASSERT_EQ(now.words, expected.words) << "track " << t << " cycle " << cycle;
        ASSERT_EQ(now.source, expected.source);
        ASSERT_EQ(now.serial, expected.serial);
      }
    }
  }

 private:
  std::uint64_t upto(std::uint64_t most) {
    return std::uniform_int_distribution<std::uint64_t>(0, most)(random_);
  }

  void tell_one(EventLog& log, std::uint32_t t, Cycle& at) {
    std::vector<Change>& shown = shown_[t];
    switch (info_.tracks[t].kind) {
      case TrackKind::states: {
        const Cycle from = at + upto(3), to = from + upto(9);
        const auto state = static_cast<unsigned>(upto(3));
        if (upto(20) == 0) {
          // Until the next one, which follows.
          log.state(t, state, from, Probe::kOpen);
          for (Cycle c = from; c < kCycles; ++c) shown[c] = {c, true, state, 0, 0, 0};
          at = from + 1;
          return;
        }
        log.state(t, state, from, to);
        for (Cycle c = from; c < kCycles; ++c)
          if (from < to) shown[c] = {c, c < to, c < to ? state : 0, 0, 0, 0};
        at = std::max(from, to);
        return;
      }
      case TrackKind::values: {
        at += upto(5);
        const auto value = static_cast<std::int64_t>(upto(6)) - 3;
        log.value(t, at, value * 100000);
        for (Cycle c = at; c < kCycles; ++c)
          shown[c] = {c, true, static_cast<std::uint64_t>(value * 100000), 0, 0, 0};
        return;
      }
      case TrackKind::items: {
        at += upto(8) + (upto(1) == 0 ? 1 : 0);
        const Cycle to = at + upto(20);
        const Probe::Item item{static_cast<std::uint32_t>(upto(9)),
                               upto(1) == 0 ? upto(5) : ~upto(5)};
        const std::uint64_t words = upto(300);
        log.item(t, item, words, at, to);
        const Cycle end = std::max(to, at + 1);
        for (Cycle c = at; c < kCycles; ++c) {
          Change& change = shown[c];
          if (c < end) ++change.value;
          change.known = change.value > 0;
          change.words = words;
          change.source = item.source;
          change.serial = item.serial;
        }
        return;
      }
    }
  }

  std::mt19937_64 random_;
  FragmentInfo info_;
  std::vector<std::vector<Change>> shown_;
};

class EventLogTest : public ::testing::TestWithParam<std::uint64_t> {};

Fragment to_fragment(EventLog& log, int file, const FragmentInfo& info) {
  const std::uint64_t chunks = log.finish(RandomEvents::kCycles);
  EXPECT_EQ(log.error(), 0);
  EXPECT_EQ(write_info(file, chunks, info), 0);
  Fragment fragment(file);
  ::close(file);
  return fragment;
}

TEST_P(EventLogTest, EverythingInMemory) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  RandomEvents events(GetParam());
  const int file = make_scratch_file("events");
  EventLog log(EventLog::Options{file, 1 << 30, 0, {}});
  events.tell(log);
  EXPECT_EQ(log.disordered(), 0u);
  events.check(to_fragment(log, file, events.info()), 0);
}

TEST_P(EventLogTest, MemoryForAFewEvents) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  RandomEvents events(GetParam());
  const int file = make_scratch_file("events");
  EventLog log({file, 4000, 0, {}});
  events.tell(log);
  EXPECT_LE(log.bytes_held(), 5000u);
  events.check(to_fragment(log, file, events.info()), 0);
}

TEST_P(EventLogTest, RingKeepsTheLastCycles) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  constexpr Cycle keep = 100;
  RandomEvents events(GetParam());
  RandomEvents all(GetParam());
  const int file = make_scratch_file("events");
  // The simulated time lies behind what is told.
  Cycle now = 0;
  EventLog ring({file, 2000, keep, [&now] { return now += 5; }});
  events.tell(ring);
  now = RandomEvents::kCycles;
  const Fragment fragment = to_fragment(ring, file, events.info());
  events.check(fragment, RandomEvents::kCycles - keep);
  // And not everything.
  EventLog whole({});
  all.tell(whole);
  EXPECT_LT(ring.bytes_held() + 1, whole.finish(RandomEvents::kCycles));
  std::size_t kept = 0;
  for (std::size_t t = 0; t < RandomEvents::kTracks; ++t)
    for (const auto& chunk : fragment.chunks(t)) kept += chunk.head.bytes;
  EXPECT_LT(kept, whole.take().size() / 2);
}

TEST_P(EventLogTest, RingKeepsTheLastCyclesBeforeAMoment) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  constexpr Cycle keep = 100, until = RandomEvents::kCycles / 2;
  RandomEvents events(GetParam());
  const int file = make_scratch_file("events");
  Cycle now = 0;
  EventLog ring({file, 2000, keep, [&now] { return now += 5; }, until});
  events.tell(ring);
  const Fragment fragment = to_fragment(ring, file, events.info());
  events.check(fragment, until - keep, until);
  for (std::size_t t = 0; t < RandomEvents::kTracks; ++t)
    for (const auto& chunk : fragment.chunks(t)) EXPECT_LT(chunk.head.first, until);
}

INSTANTIATE_TEST_SUITE_P(Seeds, EventLogTest, ::testing::Range<std::uint64_t>(1, 9));

TEST(EventLogOrder, WhatComesTooLateIsCountedAndLeftOut) {
  EventLog log({});
  const auto states = log.add(TrackKind::states), values = log.add(TrackKind::values),
             items = log.add(TrackKind::items);
  log.state(states, 1, 10, 20);
  log.state(states, 2, 15, 30);
  EXPECT_EQ(log.disordered(), 1u);
  log.value(values, 10, 5);
  log.value(values, 9, 6);
  EXPECT_EQ(log.disordered(), 2u);
  log.item(items, {}, 1, 10, 12);
  log.item(items, {}, 1, 9, 12);
  EXPECT_EQ(log.disordered(), 3u);
  log.state(states, 3, 20, 25);
  EXPECT_EQ(log.disordered(), 3u);
}

TEST(FragmentFile, IsRefusedUnlessItWasFinished) {
  const int file = make_scratch_file("events");
  EXPECT_THROW(Fragment{file}, std::runtime_error);
  EventLog log({file, 0, 0, {}});
  log.item(log.add(TrackKind::items), {}, 1, 0, 1);
  log.finish(1);
  EXPECT_THROW(Fragment{file}, std::runtime_error);
  ::close(file);
}

TEST(FragmentFile, FullDiskIsTold) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  EventLog log({full, 0, 0, {}});
  const auto track = log.add(TrackKind::items);
  for (Cycle c = 0; c < 1000; ++c) log.item(track, {}, 1, c, c + 1);
  log.finish(1000);
  EXPECT_EQ(log.error(), ENOSPC);
  EXPECT_EQ(write_info(full, 0, {}), ENOSPC);
  ::close(full);
}

}  // namespace
}  // namespace uvea::test
