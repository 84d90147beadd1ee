// uvea::Simulation by itself: what it gives, hooks of one's own, faults, wrong arguments.

#include "tb/sim/simulation.h"

#include <gtest/gtest.h>

#include "sw/nn/arithmetic/reference.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/sim/hooks.h"
#include "tb/tests/chip/foreign_memory.h"
#include "tb/tests/sim/small_network.h"

namespace uvea::test {
namespace {

constexpr std::uint64_t kSeed = 5;

/// conv1, conv2, relu (host), conv3.
struct Small {
  nn::Network network = small_network(kSeed, 3, 2);
  SimulationOptions options;
  Small() { options.inputs = small_input(network, kSeed); }
  RunResult run() const { return Simulation(tb::load_chip({}, {}), network, options).run(); }
};

TEST(Simulation, GivesWhatTheReferenceComputes) {
  const Small small;
  Simulation simulation(tb::load_chip({}, {}), small.network, small.options);
  const RunResult result = simulation.run();
  EXPECT_TRUE(result.complete);
  ASSERT_EQ(result.layers.size(), 4u);
  for (const LayerResult& layer : result.layers) {
    EXPECT_EQ(layer.state, LayerResult::State::done);
    const auto output = static_cast<std::size_t>(small.network.layers[layer.layer].output);
    EXPECT_EQ(layer.output.bytes, simulation.reference()[output].bytes);
    EXPECT_EQ(layer.on_chip, layer.layer != 2);
    if (!layer.on_chip) continue;
    EXPECT_TRUE(layer.faults.empty());
    EXPECT_EQ(layer.mismatches, 0);
    EXPECT_GT(layer.record.cycles(), 0u);
    EXPECT_EQ(layer.record.counters[hw::Counter::oacts], layer.output.bytes.size());
    EXPECT_EQ(layer.record.stalls.total(),
              layer.record.cycles() * static_cast<std::uint64_t>(simulation.chip().pes()));
    EXPECT_FALSE(layer.record.resources.empty());
    EXPECT_FALSE(layer.record.pes.empty());
    // The chip's traffic, nothing of what the host wrote and read.
    const hw::CounterSink& counted = layer.record.counters;
    EXPECT_EQ(counted[hw::Counter::dram_bus_bytes],
              counted[hw::Counter::dram_read_bytes] + counted[hw::Counter::dram_write_bytes]);
  }
  ASSERT_EQ(result.outputs.size(), 1u);
  EXPECT_EQ(result.outputs[0].name, small.network.tensors.back().name);
  EXPECT_EQ(result.outputs[0].tensor.bytes, result.layers.back().output.bytes);
}

TEST(Simulation, ARangeAndTwoJobsGiveTheSame) {
  Small small;
  const RunResult all = small.run();
  small.options.layers = tb::LayerRange{1, 3};
  small.options.jobs = 2;
  const RunResult some = small.run();
  ASSERT_EQ(some.layers.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(some.layers[i].layer, i + 1);
    EXPECT_EQ(some.layers[i].output.bytes, all.layers[i + 1].output.bytes);
    EXPECT_EQ(some.layers[i].record.cycles(), all.layers[i + 1].record.cycles());
  }
  small.options.layers = tb::LayerRange{0, 1};
  const RunResult first = small.run();
  ASSERT_EQ(first.outputs.size(), 1u);
  EXPECT_EQ(first.outputs[0].name, "output");
  EXPECT_EQ(first.outputs[0].tensor.bytes, all.layers[1].output.bytes);
}

TEST(Simulation, OneChipRunsInThisProcess) {
  Small small;
  small.options.layers = tb::LayerRange{0, 1};
  small.options.chained = true;
  const RunResult other = small.run();
  small.options.jobs = 0;
  bool called = false;  // seen here only when it is this process
  small.options.hooks = [&called](const tb::ChipTask& task) {
    EXPECT_EQ(task.words, "layers 1 (conv1) to 2 (conv2)");
    called = true;
    return tb::RunHooks{};
  };
  const RunResult here = small.run();
  EXPECT_TRUE(called);
  EXPECT_TRUE(here.complete);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(here.layers[i].record.cycles(), other.layers[i].record.cycles());
    EXPECT_EQ(here.layers[i].output.bytes, other.layers[i].output.bytes);
  }
}

TEST(Simulation, AMemoryOfOnesOwnGivesTheSameOacts) {
  Small small;
  const RunResult ours = small.run();
  small.options.hooks = [](const tb::ChipTask&) {
    tb::ExampleAtTarget::Parameters slow;
    slow.seed = kSeed;
    slow.longest_delay_cycles = 30;
    tb::RunHooks hooks = on_foreign_memory(slow);
    hooks.finish = [](std::vector<tb::LayerOutcome>& outcomes) {
      return tb::HookFindings{false, {static_cast<std::uint8_t>(outcomes.size())}};
    };
    return hooks;
  };
  for (const bool chained : {false, true}) {
    small.options.chained = chained;
    const RunResult theirs = small.run();
    EXPECT_TRUE(theirs.complete);
    for (std::size_t i = 0; i < theirs.layers.size(); ++i) {
      for (const std::string& fault : theirs.layers[i].faults) ADD_FAILURE() << fault;
      EXPECT_EQ(theirs.layers[i].output.bytes, ours.layers[i].output.bytes);
    }
    EXPECT_NE(theirs.layers[0].record.cycles(), ours.layers[0].record.cycles());
    EXPECT_EQ(theirs.layers[0].found, std::vector<std::uint8_t>(1, chained ? 2 : 1));
  }
}

/// A memory that answers everything with zeros.
class ZeroMemory : public sc_core::sc_module, private ::tlm::tlm_fw_transport_if<> {
 public:
  ZeroMemory(const sc_core::sc_module_name& name, std::size_t bytes)
      : sc_module(name), memory_(bytes) {
    target.bind(static_cast<::tlm::tlm_fw_transport_if<>&>(*this));
  }
  ::tlm::tlm_target_socket<32> target{"target"};

 private:
  void b_transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time&) override {
    payload.set_response_status(::tlm::TLM_OK_RESPONSE);
    if (payload.is_read())
      std::fill_n(payload.get_data_ptr(), payload.get_data_length(), std::uint8_t{0});
  }
  ::tlm::tlm_sync_enum nb_transport_fw(::tlm::tlm_generic_payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) override {
    if (phase != ::tlm::BEGIN_REQ) return ::tlm::TLM_COMPLETED;
    b_transport(payload, delay);
    phase = ::tlm::BEGIN_RESP;
    return ::tlm::TLM_COMPLETED;
  }
  bool get_direct_mem_ptr(::tlm::tlm_generic_payload&, ::tlm::tlm_dmi&) override { return false; }
  unsigned transport_dbg(::tlm::tlm_generic_payload&) override { return 0; }
  std::vector<std::uint8_t> memory_;
};

TEST(Simulation, FaultsReachTheResult) {
  Small small;
  small.options.hooks = [](const tb::ChipTask& task) {
    tb::RunHooks hooks;
    if (task.words != "layer 2 (conv2)") return hooks;
    hooks.make_memory = [](std::uint64_t bytes, const sc_core::sc_time&,
                           ::tlm::tlm_initiator_socket<32>& bus) {
      auto memory = std::make_unique<ZeroMemory>("memory", bytes);
      bus.bind(memory->target);
      return memory;
    };
    return hooks;
  };
  const RunResult result = small.run();
  EXPECT_TRUE(result.layers[0].faults.empty());
  ASSERT_FALSE(result.layers[1].faults.empty());
  EXPECT_NE(result.layers[1].faults[0].find("bad descriptor"), std::string::npos)
      << result.layers[1].faults[0];
  EXPECT_EQ(result.layers[1].state, LayerResult::State::broken_off);
  EXPECT_EQ(result.layers[1].mismatches, 0);
  EXPECT_TRUE(result.layers[3].faults.empty());  // reads what the reference gives
}

TEST(Simulation, AProcessThatDiesIsAFaultOfItsLayer) {
  Small small;
  small.options.hooks = [](const tb::ChipTask& task) -> tb::RunHooks {
    if (task.words == "layer 2 (conv2)") throw std::runtime_error("no chip today");
    return {};
  };
  const RunResult result = small.run();
  EXPECT_FALSE(result.complete);
  EXPECT_TRUE(result.outputs.empty());
  EXPECT_EQ(result.layers[1].state, LayerResult::State::lost);
  EXPECT_EQ(result.layers[1].faults, std::vector<std::string>{"no chip today"});
  EXPECT_EQ(result.layers[1].mismatches, 0);
  EXPECT_EQ(result.layers[2].state, LayerResult::State::not_run);  // the host lacks its input
  EXPECT_EQ(result.layers[3].state, LayerResult::State::done);
}

TEST(Simulation, TheLastLayerThatIsAskedForStopsTheRest) {
  Small small;
  small.options.is_last = [](const LayerResult& layer) { return layer.layer == 0; };
  const RunResult result = small.run();
  EXPECT_EQ(result.layers[0].state, LayerResult::State::done);
  EXPECT_EQ(result.layers[1].state, LayerResult::State::not_run);
  EXPECT_FALSE(result.complete);
}

std::string refusal(const nn::Network& network, const SimulationOptions& options) {
  try {
    Simulation(tb::load_chip({}, {}), network, options).run();
  } catch (const std::invalid_argument& wrong) {
    return wrong.what();
  } catch (const UserError& wrong) {
    return wrong.what();
  }
  return "";
}

TEST(Simulation, WrongArgumentsAreNamed) {
  const Small small;
  EXPECT_EQ(refusal(nn::Network{}, {}), "the network has no layer");
  SimulationOptions options = small.options;
  options.layers = tb::LayerRange{2, 4};
  EXPECT_EQ(refusal(small.network, options), "layers 2 to 4: expected a range within 0..3");
  options = small.options;
  options.jobs = -1;
  EXPECT_EQ(refusal(small.network, options), "jobs -1: expected 0 (in this process) to 1024");
  options.jobs = 0;
  EXPECT_EQ(refusal(small.network, options),
            "jobs 0: a process can elaborate one chip, these layers take 3");
  options = small.options;
  options.inputs.clear();
  EXPECT_NE(refusal(small.network, options), "");
  options = small.options;
  options.mappings.by_layer["conv9"] = {};
  EXPECT_EQ(
      refusal(small.network, options).rfind("the given mappings: [conv9] is no on-chip layer", 0),
      0u)
      << refusal(small.network, options);
  options.mappings.by_layer.clear();
  mapper::Mapping illegal;
  illegal.m0 = 100000;
  options.mappings.by_layer["conv2"] = illegal;
  EXPECT_EQ(refusal(small.network, options)
                .rfind("the given mappings: layer 2 (conv2): illegal mapping: ", 0),
            0u)
      << refusal(small.network, options);
}

}  // namespace
}  // namespace uvea::test
