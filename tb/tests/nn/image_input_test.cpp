// Inputs from pictures and raw tensors: what the codes become, and what is refused.

#include "sw/nn/pictures/image_input.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "sw/nn/pictures/picture.h"
#include "sw/user_error.h"
#include "tb/tests/nn/pictures.h"

namespace uvea::nn {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;
using tb::picture_file;
using tb::PictureKind;

class ImageInput : public ::testing::Test {
 protected:
  ImageInput() { fs::create_directories(folder_); }
  ~ImageInput() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const Bytes& bytes) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path;
  }

  /// Refused in one line that names the file and holds `part`.
  void refused(const std::string& path, const TensorInfo& info, const std::string& part) const {
    try {
      load_input(path, info);
      ADD_FAILURE() << "accepted: " << path;
    } catch (const UserError& error) {
      const std::string text = error.what();
      EXPECT_NE(text.find(path), std::string::npos) << text;
      EXPECT_NE(text.find(part), std::string::npos) << text;
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
  }

  const fs::path folder_ =
      fs::temp_directory_path() / ("uvea_image_input_" + std::to_string(::getpid()));
};

TensorInfo info_of(const Shape& shape, bool is_signed = false) {
  TensorInfo info;
  info.shape = shape;
  info.quant.is_signed = is_signed;
  info.quant.zero_point = is_signed ? -128 : 0;
  return info;
}

Bytes random_pixels(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Bytes pixels(count);
  for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(random() >> 56);
  return pixels;
}

TEST_F(ImageInput, LosslessPicturesOfTheRightSizeAreTakenPixelByPixel) {
  for (const PictureKind kind : {PictureKind::png, PictureKind::bmp}) {
    const Bytes pixels = random_pixels(5 * 7 * 3, 41);
    const std::string path =
        file(std::string("a.") + tb::ending_of(kind), picture_file(kind, 7, 5, 3, pixels));
    EXPECT_EQ(load_input(path, info_of({1, 5, 7, 3})).tensor.bytes, pixels) << path;
    // int8 codes lie 128 below the pixels.
    const Tensor tensor = load_input(path, info_of({1, 5, 7, 3}, true)).tensor;
    for (std::size_t i = 0; i < pixels.size(); ++i) EXPECT_EQ(tensor.code(i), pixels[i] - 128);
  }
}

TEST_F(ImageInput, JpegIsCloseToItsPixels) {
  Bytes pixels;
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 16; ++x)
      for (int c = 0; c < 3; ++c)
        pixels.push_back(static_cast<std::uint8_t>(8 * x + 7 * y + 5 * c));
  for (const char* name : {"a.jpg", "a.JPEG", "no_ending"}) {
    const std::string path = file(name, picture_file(PictureKind::jpeg, 16, 16, 3, pixels));
    const Tensor tensor = load_input(path, info_of({1, 16, 16, 3})).tensor;
    for (std::size_t i = 0; i < pixels.size(); ++i)
      EXPECT_NEAR(int{tensor.bytes[i]}, int{pixels[i]}, 6) << name << i;
  }
}

TEST_F(ImageInput, GreyAndColour) {
  const Bytes grey = random_pixels(4 * 4, 42);
  const std::string path = file("grey.png", picture_file(PictureKind::png, 4, 4, 1, grey));
  EXPECT_EQ(load_input(path, info_of({1, 4, 4, 1})).tensor.bytes, grey);
  const Tensor colour = load_input(path, info_of({1, 4, 4, 3})).tensor;
  for (std::size_t i = 0; i < colour.bytes.size(); ++i) EXPECT_EQ(colour.bytes[i], grey[i / 3]);

  // Grey of a colour lies near its luminance; equal components stay what they are.
  const Bytes rgb{255, 0, 0, 0, 255, 0, 0, 0, 255, 99, 99, 99};
  const std::string two = file("rgb.png", picture_file(PictureKind::png, 2, 2, 3, rgb));
  const Bytes luminance = load_input(two, info_of({1, 2, 2, 1})).tensor.bytes;
  const double expected[] = {0.299 * 255, 0.587 * 255, 0.114 * 255, 99};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(luminance[i], expected[i], 1.5) << i;
}

TEST_F(ImageInput, CutAroundTheCentre) {
  // 8 x 4 pixels whose grey is their column; a square takes columns 2 to 5.
  Bytes pixels;
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 8; ++x) pixels.push_back(static_cast<std::uint8_t>(10 * x));
  const std::string path = file("wide.png", picture_file(PictureKind::png, 8, 4, 1, pixels));
  const Tensor cut = load_input(path, info_of({1, 4, 4, 1})).tensor;
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(cut.bytes[i], 20 + 10 * (i % 4));
}

TEST_F(ImageInput, ResizedBilinearly) {
  // Doubled: sample points at quarters between pixel centres, the edge repeated.
  const std::string path = file("two.png", picture_file(PictureKind::png, 2, 1, 1, {0, 100}));
  EXPECT_EQ(load_input(path, info_of({1, 2, 4, 1})).tensor.bytes,
            (Bytes{0, 25, 75, 100, 0, 25, 75, 100}));
  // Halved, along both axes: the mean of two neighbours each.
  const std::string four =
      file("four.png",
           picture_file(PictureKind::png, 4, 4, 1,
                        {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150}));
  EXPECT_EQ(load_input(four, info_of({1, 2, 2, 1})).tensor.bytes, (Bytes{25, 45, 105, 125}));
  // Whatever the sizes, one colour stays itself.
  for (int size = 1; size < 40; size += 3) {
    const std::string flat =
        file("flat.png", picture_file(PictureKind::png, 13, 9, 3, Bytes(13 * 9 * 3, 201)));
    const Tensor tensor = load_input(flat, info_of({1, size, 40 - size, 3})).tensor;
    EXPECT_EQ(tensor.bytes, Bytes(tensor.shape.elements(), 201)) << size;
  }
}

TEST_F(ImageInput, BatchesRepeatOneImageOrTakeThemAll) {
  const Bytes one = random_pixels(12, 44), all = random_pixels(36, 45);
  Bytes thrice;
  for (int i = 0; i < 3; ++i) thrice.insert(thrice.end(), one.begin(), one.end());
  const TensorInfo info = info_of({3, 2, 2, 3});
  EXPECT_EQ(load_input(file("one.raw", one), info).tensor.bytes, thrice);
  EXPECT_EQ(load_input(file("all.raw", all), info).tensor.bytes, all);
  EXPECT_EQ(
      load_input(file("one.png", picture_file(PictureKind::png, 2, 2, 3, one)), info).tensor.bytes,
      thrice);
}

TEST_F(ImageInput, ARawTensorMayLookLikeAPicture) {
  Bytes raw = picture_file(PictureKind::png, 2, 2, 3, random_pixels(12, 46));
  const int size = static_cast<int>(raw.size());
  const TensorInfo info = info_of({1, 1, size, 1});
  EXPECT_EQ(load_input(file("tensor.raw", raw), info).tensor.bytes, raw);
  EXPECT_NE(load_input(file("tensor.png", raw), info).tensor.bytes, raw);  // its name says picture
}

// One byte an element are codes, four are the reals themselves; one image is repeated.
TEST_F(ImageInput, AnInputOfRealsTakesRealsOrCodes) {
  TensorInfo info = info_of({2, 1, 3, 1}, true);
  info.type = ElementType::float32;
  info.quant.scale = 0.5;
  info.quant.zero_point = -3;
  const Bytes codes{253, 5, 128};  // -3, 5, -128
  const std::vector<float> reals{0.0F, 4.0F, -62.5F, 0.0F, 4.0F, -62.5F};
  Bytes stored(reals.size() * sizeof(float));
  std::memcpy(stored.data(), reals.data(), stored.size());
  EXPECT_EQ(load_input(file("codes", codes), info).tensor.bytes, stored);
  EXPECT_EQ(load_input(file("reals", stored), info).tensor.bytes, stored);
  EXPECT_EQ(load_input(file("one", Bytes(stored.begin(), stored.begin() + 12)), info).tensor.bytes,
            stored);
  refused(file("wrong", Bytes(5)), info, "5 bytes of no known picture kind");
}

TEST_F(ImageInput, RawTensorsOfTheWrongSize) {
  const TensorInfo info = info_of({2, 2, 2, 3});
  for (std::size_t size = 1; size < 40; ++size) {
    const std::string path = file("x.raw", Bytes(size, 7));
    if (size == 12 || size == 24) {
      EXPECT_EQ(load_input(path, info).tensor.bytes, Bytes(24, 7));
    } else {
      refused(path, info, std::to_string(size) + " bytes");
      refused(path, info, "12 bytes (one image) or 24 bytes");
      refused(path, info, "height 2 x width 2 x channels 3, uint8");
    }
  }
  refused(file("empty.raw", {}), info, "empty");
  refused((folder_ / "none.raw").string(), info, "12 bytes");
  refused(folder_.string(), info, folder_.string());
}

TEST_F(ImageInput, FilesThatAreNoPictures) {
  const TensorInfo info = info_of({1, 4, 4, 3});
  for (const char* name : {"text.png", "text.jpg", "text.jpeg", "text.BMP"})
    refused(file(name, Bytes(30, 'x')), info, "not a picture of a kind that is read");
  refused(file("short.png", {0x89, 'P'}), info, "not a picture");
  const std::string two = file("two.png", picture_file(PictureKind::png, 4, 4, 1, Bytes(16, 1)));
  refused(two, info_of({1, 4, 4, 2}), "a picture for a tensor of 2 channels");
}

}  // namespace
}  // namespace uvea::nn
