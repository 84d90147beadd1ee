// BMP files of every kind: what their pixels become, and that none that is cut short passes.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sw/nn/pictures/picture.h"
#include "sw/user_error.h"
#include "tb/tests/nn/picture_files.h"

namespace uvea::nn {
namespace {

using tb::BmpSpec;
using tb::FileBytes;
using Pixels = std::vector<std::uint32_t>;

constexpr std::uint64_t kSeed = 61;

class Bmp : public ::testing::Test {
 protected:
  Bmp() { std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed)); }

  Pixels random_pixels(int count, int bits) {
    Pixels pixels(static_cast<std::size_t>(count));
    for (auto& pixel : pixels) {
      pixel = static_cast<std::uint32_t>(random());
      if (bits < 32) pixel &= (1U << bits) - 1;
    }
    return pixels;
  }
  FileBytes random_palette(int entries) {
    FileBytes palette(3 * static_cast<std::size_t>(entries));
    for (auto& colour : palette) colour = static_cast<std::uint8_t>(random());
    return palette;
  }
  std::mt19937_64 random{kSeed};
};

FileBytes decoded(const FileBytes& file, std::vector<std::string>* told = nullptr) {
  std::vector<std::string> notes;
  Picture picture = decode_picture(file, 3, "x.bmp", notes);
  if (told != nullptr) *told = notes;
  return picture.pixels;
}

std::string refusal(const FileBytes& file) {
  try {
    decoded(file);
  } catch (const UserError& error) {
    return error.what();
  }
  return {};
}

/// The colours of indices.
FileBytes coloured(const Pixels& indices, const FileBytes& palette) {
  FileBytes pixels;
  for (const std::uint32_t index : indices)
    for (std::size_t c = 0; c < 3; ++c) pixels.push_back(palette[3 * index + c]);
  return pixels;
}

/// `value` of `bits` bits spread over 0..255.
std::uint8_t spread(std::uint32_t value, int bits) {
  return static_cast<std::uint8_t>(std::lround(value * 255.0 / ((1U << bits) - 1)));
}

TEST_F(Bmp, PalettesOfEveryWidthFromTheTopAndTheBottom) {
  for (const int bits : {1, 2, 4, 8}) {
    for (const int head : {12, 40, 52, 56, 64, 108, 124}) {
      for (int width = 1; width <= 19; width += 3) {
        BmpSpec spec;
        spec.width = width;
        spec.height = 5;
        spec.head = head;
        spec.bits = bits;
        spec.palette = random_palette(1 << bits);
        const Pixels indices = random_pixels(width * 5, bits);
        for (const bool from_top : {false, true}) {
          if (from_top && head == 12) continue;  // its height has no sign
          spec.from_top = from_top;
          spec.data = tb::bmp_rows(indices, width, bits, from_top);
          EXPECT_EQ(decoded(tb::bmp_file(spec)), coloured(indices, spec.palette))
              << bits << " bits, head " << head << ", width " << width;
        }
      }
    }
  }
}

TEST_F(Bmp, RunLengths) {
  for (const int bits : {8, 4}) {
    for (int n = 0; n < 60; ++n) {
      BmpSpec spec;
      spec.width = 1 + static_cast<int>(random() % 50);
      spec.height = 1 + static_cast<int>(random() % 9);
      spec.bits = bits;
      spec.compression = bits == 8 ? 1 : 2;
      spec.from_top = n % 4 == 3;
      spec.palette = random_palette(1 << bits);
      // Long runs of few indices, and noise.
      Pixels indices;
      while (indices.size() < static_cast<std::size_t>(spec.width * spec.height)) {
        const auto index =
            static_cast<std::uint32_t>(random() % 3 == 0 ? 0 : random() & ((1U << bits) - 1));
        indices.insert(indices.end(), 1 + (random() % 2 == 0 ? random() % 30 : 0), index);
      }
      indices.resize(static_cast<std::size_t>(spec.width * spec.height));
      spec.data = tb::bmp_runs(indices, spec.width, bits, spec.from_top, random);
      EXPECT_EQ(decoded(tb::bmp_file(spec)), coloured(indices, spec.palette)) << bits << " " << n;
    }
  }
}

TEST_F(Bmp, RunLengthsWrittenByHand) {
  BmpSpec spec;
  spec.width = 4;
  spec.height = 3;
  spec.bits = 8;
  spec.compression = 1;
  spec.palette = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4};
  // The bottom row: two of 1, the row ends; then one right and one up, three literal ones; the end.
  spec.data = {2, 1, 0, 0, 0, 2, 1, 1, 0, 3, 2, 3, 4, 0, 0, 1};
  const FileBytes grey{0, 2, 3, 4, 0, 0, 0, 0, 1, 1, 0, 0};
  FileBytes expected;
  for (const std::uint8_t g : grey) expected.insert(expected.end(), 3, g);
  EXPECT_EQ(decoded(tb::bmp_file(spec)), expected);
  // A run past the end of its row is cut there.
  spec.data = {9, 1, 0, 0, 0, 1};
  EXPECT_EQ(decoded(tb::bmp_file(spec))[3 * 11], 1);
  EXPECT_EQ(decoded(tb::bmp_file(spec))[3 * 7], 0);
}

struct Fields {
  int head;
  int bits;
  unsigned compression;
  Pixels masks;              // as stored
  int shifts[4], widths[4];  // what they mean: red, green, blue, alpha
};

TEST_F(Bmp, SixteenAndThirtyTwoBits) {
  const Fields kinds[] = {
      {40, 16, 0, {}, {10, 5, 0, 0}, {5, 5, 5, 0}},
      {40, 16, 3, {0xf800, 0x7e0, 0x1f}, {11, 5, 0, 0}, {5, 6, 5, 0}},
      {40, 16, 3, {0x7c00, 0x3e0, 0x1f}, {10, 5, 0, 0}, {5, 5, 5, 0}},
      {40, 16, 3, {0xf00, 0xf0, 0xf}, {8, 4, 0, 0}, {4, 4, 4, 0}},
      {52, 16, 3, {0x1f, 0x7e0, 0xf800}, {0, 5, 11, 0}, {5, 6, 5, 0}},
      {56, 16, 3, {0x7c00, 0x3e0, 0x1f, 0x8000}, {10, 5, 0, 15}, {5, 5, 5, 1}},
      {108, 16, 3, {0xf00, 0xf0, 0xf, 0xf000}, {8, 4, 0, 12}, {4, 4, 4, 4}},
      {40, 32, 0, {}, {16, 8, 0, 0}, {8, 8, 8, 0}},
      {40, 32, 3, {0xff, 0xff00, 0xff0000}, {0, 8, 16, 0}, {8, 8, 8, 0}},
      {40, 32, 3, {0x3ff00000, 0xffc00, 0x3ff}, {20, 10, 0, 0}, {10, 10, 10, 0}},
      {40, 32, 6, {0xff0000, 0xff00, 0xff, 0xff000000}, {16, 8, 0, 24}, {8, 8, 8, 8}},
      {56, 32, 3, {0xff000000, 0xff0000, 0xff00, 0xff}, {24, 16, 8, 0}, {8, 8, 8, 8}},
      {124, 32, 3, {0xff0000, 0xff00, 0xff, 0xff000000}, {16, 8, 0, 24}, {8, 8, 8, 8}},
      {124, 32, 0, {1, 2, 4, 8}, {16, 8, 0, 0}, {8, 8, 8, 0}},  // its masks do not count
  };
  for (const Fields& kind : kinds) {
    const Pixels pixels = random_pixels(7 * 4, kind.bits);
    FileBytes expected;
    for (const std::uint32_t pixel : pixels) {
      const auto part = [&](int c) {
        return spread(pixel >> kind.shifts[c] & ((1U << kind.widths[c]) - 1), kind.widths[c]);
      };
      const int alpha = kind.widths[3] == 0 ? 255 : part(3);
      for (int c = 0; c < 3; ++c)
        expected.push_back(static_cast<std::uint8_t>(
            std::lround((part(c) * alpha + 255 * (255 - alpha)) / 255.0)));
    }
    for (const bool from_top : {false, true}) {
      BmpSpec spec{7, 4, from_top, kind.head, kind.bits, kind.compression, kind.masks, {}, {}};
      spec.data = tb::bmp_rows(pixels, 7, kind.bits, from_top);
      std::vector<std::string> notes;
      EXPECT_EQ(decoded(tb::bmp_file(spec), &notes), expected)
          << kind.head << " " << kind.bits << " " << kind.compression;
      EXPECT_EQ(notes.size(), kind.widths[3] == 0 ? 0U : 1U);
    }
  }
}

TEST_F(Bmp, TwentyFourBits) {
  for (const int head : {12, 40, 64, 124}) {
    const Pixels pixels = random_pixels(5 * 3, 24);
    FileBytes expected;
    for (const std::uint32_t pixel : pixels)
      for (const int shift : {16, 8, 0})
        expected.push_back(static_cast<std::uint8_t>(pixel >> shift));
    const BmpSpec spec{5, 3, false, head, 24, 0, {}, {}, tb::bmp_rows(pixels, 5, 24, false)};
    EXPECT_EQ(decoded(tb::bmp_file(spec)), expected) << head;
  }
}

TEST_F(Bmp, AnAlphaThatIsZeroEverywhereIsNoAlpha) {
  const BmpSpec spec{2,
                     1,
                     false,
                     56,
                     32,
                     3,
                     {0xff0000, 0xff00, 0xff, 0xff000000},
                     {},
                     tb::bmp_rows({0x102030, 0x405060}, 2, 32, false)};
  std::vector<std::string> notes;
  EXPECT_EQ(decoded(tb::bmp_file(spec), &notes), (FileBytes{0x10, 0x20, 0x30, 0x40, 0x50, 0x60}));
  EXPECT_TRUE(notes.empty());
}

TEST_F(Bmp, CutShortAnywhereIsRefused) {
  std::vector<FileBytes> files;
  for (const int bits : {1, 4, 8, 16, 24, 32}) {
    BmpSpec spec{6, 4, bits == 16, 40, bits, 0, {}, {}, {}};
    if (bits <= 8) spec.palette = random_palette(1 << bits);
    spec.data = tb::bmp_rows(random_pixels(24, bits), 6, bits, false);
    // Filling up the last row is not needed.
    while (spec.data.size() >
           static_cast<std::size_t>((6 * bits + 31) / 32 * 4 * 3 + (6 * bits + 7) / 8))
      spec.data.pop_back();
    files.push_back(tb::bmp_file(spec));
  }
  BmpSpec runs{6, 4, false, 40, 8, 1, {}, random_palette(256), {}};
  runs.data = tb::bmp_runs(random_pixels(24, 8), 6, 8, false, random);
  runs.data.resize(runs.data.size() - 4);  // the last row's and the picture's end may be left out
  files.push_back(tb::bmp_file(runs));
  for (const FileBytes& file : files) {
    EXPECT_EQ(refusal(file), "");
    for (std::size_t size = 2; size < file.size(); ++size) {
      const std::string text =
          refusal({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)});
      EXPECT_NE(text, "") << size << " of " << file.size();
    }
  }
}

TEST_F(Bmp, WhatIsNotReadIsNamed) {
  const auto says = [this](BmpSpec spec, const std::string& part) {
    if (spec.data.empty()) spec.data.assign(400, 0);
    const std::string text = refusal(tb::bmp_file(spec));
    EXPECT_NE(text.find(part), std::string::npos) << text << "\nexpected: " << part;
    EXPECT_EQ(text.rfind("x.bmp: ", 0), 0U) << text;
  };
  says({4, 4, false, 40, 24, 4, {}, {}, {}}, "compression 4 with 24 bits per pixel");
  says({4, 4, false, 40, 24, 1, {}, {}, {}}, "compression 1 with 24 bits per pixel");
  says({4, 4, false, 64, 1, 3, {}, random_palette(2), {}}, "compression 3 with 1 bits");
  says({4, 4, false, 40, 5, 0, {}, {}, {}}, "5 bits per pixel");
  says({4, 4, false, 41, 24, 0, {}, {}, {}}, "a head of 41 bytes");
  says({4, 4, false, 40, 8, 0, {}, {}, {}}, "no palette");
  says({4, 4, false, 40, 16, 3, {0x7d00, 0x3e0, 0x1f}, {}, {}}, "a colour mask with holes");
  says({4, 4, false, 40, 8, 0, {}, random_palette(3), FileBytes(64, 3)}, "beyond its palette");
  says({0, 4, false, 40, 24, 0, {}, {}, {}}, "picture of 0x4 pixels");
  says({-8, 4, false, 40, 24, 0, {}, {}, {}}, "picture of -8x4 pixels");
  says({70000, 4, false, 40, 24, 0, {}, {}, {}}, "picture of 70000x4 pixels");
  says({60000, 60000, true, 40, 8, 1, {}, random_palette(2), {}}, "picture of 60000x60000 pixels");
  FileBytes early = tb::bmp_file({4, 4, false, 40, 24, 0, {}, {}, FileBytes(48, 1)});
  early[10] = 20;
  EXPECT_NE(refusal(early).find("begin at byte 20"), std::string::npos) << refusal(early);
}

TEST_F(Bmp, TheSharedCaseFromTheTop) {
  std::ifstream in(UVEA_SHARED_DIR "/cases/topdown.bmp", std::ios::binary);
  if (!in) GTEST_SKIP() << "no ../shared/cases here";
  const FileBytes file{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const FileBytes pixels = decoded(file);
  ASSERT_EQ(pixels.size(), 8U * 8 * 3);
  // The first stored row is the first of the picture; it is stored blue, green, red.
  for (std::size_t x = 0; x < 8; ++x)
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(pixels[3 * x + c], file[54 + 3 * x + 2 - c]);
}

}  // namespace
}  // namespace uvea::nn
