#include "tb/tests/outside/network_draw.h"

#include <algorithm>
#include <utility>

namespace uvea::tb::outside {

Draft::Draft(std::uint64_t seed) : engine_(seed * 0x9E3779B97F4A7C15ULL + 7) {
  net.seed = seed;
  is_signed = chance(60);
  type = is_signed ? spec_int8 : spec_uint8;
}

int Draft::in(int low, int high) {
  const auto span = static_cast<std::uint64_t>(high - low + 1);
  return low + static_cast<int>(engine_() % span);
}

double Draft::unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

std::vector<std::uint8_t> Draft::bytes(std::size_t count) {
  std::vector<std::uint8_t> result(count);
  for (std::uint8_t& byte : result) byte = static_cast<std::uint8_t>(engine_() >> 56);
  return result;
}

float Draft::scale() { return static_cast<float>(0.01 * (1.0 + 29.0 * unit() * unit())); }

/// The ends and the middle of the codes are as likely as all the rest.
int Draft::zero_point() {
  const int kind = in(0, 5);
  return kind == 0 ? low() : kind == 1 ? low() + 128 : in(low(), low() + 255);
}

int Draft::activation(const std::string& name, const Dims& shape) {
  const float drawn = scale();
  return activation(name, shape, drawn, zero_point());
}

int Draft::activation(const std::string& name, const Dims& shape, float scale,
                      std::int64_t zero_point) {
  net.spec.tensors.push_back({name, shape, type, {scale}, {zero_point}});
  return static_cast<int>(net.spec.tensors.size()) - 1;
}

int Draft::alike(const std::string& name, const Dims& shape, int other) {
  return activation(name, shape, scale_of(other), at(other).zero_points.front());
}

int Draft::numbers(const Dims& shape, const std::vector<std::int32_t>& values) {
  return constant({next_name(), shape, spec_int32, {}, {}, int32_bytes(values)});
}

int Draft::constant(TensorSpec tensor) {
  net.spec.tensors.push_back(std::move(tensor));
  return static_cast<int>(net.spec.tensors.size()) - 1;
}

int Draft::elements(int tensor) const {
  int count = 1;
  for (const std::int32_t d : shape(tensor)) count *= d;
  return count;
}

void Draft::add(OperatorSpec op) {
  for (const std::int32_t input : op.inputs)
    if (input >= 0 && at(input).data.empty()) read_.insert(input);
  made_.insert(made_.end(), op.outputs.begin(), op.outputs.end());
  net.spec.operators.push_back(std::move(op));
}

std::vector<int> Draft::unread() const {
  std::vector<int> result;
  for (const int value : made_)
    if (read_.count(value) == 0) result.push_back(value);
  return result;
}

int Draft::pick_operand() {
  for (const std::int32_t input : net.spec.inputs)
    if (read_.count(input) == 0) return input;
  std::vector<int> candidates;
  if (chance(75)) candidates = unread();
  if (candidates.empty()) {
    candidates = made_;
    candidates.insert(candidates.end(), net.spec.inputs.begin(), net.spec.inputs.end());
  }
  return candidates[static_cast<std::size_t>(in(0, static_cast<int>(candidates.size()) - 1))];
}

int Draft::any_made() {
  if (made_.empty()) return -1;
  return made_[static_cast<std::size_t>(in(0, static_cast<int>(made_.size()) - 1))];
}

const std::vector<OperatorKind>& operator_kinds() {
  static const std::vector<OperatorKind> all = [] {
    std::vector<OperatorKind> kinds = layer_kinds();
    for (const auto& more : {elementwise_kinds(), shaping_kinds()})
      kinds.insert(kinds.end(), more.begin(), more.end());
    return kinds;
  }();
  return all;
}

}  // namespace uvea::tb::outside
