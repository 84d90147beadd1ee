// The DMA's ports: each has a window of its own, and no transaction reaches over a block's end.

#include <algorithm>

#include "hw/control/dma.h"
#include "tb/tests/chip/told_target.h"

namespace uvea::test {
namespace {

/// Transactions between BEGIN_REQ and BEGIN_RESP, by the port that they are for.
class Windows {
 public:
  Windows(std::size_t ports, std::size_t most, std::uint64_t block)
      : open_(ports, 0), fullest_(ports, 0), most_(most), block_(block) {}
  void begins(const Payload& payload) {
    const std::size_t port = port_of(payload);
    fullest_[port] = std::max(fullest_[port], ++open_[port]);
    if (open_[port] > most_) wrong_ = "port " + std::to_string(port) + " has more in flight";
    const std::uint64_t first = payload.get_address();
    if (first / block_ != (first + payload.get_data_length() - 1) / block_)
      wrong_ = "a transaction over a block's end";
  }
  void ends(const Payload& payload) { --open_[port_of(payload)]; }
  const std::string& wrong() const { return wrong_; }
  std::size_t fullest(std::size_t port) const { return fullest_[port]; }

 private:
  static std::size_t port_of(const Payload& payload) {
    return payload.get_extension<hw::DmaBurst>()->client;
  }
  std::vector<std::size_t> open_, fullest_;
  std::size_t most_;
  std::uint64_t block_;
  std::string wrong_;
};

/// Ports of the DMA in front of a target that answers each request after a random time.
class DmaPorts : public tb::SystemcTest {
 protected:
  static constexpr std::size_t kPorts = 5;
  static constexpr std::uint64_t kBlock = 64;

  void build(const hw::ControlConfig& control, std::size_t most, std::uint64_t block) {
    config.control = control;
    windows = std::make_unique<Windows>(kPorts, most, block);
    dma = std::make_unique<hw::Dma>("dma", config, clock, kPorts);
    dma->dram.bind(target.socket);
    for (std::size_t i = 0; i < kPorts; ++i) {
      clients.push_back(std::make_unique<Client>(("client" + std::to_string(i)).c_str()));
      clients.back()->memory.bind(dma->server(i));
    }
    target.on_request = [this](Payload& payload, ::tlm::tlm_phase& phase, sc_time&) {
      windows->begins(payload);
      target.call(payload, ::tlm::BEGIN_RESP, ns(static_cast<double>(1 + random() % 60)), ns(0));
      phase = ::tlm::END_REQ;
      return ::tlm::TLM_UPDATED;
    };
    target.before_response = [this](Payload& payload) { windows->ends(payload); };
  }
  /// Requests of ports 0 to 3, all at once, many of them of several blocks; returns how many.
  std::size_t ask() {
    std::size_t asked = 0;
    for (std::size_t i = 0; i + 1 < kPorts; ++i) {
      for (int n = 0; n < 40; ++n, ++asked) {
        const std::uint64_t address = random() % 100000;
        const std::size_t bytes = 1 + random() % 300;
        if (random() % 3 == 0) {
          clients[i]->memory.write(address, std::vector<std::uint8_t>(bytes), 0);
        } else {
          clients[i]->memory.read(address, bytes, 0);
        }
      }
    }
    return asked;
  }
  std::size_t answered() const {
    std::size_t all = 0;
    for (const auto& client : clients) all += client->answered.size();
    return all;
  }

  std::mt19937_64 random = seeded(77);
  const link::Clock clock{1000};
  hw::ChipConfig config;
  std::unique_ptr<Windows> windows;
  std::vector<std::unique_ptr<Client>> clients;
  ToldTarget target{"target"};
  std::unique_ptr<hw::Dma> dma;
};

TEST_F(DmaPorts, EachHasAWindowOfItsOwnAndStaysInBlocks) {
  hw::ControlConfig control;
  control.dma_outstanding = 3;
  control.dma_burst_bytes = kBlock;
  build(control, 3, kBlock);
  const std::size_t asked = ask();
  run(tb::End::starved, sc_time(1, sc_core::SC_MS));
  EXPECT_EQ(windows->wrong(), "");
  EXPECT_EQ(answered(), asked);
  for (std::size_t i = 0; i + 1 < kPorts; ++i) EXPECT_EQ(windows->fullest(i), 3U) << i;
  EXPECT_EQ(windows->fullest(kPorts - 1), 0U);
}

TEST_F(DmaPorts, LinesThatAreMergedStayInTheirWindows) {
  hw::ControlConfig control;
  control.dma_outstanding = 2;
  control.dma_line_bytes = static_cast<int>(kBlock);
  control.dma_partial_write = hw::PartialWrite::read_modify_write;
  build(control, 2, kBlock);
  const std::size_t asked = ask();
  run(tb::End::starved, sc_time(1, sc_core::SC_MS));
  EXPECT_EQ(windows->wrong(), "");
  EXPECT_EQ(answered(), asked);
  EXPECT_TRUE(dma->leftovers().empty());
}

TEST_F(DmaPorts, AWindowThatIsTooWideIsFound) {
  hw::ControlConfig control;
  control.dma_outstanding = 4;
  control.dma_burst_bytes = kBlock;
  build(control, 3, kBlock);
  ask();
  run(tb::End::starved, sc_time(1, sc_core::SC_MS));
  EXPECT_NE(windows->wrong().find("has more in flight"), std::string::npos);
}

TEST_F(DmaPorts, ATransactionOverABlocksEndIsFound) {
  hw::ControlConfig control;
  control.dma_burst_bytes = 2 * kBlock;
  build(control, 4, kBlock);
  ask();
  run(tb::End::starved, sc_time(1, sc_core::SC_MS));
  EXPECT_EQ(windows->wrong(), "a transaction over a block's end");
}

TEST_F(DmaPorts, APortWaitsForItsOwnTransactionsOnly) {
  hw::ControlConfig control;
  control.dma_outstanding = 1;
  build(control, 1, 256);
  for (std::size_t i = 0; i < 2; ++i) {
    clients[i]->memory.read(0, 8, 0);
    clients[i]->memory.read(8, 8, 0);
  }
  target.on_request = [this](Payload& payload, ::tlm::tlm_phase& phase, sc_time&) {
    const bool slow = payload.get_extension<hw::DmaBurst>()->client == 0;
    target.call(payload, ::tlm::BEGIN_RESP, ns(slow ? 100 : 10), ns(0));
    phase = ::tlm::END_REQ;
    return ::tlm::TLM_UPDATED;
  };
  target.before_response = {};
  run(tb::End::starved, ns(1e6));
  EXPECT_EQ(clients[0]->answered, (std::vector<sc_time>{ns(100), ns(200)}));
  EXPECT_EQ(clients[1]->answered, (std::vector<sc_time>{ns(10), ns(20)}));
}

/// What is wrong with the moments at which the DRAM is asked, for a link of so many bits a cycle: in
/// the cycles before each its bytes passed, and no others.
std::string overlaps(const std::vector<std::pair<link::Cycle, std::uint64_t>>& asked, int bits) {
  link::Cycle free = 0;
  for (const auto& [at, bytes] : asked) {
    const link::Cycle takes =
        (bytes * 8 + static_cast<std::uint64_t>(bits) - 1) / static_cast<std::uint64_t>(bits);
    if (at < free + takes) return "two transactions on the link in cycle " + std::to_string(at);
    free = at;
  }
  return {};
}

class DmaLink : public DmaPorts {
 protected:
  static constexpr int kBits = 24;
  void ask_over(int bits) {
    hw::ControlConfig control;
    control.dma_burst_bytes = kBlock;
    control.io_link_bits = bits;
    build(control, 4, kBlock);
    target.on_request = [this, before = target.on_request](
                            Payload& payload, ::tlm::tlm_phase& phase, sc_time& delay) {
      asked.emplace_back(clock.now(), payload.get_data_length());
      return before(payload, phase, delay);
    };
    requests = ask();
    run(tb::End::starved, sc_time(1, sc_core::SC_MS));
    EXPECT_EQ(answered(), requests);
  }
  std::size_t requests = 0;
  std::vector<std::pair<link::Cycle, std::uint64_t>> asked;
};

TEST_F(DmaLink, OneTransactionAtATimePassesIt) {
  ask_over(kBits);
  EXPECT_EQ(overlaps(asked, kBits), "");
  std::uint64_t takes = 0;
  for (const auto& [at, bytes] : asked) takes += (bytes * 8 + kBits - 1) / kBits;
  std::vector<hw::Resource> resources;
  dma->use(resources);
  ASSERT_EQ(resources.size(), 1U);
  EXPECT_EQ(resources[0].kind, "off-chip link");
  EXPECT_EQ(resources[0].busy, takes);
  EXPECT_LE(takes, asked.back().first);
}

TEST_F(DmaLink, WhereThereIsNoneTransactionsOverlap) {
  ask_over(0);
  EXPECT_NE(overlaps(asked, kBits), "");
  std::vector<hw::Resource> resources;
  dma->use(resources);
  EXPECT_TRUE(resources.empty());
}

TEST_F(DmaLink, APortThatGoesLastWaitsForAllOthers) {
  hw::ControlConfig control;
  control.io_link_bits = 8;
  build(control, 4, 256);
  dma->goes_last(0);
  for (const std::size_t port : {0, 1, 2})
    for (int n = 0; n < 3; ++n) clients[port]->memory.read(256 * static_cast<unsigned>(n), 8, 0);
  std::vector<std::size_t> order;
  target.on_request = [&, before = target.on_request](Payload& payload, ::tlm::tlm_phase& phase,
                                                      sc_time& delay) {
    order.push_back(payload.get_extension<hw::DmaBurst>()->client);
    return before(payload, phase, delay);
  };
  run(tb::End::starved, sc_time(1, sc_core::SC_MS));
  EXPECT_EQ(order, (std::vector<std::size_t>{1, 2, 1, 2, 1, 2, 0, 0, 0}));
}

}  // namespace
}  // namespace uvea::test
