#pragma once
// A .tflite model written out from a plain description, so that tests can make any model, sound or
// not. Slots and codes as in TensorFlow Lite's schema, version 3.

#include <cstdint>
#include <string>
#include <vector>

namespace uvea::tb {

enum SpecType : std::int8_t {
  spec_float32 = 0,
  spec_int32 = 2,
  spec_uint8 = 3,
  spec_int64 = 4,
  spec_int8 = 9
};

struct TensorSpec {
  std::string name;
  std::vector<std::int32_t> shape;
  SpecType type = spec_int8;
  std::vector<float> scales = {};
  std::vector<std::int64_t> zero_points = {};
  std::vector<std::uint8_t> data = {};  ///< constant when not empty
  int quantized_dimension = 0;
};

/// One option: its slot, and the value as the schema's type of that slot.
struct OptionSpec {
  enum Kind { byte, integer, real };
  int slot = 0;
  Kind kind = integer;
  double value = 0;
};

struct OperatorSpec {
  int code = 0;
  std::vector<std::int32_t> inputs, outputs;
  int options_type = 0;
  std::vector<OptionSpec> options = {};
  int version = 1;
  std::string custom = {};  ///< name of a CUSTOM operator
};

struct ModelSpec {
  std::vector<TensorSpec> tensors;
  std::vector<OperatorSpec> operators;
  std::vector<std::int32_t> inputs = {0};
  std::vector<std::int32_t> outputs;
  int subgraphs = 1;  ///< the same graph so many times

  std::vector<std::uint8_t> bytes() const;
};

/// Little-endian bytes of 32-bit numbers.
std::vector<std::uint8_t> int32_bytes(const std::vector<std::int32_t>& values);

/// A sound model of one 3x3 CONV_2D, int8 per channel, 1x5x5x2 -> 1x5x5x4 (SAME, RELU).
ModelSpec conv_spec();

}  // namespace uvea::tb
