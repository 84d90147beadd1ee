// The meshes under a scoreboard, and the chip on a foreign memory.

#include <gtest/gtest.h>

#include "sw/nn/reference.h"
#include "tb/config/chip_file.h"
#include "tb/host/run_hooks.h"
#include "tb/testing/example_at_target.h"
#include "tb/tests/chip/layer_case.h"
#include "tb/tests/chip/noc_scoreboard.h"

namespace uvea::test {
namespace {

std::string run_hooked(const LayerCase& c, const mapper::Mapping& mapping,
                       const tb::RunHooks& hooks, const std::function<std::string()>& at_end) {
  tb::LayerJob job;
  job.layer = &c.layer;
  job.mapping = mapping;
  job.iact_csc_in_dram = c.iact_csc_in_dram;
  job.oact_csc_in_dram = c.oact_csc_in_dram;
  const auto outcomes = tb::run_layers_with(hooks, c.chip, {job}, c.input);
  std::string wrong = at_end();
  for (const auto& fault : outcomes[0].faults) wrong += fault + "\n";
  if (outcomes[0].output.bytes != nn::conv_reference(c.layer, c.input).bytes)
    wrong += "oacts differ\n";
  return wrong;
}

TEST(ChipNoc, EveryBurstComesOnceAndInOrder) {
  int multicast = 0, ran = 0;
  for (std::uint64_t seed = 1001; seed <= 1100; ++seed) {
    const LayerCase c = random_case(seed);
    mapper::Mapping mapping;
    try {
      mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    } catch (const std::exception&) {
      continue;
    }
    ++ran;
    if (mapping.iact_mode != mapper::NocMode::unicast ||
        mapping.weight_mode != mapper::NocMode::unicast)
      ++multicast;
    EXPECT_EQ(in_own_process([&] {
                std::unique_ptr<NocScoreboard> board;
                tb::RunHooks hooks;
                hooks.on_built = [&](hw::Chip& chip) {
                  board = std::make_unique<NocScoreboard>(chip, c.chip, mapping);
                };
                return run_hooked(c, mapping, hooks, [&] {
                  std::string wrong;
                  for (const auto& fault : board->faults()) wrong += fault + "\n";
                  if (board->delivered() == 0) wrong += "nothing was delivered\n";
                  return wrong;
                });
              }),
              "")
        << c.describe();
  }
  EXPECT_GE(ran, 90);
  EXPECT_GE(multicast, 20);
}

TEST(ChipNoc, TheScoreboardSeesAMissingReceiver) {
  // The board is told of a larger multicast group than the routers serve.
  bool tried = false;
  for (std::uint64_t seed = 1; seed < 200 && !tried; ++seed) {
    const LayerCase c = random_case_on_default_chip(seed);
    const mapper::Mapping mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    if (mapping.iact_mode != mapper::NocMode::unicast || mapping.mesh_rows.product() != 1) continue;
    tried = true;
    mapper::Mapping claimed = mapping;
    claimed.iact_mode = mapper::NocMode::vertical;
    claimed.mesh_rows.m = 2;
    const std::string wrong = in_own_process([&] {
      std::unique_ptr<NocScoreboard> board;
      tb::RunHooks hooks;
      hooks.on_built = [&](hw::Chip& chip) {
        board = std::make_unique<NocScoreboard>(chip, c.chip, claimed);
      };
      return run_hooked(c, mapping, hooks, [&] { return board->faults().empty() ? "" : "seen"; });
    });
    EXPECT_EQ(wrong.rfind("seen", 0), 0U) << wrong;
  }
  EXPECT_TRUE(tried);
}

TEST(ChipNoc, AForeignAtMemoryServesTheChip) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const LayerCase c = random_case(seed);
    const mapper::Mapping mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    EXPECT_EQ(in_own_process([&] {
                tb::ExampleAtTarget* memory = nullptr;
                tb::RunHooks hooks;
                hooks.make_memory = [&](std::uint64_t bytes, const sc_core::sc_time& clock,
                                        ::tlm::tlm_initiator_socket<32>& bus) {
                  tb::ExampleAtTarget::Parameters parameters;
                  parameters.size_bytes = bytes;
                  parameters.clock = clock;
                  parameters.seed = seed;
                  auto made = std::make_unique<tb::ExampleAtTarget>("memory", parameters);
                  memory = made.get();
                  bus.bind(memory->target);
                  return made;
                };
                std::string wrong = run_hooked(c, mapping, hooks, [] { return ""; });
                return wrong;
              }),
              "")
        << c.describe();
  }
}

}  // namespace
}  // namespace uvea::test
