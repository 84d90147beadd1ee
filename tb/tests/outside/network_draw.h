#pragma once
// A random network under construction, and the kinds of operators that can be added to it.

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tb/tests/outside/random_network.h"

namespace uvea::tb::outside {

using Dims = std::vector<std::int32_t>;

class Draft {
 public:
  explicit Draft(std::uint64_t seed);

  // Draws; the same on every platform.
  int in(int low, int high);
  bool chance(int percent) { return in(1, 100) <= percent; }
  double unit();
  std::vector<std::uint8_t> bytes(std::size_t count);
  float scale();  ///< 0.01 .. 0.3
  int zero_point();

  // Tensors.
  int low() const { return is_signed ? -128 : 0; }
  int activation(const std::string& name, const Dims& shape);
  int activation(const std::string& name, const Dims& shape, float scale, std::int64_t zero_point);
  /// With the scale and zero point of another tensor.
  int alike(const std::string& name, const Dims& shape, int other);
  int numbers(const Dims& shape, const std::vector<std::int32_t>& values);
  int constant(TensorSpec tensor);

  const Dims& shape(int tensor) const { return at(tensor).shape; }
  float scale_of(int tensor) const { return at(tensor).scales.front(); }
  std::int64_t zero_of(int tensor) const { return at(tensor).zero_points.front(); }
  bool is_code(int tensor) const { return at(tensor).type == type; }
  int rank(int tensor) const { return static_cast<int>(shape(tensor).size()); }
  int elements(int tensor) const;

  // Graph.
  void add(OperatorSpec op);
  int pick_operand();
  std::vector<int> unread() const;
  int any_made();
  std::string next_name() { return "t" + std::to_string(net.spec.tensors.size()); }
  /// Operator versions: int8 forms carry one of their own.
  int version(int of_uint8, int of_int8) const { return is_signed ? of_int8 : of_uint8; }

  RandomNetwork net;
  bool is_signed = true;
  SpecType type = spec_int8;

 private:
  const TensorSpec& at(int tensor) const {
    return net.spec.tensors[static_cast<std::size_t>(tensor)];
  }
  std::mt19937_64 engine_;
  std::set<int> read_;
  std::vector<int> made_;  ///< by operators
};

/// One kind of operator. `add` appends it behind `operand`; false, and nothing added, where it does
/// not fit that tensor.
struct OperatorKind {
  const char* name;
  bool (*add)(Draft& draft, int operand);
};

const std::vector<OperatorKind>& operator_kinds();

// network_layers.cpp, network_elementwise.cpp, network_shaping.cpp
std::vector<OperatorKind> layer_kinds();
std::vector<OperatorKind> elementwise_kinds();
std::vector<OperatorKind> shaping_kinds();

inline OptionSpec byte_option(int slot, int value) {
  return {slot, OptionSpec::byte, static_cast<double>(value)};
}
inline OptionSpec int_option(int slot, int value) {
  return {slot, OptionSpec::integer, static_cast<double>(value)};
}

}  // namespace uvea::tb::outside
