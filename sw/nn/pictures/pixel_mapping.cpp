#include "sw/nn/pictures/pixel_mapping.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace uvea::nn {
namespace {

/// The channel's value: one stands for all.
double value_of(const std::vector<double>& values, int channel, double otherwise) {
  if (values.empty()) return otherwise;
  return values[std::min(static_cast<std::size_t>(channel), values.size() - 1)];
}

int code_of(std::uint8_t stored, const Quantization& quant) {
  return quant.is_signed ? static_cast<std::int8_t>(stored) : stored;
}

}  // namespace

std::array<std::uint8_t, 256> PixelMapping::codes(const Quantization& quant, int channel) const {
  std::array<std::uint8_t, 256> table{};
  const double shift = value_of(mean, channel, 0), divisor = value_of(deviation, channel, 1);
  for (int pixel = 0; pixel < 256; ++pixel) {
    double code = quant.lowest() + pixel;
    if (!is_default()) {
      const double real = (pixel - shift) / divisor;
      code = std::clamp<double>(std::round(real / quant.scale) + quant.zero_point, quant.lowest(),
                                quant.highest());
    }
    table[static_cast<std::size_t>(pixel)] = static_cast<std::uint8_t>(static_cast<int>(code));
  }
  return table;
}

std::string describe(const PixelMapping& mapping, const Quantization& quant) {
  const auto table = mapping.codes(quant, 0);
  const int first = code_of(table.front(), quant), last = code_of(table.back(), quant);
  char text[160];
  std::snprintf(text, sizeof text,
                "pixels 0..255 become the codes %d..%d, which stand for %.4g..%.4g", first, last,
                quant.scale * (first - quant.zero_point), quant.scale * (last - quant.zero_point));
  return text;
}

}  // namespace uvea::nn
