#pragma once
// What stands around a GLB that is tested by itself: a memory with planted delays, routers that are
// told when they are ready, a controller that gives the layer command.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "hw/block/block.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/layer.h"
#include "tlm/command_sockets.h"
#include "tlm/mem_sockets.h"
#include "tlm/stream_sockets.h"

namespace uvea::test {

/// Answers each read after the delays planted for its address, and notes them as a DMA does.
class PlantedMemory : public sc_core::sc_module, private link::MemRequestHandler {
 public:
  /// Cycles at the DMA and in the DRAM, and of the latter the DRAM's latency.
  struct Delays {
    link::Cycle dma = 0, dram = 1, latency = 1;
  };

  PlantedMemory(const sc_core::sc_module_name& name, const link::Clock& clock);

  link::MemServer server;
  std::vector<std::uint8_t> bytes;
  std::function<Delays(std::uint64_t address)> delays = [](std::uint64_t) { return Delays{}; };
  int requests = 0;

 private:
  void on_request(unsigned port, link::Payload& payload) override;
  void answer();

  const link::Clock& clock_;
  std::multimap<link::Cycle, link::Payload*> due_;
  sc_core::sc_event due_event_{"due"};
};

/// Takes bursts: `delay` cycles after their offer, or not before release().
class PlantedReceiver : public sc_core::sc_module, public link::BurstReceiver {
 public:
  struct Taken {
    unsigned port = 0;
    link::Burst burst;
    link::Cycle offered = 0, first_beat = 0;
  };

  PlantedReceiver(const sc_core::sc_module_name& name, const link::Clock& clock, std::size_t ports);

  std::vector<std::unique_ptr<link::StreamIn>> in;
  link::Cycle delay = 0;
  bool holds = false;
  std::vector<Taken> taken;

  /// Holds no longer: what is offered is taken now.
  void release();

 private:
  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override;
  void on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) override;

  const link::Clock& clock_;
  std::vector<link::Cycle> offered_;
  std::map<unsigned, link::Payload*> held_;
};

/// Gives a block the command of a layer whose iacts lie at address 0, a slot every 256 bytes.
class PlantedController : public sc_core::sc_module {
 public:
  explicit PlantedController(const sc_core::sc_module_name& name) : sc_module(name) {}
  link::CommandOut commands{"commands"};
  sc_core::sc_signal<bool> busy{"busy"};
  /// `iact_block` channels lie together in DRAM; 0: as many as the mapping takes.
  void start(const nn::ConvLayer& layer, const mapper::Mapping& mapping, bool csc_in_dram = false,
             int iact_block = 0);
};
constexpr std::uint32_t kSlotPitch = 256;

}  // namespace uvea::test
