// Inputs from pictures and raw tensors: what the codes become, and what is refused.

#include "sw/nn/image_input.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include "sw/nn/picture.h"
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
    EXPECT_EQ(load_input(path, info_of({1, 5, 7, 3})).bytes, pixels) << path;
    // int8 codes lie 128 below the pixels.
    const Tensor tensor = load_input(path, info_of({1, 5, 7, 3}, true));
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
    const Tensor tensor = load_input(path, info_of({1, 16, 16, 3}));
    for (std::size_t i = 0; i < pixels.size(); ++i)
      EXPECT_NEAR(int{tensor.bytes[i]}, int{pixels[i]}, 6) << name << i;
  }
}

TEST_F(ImageInput, GreyAndColour) {
  const Bytes grey = random_pixels(4 * 4, 42);
  const std::string path = file("grey.png", picture_file(PictureKind::png, 4, 4, 1, grey));
  EXPECT_EQ(load_input(path, info_of({1, 4, 4, 1})).bytes, grey);
  const Tensor colour = load_input(path, info_of({1, 4, 4, 3}));
  for (std::size_t i = 0; i < colour.bytes.size(); ++i) EXPECT_EQ(colour.bytes[i], grey[i / 3]);

  // Grey of a colour lies near its luminance; equal components stay what they are.
  const Bytes rgb{255, 0, 0, 0, 255, 0, 0, 0, 255, 99, 99, 99};
  const std::string two = file("rgb.png", picture_file(PictureKind::png, 2, 2, 3, rgb));
  const Bytes luminance = load_input(two, info_of({1, 2, 2, 1})).bytes;
  const double expected[] = {0.299 * 255, 0.587 * 255, 0.114 * 255, 99};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(luminance[i], expected[i], 1.5) << i;
}

TEST_F(ImageInput, AlphaIsNotRead) {
  Bytes rgba = random_pixels(4 * 4 * 4, 43), rgb;
  for (std::size_t i = 0; i < rgba.size(); ++i)
    if (i % 4 != 3) rgb.push_back(rgba[i]);
  const std::string path = file("alpha.png", picture_file(PictureKind::png, 4, 4, 4, rgba));
  EXPECT_EQ(load_input(path, info_of({1, 4, 4, 3})).bytes, rgb);
}

TEST_F(ImageInput, CutAroundTheCentre) {
  // 8 x 4 pixels whose grey is their column; a square takes columns 2 to 5.
  Bytes pixels;
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 8; ++x) pixels.push_back(static_cast<std::uint8_t>(10 * x));
  const std::string path = file("wide.png", picture_file(PictureKind::png, 8, 4, 1, pixels));
  const Tensor cut = load_input(path, info_of({1, 4, 4, 1}));
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(cut.bytes[i], 20 + 10 * (i % 4));
}

TEST_F(ImageInput, ResizedBilinearly) {
  // Doubled: sample points at quarters between pixel centres, the edge repeated.
  const std::string path = file("two.png", picture_file(PictureKind::png, 2, 1, 1, {0, 100}));
  EXPECT_EQ(load_input(path, info_of({1, 2, 4, 1})).bytes, (Bytes{0, 25, 75, 100, 0, 25, 75, 100}));
  // Halved, along both axes: the mean of two neighbours each.
  const std::string four =
      file("four.png",
           picture_file(PictureKind::png, 4, 4, 1,
                        {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150}));
  EXPECT_EQ(load_input(four, info_of({1, 2, 2, 1})).bytes, (Bytes{25, 45, 105, 125}));
  // Whatever the sizes, one colour stays itself.
  for (int size = 1; size < 40; size += 3) {
    const std::string flat =
        file("flat.png", picture_file(PictureKind::png, 13, 9, 3, Bytes(13 * 9 * 3, 201)));
    const Tensor tensor = load_input(flat, info_of({1, size, 40 - size, 3}));
    EXPECT_EQ(tensor.bytes, Bytes(tensor.shape.elements(), 201)) << size;
  }
}

TEST_F(ImageInput, BatchesRepeatOneImageOrTakeThemAll) {
  const Bytes one = random_pixels(12, 44), all = random_pixels(36, 45);
  Bytes thrice;
  for (int i = 0; i < 3; ++i) thrice.insert(thrice.end(), one.begin(), one.end());
  const TensorInfo info = info_of({3, 2, 2, 3});
  EXPECT_EQ(load_input(file("one.raw", one), info).bytes, thrice);
  EXPECT_EQ(load_input(file("all.raw", all), info).bytes, all);
  EXPECT_EQ(load_input(file("one.png", picture_file(PictureKind::png, 2, 2, 3, one)), info).bytes,
            thrice);
}

TEST_F(ImageInput, ARawTensorMayLookLikeAPicture) {
  Bytes raw = picture_file(PictureKind::png, 2, 2, 3, random_pixels(12, 46));
  const int size = static_cast<int>(raw.size());
  const TensorInfo info = info_of({1, 1, size, 1});
  EXPECT_EQ(load_input(file("tensor.raw", raw), info).bytes, raw);
  EXPECT_NE(load_input(file("tensor.png", raw), info).bytes, raw);  // its name says picture
}

TEST_F(ImageInput, RawTensorsOfTheWrongSize) {
  const TensorInfo info = info_of({2, 2, 2, 3});
  for (std::size_t size = 1; size < 40; ++size) {
    const std::string path = file("x.raw", Bytes(size, 7));
    if (size == 12 || size == 24) {
      EXPECT_EQ(load_input(path, info).bytes, Bytes(24, 7));
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
    refused(file(name, Bytes(30, 'x')), info, "not a PNG, JPEG or BMP picture");
  refused(file("short.png", {0x89, 'P'}), info, "not a PNG");
  const std::string two = file("two.png", picture_file(PictureKind::png, 4, 4, 1, Bytes(16, 1)));
  refused(two, info_of({1, 4, 4, 2}), "a picture for a tensor of 2 channels");
}

TEST_F(ImageInput, PicturesBeyondAllBoundsAreRefusedAtOnce) {
  Bytes huge = picture_file(PictureKind::png, 4, 4, 1, Bytes(16, 1));
  for (std::size_t i : {16U, 20U}) {  // width and height in the first chunk
    huge[i] = huge[i + 1] = 0;
    huge[i + 2] = 0x4e;
    huge[i + 3] = 0x20;  // 20,000
  }
  refused(file("huge.png", huge), info_of({1, 4, 4, 1}), "huge.png");
  for (std::size_t i : {16U, 20U}) huge[i + 2] = 0x3f;  // 16,160 a side, but 261 million pixels
  refused(file("huge.png", huge), info_of({1, 4, 4, 1}), "pixels");
}

// stb_image up to 2.27 writes past its tables on these.
TEST_F(ImageInput, JpegsWithOverlongHuffmanTables) {
  const TensorInfo info = info_of({1, 8, 8, 3});
  const Bytes sound = picture_file(PictureKind::jpeg, 8, 8, 3, random_pixels(192, 49));
  int tables = 0;
  for (std::size_t i = 2; i + 5 < sound.size() && !(sound[i] == 0xff && sound[i + 1] == 0xda);
       ++i) {
    if (sound[i] != 0xff || sound[i + 1] != 0xc4) continue;
    ++tables;
    Bytes damaged = sound;
    damaged[i + 5] = damaged[i + 6] = 0xff;  // 510 symbols of one and two bits
    refused(file("long.jpg", damaged), info, "Huffman");
    damaged = sound;
    damaged[i + 3] = static_cast<std::uint8_t>(damaged[i + 3] - 1);  // the segment one byte short
    refused(file("short.jpg", damaged), info, "Huffman");
  }
  EXPECT_GE(tables, 1);
  EXPECT_EQ(load_input(file("sound.jpg", sound), info).bytes.size(), 192U);
}

TEST_F(ImageInput, DamagedPicturesAreRefusedOrDecode) {
  constexpr std::uint64_t seed = 47;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const TensorInfo info = info_of({1, 8, 8, 3});
  for (const PictureKind kind : tb::kPictureKinds) {
    const Bytes sound = picture_file(kind, 8, 8, 3, random_pixels(8 * 8 * 3, 48));
    const std::string name = std::string("damaged.") + tb::ending_of(kind);
    int refusals = 0;
    for (int i = 0; i < 400; ++i) {
      Bytes damaged = sound;
      if (i % 4 == 0) damaged.resize(random() % damaged.size());
      for (std::size_t k = 1 + random() % 4; k > 0 && !damaged.empty(); --k)
        damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random() >> 56);
      try {
        EXPECT_EQ(load_input(file(name, damaged), info).bytes.size(), 192U);
      } catch (const UserError& error) {
        ++refusals;
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      }
    }
    EXPECT_GT(refusals, 20) << name;
  }
}

}  // namespace
}  // namespace uvea::nn
