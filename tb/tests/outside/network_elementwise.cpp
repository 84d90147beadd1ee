// Sums, products, comparisons; activations.

#include <algorithm>
#include <utility>

#include "tb/tests/outside/network_draw.h"

namespace uvea::tb::outside {
namespace {

constexpr std::int32_t k_largest_rank = 4;

/// A second operand for `in`: itself, an earlier tensor of its shape, or a constant that may be
/// repeated along its dimensions. `like`: with the scale and zero point of `in`.
int second_operand(Draft& draft, int in, bool like) {
  const int other = draft.any_made();
  if (!like && other >= 0 && draft.chance(40) && draft.is_code(other) &&
      draft.shape(other) == draft.shape(in))
    return other;
  if (draft.chance(10)) return in;
  TensorSpec constant{draft.next_name(), draft.shape(in), draft.type};
  if (draft.chance(40)) constant.shape = {1};
  for (std::int32_t& d : constant.shape)
    if (draft.chance(30)) d = 1;
  if (constant.shape.size() > 1 && draft.chance(20)) constant.shape.erase(constant.shape.begin());
  const bool same = like || draft.chance(20);
  constant.scales = {same ? draft.scale_of(in) : draft.scale()};
  constant.zero_points = {same ? draft.zero_of(in) : draft.zero_point()};
  std::size_t count = 1;
  for (const std::int32_t d : constant.shape) count *= static_cast<std::size_t>(d);
  constant.data = draft.bytes(count);
  return draft.constant(std::move(constant));
}

struct Binary {
  int code, options_type;
  bool like;       ///< all of one scale and zero point
  bool activated;  ///< has a fused activation
};

bool binary(Draft& draft, int in, const Binary& kind) {
  if (!draft.is_code(in) || draft.rank(in) < 1 || draft.rank(in) > k_largest_rank) return false;
  int other = second_operand(draft, in, kind.like);
  // In MUL the library computes only factors below 1.
  const float product = draft.scale_of(in) * draft.scale_of(other) * 1.05F;
  const float scale = kind.code == 18 ? std::max(draft.scale(), product) : draft.scale();
  const int out =
      kind.like ? draft.alike(draft.next_name(), draft.shape(in), in)
                : draft.activation(draft.next_name(), draft.shape(in), scale, draft.zero_point());
  int first = in;
  if (draft.chance(30)) std::swap(first, other);
  OperatorSpec op{kind.code, {first, other}, {out}, kind.options_type};
  if (kind.activated) op.options = {byte_option(0, draft.in(0, 3))};
  op.version = draft.version(1, 2);
  draft.add(std::move(op));
  return true;
}

struct Unary {
  int code, options_type;
  double scale;  ///< of the output; 0: any
  int zero;      ///< above the lowest code
  int version_uint8, version_int8;
};

bool unary(Draft& draft, int in, const Unary& kind) {
  if (!draft.is_code(in) || draft.rank(in) < 1 || draft.rank(in) > k_largest_rank) return false;
  // The library ends the process where a factor of LEAKY_RELU, of which the input's scale is part,
  // reaches 1.
  if (kind.code == 98 && draft.scale_of(in) > 0.9F) return false;
  // The fixed point of LOG_SOFTMAX has room for so much.
  if (kind.code == 50 && draft.scale_of(in) > 10.0F) return false;
  const int out =
      kind.code == 98  ? draft.alike(draft.next_name(), draft.shape(in), in)
      : kind.scale > 0 ? draft.activation(draft.next_name(), draft.shape(in),
                                          static_cast<float>(kind.scale), draft.low() + kind.zero)
      : kind.code == 117
          // HARD_SWISH refuses outputs that are much finer than the input.
          ? draft.activation(draft.next_name(), draft.shape(in),
                             std::max(draft.scale(), draft.scale_of(in) / 32), draft.zero_point())
          : draft.activation(draft.next_name(), draft.shape(in));
  OperatorSpec op{kind.code, {in}, {out}, kind.options_type};
  if (kind.code == 25) op.options = {{0, OptionSpec::real, draft.in(1, 20) / 10.0}};
  if (kind.code == 98) op.options = {{0, OptionSpec::real, draft.in(1, 90) / 100.0}};
  op.version = draft.version(kind.version_uint8, kind.version_int8);
  draft.add(std::move(op));
  return true;
}

bool prelu(Draft& draft, int in) {
  if (!draft.is_code(in) || draft.rank(in) != 4) return false;
  const Dims shape = draft.shape(in);
  TensorSpec alpha{draft.next_name(), {1, 1, shape[3]}, draft.type};
  alpha.scales = {draft.scale()};
  alpha.zero_points = {draft.zero_point()};
  alpha.data = draft.bytes(static_cast<std::size_t>(shape[3]));
  const int slopes = draft.constant(std::move(alpha));
  // As there, in both halves of it.
  const int out =
      draft.activation(draft.next_name(), shape, draft.scale_of(in) * 1.25F, draft.zero_point());
  draft.add({54, {in, slopes}, {out}, 0, {}, 1});
  return true;
}

template <const Binary& kind>
bool add_binary(Draft& draft, int in) {
  return binary(draft, in, kind);
}
template <const Unary& kind>
bool add_unary(Draft& draft, int in) {
  return unary(draft, in, kind);
}

constexpr Binary k_add{0, 11, false, true}, k_mul{18, 21, false, true}, k_sub{41, 28, false, true},
    k_maximum{55, 39, true, false}, k_minimum{57, 39, true, false};
constexpr Unary k_logistic{14, 0, 1.0 / 256, 0, 1, 2}, k_tanh{28, 0, 1.0 / 128, 128, 1, 2},
    k_softmax{25, 9, 1.0 / 256, 0, 1, 2}, k_log_softmax{50, 36, 16.0 / 256, 255, 1, 2},
    k_relu{19, 0, 0, 0, 2, 2}, k_relu6{21, 0, 0, 0, 2, 2}, k_relu_n1{20, 0, 0, 0, 1, 1},
    k_hard_swish{117, 91, 0, 0, 1, 1}, k_leaky_relu{98, 75, 0, 0, 1, 2},
    k_quantize{114, 89, 0, 0, 2, 2};

}  // namespace

std::vector<OperatorKind> elementwise_kinds() {
  return {{"ADD", add_binary<k_add>},
          {"MUL", add_binary<k_mul>},
          {"SUB", add_binary<k_sub>},
          {"MAXIMUM", add_binary<k_maximum>},
          {"MINIMUM", add_binary<k_minimum>},
          {"LOGISTIC", add_unary<k_logistic>},
          {"TANH", add_unary<k_tanh>},
          {"SOFTMAX", add_unary<k_softmax>},
          {"LOG_SOFTMAX", add_unary<k_log_softmax>},
          {"RELU", add_unary<k_relu>},
          {"RELU6", add_unary<k_relu6>},
          {"RELU_N1_TO_1", add_unary<k_relu_n1>},
          {"HARD_SWISH", add_unary<k_hard_swish>},
          {"LEAKY_RELU", add_unary<k_leaky_relu>},
          {"QUANTIZE", add_unary<k_quantize>},
          {"PRELU", prelu}};
}

}  // namespace uvea::tb::outside
