// The base protocol seen from the initiator's side: error answers, exclusion rules, annotated
// delays, and violations, which must be reported.

#include <cmath>
#include <cstring>
#include <functional>

#include "tb/tests/dram/dram_fixture.h"

namespace uvea::tb {
namespace {

using tlm::tlm_response_status;

// ---- error answers, the same through both interfaces

// Calls the socket by hand, from outside the simulation's processes or from a callback.
class BareInitiator : public sc_core::sc_module,
                      private tlm::tlm_bw_transport_if<>,
                      public tlm::tlm_mm_interface {
 public:
  tlm::tlm_initiator_socket<32> socket{"socket"};
  std::function<tlm::tlm_sync_enum(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&)>
      on_backward = [](tlm::tlm_generic_payload&, tlm::tlm_phase& phase, sc_core::sc_time&) {
        return phase == tlm::BEGIN_RESP ? tlm::TLM_COMPLETED : tlm::TLM_ACCEPTED;
      };
  std::vector<std::pair<tlm::tlm_phase, sc_core::sc_time>> seen;
  int freed = 0;

  explicit BareInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.bind(*this);
  }
  void free(tlm::tlm_generic_payload*) override { ++freed; }
  tlm::tlm_sync_enum forward(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase,
                             sc_core::sc_time delay = sc_core::SC_ZERO_TIME) {
    return socket->nb_transport_fw(payload, phase, delay);
  }

 private:
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    seen.emplace_back(phase, sc_core::sc_time_stamp());
    return on_backward(payload, phase, delay);
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
};

class Protocol : public SystemcTest {
 public:
  static constexpr std::uint64_t size = 100000;
  hw::DramConfig config;
  std::unique_ptr<hw::Dram> dram;
  BareInitiator initiator{"initiator"};
  unsigned char data[64] = {};

  void build() {
    dram = std::make_unique<hw::Dram>("dram", config, 5 * ns, size);
    initiator.socket.bind(dram->target);
  }
  void fill(tlm::tlm_generic_payload& payload, tlm::tlm_command command = tlm::TLM_READ_COMMAND,
            std::uint64_t address = 0, unsigned length = 64) {
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(length);
    payload.set_streaming_width(length);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  }
  /// A payload with this initiator as its memory manager.
  std::unique_ptr<tlm::tlm_generic_payload> managed() {
    auto payload =
        std::make_unique<tlm::tlm_generic_payload>(static_cast<tlm::tlm_mm_interface*>(&initiator));
    payload->acquire();
    fill(*payload);
    return payload;
  }
};

struct BadRequest {
  const char* name;
  tlm_response_status status;
  std::function<void(tlm::tlm_generic_payload&)> spoil;
};

const unsigned char odd_enables[] = {0xff, 0x01};

const BadRequest bad_requests[] = {
    {"LastByteOutside", tlm::TLM_ADDRESS_ERROR_RESPONSE,
     [](auto& p) { p.set_address(Protocol::size - 63); }},
    {"FarOutside", tlm::TLM_ADDRESS_ERROR_RESPONSE,
     [](auto& p) { p.set_address(~std::uint64_t{0}); }},
    {"AddressWrapsRound", tlm::TLM_ADDRESS_ERROR_RESPONSE,
     [](auto& p) { p.set_address(~std::uint64_t{0} - 10); }},
    {"UnknownCommand", tlm::TLM_COMMAND_ERROR_RESPONSE,
     [](auto& p) { p.set_command(static_cast<tlm::tlm_command>(3)); }},
    {"NoLength", tlm::TLM_BURST_ERROR_RESPONSE, [](auto& p) { p.set_data_length(0); }},
    {"Streaming", tlm::TLM_BURST_ERROR_RESPONSE, [](auto& p) { p.set_streaming_width(63); }},
    {"NoStreamingWidth", tlm::TLM_BURST_ERROR_RESPONSE, [](auto& p) { p.set_streaming_width(0); }},
    {"NoData", tlm::TLM_GENERIC_ERROR_RESPONSE, [](auto& p) { p.set_data_ptr(nullptr); }},
    {"EnablesOfNoLength", tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE,
     [](auto& p) {
       p.set_byte_enable_ptr(const_cast<unsigned char*>(odd_enables));
       p.set_byte_enable_length(0);
     }},
    {"OddEnable", tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE,
     [](auto& p) {
       p.set_byte_enable_ptr(const_cast<unsigned char*>(odd_enables));
       p.set_byte_enable_length(2);
     }},
};

class BadRequests : public Protocol,
                    public ::testing::WithParamInterface<std::tuple<hw::DramTiming, std::size_t>> {
};

TEST_P(BadRequests, AreAnsweredWithTheErrorAndTouchNothing) {
  const BadRequest& bad = bad_requests[std::get<1>(GetParam())];
  config.timing = std::get<0>(GetParam());
  build();
  for (const tlm::tlm_command command : {tlm::TLM_READ_COMMAND, tlm::TLM_WRITE_COMMAND}) {
    // Blocking.
    std::memset(data, 0x5a, sizeof data);
    tlm::tlm_generic_payload blocking;
    fill(blocking, command);
    bad.spoil(blocking);
    sc_core::sc_time delay;
    initiator.socket->b_transport(blocking, delay);
    EXPECT_EQ(blocking.get_response_status(), bad.status);
    EXPECT_EQ(data[0], 0x5a);
    // Non-blocking: all four phases.
    auto payload = managed();
    payload->set_command(command);
    bad.spoil(*payload);
    EXPECT_EQ(initiator.forward(*payload, tlm::BEGIN_REQ), tlm::TLM_UPDATED);
    run(End::starved, 200 * ns);
    EXPECT_EQ(payload->get_response_status(), bad.status);
    EXPECT_EQ(data[0], 0x5a);
    EXPECT_EQ(payload->get_ref_count(), 1);
    payload->release();
  }
  EXPECT_EQ(initiator.seen.size(), 2u);
  EXPECT_EQ(initiator.freed, 2);
  EXPECT_EQ(dram->counters().errors, 4u);
  EXPECT_EQ(dram->counters().bytes_on_bus, 0u);
  unsigned char all[512] = {1};
  tlm::tlm_generic_payload debug;
  fill(debug, tlm::TLM_READ_COMMAND, size - 512, 512);
  debug.set_data_ptr(all);
  ASSERT_EQ(initiator.socket->transport_dbg(debug), 512u);
  EXPECT_TRUE(std::all_of(all, all + 512, [](unsigned char byte) { return byte == 0; }));
}

INSTANTIATE_TEST_SUITE_P(
    Dram, BadRequests,
    ::testing::Combine(::testing::Values(hw::DramTiming::ideal, hw::DramTiming::ddr4_3200),
                       ::testing::Range(std::size_t{0}, std::size(bad_requests))),
    [](const auto& param_info) {
      return std::string(bad_requests[std::get<1>(param_info.param)].name) +
             (std::get<0>(param_info.param) == hw::DramTiming::ideal ? "_ideal" : "_ddr4");
    });

TEST_F(Protocol, IgnoreCommandIsFineAndDoesNothing) {
  build();
  tlm::tlm_generic_payload payload;
  fill(payload, tlm::TLM_IGNORE_COMMAND, ~std::uint64_t{0});
  data[0] = 9;
  sc_core::sc_time delay;
  initiator.socket->b_transport(payload, delay);
  EXPECT_EQ(payload.get_response_status(), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(data[0], 9);
  EXPECT_EQ(dram->counters().bytes_read, 0u);
}

TEST_F(Protocol, DirectMemoryIsRefused) {
  build();
  tlm::tlm_generic_payload payload;
  fill(payload);
  tlm::tlm_dmi dmi;
  EXPECT_FALSE(initiator.socket->get_direct_mem_ptr(payload, dmi));
  EXPECT_EQ(dmi.get_start_address(), 0u);
  EXPECT_EQ(dmi.get_end_address(), ~sc_dt::uint64{0});
  sc_core::sc_time delay;
  initiator.socket->b_transport(payload, delay);
  EXPECT_FALSE(payload.is_dmi_allowed());
}

TEST_F(Protocol, DebugTransportStopsAtTheEnd) {
  build();
  tlm::tlm_generic_payload payload;
  fill(payload, tlm::TLM_WRITE_COMMAND, size - 10);
  EXPECT_EQ(initiator.socket->transport_dbg(payload), 10u);
  payload.set_address(size);
  EXPECT_EQ(initiator.socket->transport_dbg(payload), 0u);
  payload.set_address(0);
  payload.set_command(tlm::TLM_IGNORE_COMMAND);
  EXPECT_EQ(initiator.socket->transport_dbg(payload), 0u);
  EXPECT_EQ(dram->counters().transactions, 0u) << "the back door is not counted";
}

TEST(SparseMemory, CostsOnlyWhatWasWritten) {
  hw::SparseMemory memory(std::uint64_t{1} << 40);
  std::uint8_t bytes[32768] = {1};
  memory.read((std::uint64_t{1} << 40) - sizeof bytes, bytes, sizeof bytes);
  EXPECT_EQ(bytes[0], 0);
  EXPECT_EQ(memory.allocated_bytes(), 0u);
  memory.write(std::uint64_t{1} << 39, bytes, 1);
  EXPECT_EQ(memory.allocated_bytes(), hw::SparseMemory::page_bytes);
  EXPECT_FALSE(memory.contains(std::uint64_t{1} << 40, 1));
  EXPECT_TRUE(memory.contains((std::uint64_t{1} << 40) - 1, 1));
  EXPECT_FALSE(memory.contains(1, ~std::uint64_t{0}));
}

// ---- violations

TEST_F(Protocol, SecondRequestBeforeEndReqIsReported) {
  build();
  auto first = managed();
  auto second = managed();
  EXPECT_EQ(initiator.forward(*first, tlm::BEGIN_REQ, 10 * ns), tlm::TLM_ACCEPTED);
  expect_report(sc_core::SC_ERROR, "BEGIN_REQ before the END_REQ");
  EXPECT_EQ(initiator.forward(*second, tlm::BEGIN_REQ), tlm::TLM_COMPLETED);
  run(End::starved, 1000 * ns);
  EXPECT_EQ(second->get_ref_count(), 1) << "not taken";
  EXPECT_EQ(dram->counters().transactions, 1u);
}

TEST_F(Protocol, PayloadWithoutMemoryManagerIsReported) {
  build();
  tlm::tlm_generic_payload payload;
  fill(payload);
  expect_report(sc_core::SC_ERROR, "without a memory manager");
  EXPECT_EQ(initiator.forward(payload, tlm::BEGIN_REQ), tlm::TLM_COMPLETED);
  EXPECT_EQ(payload.get_response_status(), tlm::TLM_GENERIC_ERROR_RESPONSE);
}

TEST_F(Protocol, EndRespForNothingIsReported) {
  build();
  auto payload = managed();
  expect_report(sc_core::SC_ERROR, "dram at 0 s: END_RESP for a transaction");
  initiator.forward(*payload, tlm::END_RESP);
}

TEST_F(Protocol, EndRespForAnotherTransactionIsReported) {
  build();
  auto first = managed();
  auto second = managed();
  initiator.on_backward = [](auto&, auto&, auto&) { return tlm::TLM_ACCEPTED; };
  initiator.forward(*first, tlm::BEGIN_REQ);
  initiator.forward(*second, tlm::BEGIN_REQ);
  sc_core::sc_start(1000 * ns);
  expect_report(sc_core::SC_ERROR, "END_RESP for a transaction");
  initiator.forward(*second, tlm::END_RESP);
  EXPECT_EQ(initiator.forward(*first, tlm::END_RESP), tlm::TLM_COMPLETED);
  run(End::starved, 1000 * ns);
  EXPECT_EQ(initiator.forward(*second, tlm::END_RESP), tlm::TLM_COMPLETED);
  EXPECT_EQ(dram->leftovers().size(), 0u);
}

TEST_F(Protocol, BackwardPhasesOnTheForwardPathAreReported) {
  build();
  auto payload = managed();
  expect_report(sc_core::SC_ERROR, "phase END_REQ on the forward path");
  initiator.forward(*payload, tlm::END_REQ);
  expect_report(sc_core::SC_ERROR, "phase BEGIN_RESP on the forward path");
  initiator.forward(*payload, tlm::BEGIN_RESP);
}

TLM_DECLARE_EXTENDED_PHASE(SOMEBODY_ELSES);

TEST_F(Protocol, IgnorablePhasesAreIgnored) {
  build();
  auto payload = managed();
  EXPECT_EQ(initiator.forward(*payload, SOMEBODY_ELSES), tlm::TLM_ACCEPTED);
  EXPECT_EQ(payload->get_ref_count(), 1);
}

TEST_F(Protocol, WrongAnswersFromTheInitiatorAreReported) {
  build();
  auto payload = managed();
  initiator.on_backward = [](auto&, tlm::tlm_phase& phase, auto&) {
    phase = tlm::BEGIN_REQ;
    return tlm::TLM_UPDATED;
  };
  expect_report(sc_core::SC_ERROR, "END_REQ must be answered TLM_ACCEPTED");
  expect_report(sc_core::SC_ERROR, "TLM_UPDATED with a phase other than END_RESP");
  initiator.forward(*payload, tlm::BEGIN_REQ, 10 * ns);
  run(End::starved, 1000 * ns);
}

TEST(DramConstruction, RefusesWhatMakesNoSense) {
  const auto refused = [](const std::function<void(hw::DramConfig&)>& spoil) {
    hw::DramConfig config;
    config.timing = hw::DramTiming::ddr4_3200;
    spoil(config);
    EXPECT_THROW(hw::make_dram_timing(config, hw::Picoseconds(5000)), std::invalid_argument);
  };
  refused([](auto& c) { c.channels = 0; });
  refused([](auto& c) { c.bank_groups = 0; });
  refused([](auto& c) { c.banks_per_group = -1; });
  refused([](auto& c) { c.queue_depth = 0; });
  refused([](auto& c) { c.row_bytes = 100; });
  refused([](auto& c) { c.tck_ns = 0; });
  refused([](auto& c) { c.trcd_ns = -1; });
  refused([](auto& c) { c.tcl_ns = std::nan(""); });
  refused([](auto& c) { c.trefi_ns = c.trfc_ns; });
  refused([](auto& c) { c.trefi_ns = c.trfc_ns + c.trcd_ns; });
  refused([](auto& c) { c.reorder_limit = -1; });
  hw::DramConfig ideal;
  ideal.ideal_latency_cycles = -1;
  EXPECT_THROW(hw::make_dram_timing(ideal, hw::Picoseconds(5000)), std::invalid_argument);
  EXPECT_THROW(hw::make_dram_timing({}, hw::Picoseconds(0)), std::invalid_argument);
}

// ---- moments

TEST_F(DramTest, IdealAnswersExactlyAfterItsLatencyHoweverMany) {
  config.ideal_latency_cycles = 20;
  build();
  for (std::uint64_t i = 0; i < 1000; ++i) read(i * 4096, 4096);
  read(3, 5, 17 * ns);  // off the clock edges
  run_jobs();
  for (const Job& job : initiator->jobs) {
    EXPECT_EQ(job.end_req, job.begin_req);
    EXPECT_EQ(job.latency(), 100 * ns);
  }
  EXPECT_TRUE(std::is_sorted(initiator->response_order.begin(), initiator->response_order.end()));
}

TEST_F(DramTest, IdealOfNoLatencyStillHasFourPhases) {
  config.ideal_latency_cycles = 0;
  build();
  initiator->style = EndResp::accepted;
  for (std::uint64_t i = 0; i < 100; ++i) write(i * 64, 64);
  run_jobs();
  for (const Job& job : initiator->jobs) EXPECT_EQ(job.latency(), sc_core::SC_ZERO_TIME);
}

TEST_F(DramTest, AnnotatedRequestArrivesAfterItsDelay) {
  build();
  read(0, 64).annotated = 35 * ns;
  run_jobs();
  EXPECT_EQ(initiator->jobs[0].end_req, 35 * ns);
  EXPECT_EQ(initiator->jobs[0].begin_resp, 135 * ns);
  EXPECT_EQ(initiator->end_req_later, 1u);
  EXPECT_EQ(dram->counters().delayed_requests, 0u);
}

TEST_F(Protocol, AnnotatedEndRespHoldsTheResponseChannel) {
  build();
  auto first = managed();
  auto second = managed();
  auto third = managed();
  int answers = 0;
  initiator.on_backward = [&](auto&, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
    delay = 30 * ns;
    if (answers++ == 0) return tlm::TLM_COMPLETED;
    phase = tlm::END_RESP;
    return tlm::TLM_UPDATED;
  };
  for (auto* payload : {&first, &second, &third}) initiator.forward(**payload, tlm::BEGIN_REQ);
  run(End::starved, 1000 * ns);
  ASSERT_EQ(initiator.seen.size(), 3u);
  EXPECT_EQ(initiator.seen[0].second, 100 * ns);
  EXPECT_EQ(initiator.seen[1].second, 130 * ns);
  EXPECT_EQ(initiator.seen[2].second, 160 * ns);
}

TEST_F(Protocol, ShortAnswersOvertakeLongOnes) {
  config.timing = hw::DramTiming::ddr4_3200;
  build();
  auto read = managed();
  auto bad = managed();
  bad->set_address(size);
  std::vector<tlm::tlm_generic_payload*> answered;
  initiator.on_backward = [&](tlm::tlm_generic_payload& payload, auto&, auto&) {
    answered.push_back(&payload);
    return tlm::TLM_COMPLETED;
  };
  initiator.forward(*read, tlm::BEGIN_REQ);
  initiator.forward(*bad, tlm::BEGIN_REQ);
  run(End::starved, 1000 * ns);
  EXPECT_EQ(answered, (std::vector<tlm::tlm_generic_payload*>{bad.get(), read.get()}));
  EXPECT_EQ(initiator.seen[0].second, 5 * ns);
  EXPECT_EQ(initiator.seen[1].second, 30 * ns);
}

TEST_F(Protocol, OnlyOneResponseIsOutstandingAndLeftoversNameTheRest) {
  config.timing = hw::DramTiming::ddr4_3200;
  config.queue_depth = 3;
  build();
  std::vector<std::unique_ptr<tlm::tlm_generic_payload>> payloads;
  for (unsigned i = 0; i < 3; ++i) {
    payloads.push_back(managed());
    payloads.back()->set_address(std::uint64_t{i} * 256);
  }
  initiator.on_backward = [](auto&, auto&, auto&) { return tlm::TLM_ACCEPTED; };
  for (auto& payload : payloads) initiator.forward(*payload, tlm::BEGIN_REQ);
  run(End::starved, 10000 * ns);
  EXPECT_EQ(initiator.seen.size(), 1u) << "nothing after the BEGIN_RESP that was not ended";
  const std::vector<std::string> left = dram->leftovers();
  ASSERT_EQ(left.size(), 3u);
  EXPECT_EQ(left[0], "read of 64 bytes at 0x0 waits for END_RESP from the initiator");
  EXPECT_EQ(left[1], "read of 64 bytes at 0x100 waits for its BEGIN_RESP");
  EXPECT_EQ(left[2], "read of 64 bytes at 0x200 waits for its BEGIN_RESP");
  // END_RESP with a delay: the next one follows at its end.
  EXPECT_EQ(initiator.forward(*payloads[0], tlm::END_RESP, 45 * ns), tlm::TLM_COMPLETED);
  const sc_core::sc_time ended = sc_core::sc_time_stamp() + 45 * ns;
  sc_core::sc_start(1000 * ns);
  ASSERT_EQ(initiator.seen.size(), 2u);
  EXPECT_EQ(initiator.seen[1].second, ended);
  EXPECT_EQ(dram->leftovers().size(), 2u);
}

TEST_F(DramTest, TheSameRunTwiceInOneSimulationIsTheSame) {
  std::mt19937_64 random = seeded(11);
  config.timing = hw::DramTiming::ddr4_3200;
  config.queue_depth = 4;
  build();
  hw::Dram twin("twin", config, clock, size);
  AtInitiator other("other");
  other.socket.bind(twin.target);
  initiator->stop_when_done = other.stop_when_done = false;
  for (int i = 0; i < 500; ++i) {
    random() % 2 == 0 ? read(random() % 300000, 1 + random() % 300)
                      : write(random() % 300000, 1 + random() % 300);
  }
  other.jobs = initiator->jobs;
  run(End::starved, sc_core::sc_time(1, sc_core::SC_SEC));
  expect_quiet();
  ASSERT_EQ(other.done, initiator->done);
  for (std::size_t i = 0; i < other.jobs.size(); ++i) {
    ASSERT_EQ(other.jobs[i].begin_resp, initiator->jobs[i].begin_resp);
    ASSERT_EQ(other.jobs[i].end_req, initiator->jobs[i].end_req);
  }
}

}  // namespace
}  // namespace uvea::tb
