// The scoreboards' queues against everything that a mesh could do wrong.

#include "tb/tests/chip/burst_ledger.h"

#include <gtest/gtest.h>

namespace uvea::test {
namespace {

using link::Burst;
using link::DataType;

Burst burst(DataType type, std::uint32_t source, std::uint64_t serial) {
  Burst b;
  b.type = type;
  b.source = source;
  b.serial = serial;
  b.beats = 2;
  if (type == DataType::psum) {
    b.psums = {1, 2, 3};
  } else {
    b.words = {7, 8};
  }
  return b;
}

/// The single fault of the ledger.
std::string fault_of(const BurstLedger& ledger) {
  const auto faults = ledger.faults();
  EXPECT_EQ(faults.size(), 1U);
  return faults.empty() ? "" : faults.front();
}

class Ledger : public ::testing::Test {
 protected:
  BurstLedger ledger;
  const int a = ledger.add_place("a"), b = ledger.add_place("b");
};

TEST_F(Ledger, SoundTrafficIsSound) {
  for (std::uint64_t n = 0; n < 3; ++n) {
    for (const DataType type : {DataType::iact, DataType::weight, DataType::psum}) {
      ledger.expect(a, burst(type, 4, n));
      ledger.expect(b, burst(type, 4, n));
    }
  }
  for (std::uint64_t n = 0; n < 3; ++n)
    for (const DataType type : {DataType::psum, DataType::weight, DataType::iact})
      for (const int place : {b, a}) ledger.arrive(place, burst(type, 4, n));
  EXPECT_TRUE(ledger.faults().empty());
  EXPECT_EQ(ledger.arrived(), 18U);
  EXPECT_EQ(ledger.arrived_at(a), 9U);
}

TEST_F(Ledger, ValuesOfPsumsMayChange) {
  ledger.expect(a, burst(DataType::psum, 1, 0));
  Burst changed = burst(DataType::psum, 1, 0);
  changed.psums = {10, 20, 30};
  ledger.arrive(a, changed);
  EXPECT_TRUE(ledger.faults().empty());
}

TEST_F(Ledger, NothingAtAllIsAFault) { EXPECT_EQ(fault_of(ledger), "no burst arrived anywhere"); }

TEST_F(Ledger, ALostBurst) {
  for (std::uint64_t n = 0; n < 3; ++n) ledger.expect(a, burst(DataType::psum, 1, n));
  ledger.arrive(a, burst(DataType::psum, 1, 0));
  ledger.arrive(a, burst(DataType::psum, 1, 1));
  EXPECT_EQ(fault_of(ledger), "1 psum bursts of source 1 never came to a");
}

TEST_F(Ledger, ABurstTwice) {
  ledger.expect(a, burst(DataType::iact, 1, 0));
  ledger.arrive(a, burst(DataType::iact, 1, 0));
  ledger.arrive(a, burst(DataType::iact, 1, 0));
  EXPECT_EQ(fault_of(ledger), "iact burst 0 of source 1 at a was not sent there");
}

TEST_F(Ledger, AnotherPlace) {
  ledger.expect(a, burst(DataType::weight, 1, 0));
  ledger.arrive(b, burst(DataType::weight, 1, 0));
  EXPECT_EQ(ledger.faults().size(), 3U);  // at b unexpected, at a missing, none arrived
}

TEST_F(Ledger, AnotherSourceOrType) {
  ledger.expect(a, burst(DataType::iact, 1, 0));
  ledger.arrive(a, burst(DataType::iact, 2, 0));
  ledger.arrive(a, burst(DataType::weight, 1, 0));
  ledger.arrive(a, burst(DataType::iact, 1, 0));
  EXPECT_EQ(ledger.faults().size(), 2U);
}

TEST_F(Ledger, OutOfOrder) {
  ledger.expect(a, burst(DataType::psum, 1, 0));
  ledger.expect(a, burst(DataType::psum, 1, 1));
  ledger.arrive(a, burst(DataType::psum, 1, 1));
  ledger.arrive(a, burst(DataType::psum, 1, 0));
  EXPECT_EQ(ledger.faults().size(), 2U);
}

TEST_F(Ledger, OtherBeatsOrPsums) {
  for (std::uint64_t n = 0; n < 2; ++n) ledger.expect(a, burst(DataType::psum, 1, n));
  Burst longer = burst(DataType::psum, 1, 0);
  ++longer.beats;
  ledger.arrive(a, longer);
  Burst shorter = burst(DataType::psum, 1, 1);
  shorter.psums.pop_back();
  ledger.arrive(a, shorter);
  EXPECT_EQ(ledger.faults().size(), 2U);
}

TEST_F(Ledger, OtherWords) {
  ledger.expect(a, burst(DataType::weight, 1, 0));
  Burst changed = burst(DataType::weight, 1, 0);
  changed.words[1] ^= 1U;
  ledger.arrive(a, changed);
  EXPECT_EQ(fault_of(ledger), "weight burst 0 of source 1 at a has other words");
}

TEST_F(Ledger, AnUnknownPlaceIsTheTestsFault) {
  EXPECT_THROW(ledger.expect(2, burst(DataType::iact, 1, 0)), std::out_of_range);
}

}  // namespace
}  // namespace uvea::test
