// The chip on a foreign memory: an AT target in the style of the TLM examples.

#include <gtest/gtest.h>

#include "tb/config/chip_file.h"
#include "tb/testing/example_at_target.h"
#include "tb/tests/chip/hooked_run.h"

namespace uvea::test {
namespace {

TEST(ForeignMemory, AnAtTargetServesTheChip) {
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
