// The example-style target that the chip is held against: it serves, and it notices.

#include "tb/testing/example_at_target.h"

#include "tb/testing/systemc_test.h"
#include "tb/tests/dram/at_initiator.h"

namespace uvea::tb {
namespace {

class Example : public SystemcTest, public ::testing::WithParamInterface<EndResp> {
 public:
  ExampleAtTarget target{"target", {}};
  AtInitiator initiator{"initiator"};
  Example() { initiator.socket.bind(target.target); }
  void add(tlm::tlm_command command, std::uint64_t address, std::size_t length) {
    Job job;
    job.command = command;
    job.address = address;
    job.data.assign(length, static_cast<unsigned char>(initiator.jobs.size()));
    initiator.jobs.push_back(std::move(job));
  }
};

TEST_P(Example, ServesEveryWayOfEndingAResponse) {
  std::mt19937_64 random = seeded(21);
  initiator.style = GetParam();
  initiator.max_outstanding = 16;
  std::vector<int> shadow(65536, 0);
  std::vector<std::vector<unsigned char>> expected;
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t length = std::uint64_t{1} << random() % 9;
    const std::uint64_t address = random() % (shadow.size() / length) * length;
    const bool write = random() % 2 == 0;
    add(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND, address, length);
    std::vector<unsigned char> data = initiator.jobs.back().data;
    for (std::size_t b = 0; b < length; ++b) {
      int& byte = shadow[address + b];
      if (write) byte = data[b];
      data[b] = static_cast<unsigned char>(byte);
    }
    expected.push_back(std::move(data));
  }
  run(End::stopped, sc_core::sc_time(1, sc_core::SC_SEC));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(initiator.jobs[i].data, expected[i]) << "transaction " << i;
    ASSERT_EQ(initiator.response_order[i], i) << "reorders nothing";
  }
  const ExampleAtTarget::Counts& counts = target.counts();
  EXPECT_TRUE(target.idle());
  EXPECT_EQ(initiator.payloads_out, 0u);
  EXPECT_EQ(counts.begun, 2000u);
  EXPECT_EQ(counts.completed, 2000u);
  EXPECT_EQ(counts.reads + counts.writes, 2000u);
  EXPECT_GT(counts.end_req_at_once, 100u);
  EXPECT_GT(counts.end_req_later, 100u);
  EXPECT_EQ(counts.end_resp_as_call > 0,
            GetParam() == EndResp::accepted || GetParam() == EndResp::any);
  EXPECT_EQ(counts.end_resp_in_answer > 0, GetParam() != EndResp::accepted);
  EXPECT_LE(counts.most_outstanding, 16u);
}

std::string name_of(const ::testing::TestParamInfo<EndResp>& info) {
  const char* names[] = {"completed", "updated", "accepted", "any"};
  return names[static_cast<int>(info.param)];
}
INSTANTIATE_TEST_SUITE_P(Styles, Example,
                         ::testing::Values(EndResp::completed, EndResp::updated, EndResp::accepted,
                                           EndResp::any),
                         name_of);

TEST_F(Example, ReportsNoBytesAndWhatIsOutside) {
  class Bare : public tlm::tlm_mm_interface {
    void free(tlm::tlm_generic_payload*) override {}
  } manager;
  const struct {
    std::uint64_t address;
    unsigned length;
    const char* complaint;
  } cases[] = {{0, 0, "no bytes"}, {64u << 20, 64, "outside the memory"}};
  for (const auto& bad : cases) {
    unsigned char data[64] = {};
    tlm::tlm_generic_payload payload(&manager);
    payload.acquire();
    payload.set_command(tlm::TLM_WRITE_COMMAND);
    payload.set_address(bad.address);
    payload.set_data_ptr(data);
    payload.set_data_length(bad.length);
    payload.set_streaming_width(64);
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay;
    expect_report(sc_core::SC_ERROR, bad.complaint);
    EXPECT_EQ(initiator.socket->nb_transport_fw(payload, phase, delay), tlm::TLM_COMPLETED);
  }
  EXPECT_EQ(target.counts().begun, 0u);
}

TEST_F(Example, TestbenchMayWriteAnyLength) {
  unsigned char data[5] = {1, 2, 3, 4, 5};
  tlm::tlm_generic_payload payload;
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_address(4094);  // over a page edge
  payload.set_data_ptr(data);
  payload.set_data_length(5);
  sc_core::sc_time delay;
  initiator.socket->b_transport(payload, delay);
  EXPECT_TRUE(payload.is_response_ok());
  std::fill(std::begin(data), std::end(data), static_cast<unsigned char>(0));
  payload.set_command(tlm::TLM_READ_COMMAND);
  EXPECT_EQ(initiator.socket->transport_dbg(payload), 5u);
  EXPECT_EQ(data[4], 5);
}

}  // namespace
}  // namespace uvea::tb
