// The RTL's account of cycles, shown signals by hand: docs/stalls.md, class by class.

#include "tb/cosim/pe/rtl_account.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace uvea::cosim {
namespace {

using hw::Stall;

struct Told : StallSink {
  std::string text;  ///< "class from-to " for each interval
  void spend(const StallInterval& cycles) override {
    text += std::string(row_of(cycles.stall).name) + " " + std::to_string(cycles.from) + "-" +
            std::to_string(cycles.to) + " ";
  }
};

/// Signals by cycle; cycles without any are not clocked.
struct Signals {
  std::map<link::Cycle, RtlActivity> at;
  link::Cycle iact_offer = 0, psum_offer = 0;
  int simd = 2;

  /// Weights into a place: known after cycle `chunks`, complete after cycle `finish`.
  void weights(link::Cycle chunks, link::Cycle finish, unsigned place = 0) {
    at[chunks].chunks = at[finish].finish = true;
    at[chunks].writing = at[finish].writing = place;
  }
  /// A chunk comes in and is complete after cycle `commit`.
  void iacts(link::Cycle head, link::Cycle commit, unsigned rx = 0) {
    at[head].head = at[commit].commit = true;
    at[head].rx = rx;
  }
  /// Its first slot, into a bank.
  void begins(link::Cycle cycle, unsigned bank = 0, unsigned place = 0) {
    at[cycle].fire = at[cycle].first = true;
    at[cycle].bank = bank;
    at[cycle].place = place;
    at[cycle + 1];
    at[cycle + 2];
  }
  void slot(link::Cycle cycle) {
    at[cycle].fire = true;
    at[cycle + 1];
    at[cycle + 2];
  }
  /// The MACs of an issue slot.
  void macs(link::Cycle slot, bool second, unsigned active) {
    RtlActivity& rtl = at[slot + 2];
    rtl.valid = true;
    rtl.second = second;
    rtl.active = active;
  }
  void done(link::Cycle cycle, unsigned bank = 0) { at[cycle].done |= 1U << bank; }
  /// Psums leave, from a beat to a beat.
  void leaves(link::Cycle first, link::Cycle last, unsigned bank = 0) {
    for (const link::Cycle cycle : {first, last}) {
      RtlActivity& rtl = at[cycle];
      rtl.move = true;
      rtl.drain = bank;
      rtl.first_beat = rtl.first_beat || cycle == first;
      rtl.last_beat = rtl.last_beat || cycle == last;
    }
  }

  std::string told(link::Cycle end) const {
    RtlAccount account;
    Told told;
    account.begin(0, {simd, 3, 2});
    for (const auto& [cycle, rtl] : at) account.step(cycle, rtl, iact_offer, psum_offer, told);
    account.end(end, told);
    return told.text;
  }
};

/// One chunk with one slot, from its weights to its psums.
Signals one_chunk() {
  Signals s;
  s.weights(1, 4);
  s.iact_offer = 6;
  s.iacts(6, 6);
  s.begins(10);
  s.macs(10, true, 3);
  s.done(13);
  s.leaves(15, 16);
  return s;
}

TEST(RtlAccount, FollowsAChunkFromItsIactsToItsPsums) {
  EXPECT_EQ(one_chunk().told(20),
            "wait_iact 0-7 pipeline 7-10 mac_useful 10-11 pipeline 11-14 wait_psum_out 14-17 "
            "imbalance 17-20 ");
}

TEST(RtlAccount, NamesAWaitByWhatCameLast) {
  Signals s = one_chunk();
  s.at.erase(4);
  s.weights(1, 6);  // of equals the weights
  EXPECT_EQ(s.told(20).substr(0, 30), "wait_weight 0-7 pipeline 7-10 ");
}

TEST(RtlAccount, IactsThatLayThereBeforeTheWeightsWereKnownWaitedForThose) {
  Signals s = one_chunk();
  s.iact_offer = 1;
  EXPECT_EQ(s.told(20).substr(0, 44), "wait_weight 0-2 wait_iact 2-7 pipeline 7-10 ");
  s.iact_offer = 2;
  EXPECT_EQ(s.told(20).substr(0, 14), "wait_iact 0-7 ");
}

TEST(RtlAccount, KnowsTheClassesOfIssueSlots) {
  const auto slot_of = [](bool second, unsigned active, int simd = 2) {
    Signals s = one_chunk();
    s.simd = simd;
    s.at.erase(12);
    s.macs(10, second, active);
    const std::string told = s.told(20);
    const std::size_t at = told.find("7-10 ") + 5;
    return told.substr(at, told.find(' ', at) - at);
  };
  EXPECT_EQ(slot_of(true, 3), "mac_useful");
  EXPECT_EQ(slot_of(true, 2), "mac_gated");
  EXPECT_EQ(slot_of(true, 1), "mac_gated");
  EXPECT_EQ(slot_of(true, 0), "mac_gated");
  EXPECT_EQ(slot_of(false, 1), "lane_idle");
  EXPECT_EQ(slot_of(false, 0), "mac_gated");
  EXPECT_EQ(slot_of(false, 1, 1), "mac_useful");
  EXPECT_EQ(slot_of(false, 0, 1), "mac_gated");
}

TEST(RtlAccount, AnExamineSlotCountsWhereNothingIsIssued) {
  Signals s = one_chunk();
  s.macs(11, true, 3);
  s.slot(11);
  s.slot(12);
  EXPECT_EQ(s.told(20).substr(28, 32), "mac_useful 10-12 examine 12-13 p");
  // Also when nothing is issued at all.
  Signals last = one_chunk();
  last.iacts(26, 26);
  last.begins(30);
  EXPECT_EQ(last.told(40).substr(45),
            "wait_iact 11-27 pipeline 27-30 examine 30-31 imbalance 31-40 ");
}

/// Two chunks through one bank.
Signals one_bank() {
  Signals s = one_chunk();
  s.iacts(7, 7);
  s.begins(17);
  s.macs(17, true, 3);
  s.done(20);
  s.leaves(21, 21);
  return s;
}

TEST(RtlAccount, AWaitForABankFollowsTheChunkInIt) {
  EXPECT_EQ(one_bank().told(25),
            "wait_iact 0-7 pipeline 7-10 mac_useful 10-11 pipeline 11-14 wait_psum_out 14-17 "
            "mac_useful 17-18 pipeline 18-21 wait_psum_out 21-22 imbalance 22-25 ");
}

TEST(RtlAccount, PsumsFromBelowThatCameLastAreWhatWasWaitedFor) {
  Signals s = one_bank();
  s.psum_offer = 15;
  EXPECT_NE(s.told(25).find("pipeline 11-14 wait_psum_in 14-15 wait_psum_out 15-17 "),
            std::string::npos)
      << s.told(25);
  s.psum_offer = 14;
  EXPECT_NE(s.told(25).find("pipeline 11-14 wait_psum_out 14-17 "), std::string::npos);
}

TEST(RtlAccount, WhatAnotherBankDoesIsNoWait) {
  Signals s = one_chunk();
  s.iacts(7, 7);
  s.begins(11, 1);
  s.macs(11, true, 3);
  EXPECT_EQ(s.told(18).substr(28),
            "mac_useful 10-12 pipeline 12-14 wait_psum_out 14-17 imbalance 17-18 ");
}

TEST(RtlAccount, NullAndIdleEpochsAreNotMapped) {
  for (bool RtlActivity::*retires : {&RtlActivity::pass_ends, &RtlActivity::idle_ends}) {
    Signals before = one_chunk();
    before.at[3].*retires = true;
    EXPECT_EQ(before.told(20).substr(0, 28), "not_mapped 0-4 wait_iact 4-7");
    Signals after = one_chunk();
    after.at[18].*retires = true;
    EXPECT_NE(after.told(25).find("wait_psum_out 14-17 not_mapped 17-19 imbalance 19-25 "),
              std::string::npos)
        << after.told(25);
  }
}

TEST(RtlAccount, APeWithoutAnySlotIsNotMapped) {
  EXPECT_EQ(Signals{}.told(9), "not_mapped 0-9 ");
  Signals weights;
  weights.weights(1, 4);
  EXPECT_EQ(weights.told(9), "not_mapped 0-9 ");
}

TEST(RtlAccount, GoesBackToAnyStateThatWasKept) {
  const Signals s = one_bank();
  const std::string whole = s.told(25);
  for (const auto& [back_to, unused] : s.at) {
    RtlAccount account, kept;
    Told told, told_before;
    account.begin(0, {s.simd, 3, 2});
    for (const auto& [cycle, rtl] : s.at) {
      if (cycle == back_to) {
        kept = account;
        told_before = told;
      }
      account.step(cycle, rtl, s.iact_offer, s.psum_offer, told);
    }
    account = kept;
    told = told_before;
    for (auto it = s.at.find(back_to); it != s.at.end(); ++it)
      account.step(it->first, it->second, s.iact_offer, s.psum_offer, told);
    account.end(25, told);
    EXPECT_EQ(told.text, whole) << "back to cycle " << back_to;
  }
}

}  // namespace
}  // namespace uvea::cosim
