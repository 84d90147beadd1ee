#pragma once
// What a block of the chip is put between when it is tested alone: senders and receivers of bursts,
// a memory behind its DMA socket, and layer commands.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "hw/block/block.h"
#include "sw/driver/descriptor.h"
#include "tb/testing/systemc_test.h"
#include "tlm/command_sockets.h"
#include "tlm/mem_sockets.h"
#include "tlm/process.h"
#include "tlm/stream_sockets.h"

namespace uvea::test {

/// Sends its bursts one after another, the first at cycle `from`.
class BurstSource : public sc_core::sc_module, public link::BurstSender {
 public:
  BurstSource(const sc_core::sc_module_name& name, const link::Clock& clock, link::Cycle from = 1);

  link::StreamOut out;
  link::BurstPool pool;
  /// A burst to be sent; to be filled in before the simulation runs.
  link::Burst& add();
  /// Goes on with what was added after it had sent all.
  void resume() { wake_.notify(clock_.until(end_)); }
  /// Cycles in which the bursts started.
  std::vector<link::Cycle> started;

 private:
  void send();
  void start(link::Cycle ready);
  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;

  const link::Clock& clock_;
  const link::Cycle from_;
  link::Cycle end_ = 0;  ///< of the last burst
  std::deque<link::Payload*> waiting_;
  sc_core::sc_event wake_{"wake"};
};

/// Takes bursts, each `delay` cycles after it is offered; when it refuses, not before release().
class BurstSink : public sc_core::sc_module, public link::BurstReceiver {
 public:
  BurstSink(const sc_core::sc_module_name& name, const link::Clock& clock, link::Cycle delay = 0);

  link::StreamIn in;
  link::Cycle delay;
  bool refuses = false;
  /// A delay is known at once, or told when it has passed.
  bool tells_late = false;
  /// Refuses no longer, and takes what is offered.
  void release();
  struct Taken {
    link::Cycle at;
    std::vector<std::uint32_t> words;
    std::vector<std::int32_t> psums;
    link::PeSet pes;
    link::Journey way;
    std::vector<std::uint16_t> gaps;
  };
  std::vector<Taken> taken;

 private:
  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override;
  void on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) override;

  const link::Clock& clock_;
  link::Payload* offered_ = nullptr;
  sc_core::sc_event late_{"late"};
};

/// Answers every request `latency` cycles after it came, or after the delays planted for its
/// address, and notes the way of reads as a DMA does.
class BlockMemory : public sc_core::sc_module, public link::MemRequestHandler {
 public:
  BlockMemory(const sc_core::sc_module_name& name, const link::Clock& clock,
              link::Cycle latency = 0, std::size_t ports = 1);

  /// The next port's client, or those of all ports; each is to be given one.
  void serve(link::MemClient& client) { client.bind(*servers_.at(served_++)); }
  void serve(const std::vector<std::unique_ptr<link::MemClient>>& clients) {
    for (const auto& client : clients) serve(*client);
  }
  std::map<std::uint64_t, std::uint8_t> bytes;
  void store32(std::uint64_t address, std::uint32_t value);
  std::uint64_t requests = 0, read_bytes = 0, written_bytes = 0;
  /// Reads as they came.
  struct Read {
    unsigned port;
    std::uint64_t address, bytes;
  };
  std::vector<Read> reads;
  /// Cycles at the DMA and in the DRAM, and of the latter the DRAM's latency.
  struct Delays {
    link::Cycle dma = 0, dram = 0, latency = 0;
  };
  std::function<Delays(std::uint64_t address)> delays;

 private:
  void on_request(unsigned port, link::Payload& payload) override;
  void answer();

  struct Request {
    unsigned port;
    link::Payload* payload;
  };

  const link::Clock& clock_;
  std::vector<std::unique_ptr<link::MemServer>> servers_;
  std::size_t served_ = 0;
  std::multimap<link::Cycle, Request> waiting_;  ///< by the cycle of their answer
  sc_core::sc_event due_{"due"};
};

/// The layer command of a layer and its mapping, both raw in DRAM at the addresses given.
struct CommandBytes {
  nn::ConvLayer layer;
  mapper::Mapping mapping;
  driver::TensorLayout iact, oact;
  driver::DescriptorAddresses addresses;

  /// A 1 x 1 convolution of one image; everything else to be set.
  CommandBytes();
  std::vector<std::uint8_t> bytes() const;
};

/// Gives layer commands to the blocks that are bound to it.
struct Commander : sc_core::sc_module {
  explicit Commander(const sc_core::sc_module_name& module_name) : sc_module(module_name) {}
  link::CommandOut out{"out"};
};

/// A test of blocks.
class BlockTest : public tb::SystemcTest {
 protected:
  /// The block is one of those that give() tells.
  void takes_commands(hw::LayerBlock& block) {
    if (!commander_) commander_ = std::make_unique<Commander>("commander");
    commander_->out.bind(block.command);
  }
  void give(const CommandBytes& layer) {
    std::vector<std::uint8_t> bytes = layer.bytes();
    commander_->out.broadcast(bytes);
  }
  /// Until nothing is left to happen.
  void run_out() { run(tb::End::starved, sc_core::sc_time(100, sc_core::SC_US)); }

  const link::Clock clock{1000};

 private:
  std::unique_ptr<Commander> commander_;
};

}  // namespace uvea::test
