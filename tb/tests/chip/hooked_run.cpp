#include "tb/tests/chip/hooked_run.h"

#include "sw/nn/arithmetic/reference.h"

namespace uvea::test {

std::string run_hooked(const LayerCase& c, const mapper::Mapping& mapping,
                       const tb::RunHooks& hooks, const std::function<std::string()>& at_end) {
  const auto outcomes = tb::run_layers_with(hooks, c.chip, {c.job(mapping)}, c.input);
  std::string wrong = at_end();
  for (const auto& fault : outcomes[0].faults) wrong += fault + "\n";
  if (outcomes[0].output.bytes != nn::conv_reference(c.layer, c.input).bytes)
    wrong += "oacts differ\n";
  return wrong;
}

}  // namespace uvea::test
