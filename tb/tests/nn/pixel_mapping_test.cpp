// From pixels to codes.

#include "sw/nn/pictures/pixel_mapping.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace uvea::nn {
namespace {

int code(std::uint8_t stored, const Quantization& quant) {
  return quant.is_signed ? static_cast<std::int8_t>(stored) : stored;
}

TEST(PixelMapping, ByDefaultBlackToWhiteOverTheWholeRange) {
  for (const bool is_signed : {false, true}) {
    const Quantization quant{0.123, is_signed ? 5 : 130, is_signed};
    const auto table = PixelMapping{}.codes(quant, 0);
    for (int pixel = 0; pixel < 256; ++pixel)
      EXPECT_EQ(code(table[static_cast<std::size_t>(pixel)], quant), pixel + quant.lowest());
  }
}

TEST(PixelMapping, MeanAndDeviationOfEachChannel) {
  const PixelMapping mapping{{123.675, 116.28, 103.53}, {58.395, 57.12, 57.375}};
  const Quantization quant{0.0186584, -14, true};
  int clamped = 0;
  for (int channel = 0; channel < 3; ++channel) {
    const auto c = static_cast<std::size_t>(channel);
    const auto table = mapping.codes(quant, channel);
    for (int pixel = 0; pixel < 256; ++pixel) {
      const double real = (pixel - mapping.mean[c]) / mapping.deviation[c];
      const double exact = real / quant.scale + quant.zero_point;
      const int found = code(table[static_cast<std::size_t>(pixel)], quant);
      if (exact > 127 || exact < -128) {
        ++clamped;
        EXPECT_EQ(found, exact > 0 ? 127 : -128);
      } else {
        EXPECT_NEAR(found, exact, 0.5);
      }
    }
  }
  EXPECT_GT(clamped, 0);
}

TEST(PixelMapping, OneValueForAllChannelsAndWhatIsLeftOut) {
  const Quantization quant{1.0 / 128, 0, true};
  const PixelMapping both{{127.5}, {127.5}};
  EXPECT_EQ(both.codes(quant, 0), both.codes(quant, 2));
  EXPECT_EQ(code(both.codes(quant, 1)[0], quant), -128);
  EXPECT_EQ(code(both.codes(quant, 1)[255], quant), 127);
  const PixelMapping mean_only{{128}, {}};  // divided by one
  const Quantization whole{1.0, 0, true};
  EXPECT_EQ(code(mean_only.codes(whole, 0)[130], whole), 2);
  const PixelMapping deviation_only{{}, {2}};
  EXPECT_EQ(code(deviation_only.codes(whole, 0)[130], whole), 65);
}

TEST(PixelMapping, HalvesAreRoundedAwayFromZero) {
  const Quantization quant{2.0, 0, true};
  const PixelMapping mapping{{100}, {1}};
  EXPECT_EQ(code(mapping.codes(quant, 0)[103], quant), 2);  // 1.5
  EXPECT_EQ(code(mapping.codes(quant, 0)[97], quant), -2);  // -1.5
  EXPECT_EQ(code(mapping.codes(quant, 0)[101], quant), 1);  // 0.5
}

TEST(PixelMapping, IsDescribed) {
  EXPECT_EQ(describe({}, Quantization{1.0 / 255, -128, true}),
            "pixels 0..255 become the codes -128..127, which stand for 0..1");
  EXPECT_EQ(describe({{127.5}, {127.5}}, Quantization{1.0 / 100, 100, false}),
            "pixels 0..255 become the codes 0..200, which stand for -1..1");
}

}  // namespace
}  // namespace uvea::nn
