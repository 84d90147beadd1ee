#include "tb/tests/chip/foreign_memory.h"

namespace uvea::test {

tb::RunHooks on_foreign_memory(const tb::ExampleAtTarget::Parameters& parameters,
                               tb::ExampleAtTarget** made) {
  tb::RunHooks hooks;
  hooks.make_memory = [parameters, made](std::uint64_t bytes, const sc_core::sc_time& clock,
                                         ::tlm::tlm_initiator_socket<32>& bus) {
    tb::ExampleAtTarget::Parameters fitted = parameters;
    fitted.size_bytes = bytes;
    fitted.clock = clock;
    auto memory = std::make_unique<tb::ExampleAtTarget>("memory", fitted);
    if (made != nullptr) *made = memory.get();
    bus.bind(memory->target);
    return memory;
  };
  return hooks;
}

tb::ExampleAtTarget::Parameters line_memory(const hw::ChipConfig& chip, std::uint64_t seed) {
  tb::ExampleAtTarget::Parameters parameters;
  parameters.seed = seed;
  parameters.annotate = true;
  parameters.out_of_order = true;
  parameters.longest_delay_cycles = 8;
  parameters.line_bytes = static_cast<unsigned>(chip.control.dma_line_bytes);
  parameters.byte_enables = chip.control.dma_partial_write == hw::PartialWrite::byte_enable;
  return parameters;
}

}  // namespace uvea::test
