#pragma once
// Common ground of the DRAM tests: one initiator on one Dram, and what must hold at every end.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "hw/dram/dram.h"
#include "tb/testing/systemc_test.h"
#include "tb/tests/dram/at_initiator.h"

namespace uvea::tb {

inline const sc_core::sc_time ns(1, sc_core::SC_NS);
inline const sc_core::sc_time memory_clock(625, sc_core::SC_PS);

class DramTest : public SystemcTest {
 public:
  hw::DramConfig config;
  sc_core::sc_time clock{5, sc_core::SC_NS};
  std::uint64_t size = 512u << 20;
  std::unique_ptr<hw::Dram> dram;
  std::unique_ptr<AtInitiator> initiator;

  /// DDR4-3200 with a chip clock as fast as the memory's, so that nothing hides in the rounding.
  void use_ddr4_at_memory_clock() {
    config.timing = hw::DramTiming::ddr4_3200;
    clock = memory_clock;
  }
  void build() {
    dram = std::make_unique<hw::Dram>("dram", config, clock, size);
    initiator = std::make_unique<AtInitiator>("initiator");
    initiator->clock = clock;
    initiator->socket.bind(dram->target);
  }
  Job& read(std::uint64_t address, std::size_t length, const sc_core::sc_time& at = {}) {
    return job(tlm::TLM_READ_COMMAND, address, length, at);
  }
  Job& write(std::uint64_t address, std::size_t length, const sc_core::sc_time& at = {}) {
    return job(tlm::TLM_WRITE_COMMAND, address, length, at);
  }
  /// Memory clocks from BEGIN_REQ to BEGIN_RESP.
  long latency(std::size_t job_index) const {
    return static_cast<long>(initiator->jobs[job_index].latency() / memory_clock);
  }
  /// Runs until the last job is over and asserts that nothing was left behind or went wrong.
  void run_jobs(const sc_core::sc_time& limit = sc_core::sc_time(1, sc_core::SC_SEC)) {
    run(End::stopped, limit);
    expect_quiet();
    for (const Job& j : initiator->jobs) {
      EXPECT_EQ(j.answered, 1);
      EXPECT_EQ(j.status, tlm::TLM_OK_RESPONSE);
      EXPECT_GE(j.begin_resp, j.end_req);
    }
  }
  void expect_quiet() {
    EXPECT_EQ(initiator->done, initiator->jobs.size());
    EXPECT_EQ(dram->leftovers(), std::vector<std::string>{});
    EXPECT_EQ(initiator->payloads_out, 0u);
    EXPECT_EQ(dram->counters().transactions, initiator->jobs.size());
  }

 private:
  Job& job(tlm::tlm_command command, std::uint64_t address, std::size_t length,
           const sc_core::sc_time& at) {
    Job j;
    j.command = command;
    j.address = address;
    j.data.resize(length);
    j.not_before = at;
    initiator->jobs.push_back(std::move(j));
    return initiator->jobs.back();
  }
};

}  // namespace uvea::tb
