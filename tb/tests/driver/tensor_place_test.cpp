// Places of tensors in DRAM: what is written comes back, lies where docs/memory_map.md says, and
// what does not fit is an error.

#include "sw/driver/tensor_place.h"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

#include "sw/nn/iact_code.h"

namespace uvea::driver {
namespace {

constexpr csc::Widths kWidths{8, 4};

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  int in(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }

 private:
  std::mt19937 random_;
};

struct Case {
  nn::Shape shape;
  bool turned;
  Blocking blocking;
  nn::Quantization codes;
  nn::Tensor tensor;  ///< in one dimension: a place takes codes in their order
};

Case random_case(unsigned seed) {
  Dice dice(seed);
  const int groups = dice.in(1, 4), per_group = dice.in(1, 9);
  Case c;
  c.shape = {dice.in(1, 3), dice.in(1, 7), dice.in(1, 7), groups * per_group};
  c.turned = dice.in(0, 1) == 1;
  c.blocking = {dice.in(1, 12), per_group, dice.in(0, 1) == 1};
  c.codes.is_signed = dice.in(0, 1) == 1;
  c.codes.zero_point = dice.in(c.codes.lowest(), c.codes.highest());
  c.tensor.quant = c.codes;
  const int density = dice.in(0, 100);
  for (std::size_t i = 0; i < c.shape.elements(); ++i)
    c.tensor.bytes.push_back(static_cast<std::uint8_t>(
        (dice.in(1, 100) <= density ? dice.in(0, 255) : c.codes.zero_point) & 0xFF));
  c.tensor.shape = {static_cast<int>(c.tensor.bytes.size())};
  return c;
}

TEST(TensorPlace, WhatIsWrittenIsRead) {
  constexpr unsigned first = 1, last = 2000;
  std::printf("seeds %u to %u\n", first, last);
  for (unsigned seed = first; seed <= last; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Case c = random_case(seed);
    const TensorPlace place(c.shape, c.turned, c.blocking, c.codes, kWidths);
    const auto image = place.write(c.tensor);
    ASSERT_EQ(image.size(), place.bytes());
    const nn::Tensor back = place.read(image);
    ASSERT_EQ(back.bytes, c.tensor.bytes);
    EXPECT_EQ(back.shape, c.shape);
    EXPECT_EQ(back.quant.zero_point, c.codes.zero_point);
    EXPECT_TRUE(place.lies_as(place));
  }
}

TEST(TensorPlace, RawCodesLieWhereTheMemoryMapSays) {
  constexpr unsigned first = 3001, last = 3300;
  std::printf("seeds %u to %u\n", first, last);
  for (unsigned seed = first; seed <= last; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Case c = random_case(seed);
    c.blocking.csc = false;
    const TensorPlace place(c.shape, c.turned, c.blocking, c.codes, kWidths);
    const auto image = place.write(c.tensor);
    const int block = c.blocking.block, group = c.blocking.group;
    const int per_group = (group + block - 1) / block;
    const int blocks = c.shape.c() / group * per_group;
    const int rows = c.turned ? c.shape.w() : c.shape.h();
    c.tensor.shape = c.shape;
    for (int n = 0; n < c.shape.n(); ++n)
      for (int h = 0; h < c.shape.h(); ++h)
        for (int w = 0; w < c.shape.w(); ++w)
          for (int ch = 0; ch < c.shape.c(); ++ch) {
            const int b = ch / group * per_group + ch % group / block;
            const int row = c.turned ? w : h, column = c.turned ? h : w;
            const auto at =
                static_cast<std::size_t>((n * blocks + b) * rows + row) * place.layout().pitch +
                static_cast<std::size_t>(column * block + ch % group % block);
            ASSERT_EQ(image.at(at), c.tensor.bytes[c.tensor.index(n, h, w, ch)]);
          }
  }
}

TEST(TensorPlace, AnotherNumberOfCodesIsAnError) {
  for (unsigned seed = 4001; seed <= 4100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Case c = random_case(seed);
    const TensorPlace place(c.shape, c.turned, c.blocking, c.codes, kWidths);
    auto image = place.write(c.tensor);
    image.push_back(0);
    EXPECT_THROW(place.read(image), std::invalid_argument);
    image.resize(image.size() - 2);
    EXPECT_THROW(place.read(image), std::invalid_argument);
    EXPECT_THROW(place.read({}), std::invalid_argument);
    c.tensor.bytes.push_back(0);
    EXPECT_THROW(place.write(c.tensor), std::invalid_argument);
    c.tensor.bytes.resize(c.tensor.bytes.size() - 2);
    // The shape that a tensor claims helps it nothing.
    c.tensor.shape = c.shape;
    EXPECT_THROW(place.write(c.tensor), std::invalid_argument);
  }
}

TEST(TensorPlace, WhatCannotLieSomewhereIsAnError) {
  const nn::Quantization codes;
  const auto make = [&](const nn::Shape& shape, const Blocking& blocking) {
    const TensorPlace place(shape, false, blocking, codes, kWidths);
  };
  EXPECT_NO_THROW(make({1, 2, 2, 6}, {4, 3, false}));
  EXPECT_THROW(make({1, 2, 2, 6}, {4, 4, false}), std::invalid_argument);
  EXPECT_THROW(make({1, 2, 2, 6}, {0, 6, false}), std::invalid_argument);
  EXPECT_THROW(make({1, 2, 2, 6}, {2, 0, false}), std::invalid_argument);
  EXPECT_THROW(make({1, 2, 0, 6}, {2, 6, false}), std::invalid_argument);
  EXPECT_THROW(make({2, 6}, {2, 6, false}), std::invalid_argument);
}

TEST(TensorPlace, AMalformedSlotIsAnError) {
  const nn::Quantization codes{1.0, -128, true};
  const TensorPlace place({1, 1, 4, 2}, false, {2, 2, true}, codes, kWidths);
  std::vector<std::uint8_t> image(place.bytes(), 0xFF);
  EXPECT_THROW(place.read(image), std::invalid_argument);
}

TEST(TensorPlace, OtherLayoutsDoNotLieAlike) {
  const nn::Quantization codes{1.0, -128, true};
  const TensorPlace place({2, 3, 4, 6}, false, {4, 6, true}, codes, kWidths);
  const nn::Quantization middle{1.0, 0, true};
  EXPECT_FALSE(place.lies_as({{2, 4, 3, 6}, false, {4, 6, true}, codes, kWidths}));
  EXPECT_FALSE(place.lies_as({{2, 3, 4, 6}, true, {4, 6, true}, codes, kWidths}));
  EXPECT_FALSE(place.lies_as({{2, 3, 4, 6}, false, {3, 6, true}, codes, kWidths}));
  EXPECT_FALSE(place.lies_as({{2, 3, 4, 6}, false, {4, 3, true}, codes, kWidths}));
  EXPECT_FALSE(place.lies_as({{2, 3, 4, 6}, false, {4, 6, false}, codes, kWidths}));
  EXPECT_FALSE(place.lies_as({{2, 3, 4, 6}, false, {4, 6, true}, middle, kWidths}));
  const TensorPlace pixel({2, 1, 1, 6}, false, {4, 6, true}, codes, kWidths);
  EXPECT_TRUE(pixel.lies_as({{2, 1, 1, 6}, true, {4, 6, true}, codes, kWidths}));
}

}  // namespace
}  // namespace uvea::driver
