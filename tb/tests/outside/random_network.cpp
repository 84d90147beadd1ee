#include "tb/tests/outside/random_network.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

#include "tb/tests/outside/network_draw.h"

namespace uvea::tb {
namespace {

using outside::Draft;
using outside::OperatorKind;

/// Graph outputs: what nothing reads, and now and then a tensor that something does.
void choose_outputs(Draft& draft) {
  for (const int value : draft.unread()) draft.net.spec.outputs.push_back(value);
  if (draft.chance(25)) {
    const int inner = draft.any_made();
    auto& outputs = draft.net.spec.outputs;
    if (inner >= 0 && std::find(outputs.begin(), outputs.end(), inner) == outputs.end())
      outputs.push_back(inner);
  }
}

void draw_inputs(Draft& draft) {
  const int count = draft.chance(20) ? 2 : 1;
  draft.net.spec.inputs.clear();
  for (int i = 0; i < count; ++i) {
    const int batch = draft.chance(15) ? 2 : 1;
    std::vector<std::int32_t> shape{batch, draft.in(1, 11), draft.in(1, 11), draft.in(1, 7)};
    if (draft.chance(12)) shape = {batch, draft.in(1, 9), draft.in(1, 9)};
    if (draft.chance(8)) shape = {batch, draft.in(1, 40)};
    draft.net.spec.inputs.push_back(draft.activation("in" + std::to_string(i), shape));
  }
}

}  // namespace

std::string RandomNetwork::describe() const {
  std::string text = "seed " + std::to_string(seed) + ":";
  for (const std::string& name : operators) text += " " + name;
  return text;
}

RandomNetwork random_network(std::uint64_t seed) {
  Draft draft(seed);
  draw_inputs(draft);
  const std::vector<OperatorKind>& kinds = outside::operator_kinds();
  const int steps = draft.in(1, 8);
  for (int step = 0, tries = 0; step < steps && tries < 200; ++tries) {
    const OperatorKind& kind =
        kinds[static_cast<std::size_t>(draft.in(0, static_cast<int>(kinds.size()) - 1))];
    // Something that nobody has read yet, most of the time: long chains, and no idle input.
    const int operand = draft.pick_operand();
    if (!kind.add(draft, operand)) continue;
    draft.net.operators.push_back(kind.name);
    ++step;
  }
  choose_outputs(draft);
  for (const std::int32_t input : draft.net.spec.inputs)
    draft.net.inputs.push_back(draft.bytes(static_cast<std::size_t>(draft.elements(input))));
  return std::move(draft.net);
}

std::vector<std::string> drawn_operators() {
  std::vector<std::string> names;
  for (const OperatorKind& kind : outside::operator_kinds()) names.push_back(kind.name);
  return names;
}

}  // namespace uvea::tb
