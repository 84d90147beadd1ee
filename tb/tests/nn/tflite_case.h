#pragma once
// Random small models of single operators, run by us and by the TensorFlow Lite 2.2.0 C library.

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tb/tests/nn/model_spec.h"

namespace uvea::tb {

class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}
  int between(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  /// From 0.018 to 1, evenly in the logarithm.
  float scale();

 private:
  std::mt19937 random_;
};

using Dims = std::vector<std::int32_t>;

/// One model under construction: tensor 0 is its input, or inputs are set in `spec`.
struct Case {
  explicit Case(unsigned seed) : draw(seed), is_signed(draw.chance(50)) {
    type = is_signed ? spec_int8 : spec_uint8;
  }
  /// For operators that the library has for uint8 only.
  void only_unsigned() {
    is_signed = false;
    type = spec_uint8;
  }
  int low() const { return is_signed ? -128 : 0; }
  /// A tensor of codes; the shorter one draws scale and zero point. Gives its index.
  int add(const char* name, Dims shape, float scale, int zero_point);
  int add(const char* name, Dims shape);
  /// A tensor of codes in the scale of another.
  int add_like(const char* name, Dims shape, int other);
  int constant(const char* name, Dims shape, const std::vector<std::int32_t>& values);
  /// Random codes.
  int constant_codes(const char* name, Dims shape);
  /// 1 to 2 images of up to 9x9x40.
  Dims image();
  /// A shape of so many dimensions, each up to `largest`.
  Dims shape(int rank, int largest);

  Draw draw;
  bool is_signed;
  SpecType type = spec_int8;
  ModelSpec spec;
};

int area(const Dims& shape);

/// Skips the test when the library is not there. `make` fills a case for each seed from
/// `first_seed` on (150, or as many as the variable UVEA_CASES says); one output of its last
/// operator is compared.
void compare_with_tflite(unsigned first_seed, const std::function<void(Case&)>& make);

}  // namespace uvea::tb
