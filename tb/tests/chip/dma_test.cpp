// The DMA by itself: when it goes on, against a target that is told phase by phase what to do.

#include "hw/control/dma.h"

#include "tb/testing/example_at_target.h"
#include "tb/tests/chip/told_target.h"

namespace uvea::test {
namespace {

class DmaTest : public tb::SystemcTest {
 protected:
  const link::Clock clock{1000};
  void build() {
    dma = std::make_unique<hw::Dma>("dma", config, clock, 1);
    client.memory.bind(dma->server(0));
    dma->dram.bind(target.socket);
  }
  void read_twice() {
    client.memory.read(0, 8, 0);
    client.memory.read(8, 8, 1);
    run(tb::End::starved, ns(1e6));
    ASSERT_EQ(client.answered.size(), 2u);
    EXPECT_TRUE(dma->leftovers().empty());
  }

  hw::ChipConfig config;
  Client client{"client"};
  ToldTarget target{"target"};
  std::unique_ptr<hw::Dma> dma;
};

TEST_F(DmaTest, WaitsForTheDelayOfEndReqInTheAnswer) {
  build();
  target.on_request = [&](Payload& payload, ::tlm::tlm_phase& phase, sc_time& delay) {
    phase = ::tlm::END_REQ;
    delay = ns(30);
    target.call(payload, ::tlm::BEGIN_RESP, ns(100), ns(7));
    return ::tlm::TLM_UPDATED;
  };
  read_twice();
  EXPECT_EQ(target.begin_req, (std::vector<sc_time>{ns(0), ns(30)}));
  EXPECT_EQ(client.answered, (std::vector<sc_time>{ns(107), ns(137)}));
  EXPECT_EQ(target.end_resp, client.answered);
  EXPECT_EQ(target.answers, (std::vector<::tlm::tlm_sync_enum>(2, ::tlm::TLM_UPDATED)));
}

TEST_F(DmaTest, WaitsForTheDelayOfEndReqOnTheBackwardPath) {
  build();
  target.on_request = [&](Payload& payload, ::tlm::tlm_phase&, sc_time&) {
    target.call(payload, ::tlm::END_REQ, ns(10), ns(40));
    target.call(payload, ::tlm::BEGIN_RESP, ns(60), ns(0));
    return ::tlm::TLM_ACCEPTED;
  };
  read_twice();
  EXPECT_EQ(target.begin_req, (std::vector<sc_time>{ns(0), ns(50)}));
  EXPECT_EQ(client.answered, (std::vector<sc_time>{ns(60), ns(110)}));
}

TEST_F(DmaTest, BeginRespStandsForEndReqWithItsDelay) {
  build();
  target.on_request = [&](Payload& payload, ::tlm::tlm_phase&, sc_time&) {
    target.call(payload, ::tlm::BEGIN_RESP, ns(20), ns(5));
    return ::tlm::TLM_ACCEPTED;
  };
  read_twice();
  EXPECT_EQ(target.begin_req, (std::vector<sc_time>{ns(0), ns(25)}));
  EXPECT_EQ(client.answered, (std::vector<sc_time>{ns(25), ns(50)}));
}

TEST_F(DmaTest, BeginRespInTheAnswerIsEndedByACallAtItsMoment) {
  build();
  target.on_request = [&](Payload& payload, ::tlm::tlm_phase& phase, sc_time& delay) {
    payload.set_response_status(::tlm::TLM_OK_RESPONSE);
    phase = ::tlm::BEGIN_RESP;
    delay = ns(15);
    return ::tlm::TLM_UPDATED;
  };
  read_twice();
  EXPECT_EQ(target.begin_req, (std::vector<sc_time>{ns(0), ns(15)}));
  EXPECT_EQ(client.answered, (std::vector<sc_time>{ns(15), ns(30)}));
  EXPECT_EQ(target.end_resp, client.answered);
}

TEST_F(DmaTest, CompletedAtOnceCountsFromItsDelay) {
  build();
  target.on_request = [&](Payload& payload, ::tlm::tlm_phase&, sc_time& delay) {
    payload.set_response_status(::tlm::TLM_OK_RESPONSE);
    delay = ns(12);
    return ::tlm::TLM_COMPLETED;
  };
  read_twice();
  EXPECT_EQ(target.begin_req, (std::vector<sc_time>{ns(0), ns(12)}));
  EXPECT_EQ(client.answered, (std::vector<sc_time>{ns(12), ns(24)}));
  EXPECT_TRUE(target.end_resp.empty());
}

TEST_F(DmaTest, EndRespAsACallComesAfterTheAnswerInTheSameMoment) {
  config.control.dma_end_resp = hw::EndResp::call;
  build();
  target.on_request = [&](Payload& payload, ::tlm::tlm_phase& phase, sc_time&) {
    phase = ::tlm::END_REQ;
    target.call(payload, ::tlm::BEGIN_RESP, ns(50), ns(9));
    return ::tlm::TLM_UPDATED;
  };
  read_twice();
  EXPECT_EQ(client.answered, (std::vector<sc_time>{ns(59), ns(59)}));
  EXPECT_EQ(target.end_resp, client.answered);
  EXPECT_EQ(target.answers, (std::vector<::tlm::tlm_sync_enum>(2, ::tlm::TLM_ACCEPTED)));
}

TEST_F(DmaTest, TellsWhatIsNotTheProtocol) {
  build();
  Payload stray;
  target.on_request = [&](Payload& payload, ::tlm::tlm_phase& phase, sc_time&) {
    target.call(stray, ::tlm::END_REQ, ns(1), ns(0));
    target.call(stray, ::tlm::BEGIN_REQ, ns(2), ns(0));
    target.call(payload, ::tlm::BEGIN_RESP, ns(50), ns(0));
    phase = ::tlm::END_REQ;
    return ::tlm::TLM_UPDATED;
  };
  expect_report(sc_core::SC_ERROR, "END_REQ for a transaction that is not being requested");
  expect_report(sc_core::SC_ERROR, "BEGIN_REQ on the backward path");
  client.memory.read(0, 8, 0);
  run(tb::End::starved, ns(1e6));
}

TEST_F(DmaTest, AnErrorResponseIsToldWithItsTransaction) {
  build();
  target.on_request = [&](Payload& payload, ::tlm::tlm_phase&, sc_time&) {
    payload.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return ::tlm::TLM_COMPLETED;
  };
  expect_report(sc_core::SC_ERROR, "TLM_ADDRESS_ERROR_RESPONSE to a read of 8 bytes at 0x40");
  client.memory.read(0x40, 8, 0);
  run(tb::End::starved, ns(1e6));
}

/// Many small writes, several of them in one line at the same time, against a byte array; then all
/// of it is read back with odd lengths.
class DmaLines : public tb::SystemcTest,
                 public ::testing::WithParamInterface<std::tuple<hw::PartialWrite, hw::EndResp>> {};

TEST_P(DmaLines, WritesThatShareALineAllArrive) {
  std::mt19937_64 random = seeded(31);
  constexpr int kLine = 64;
  constexpr std::size_t kClients = 4, kBytes = 4096;
  hw::ChipConfig config;
  config.control.dma_line_bytes = kLine;
  config.control.dma_outstanding = 16;
  std::tie(config.control.dma_partial_write, config.control.dma_end_resp) = GetParam();
  tb::ExampleAtTarget::Parameters parameters;
  parameters.annotate = parameters.out_of_order = true;
  parameters.line_bytes = kLine;
  parameters.byte_enables = config.control.dma_partial_write == hw::PartialWrite::byte_enable;
  parameters.longest_delay_cycles = 30;
  parameters.takes_completed = false;
  parameters.takes_updated = config.control.dma_end_resp == hw::EndResp::updated;
  tb::ExampleAtTarget memory("memory", parameters);
  const link::Clock clock(1000);
  hw::Dma dma("dma", config, clock, kClients);
  dma.dram.bind(memory.target);
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<Client>(("client" + std::to_string(i)).c_str()));
    clients.back()->memory.bind(dma.server(i));
  }
  // Pieces of 1 to 150 bytes side by side: no byte is written twice.
  std::vector<std::uint8_t> expected(kBytes);
  for (auto& byte : expected) byte = static_cast<std::uint8_t>(random());
  for (std::size_t at = 0; at < kBytes;) {
    const std::size_t bytes = std::min<std::size_t>(1 + random() % 150, kBytes - at);
    const auto first = expected.begin() + static_cast<std::ptrdiff_t>(at);
    clients[random() % kClients]->memory.write(
        at, {first, first + static_cast<std::ptrdiff_t>(bytes)}, 0);
    at += bytes;
  }
  run(tb::End::starved, sc_time(1, sc_core::SC_MS));
  EXPECT_EQ(dma.leftovers(), std::vector<std::string>{});
  std::vector<std::uint8_t> stored(kBytes);
  Payload all;
  all.set_command(::tlm::TLM_READ_COMMAND);
  all.set_address(0);
  all.set_data_ptr(stored.data());
  all.set_data_length(kBytes);
  ASSERT_EQ(dma.dram->transport_dbg(all), kBytes);
  EXPECT_EQ(stored, expected);
  // An odd piece, over two line ends.
  Client& reader = *clients.front();
  reader.data.clear();
  reader.memory.read(61, 70, 0);
  run(tb::End::starved, sc_time(1, sc_core::SC_MS));
  ASSERT_EQ(reader.data.size(), 1u);
  EXPECT_EQ(reader.data[0],
            std::vector<std::uint8_t>(expected.begin() + 61, expected.begin() + 131));
  EXPECT_EQ(memory.counts().bytes, memory.counts().begun * kLine);
  EXPECT_EQ(
      dma.counts()[hw::Counter::dram_read_bytes] + dma.counts()[hw::Counter::dram_write_bytes],
      memory.counts().bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, DmaLines,
    ::testing::Combine(::testing::Values(hw::PartialWrite::byte_enable,
                                         hw::PartialWrite::read_modify_write),
                       ::testing::Values(hw::EndResp::updated, hw::EndResp::call)),
    [](const auto& kind) {
      return std::string(std::get<0>(kind.param) == hw::PartialWrite::byte_enable ? "masks"
                                                                                  : "merges") +
             (std::get<1>(kind.param) == hw::EndResp::updated ? "_updated" : "_call");
    });

}  // namespace
}  // namespace uvea::test
