// Damaged pictures of every kind that is read: refused in one line, or decoded to pixels that fill
// them. What is under checksums may not come out different.

#include <gtest/gtest.h>
#include <zlib.h>

#include "sw/nn/pictures/picture.h"
#include "tb/tests/fuzz/mutants.h"
#include "tb/tests/nn/jpeg_files.h"
#include "tb/tests/nn/picture_files.h"
#include "tb/tests/nn/pictures.h"

namespace uvea {
namespace {

using tb::FileBytes;
using test::fuzz;

FileBytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }
std::string text_of(const FileBytes& bytes) { return {bytes.begin(), bytes.end()}; }

FileBytes some_bytes(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  FileBytes bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() >> 40);
  return bytes;
}

nn::Picture decoded(const FileBytes& file, int channels) {
  std::vector<std::string> notes;
  nn::Picture picture = nn::decode_picture(file, channels, "mutant", notes);
  EXPECT_EQ(picture.channels, channels);
  EXPECT_EQ(picture.pixels.size(), picture.offset(picture.height, 0));
  EXPECT_FALSE(picture.pixels.empty());
  return picture;
}

void fuzz_picture(const FileBytes& sound, std::uint64_t seed) {
  decoded(sound, 3);
  fuzz(text_of(sound), seed, [](const std::string& mutant) {
    decoded(bytes_of(mutant), mutant.size() % 2 == 0 ? 1 : 3);
  });
}

/// Sets the checksum of every chunk right, so that damage gets past it.
void repair_png(FileBytes& file) {
  const auto number = [&file](std::size_t at) {
    std::size_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i) value = value * 256 + file[i];
    return value;
  };
  for (std::size_t at = 8; file.size() >= at + 12;) {
    const std::size_t size = number(at);
    if (size > file.size() - at - 12) return;
    const uLong sum = ::crc32(0, file.data() + at + 4, static_cast<uInt>(size + 4));
    for (std::size_t i = 0; i < 4; ++i)
      file[at + 8 + size + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
    at += size + 12;
  }
}

const tb::PngSpec kIndexed{9,
                           5,
                           8,
                           3,
                           some_bytes(45, 1),
                           some_bytes(3 * 256, 2),
                           some_bytes(200, 3),
                           tb::exif_tiff(6, true)};

TEST(PictureFuzz, PngIsTheSameOrRefused) {
  for (const FileBytes& sound :
       {tb::picture_file(tb::PictureKind::png, 8, 8, 3, some_bytes(192, 4)),
        tb::png_file(kIndexed)}) {
    const FileBytes pixels = decoded(sound, 3).pixels;
    fuzz(text_of(sound), 21, [&pixels](const std::string& mutant) {
      EXPECT_EQ(decoded(bytes_of(mutant), 3).pixels, pixels);
    });
  }
}

TEST(PictureFuzz, PngWithRightChecksums) {
  std::uint64_t seed = 22;
  for (const FileBytes& sound :
       {tb::png_file(kIndexed), tb::png_file({5, 7, 16, 6, some_bytes(280, 5), {}, {}, {}}),
        tb::png_file({13, 6, 2, 0, some_bytes(24, 6), {}, {0, 1}, {}})}) {
    decoded(sound, 3);
    fuzz(text_of(sound), seed++, [](const std::string& mutant) {
      FileBytes file = bytes_of(mutant);
      repair_png(file);
      decoded(file, 3);
    });
  }
}

TEST(PictureFuzz, Jpeg) {
  const FileBytes pixels = some_bytes(16 * 16 * 3, 7);
  std::uint64_t seed = 31;
  for (const tb::JpegKind kind : {tb::JpegKind::baseline, tb::JpegKind::progressive,
                                  tb::JpegKind::cmyk, tb::JpegKind::cmyk_of_adobe}) {
    fuzz_picture(tb::with_segment(tb::jpeg_file(kind, 16, 16, pixels), 0xe1,
                                  tb::exif_segment(8, seed % 2 == 0)),
                 seed);
    ++seed;
  }
}

TEST(PictureFuzz, Bmp) {
  std::mt19937_64 random(8);
  std::vector<tb::BmpSpec> specs{
      {9, 7, true, 40, 24, 0, {}, {}, some_bytes(7 * 28, 9)},
      {9,
       7,
       false,
       124,
       32,
       3,
       {0xff0000, 0xff00, 0xff, 0xff000000},
       {},
       some_bytes(9 * 7 * 4, 10)},
      {9, 7, false, 40, 16, 3, {0xf800, 0x7e0, 0x1f}, {}, some_bytes(20 * 7, 11)},
      {9, 7, false, 12, 4, 0, {}, some_bytes(3 * 16, 12), some_bytes(8 * 7, 13)}};
  for (const int bits : {8, 4}) {
    tb::BmpSpec runs{30, 9, false, 40, bits, bits == 8 ? 1U : 2U, {}, some_bytes(3U << bits, 14),
                     {}};
    std::vector<std::uint32_t> indices(30 * 9);
    for (auto& index : indices) index = random() % 2 == 0 ? 0 : random() & 15;
    runs.data = tb::bmp_runs(indices, 30, bits, false, random);
    specs.push_back(runs);
  }
  std::uint64_t seed = 41;
  for (const tb::BmpSpec& spec : specs) fuzz_picture(tb::bmp_file(spec), seed++);
}

TEST(PictureFuzz, Pnm) {
  std::string head = "P6 # colours\n8 8\n255\n";
  fuzz_picture(bytes_of(head + text_of(some_bytes(192, 15))), 51);
  head = "P5\n8 8 65535\n";
  fuzz_picture(bytes_of(head + text_of(some_bytes(128, 16))), 52);
}

TEST(PictureFuzz, ExifAlone) {
  // Behind a sound picture, so that nothing else is damaged.
  const FileBytes jpeg = tb::picture_file(tb::PictureKind::jpeg, 8, 4, 1, FileBytes(32, 7));
  const FileBytes sound = tb::exif_segment(5, false);
  std::mt19937_64 random(61);
  for (int i = 0; i < test::mutants_of_each_kind(); ++i) {
    const FileBytes mutant = bytes_of(test::mutate(text_of(sound), random));
    const nn::Picture picture = decoded(tb::with_segment(jpeg, 0xe1, mutant), 1);
    EXPECT_EQ(picture.width * picture.height, 32);
  }
}

}  // namespace
}  // namespace uvea
