// Random traffic of any length and alignment against a byte array, through both interfaces.

#include <tlm_utils/simple_initiator_socket.h>

#include <functional>
#include <map>
#include <tuple>

#include "tb/tests/dram/dram_fixture.h"

namespace uvea::tb {
namespace {

using hw::DramTiming;

// The memory as it should be: every byte in a map, unwritten ones are 0.
class ByteArray {
 public:
  void apply(Job& job) {
    for (std::size_t i = 0; i < job.data.size(); ++i) {
      if (!job.enables.empty() && job.enables[i % job.enables.size()] == 0) continue;
      if (job.command == tlm::TLM_WRITE_COMMAND) bytes_[job.address + i] = job.data[i];
    }
  }
  std::vector<unsigned char> expected(const Job& job, std::vector<unsigned char> before) const {
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (!job.enables.empty() && job.enables[i % job.enables.size()] == 0) continue;
      const auto found = bytes_.find(job.address + i);
      before[i] = found == bytes_.end() ? static_cast<unsigned char>(0) : found->second;
    }
    return before;
  }
  const std::map<std::uint64_t, unsigned char>& bytes() const { return bytes_; }

 private:
  std::map<std::uint64_t, unsigned char> bytes_;
};

// Small and crowded, so that accesses overlap: about a page edge, a row edge and the last byte.
Job random_job(std::mt19937_64& random, std::uint64_t size) {
  Job job;
  job.command = random() % 2 == 0 ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND;
  const std::uint64_t lengths[] = {
      1, 1 + random() % 9, 1 + random() % 70, 1 + random() % 700, 1 + random() % 5000, 64, 256};
  const std::uint64_t length = lengths[random() % 7];
  const std::uint64_t places[] = {0, 16384 - 300, 131072 - 100, size - 6000};
  job.address = std::min(places[random() % 4] + random() % 3000, size - length);
  job.data.resize(length);
  for (unsigned char& byte : job.data) byte = static_cast<unsigned char>(random());
  if (random() % 4 == 0) {
    job.enables.resize(1 + random() % 20);
    for (unsigned char& enable : job.enables) enable = random() % 2 == 0 ? 0xff : 0x00;
  }
  return job;
}

class RandomAt : public DramTest,
                 public ::testing::WithParamInterface<std::tuple<DramTiming, EndResp, int>> {};

TEST_P(RandomAt, ReadsWhatWasWrittenInRequestOrder) {
  const auto [timing, style, seed] = GetParam();
  std::mt19937_64 random = seeded(static_cast<std::uint64_t>(seed));
  config.timing = timing;
  config.queue_depth = 1 + static_cast<int>(random() % 8);
  config.channels = 1 + static_cast<int>(random() % 3);
  config.reorder_limit = static_cast<int>(random() % 10);
  size = (1u << 20) + random() % 100;
  build();
  initiator->style = style;
  initiator->random.seed(random());
  initiator->max_outstanding = 1 + random() % 40;

  ByteArray memory;
  std::vector<std::vector<unsigned char>> expected;
  sc_core::sc_time at;
  std::uint64_t bytes_read = 0;
  for (int i = 0; i < 3000; ++i) {
    Job job = random_job(random, size);
    if (random() % 8 == 0) at += clock * static_cast<double>(random() % 60);
    job.not_before = at;
    if (random() % 5 == 0) job.annotated = clock * static_cast<double>(random() % 4);
    const bool read = job.command == tlm::TLM_READ_COMMAND;
    expected.push_back(read ? memory.expected(job, job.data) : job.data);
    memory.apply(job);
    if (read) bytes_read += job.data.size();
    initiator->jobs.push_back(std::move(job));
  }
  run_jobs();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(initiator->jobs[i].data, expected[i]) << "transaction " << i;
    EXPECT_EQ(initiator->jobs[i].end_req % clock, sc_core::SC_ZERO_TIME);
    EXPECT_EQ(initiator->jobs[i].begin_resp % clock, sc_core::SC_ZERO_TIME);
  }
  EXPECT_EQ(dram->counters().bytes_read, bytes_read);
  EXPECT_GE(dram->counters().bytes_on_bus, bytes_read);
  if (timing == DramTiming::ideal) {
    EXPECT_TRUE(std::is_sorted(initiator->response_order.begin(), initiator->response_order.end()));
  }
}

std::string name_of(const ::testing::TestParamInfo<RandomAt::ParamType>& info) {
  const char* styles[] = {"completed", "updated", "accepted", "any"};
  return std::string(std::get<0>(info.param) == DramTiming::ideal ? "ideal_" : "ddr4_") +
         styles[static_cast<int>(std::get<1>(info.param))] + "_seed" +
         std::to_string(std::get<2>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Dram, RandomAt,
                         ::testing::Combine(::testing::Values(DramTiming::ideal,
                                                              DramTiming::ddr4_3200),
                                            ::testing::Values(EndResp::completed, EndResp::updated,
                                                              EndResp::accepted, EndResp::any),
                                            ::testing::Values(1, 2, 3)),
                         name_of);

// Calls a function from a thread of the simulation.
class Thread : public sc_core::sc_module {
 public:
  std::function<void()> body;
  tlm_utils::simple_initiator_socket<Thread> socket{"socket"};
  explicit Thread(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(Thread);
    SC_THREAD(run);
  }

 private:
  void run() { body(); }
};

class RandomLt : public SystemcTest, public ::testing::WithParamInterface<DramTiming> {};

TEST_P(RandomLt, ReadsWhatWasWritten) {
  std::mt19937_64 random = seeded(77);
  hw::DramConfig config;
  config.timing = GetParam();
  const std::uint64_t size = 1u << 20;
  hw::Dram dram("dram", config, sc_core::sc_time(5, sc_core::SC_NS), size);
  Thread thread("thread");
  thread.socket.bind(dram.target);
  ByteArray memory;
  int done = 0;
  thread.body = [&] {
    for (; done < 5000; ++done) {
      Job job = random_job(random, size);
      const std::vector<unsigned char> expected =
          job.command == tlm::TLM_READ_COMMAND ? memory.expected(job, job.data) : job.data;
      memory.apply(job);
      tlm::tlm_generic_payload payload;
      payload.set_command(job.command);
      payload.set_address(job.address);
      payload.set_data_ptr(job.data.data());
      payload.set_data_length(static_cast<unsigned>(job.data.size()));
      payload.set_streaming_width(static_cast<unsigned>(job.data.size()));
      payload.set_byte_enable_ptr(job.enables.empty() ? nullptr : job.enables.data());
      payload.set_byte_enable_length(static_cast<unsigned>(job.enables.size()));
      sc_core::sc_time delay;
      thread.socket->b_transport(payload, delay);
      ASSERT_EQ(payload.get_response_status(), tlm::TLM_OK_RESPONSE);
      ASSERT_EQ(job.data, expected) << "transaction " << done;
      ASSERT_GT(delay, sc_core::SC_ZERO_TIME);
      ASSERT_EQ((sc_core::sc_time_stamp() + delay) % sc_core::sc_time(5, sc_core::SC_NS),
                sc_core::SC_ZERO_TIME);
      if (random() % 2 == 0) sc_core::wait(delay);
    }
  };
  run(End::starved, sc_core::sc_time(1, sc_core::SC_SEC));
  EXPECT_EQ(done, 5000);
  EXPECT_EQ(dram.counters().transactions, 5000u);
  // The back door sees the same bytes.
  for (const auto& [address, byte] : memory.bytes()) {
    unsigned char seen = 0;
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_READ_COMMAND);
    payload.set_address(address);
    payload.set_data_ptr(&seen);
    payload.set_data_length(1);
    ASSERT_EQ(thread.socket->transport_dbg(payload), 1u);
    ASSERT_EQ(seen, byte) << "address " << address;
  }
}

INSTANTIATE_TEST_SUITE_P(Dram, RandomLt,
                         ::testing::Values(DramTiming::ideal, DramTiming::ddr4_3200),
                         [](const auto& param_info) {
                           return param_info.param == DramTiming::ideal ? "ideal" : "ddr4";
                         });

// A lone access takes the same time through either interface, whatever its length and the rows
// open.
TEST_F(DramTest, BlockingAndNonBlockingAgreeOnLoneAccesses) {
  std::mt19937_64 random = seeded(5);
  use_ddr4_at_memory_clock();
  config.channels = 2;
  build();
  hw::Dram twin("twin", config, clock, size);
  Thread thread("thread");
  thread.socket.bind(twin.target);
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t length = 1 + random() % (random() % 2 == 0 ? 100 : 3000);
    const std::uint64_t address = random() % 3 * 131072 + random() % 40000;
    const sc_core::sc_time at = 3000 * ns * i;
    random() % 2 == 0 ? read(address, length, at) : write(address, length, at);
  }
  std::vector<sc_core::sc_time> delays;
  thread.body = [&] {
    for (Job& job : initiator->jobs) {
      sc_core::wait(job.not_before - sc_core::sc_time_stamp());
      std::vector<unsigned char> data(job.data.size());
      tlm::tlm_generic_payload payload;
      payload.set_command(job.command);
      payload.set_address(job.address);
      payload.set_data_ptr(data.data());
      payload.set_data_length(static_cast<unsigned>(data.size()));
      payload.set_streaming_width(static_cast<unsigned>(data.size()));
      sc_core::sc_time delay;
      thread.socket->b_transport(payload, delay);
      delays.push_back(delay);
    }
  };
  run_jobs();
  ASSERT_EQ(delays.size(), initiator->jobs.size());
  for (std::size_t i = 0; i < delays.size(); ++i) {
    ASSERT_EQ(delays[i], initiator->jobs[i].latency()) << "access " << i;
  }
  EXPECT_EQ(twin.counters().row_conflicts, dram->counters().row_conflicts);
  EXPECT_GT(twin.counters().row_conflicts, 100u);
}

}  // namespace
}  // namespace uvea::tb
