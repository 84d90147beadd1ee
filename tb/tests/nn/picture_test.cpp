// Pictures other than BMP: depths, palettes, transparency, orientation, size, and what is refused.

#include "sw/nn/pictures/picture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "sw/user_error.h"
#include "tb/tests/nn/jpeg_files.h"
#include "tb/tests/nn/picture_files.h"
#include "tb/tests/nn/pictures.h"

namespace uvea::nn {
namespace {

using tb::FileBytes;
using tb::picture_file;
using tb::PictureKind;
using tb::PngSpec;

constexpr std::uint64_t kSeed = 62;

class Pictures : public ::testing::Test {
 protected:
  Pictures() { std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed)); }
  FileBytes random_bytes(std::size_t count) {
    FileBytes bytes(count);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
  }
  std::mt19937_64 random{kSeed};
};

Picture decoded(const FileBytes& file, int channels, std::vector<std::string>* told = nullptr) {
  std::vector<std::string> notes;
  Picture picture = decode_picture(file, channels, "x", notes);
  if (told != nullptr) *told = notes;
  return picture;
}

std::string refusal(const FileBytes& file) {
  try {
    decoded(file, 3);
  } catch (const UserError& error) {
    return error.what();
  }
  return {};
}

std::uint8_t over_white(int colour, int alpha) {
  return static_cast<std::uint8_t>(std::lround((colour * alpha + 255 * (255 - alpha)) / 255.0));
}

TEST_F(Pictures, PngOfSixteenBits) {
  for (const int colour : {0, 2}) {
    const std::size_t samples = colour == 0 ? 1 : 3;
    const FileBytes rows = random_bytes(6 * 5 * samples * 2);
    PngSpec spec{6, 5, 16, colour, rows, {}, {}, {}};
    FileBytes expected;
    for (std::size_t i = 0; i < rows.size(); i += 2) {
      const double sample = rows[i] * 256 + rows[i + 1];
      expected.push_back(static_cast<std::uint8_t>(std::lround(sample * 255 / 65535)));
    }
    EXPECT_EQ(decoded(tb::png_file(spec), static_cast<int>(samples)).pixels, expected);
  }
}

TEST_F(Pictures, PngOfFewBits) {
  const PngSpec grey{4, 1, 2, 0, {0x1b}, {}, {}, {}};  // 0, 1, 2, 3
  EXPECT_EQ(decoded(tb::png_file(grey), 1).pixels, (FileBytes{0, 85, 170, 255}));
  const FileBytes palette = random_bytes(3 * 16);
  const PngSpec indexed{4, 1, 4, 3, {0x0f, 0x3a}, palette, {}, {}};
  FileBytes expected;
  for (const std::size_t index : {0U, 15U, 3U, 10U})
    expected.insert(expected.end(), palette.begin() + static_cast<std::ptrdiff_t>(3 * index),
                    palette.begin() + static_cast<std::ptrdiff_t>(3 * index + 3));
  EXPECT_EQ(decoded(tb::png_file(indexed), 3).pixels, expected);
}

TEST_F(Pictures, TransparencyIsLaidOverWhiteAndTold) {
  std::vector<std::string> notes;
  const FileBytes rgba = random_bytes(4 * 4 * 4);
  FileBytes expected;
  for (std::size_t i = 0; i < rgba.size(); ++i)
    if (i % 4 != 3) expected.push_back(over_white(rgba[i], rgba[i / 4 * 4 + 3]));
  EXPECT_EQ(decoded(picture_file(PictureKind::png, 4, 4, 4, rgba), 3, &notes).pixels, expected);
  EXPECT_EQ(notes, std::vector<std::string>{"laid over white where transparent"});

  const PngSpec grey{3, 1, 8, 4, {10, 0, 10, 255, 10, 51}, {}, {}, {}};  // grey and alpha
  EXPECT_EQ(decoded(tb::png_file(grey), 1, &notes).pixels, (FileBytes{255, 10, 206}));
  EXPECT_EQ(notes.size(), 1U);

  const PngSpec indexed{2, 1, 8, 3, {0, 1}, {10, 20, 30, 40, 50, 60}, {0}, {}};
  EXPECT_EQ(decoded(tb::png_file(indexed), 3, &notes).pixels,
            (FileBytes{255, 255, 255, 40, 50, 60}));
  EXPECT_EQ(notes.size(), 1U);

  const PngSpec one_colour{2, 1, 8, 2, {1, 2, 3, 4, 5, 6}, {}, {0, 4, 0, 5, 0, 6}, {}};
  EXPECT_EQ(decoded(tb::png_file(one_colour), 3, &notes).pixels,
            (FileBytes{1, 2, 3, 255, 255, 255}));
  EXPECT_EQ(notes.size(), 1U);

  // Opaque all over: nothing was done, nothing is told.
  FileBytes opaque = rgba;
  for (std::size_t i = 3; i < opaque.size(); i += 4) opaque[i] = 255;
  decoded(picture_file(PictureKind::png, 4, 4, 4, opaque), 3, &notes);
  EXPECT_TRUE(notes.empty());
}

/// Where the pixel (y, x) of the upright picture of height x width is stored, as the table of the
/// EXIF standard says it: which side is the stored row 0, and which the stored column 0.
std::pair<int, int> stored_place(int orientation, int y, int x, int height, int width) {
  const int bottom = height - 1 - y, right = width - 1 - x;
  switch (orientation) {
    case 2:
      return {y, right};  // top, right
    case 3:
      return {bottom, right};  // bottom, right
    case 4:
      return {bottom, x};  // bottom, left
    case 5:
      return {x, y};  // left, top
    case 6:
      return {right, y};  // right, top
    case 7:
      return {right, bottom};  // right, bottom
    case 8:
      return {x, bottom};  // left, bottom
    default:
      return {y, x};  // top, left
  }
}

TEST_F(Pictures, EveryExifOrientationIsTurnedUpright) {
  constexpr int height = 24, width = 40;
  // Blocks of 8 x 8 of one grey, which a JPEG keeps.
  const auto grey = [](int y, int x) { return static_cast<std::uint8_t>(y / 8 * 80 + x / 8 * 16); };
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const bool swapped = orientation >= 5;
    const int stored_width = swapped ? height : width, stored_height = swapped ? width : height;
    FileBytes stored(static_cast<std::size_t>(height * width));
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const auto [row, column] = stored_place(orientation, y, x, height, width);
        stored[static_cast<std::size_t>(row * stored_width + column)] = grey(y, x);
      }
    const auto check = [&](const FileBytes& file, int tolerance) {
      std::vector<std::string> notes;
      const Picture picture = decoded(file, 1, &notes);
      ASSERT_EQ(picture.width, width);
      ASSERT_EQ(picture.height, height);
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
          ASSERT_NEAR(picture.at(y, x, 0), grey(y, x), tolerance)
              << orientation << " " << y << " " << x;
      ASSERT_EQ(notes.size(), orientation == 1 ? 0U : 1U);
      for (const std::string& note : notes)
        EXPECT_EQ(note, "turned to its EXIF orientation " + std::to_string(orientation));
    };
    const FileBytes jpeg = picture_file(PictureKind::jpeg, stored_width, stored_height, 1, stored);
    for (const bool big_endian : {false, true}) {
      const FileBytes exif = tb::exif_segment(orientation, big_endian);
      check(tb::with_segment(jpeg, 0xe1, exif), 3);
      // Another segment of the same number before it, as XMP is.
      check(tb::with_segment(tb::with_segment(jpeg, 0xe1, exif), 0xe1,
                             {'h', 't', 't', 'p', ':', '/', '/', 'n', 's', 0, 'x'}),
            3);
      PngSpec png{stored_width,
                  stored_height,
                  8,
                  0,
                  stored,
                  {},
                  {},
                  tb::exif_tiff(orientation, big_endian)};
      check(tb::png_file(png), 0);
    }
  }
}

TEST_F(Pictures, AnExifBlockWithoutSenseTurnsNothing) {
  const FileBytes jpeg = picture_file(PictureKind::jpeg, 8, 4, 1, FileBytes(32, 7));
  for (const int orientation : {0, 9, 300}) {
    std::vector<std::string> notes;
    EXPECT_EQ(
        decoded(tb::with_segment(jpeg, 0xe1, tb::exif_segment(orientation, true)), 1, &notes).width,
        8);
    EXPECT_TRUE(notes.empty());
  }
  FileBytes exif = tb::exif_segment(6, false);
  while (exif.size() > 7) {
    exif.pop_back();
    EXPECT_GE(decoded(tb::with_segment(jpeg, 0xe1, exif), 1).width, 4);
  }
}

TEST_F(Pictures, JpegOfEveryKind) {
  FileBytes rgb;
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 24; ++x)
      for (int c = 0; c < 3; ++c)
        rgb.push_back(static_cast<std::uint8_t>(8 * x + (c == 1 ? 5 * y : y)));
  for (const tb::JpegKind kind : {tb::JpegKind::baseline, tb::JpegKind::progressive,
                                  tb::JpegKind::cmyk, tb::JpegKind::cmyk_of_adobe}) {
    const Picture picture = decoded(tb::jpeg_file(kind, 24, 32, rgb), 3);
    ASSERT_EQ(picture.pixels.size(), rgb.size());
    for (std::size_t i = 0; i < rgb.size(); ++i)
      ASSERT_NEAR(picture.pixels[i], rgb[i], 6) << static_cast<int>(kind) << " " << i;
  }
}

TEST_F(Pictures, BinaryPgmAndPpm) {
  const auto pnm = [](const std::string& head, const FileBytes& samples) {
    FileBytes file(head.begin(), head.end());
    file.insert(file.end(), samples.begin(), samples.end());
    return file;
  };
  EXPECT_EQ(decoded(pnm("P5\n3 1\n255\n", {1, 2, 3}), 1).pixels, (FileBytes{1, 2, 3}));
  EXPECT_EQ(decoded(pnm("P5 # a comment\n# another\n3\t1 15\n", {0, 7, 15}), 1).pixels,
            (FileBytes{0, 119, 255}));
  EXPECT_EQ(decoded(pnm("P6 1 2 255 ", {1, 2, 3, 4, 5, 6}), 3).pixels,
            (FileBytes{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(decoded(pnm("P5 2 1 65535\n", {0x80, 0x80, 0xff, 0xff}), 1).pixels,
            (FileBytes{128, 255}));
  const FileBytes sound = pnm("P6 2 2 255\n", FileBytes(12, 9));
  EXPECT_EQ(refusal(sound), "");
  for (std::size_t size = 3; size < sound.size(); ++size)
    EXPECT_NE(refusal({sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size)}), "")
        << size;
  for (const char* head :
       {"P5 2 2 0\n", "P5 2 2 65536\n", "P5 2 -2 9\n", "P5 2 9\n", "P5 2 2 99999999999999\n"})
    EXPECT_NE(refusal(pnm(head, FileBytes(4, 1))).find("its head is not"), std::string::npos)
        << head;
  EXPECT_NE(refusal(pnm("P5 2 2 9\n", FileBytes(4, 10))).find("above the maximum"),
            std::string::npos);
  EXPECT_NE(refusal(pnm("P5 99999999999 2 9\n", {})).find("pixels, expected"), std::string::npos);
}

TEST_F(Pictures, LargeOnes) {
  // More than 40 million pixels and more than 16,384 a side.
  PngSpec spec{20000, 2100, 1, 0, FileBytes(2500 * 2100, 0xff), {}, {}, {}};
  const Picture picture = decoded(tb::png_file(spec), 1);
  EXPECT_EQ(picture.width, 20000);
  EXPECT_EQ(picture.pixels.size(), 42000000U);
  EXPECT_EQ(picture.pixels.back(), 255);
  EXPECT_EQ(crop_and_resize(picture, 2, 2).pixels, FileBytes(4, 255));
}

TEST_F(Pictures, BeyondAllBoundsAreRefusedBeforeTheyAreDecoded) {
  FileBytes huge = tb::png_file({4, 4, 8, 0, FileBytes(16, 1), {}, {}, {}});
  for (const std::size_t i : {16U, 20U}) huge[i + 2] = 0x4e;  // about 20,000 a side
  EXPECT_NE(refusal(huge).find("picture of 19972x19972 pixels"), std::string::npos)
      << refusal(huge);
  huge[17] = 1;  // and 65,536 more
  EXPECT_NE(refusal(huge).find("picture of 85508x"), std::string::npos) << refusal(huge);
}

TEST_F(Pictures, CutShortOrDamagedIsRefused) {
  const FileBytes pixels = random_bytes(8 * 8 * 3);
  for (const FileBytes& file : {picture_file(PictureKind::png, 8, 8, 3, pixels),
                                picture_file(PictureKind::jpeg, 8, 8, 3, pixels),
                                tb::jpeg_file(tb::JpegKind::progressive, 8, 8, pixels)}) {
    ASSERT_EQ(refusal(file), "");
    for (std::size_t size = 3; size < file.size(); ++size) {
      const std::string text =
          refusal({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)});
      EXPECT_NE(text, "") << size << " of " << file.size();
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
  }
  // Every byte of a PNG's data is under a checksum.
  const FileBytes sound = picture_file(PictureKind::png, 8, 8, 3, pixels);
  for (std::size_t i = 33; i + 12 < sound.size(); ++i) {
    FileBytes damaged = sound;
    damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ 0x10);
    EXPECT_NE(refusal(damaged), "") << i;
  }
}

TEST_F(Pictures, KindsThatAreNotReadAreNamed) {
  const auto kind = [](const std::string& head) {
    FileBytes file(head.begin(), head.end());
    file.resize(40);
    EXPECT_FALSE(looks_like_picture(file)) << head;
    const std::string text = refusal(file), name = unread_picture_kind(file);
    EXPECT_FALSE(name.empty()) << head;
    EXPECT_NE(text.find("a " + name + " picture, which is not read"), std::string::npos) << text;
    EXPECT_NE(text.find("convert it to PNG"), std::string::npos) << text;
    return name;
  };
  EXPECT_EQ(kind("GIF87a"), "GIF");
  EXPECT_EQ(kind("GIF89a"), "GIF");
  EXPECT_EQ(kind("RIFF....WEBPVP8 "), "WebP");
  EXPECT_EQ(kind(std::string("II*\0", 4)), "TIFF");
  EXPECT_EQ(kind(std::string("MM\0*", 4)), "TIFF");
  EXPECT_EQ(kind("\x01\x01\x01\x18"
                 "ftypheic"),
            "HEIC");
  EXPECT_EQ(kind("\x01\x01\x01\x18"
                 "ftypmif1"),
            "HEIC");
  EXPECT_EQ(kind("\x01\x01\x01\x18"
                 "ftypavif"),
            "AVIF");
  EXPECT_EQ(kind("\xff\x0a"), "JPEG XL");
  EXPECT_EQ(kind("P3\n4 4\n255\n"), "PNM of the kind P3");
  EXPECT_EQ(kind("8BPS"), "Photoshop");
}

}  // namespace
}  // namespace uvea::nn
