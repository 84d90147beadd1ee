// The system controller: registers, layer commands one after another, interrupt.

#include "hw/control/controller.h"

#include <tlm_utils/simple_initiator_socket.h>

#include "tb/tests/blocks/block_bench.h"

namespace uvea::test {
namespace {

using hw::Register;
using Response = ::tlm::tlm_response_status;

/// A block that is busy for so many cycles after each layer command.
class BusyBlock : public hw::LayerBlock {
 public:
  BusyBlock(const sc_core::sc_module_name& name, const hw::ChipConfig& config,
            const link::Clock& clock, link::Cycle cycles)
      : LayerBlock(name, config, clock, 0, 0), cycles_(cycles) {
    link::spawn_method(
        "busy_process", [this] { busy.write(clock_.now() < until_); }, changed_, ended_);
  }
  sc_core::sc_out<bool> busy{"busy"};
  std::vector<int> out_channels;  ///< of each command
  std::vector<link::Cycle> commanded;

  std::vector<std::string> leftovers() const override { return {}; }
  hw::Wait waiting_for() const override { return {}; }

 private:
  void configure(const hw::LayerCommand& layer, const hw::Schedule&) override {
    out_channels.push_back(layer.M);
    commanded.push_back(clock_.now());
    until_ = clock_.now() + cycles_;
    changed_.notify(sc_core::SC_ZERO_TIME);
    ended_.notify(clock_.span(cycles_));
  }
  const link::Cycle cycles_;
  link::Cycle until_ = 0;
  sc_core::sc_event changed_{"changed"}, ended_{"ended"};
};

/// The host's side of the registers.
struct Host : sc_core::sc_module {
  explicit Host(const sc_core::sc_module_name& module_name) : sc_module(module_name) {}
  tlm_utils::simple_initiator_socket<Host, 32> socket{"socket"};

  Response access(bool write, std::uint64_t address, std::uint32_t& value, unsigned bytes = 4) {
    ::tlm::tlm_generic_payload payload;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    payload.set_command(write ? ::tlm::TLM_WRITE_COMMAND : ::tlm::TLM_READ_COMMAND);
    payload.set_address(address);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
    socket->b_transport(payload, delay);
    return payload.get_response_status();
  }
  Response write(Register which, std::uint32_t value) {
    return access(true, static_cast<std::uint32_t>(which), value);
  }
  std::uint32_t read(std::uint32_t offset) {
    std::uint32_t value = 0;
    EXPECT_EQ(access(false, offset, value), ::tlm::TLM_OK_RESPONSE);
    return value;
  }
  std::uint32_t read(Register which) { return read(static_cast<std::uint32_t>(which)); }
};

class ControllerTest : public BlockTest {
 protected:
  ControllerTest() {
    host.socket.bind(controller.registers);
    memory.serve(controller.memory);
    controller.interrupt.bind(interrupt);
    controller.commands.bind(block.command);
    block.busy.bind(busy);
    controller.busy[0].bind(busy);
  }
  /// A descriptor in DRAM.
  void store(std::uint64_t address, int out_channels, std::uint64_t next) {
    CommandBytes layer;
    layer.layer.geo.out_c = out_channels;
    layer.iact.pitch = layer.oact.pitch = 16;
    layer.oact.group = std::max(out_channels, 1);
    layer.addresses.next = next;
    std::uint64_t at = address;
    for (const std::uint8_t byte : layer.bytes()) memory.bytes[at++] = byte;
  }
  void start(std::uint32_t at) {
    host.write(Register::irq_enable, 1);
    host.write(Register::command_base, at);
    EXPECT_EQ(host.write(Register::control, 1), ::tlm::TLM_OK_RESPONSE);
  }

  hw::ChipConfig config;
  hw::Controller controller{"controller", config, clock, 1};
  BusyBlock block{"block", config, clock, 500};
  BlockMemory memory{"memory", clock, 20};
  Host host{"host"};
  sc_core::sc_signal<bool> interrupt{"interrupt_wire"}, busy{"busy_wire"};
};

TEST_F(ControllerTest, RunsALayerAfterAnotherAndInterrupts) {
  store(0x1000, 3, 0x2000);
  store(0x2000, 7, 0);
  std::vector<link::Cycle> ends;
  controller.on_layer_done = [&](std::uint32_t layer, link::Cycle begin, link::Cycle end) {
    EXPECT_EQ(layer, ends.size());
    EXPECT_EQ(begin, ends.empty() ? 0U : ends.back());
    ends.push_back(end);
  };
  start(0x1000);
  EXPECT_EQ(host.read(Register::status), 1U) << "busy";
  EXPECT_EQ(host.write(Register::control, 1), ::tlm::TLM_COMMAND_ERROR_RESPONSE);
  EXPECT_EQ(controller.waiting_for().peer, "memory");
  run_out();
  EXPECT_EQ(block.out_channels, (std::vector<int>{3, 7}));
  ASSERT_EQ(ends.size(), 2U);
  // The fetch, a cycle for each of the descriptor's words and one to settle, then the block.
  EXPECT_EQ(block.commanded[0], 20U + 65U);
  EXPECT_EQ(ends[0], 20U + 65U + 500U);
  EXPECT_EQ(ends[1], 2U * ends[0]);
  EXPECT_EQ(host.read(Register::layers), 2U);
  EXPECT_EQ(host.read(0x100), ends[0]);
  EXPECT_EQ(host.read(0x108), ends[0]);
  EXPECT_EQ(host.read(Register::status), 2U) << "done";
  EXPECT_TRUE(interrupt.read());
  EXPECT_TRUE(controller.leftovers().empty());
  host.write(Register::status, 2);
  run_out();
  EXPECT_FALSE(interrupt.read());
}

TEST_F(ControllerTest, ABadDescriptorEndsTheRun) {
  store(0x1000, 0, 0);
  expect_report(sc_core::SC_WARNING, "layer 0: bad descriptor at 0x1000: M = 0");
  start(0x1000);
  run_out();
  EXPECT_EQ(host.read(Register::status), 2U | 4U);
  EXPECT_EQ(host.read(Register::error), 1U);
  EXPECT_TRUE(interrupt.read());
  EXPECT_TRUE(block.out_channels.empty());
}

TEST_F(ControllerTest, BadRegisterAccessesAreAnswered) {
  std::uint32_t value = 0;
  EXPECT_EQ(host.read(Register::id), hw::kChipId);
  EXPECT_EQ(host.access(false, 2, value), ::tlm::TLM_BURST_ERROR_RESPONSE);
  EXPECT_EQ(host.access(false, 0, value, 2), ::tlm::TLM_BURST_ERROR_RESPONSE);
  EXPECT_EQ(host.access(false, 0x100 + 8 * hw::kCycleLayers, value),
            ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(host.write(Register::id, 1), ::tlm::TLM_COMMAND_ERROR_RESPONSE);
}

}  // namespace
}  // namespace uvea::test
