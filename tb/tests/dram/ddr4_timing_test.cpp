// DDR4-3200 latencies and order, computed by hand from the figures in memory clocks of 0.625 ns:
// tRCD 22, tRP 22, tCL 22, tCWL 20, burst 4, tRAS 52, tFAW 34, tRRD_L 8, tRRD_S 4, tWR 24, tWTR_L
// 12, tWTR_S 4, tCCD_L 8, tRTP 12, read to write gap 2, tREFI 12480, tRFC 560.
//
// Addresses of one channel: bank group g of a row lies 64 g bytes on, the next column of the same
// group 256, the next bank of the same group 32 kB, the next row of the same bank 128 kB.

#include <numeric>

#include "tb/tests/dram/dram_fixture.h"

namespace uvea::tb {
namespace {

constexpr std::uint64_t group_step = 64, column_step = 256, bank_step = 32768, row_step = 131072;
constexpr double refresh_interval = 12480;

class Ddr4 : public DramTest {
 public:
  void SetUp() override {
    DramTest::SetUp();
    use_ddr4_at_memory_clock();
  }
  sc_core::sc_time at(double clocks) const { return memory_clock * clocks; }
};

TEST_F(Ddr4, LoneReadsOfAClosedBankAnOpenRowAndAnotherRow) {
  build();
  read(0, 64);
  read(column_step, 64, at(1000));
  read(row_step, 64, at(2000));
  read(row_step, 1, at(3000));
  run_jobs();
  EXPECT_EQ(latency(0), 22 + 22 + 4);
  EXPECT_EQ(latency(1), 22 + 4);
  EXPECT_EQ(latency(2), 22 + 22 + 22 + 4);
  EXPECT_EQ(latency(3), 22 + 4) << "one byte takes a whole burst";
  const hw::DramCounters counters = dram->counters();
  EXPECT_EQ(counters.row_misses, 1u);
  EXPECT_EQ(counters.row_hits, 2u);
  EXPECT_EQ(counters.row_conflicts, 1u);
  EXPECT_EQ(counters.bytes_read, 64u * 3 + 1);
  EXPECT_EQ(counters.bytes_on_bus, 64u * 4);
}

TEST_F(Ddr4, LoneWritesOfAClosedBankAnOpenRowAndAnotherRow) {
  build();
  write(0, 64);
  write(column_step, 64, at(1000));
  write(row_step, 64, at(2000));
  run_jobs();
  EXPECT_EQ(latency(0), 22 + 20 + 4);
  EXPECT_EQ(latency(1), 20 + 4);
  EXPECT_EQ(latency(2), 22 + 22 + 20 + 4);
  EXPECT_EQ(dram->counters().bytes_written, 64u * 3);
}

TEST_F(Ddr4, AnswersOnChipClockEdges) {
  clock = 5 * ns;
  build();
  read(0, 64);
  read(0, 64, 1000 * ns);
  read(row_step, 64, 2000 * ns);
  run_jobs();
  EXPECT_EQ(initiator->jobs[0].latency(), 30 * ns);  // 48 x 0.625 = 30, on an edge
  EXPECT_EQ(initiator->jobs[1].latency(), 20 * ns);  // 16.25
  EXPECT_EQ(initiator->jobs[2].latency(), 45 * ns);  // 43.75
}

TEST_F(Ddr4, CommandsStartOnMemoryClockEdges) {
  clock = ns;
  build();
  read(0, 64, ns);  // seen at 1.25 ns, over at 1.25 + 30 = 31.25 ns, answered at 32 ns
  run_jobs();
  EXPECT_EQ(initiator->jobs[0].begin_resp, 32 * ns);
}

TEST_F(Ddr4, UnalignedAccessTakesEveryBurstItTouches) {
  build();
  read(63, 2);
  run_jobs();
  EXPECT_EQ(latency(0), 4 + 22 + 22 + 4) << "the second activation comes tRRD_S later";
  EXPECT_EQ(dram->counters().bytes_on_bus, 128u);
}

TEST_F(Ddr4, RowStaysOpenForTras) {
  build();
  read(0, 64);
  read(row_step, 64);
  run_jobs();
  EXPECT_EQ(latency(0), 48);
  EXPECT_EQ(latency(1), 52 + 22 + 22 + 22 + 4);
}

TEST_F(Ddr4, WriteRecoveryComesBeforeThePrecharge) {
  build();
  write(0, 64);
  read(row_step, 64);
  run_jobs();
  EXPECT_EQ(latency(1), (22 + 20 + 4 + 24) + 22 + 22 + 22 + 4);
}

TEST_F(Ddr4, ReadToPrecharge) {
  build();
  read(0, 64);
  read(0, 64, at(50));
  read(row_step, 64, at(50));
  run_jobs();
  EXPECT_EQ(latency(1), 26);
  EXPECT_EQ(latency(2), 12 + 22 + 22 + 22 + 4);
}

TEST_F(Ddr4, FifthActivationWaitsForTheWindowOfFour) {
  build();
  for (std::uint64_t g = 0; g < 4; ++g) read(g * group_step, 64);
  read(bank_step, 64);
  run_jobs();
  for (std::size_t g = 0; g < 4; ++g) EXPECT_EQ(latency(g), static_cast<long>(4 * g) + 48);
  EXPECT_EQ(latency(4), 35 + 48) << "clock 34 is taken by the read command of group 3";
}

TEST_F(Ddr4, ActivationsInOneBankGroupAreFurtherApart) {
  build();
  read(0, 64);
  read(bank_step, 64);
  run_jobs();
  EXPECT_EQ(latency(1), 8 + 48);
}

TEST_F(Ddr4, ColumnAccessesInOneBankGroupAreFurtherApart) {
  build();
  read(0, 128);  // opens the rows of groups 0 and 1
  read(0, 64, at(1000));
  read(group_step, 64, at(1000));
  read(0, 64, at(2000));
  read(column_step, 64, at(2000));
  run_jobs();
  EXPECT_EQ(latency(1), 26);
  EXPECT_EQ(latency(2), 4 + 26);
  EXPECT_EQ(latency(3), 26);
  EXPECT_EQ(latency(4), 8 + 26);
}

TEST_F(Ddr4, WriteToReadAndReadToWriteTurnTheBusRound) {
  build();
  read(0, 128);
  write(0, 64, at(1000));
  read(column_step, 64, at(1000));
  write(0, 64, at(2000));
  read(group_step, 64, at(2000));
  read(0, 64, at(3000));
  write(group_step, 64, at(3000));
  run_jobs();
  EXPECT_EQ(latency(1), 24);
  EXPECT_EQ(latency(2), (20 + 4 + 12) + 26) << "same bank group: tWTR_L";
  EXPECT_EQ(latency(4), (20 + 4 + 4) + 26) << "another bank group: tWTR_S";
  EXPECT_EQ(latency(5), 26);
  EXPECT_EQ(latency(6), (22 + 4 + 2 - 20) + 24);
}

TEST_F(Ddr4, RefreshHoldsUpWhatArrivesWithIt) {
  build();
  read(0, 64, at(refresh_interval));
  read(0, 64, at(2 * refresh_interval));
  read(0, 64, at(3 * refresh_interval + 500));
  run_jobs();
  EXPECT_EQ(latency(0), 560 + 48) << "banks closed";
  EXPECT_EQ(latency(1), 22 + 560 + 48) << "an open row is precharged first";
  EXPECT_EQ(latency(2), 22 + 60 + 48) << "under way when the read arrives";
  EXPECT_EQ(dram->counters().refreshes, 3u);
  EXPECT_EQ(dram->counters().row_misses, 3u);
}

TEST_F(Ddr4, AccessGoesBeforeARefreshOnlyWithItsColumnCommand) {
  build();
  read(0, 64, at(refresh_interval - 23));
  read(0, 64, at(2 * refresh_interval - 22));
  read(0, 64, at(3 * refresh_interval - 1));
  read(0, 64, at(4 * refresh_interval - 44));
  read(row_step, 64, at(5 * refresh_interval - 44));
  read(row_step, 64, at(5.5 * refresh_interval));
  read(0, 64, at(6 * refresh_interval - 44));
  run_jobs();
  EXPECT_EQ(latency(0), 48) << "its column command goes out in the last clock";
  EXPECT_EQ(latency(1), 22 + 560 + 48) << "one clock too late; the bank is closed";
  EXPECT_EQ(latency(2), 26) << "the row is open";
  EXPECT_EQ(latency(3), 48) << "the refresh before has closed the row";
  EXPECT_EQ(latency(4), 48) << "likewise";
  EXPECT_EQ(latency(5), 48) << "likewise";
  EXPECT_EQ(latency(6), 44 + 22 + 560 + 48) << "with a row to close it is too late";
}

TEST_F(Ddr4, RefreshWaitsForTheWriteRecoveryOfAnOpenRow) {
  build();
  read(0, 64, at(0.5 * refresh_interval));
  write(0, 64, at(refresh_interval - 1));
  read(0, 64, at(refresh_interval + 100));
  run_jobs();
  EXPECT_EQ(latency(1), 24);
  EXPECT_EQ(latency(2), (24 + 24 - 1) + 22 + 560 + 48 - 100);
}

TEST_F(Ddr4, IdleChannelsRefreshOnTime) {
  config.channels = 2;
  build();
  read(0, 64, at(1000.5 * refresh_interval));
  run_jobs();
  EXPECT_EQ(latency(0), 48) << "no refresh is due";
  EXPECT_EQ(dram->counters().refreshes, 2000u);
}

// Bytes per memory clock that went over the buses.
double rate(const AtInitiator& initiator, const hw::Dram& dram) {
  sc_core::sc_time last;
  for (const Job& job : initiator.jobs) last = std::max(last, job.begin_resp);
  return static_cast<double>(dram.counters().bytes_on_bus) / (last / memory_clock);
}
constexpr double peak = 16;                                 // bytes per clock: 25.6 GB/s
constexpr double refresh_share = 560.0 / refresh_interval;  // of the time, nothing moves

TEST_F(Ddr4, SequentialStreamsComeCloseToThePeak) {
  build();
  for (std::uint64_t i = 0; i < 16384; ++i) read(256 * i, 256);
  run_jobs();
  EXPECT_GT(rate(*initiator, *dram), 0.97 * (1 - refresh_share) * peak);
  EXPECT_LT(rate(*initiator, *dram), (1 - refresh_share) * peak * 1.001);
  EXPECT_GT(dram->counters().row_hits, 65536u * 9 / 10);
}

TEST_F(Ddr4, SequentialWritesComeCloseToThePeakToo) {
  build();
  for (std::uint64_t i = 0; i < 8192; ++i) write(256 * i, 256);
  run_jobs();
  EXPECT_GT(rate(*initiator, *dram), 0.95 * (1 - refresh_share) * peak);
  EXPECT_LT(rate(*initiator, *dram), (1 - refresh_share) * peak * 1.001);
}

TEST_F(Ddr4, TwoChannelsMoveTwiceAsMuch) {
  config.channels = 2;
  build();
  for (std::uint64_t i = 0; i < 16384; ++i) read(256 * i, 256);
  run_jobs();
  EXPECT_GT(rate(*initiator, *dram), 2 * 0.95 * (1 - refresh_share) * peak);
  EXPECT_LT(rate(*initiator, *dram), 2 * (1 - refresh_share) * peak * 1.001);
}

TEST_F(Ddr4, RandomRowsAreFarSlower) {
  std::mt19937_64 random = seeded(3);
  build();
  for (int i = 0; i < 8192; ++i) read(random() % size / 64 * 64, 64);
  run_jobs();
  // Four activations in tFAW is the most that anything could do; a row cycle per access the least.
  EXPECT_LT(rate(*initiator, *dram), 4 * 64 / 34.0);
  EXPECT_GT(rate(*initiator, *dram), 64 / 74.0);
}

TEST_F(Ddr4, OneBankMovesOneBurstPerRowCycle) {
  build();
  for (std::uint64_t i = 0; i < 1000; ++i) read(i * row_step, 64);
  run_jobs();
  EXPECT_LT(rate(*initiator, *dram), 64.0 / (52 + 22));
  EXPECT_GT(rate(*initiator, *dram), 0.95 * (1 - refresh_share) * 64.0 / (52 + 22));
  EXPECT_EQ(dram->counters().row_hits, 0u);
}

TEST_F(Ddr4, FullQueueHoldsBackEndReq) {
  config.queue_depth = 2;
  build();
  for (std::uint64_t i = 0; i < 6; ++i) read(i * row_step, 64);
  run_jobs();
  // 0 and 1 have room; the read command of 0, at 22, makes room for 2, and one every 74 clocks
  // after that for the next.
  EXPECT_EQ(initiator->jobs[0].end_req, sc_core::SC_ZERO_TIME);
  EXPECT_EQ(initiator->jobs[1].end_req, sc_core::SC_ZERO_TIME);
  for (std::size_t i = 2; i < 6; ++i) {
    EXPECT_EQ(initiator->jobs[i].end_req, at(22 + 74 * (static_cast<double>(i) - 2)));
  }
  EXPECT_EQ(initiator->end_req_later, 4u);
  EXPECT_EQ(dram->counters().delayed_requests, 4u);
}

TEST_F(Ddr4, EndReqAfterAFullQueueLiesOnAChipClockEdge) {
  config.queue_depth = 1;
  clock = 4 * ns;
  build();
  for (std::uint64_t i = 0; i < 50; ++i) read(i * row_step, 64);
  run_jobs();
  EXPECT_GT(dram->counters().delayed_requests, 40u);
  for (const Job& job : initiator->jobs) {
    EXPECT_EQ(job.end_req % clock, sc_core::SC_ZERO_TIME);
    EXPECT_EQ(job.begin_resp % clock, sc_core::SC_ZERO_TIME);
  }
}

// 20 row hits and ten more behind an access to another row of their bank.
std::size_t overtakers(DramTest& test, int limit) {
  test.config.reorder_limit = limit;
  test.build();
  for (std::uint64_t i = 0; i < 20; ++i) test.read(i * column_step, 64);
  test.read(row_step, 64);
  for (std::uint64_t i = 20; i < 30; ++i) test.read(i * column_step, 64);
  test.run_jobs();
  const auto& order = test.initiator->response_order;
  const auto found = std::find(order.begin(), order.end(), 20u);
  return static_cast<std::size_t>(found - order.begin()) - 20;
}

TEST_F(Ddr4, RowHitsOvertake) { EXPECT_EQ(overtakers(*this, 100), 10u); }
TEST_F(Ddr4, NothingIsOvertakenMoreOftenThanTheLimit) { EXPECT_EQ(overtakers(*this, 4), 4u); }
TEST_F(Ddr4, LimitZeroIsFirstComeFirstServed) {
  EXPECT_EQ(overtakers(*this, 0), 0u);
  EXPECT_TRUE(std::is_sorted(initiator->response_order.begin(), initiator->response_order.end()));
}

TEST_F(Ddr4, SameBurstIsNeverReordered) {
  build();
  for (std::uint64_t i = 0; i < 20; ++i) write(i * group_step, 64);
  read(0, 64);                 // 20: turns the bus round, so
  write(0, 64);                // 21: would go first, were it not the same burst;
  write(4 * column_step, 64);  // 22: this one may
  run_jobs();
  const auto place = [this](std::size_t job) {
    const auto& order = initiator->response_order;
    return std::find(order.begin(), order.end(), job) - order.begin();
  };
  EXPECT_LT(place(20), place(21));
  EXPECT_LT(place(22), place(20));
}

TEST_F(Ddr4, LargestTransactionIsOneRequest) {
  config.queue_depth = 1;
  build();
  write(7, 1 << 20);
  read(7, 1 << 20);
  run_jobs();
  EXPECT_EQ(dram->counters().bytes_on_bus, 2u * ((1 << 20) + 64));
}

}  // namespace
}  // namespace uvea::tb
