// Our DRAM serves initiators that others wrote: those of the SystemC TLM examples, fed by the
// examples' own traffic generator, which writes and reads back two stretches of 64 bytes, the
// second time with the data inverted, and stops the simulation on a wrong byte.

#define REPORT_DEFINE_GLOBALS  // the examples want their globals defined in one place
#include <at_initiator_explicit.h>
#include <lt_initiator.h>
#include <reporting.h>
#include <select_initiator.h>
#include <traffic_generator.h>

#include <memory>
#include <type_traits>

#include "hw/dram/dram.h"
#include "tb/testing/systemc_test.h"

// The examples never free their payloads nor end their threads, whose stacks own strings. Our own
// leaks show in dram_test.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace uvea::tb {
namespace {

using Payload = tlm::tlm_generic_payload;

// Counts what passes between the generator and the initiator.
class CountingFifo : public sc_core::sc_fifo<Payload*> {
 public:
  explicit CountingFifo(const char* name) : sc_fifo<Payload*>(name) {}
  void write(Payload* const& payload) override {
    ++count;
    if (payload->get_response_status() == tlm::TLM_OK_RESPONSE) ++ok;
    ++(payload->is_read() ? reads : writes);
    sc_fifo<Payload*>::write(payload);
  }
  int count = 0, ok = 0, reads = 0, writes = 0;
};

// select_initiator keeps the request exclusion rule only with a target that gives END_REQ always in
// the same manner: at once, or, through this, as a call.
// A wire with a delay on requests: what arrives with an annotated delay is never answered at once,
// so that END_REQ comes back as a call. Everything else passes.
class RequestDelay : public sc_core::sc_module,
                     private tlm::tlm_fw_transport_if<>,
                     private tlm::tlm_bw_transport_if<> {
 public:
  tlm::tlm_target_socket<32> in{"in"};
  tlm::tlm_initiator_socket<32> out{"out"};
  int end_req = 0, begin_resp = 0, end_resp = 0;
  explicit RequestDelay(const sc_core::sc_module_name& name) : sc_module(name) {
    in.bind(static_cast<tlm::tlm_fw_transport_if<>&>(*this));
    out.bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
  }

 private:
  tlm::tlm_sync_enum nb_transport_fw(Payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    if (phase == tlm::BEGIN_REQ) delay += sc_core::sc_time(5, sc_core::SC_NS);
    if (phase == tlm::END_RESP) ++end_resp;
    return out->nb_transport_fw(payload, phase, delay);
  }
  tlm::tlm_sync_enum nb_transport_bw(Payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    ++(phase == tlm::END_REQ ? end_req : begin_resp);
    return in->nb_transport_bw(payload, phase, delay);
  }
  void b_transport(Payload& payload, sc_core::sc_time& delay) override {
    out->b_transport(payload, delay);
  }
  bool get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) override {
    return out->get_direct_mem_ptr(payload, dmi);
  }
  unsigned int transport_dbg(Payload& payload) override { return out->transport_dbg(payload); }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
};

constexpr std::uint64_t first_base = 0x100, second_base = 0x20004;
constexpr int transactions = 64;  // 16 writes and 16 reads, at two places
constexpr unsigned txn_bytes = 4;

template <typename Initiator>
std::unique_ptr<Initiator> make_initiator() {
  if constexpr (std::is_same_v<Initiator, lt_initiator>) {
    return std::make_unique<Initiator>("initiator", 1);
  } else {
    return std::make_unique<Initiator>("initiator", 1, sc_core::sc_time(7, sc_core::SC_NS));
  }
}

class Examples : public SystemcTest {
 public:
  hw::DramConfig config;

  template <typename Initiator>
  void serve(unsigned in_flight, bool four_phases = false) {
    REPORT_SET_ENABLES(false, true, true, true);
    hw::Dram dram("dram", config, sc_core::sc_time(5, sc_core::SC_NS), 1u << 20);
    auto initiator = make_initiator<Initiator>();
    traffic_generator generator("generator", 1, first_base, second_base, in_flight);
    CountingFifo requests("requests"), responses("responses");
    generator.request_out_port(requests);
    initiator->request_in_port(requests);
    initiator->response_out_port(responses);
    generator.response_in_port(responses);
    std::unique_ptr<RequestDelay> link;
    if (four_phases) {
      link = std::make_unique<RequestDelay>("link");
      initiator->initiator_socket(link->in);
      link->out(dram.target);
    } else {
      initiator->initiator_socket(dram.target);
    }

    run(End::starved, sc_core::sc_time(1, sc_core::SC_MS));
    EXPECT_EQ(requests.count, transactions);
    EXPECT_EQ(responses.count, transactions);
    EXPECT_EQ(responses.ok, transactions);
    EXPECT_EQ(responses.reads, transactions / 2);
    EXPECT_EQ(responses.writes, transactions / 2);
    EXPECT_EQ(responses.num_available(), 0) << "the generator has checked every one";
    counters = dram.counters();
    EXPECT_EQ(counters.transactions, static_cast<std::uint64_t>(transactions));
    EXPECT_EQ(counters.errors, 0u);
    EXPECT_EQ(counters.bytes_read, std::uint64_t{transactions} / 2 * txn_bytes);
    EXPECT_EQ(counters.bytes_written, std::uint64_t{transactions} / 2 * txn_bytes);
    EXPECT_EQ(dram.leftovers(), std::vector<std::string>{});
    if (link) {
      EXPECT_EQ(link->end_req, transactions);
      EXPECT_EQ(link->begin_resp, transactions);
      EXPECT_EQ(link->end_resp, transactions);
    }
    expect_word(initiator->initiator_socket, first_base + 60, 0x13c);
    expect_word(initiator->initiator_socket, second_base + 60, ~0x20040u);
  }

  hw::DramCounters counters;

 private:
  template <typename Socket>
  void expect_word(Socket& socket, std::uint64_t address, std::uint32_t expected) {
    std::uint32_t word = 0;
    Payload payload;
    payload.set_command(tlm::TLM_READ_COMMAND);
    payload.set_address(address);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&word));
    payload.set_data_length(sizeof word);
    ASSERT_EQ(socket->transport_dbg(payload), sizeof word);
    EXPECT_EQ(word, expected);
  }
};

TEST_F(Examples, LooselyTimedInitiatorOnIdeal) { serve<lt_initiator>(1); }
TEST_F(Examples, LooselyTimedInitiatorOnDdr4) {
  config.timing = hw::DramTiming::ddr4_3200;
  serve<lt_initiator>(4);
  EXPECT_EQ(counters.row_hits + counters.row_misses + counters.row_conflicts, 64u);
}
TEST_F(Examples, SelectInitiatorOnIdeal) { serve<select_initiator>(16); }
TEST_F(Examples, SelectInitiatorOnDdr4) {
  config.timing = hw::DramTiming::ddr4_3200;
  serve<select_initiator>(16);
  EXPECT_EQ(counters.row_hits + counters.row_misses + counters.row_conflicts, 64u);
}
TEST_F(Examples, SelectInitiatorThroughAllFourPhasesOnIdeal) { serve<select_initiator>(16, true); }
TEST_F(Examples, SelectInitiatorThroughAllFourPhasesOnDdr4) {
  config.timing = hw::DramTiming::ddr4_3200;
  serve<select_initiator>(16, true);
}
TEST_F(Examples, ExplicitInitiatorOnIdeal) { serve<at_initiator_explicit>(8); }
TEST_F(Examples, ExplicitInitiatorWithAllFourPhasesApart) {
  config.timing = hw::DramTiming::ddr4_3200;
  config.queue_depth = 1;
  serve<at_initiator_explicit>(16);
  EXPECT_GT(counters.delayed_requests, 10u);
}

}  // namespace
}  // namespace uvea::tb
