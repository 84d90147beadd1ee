#pragma once
// Decoded pictures, and their resizing.
//
// Read are PNG (every kind, 16 bits become 8), JPEG (baseline and progressive, grey, colour, CMYK),
// BMP (1 to 32 bits, palettes, bit fields, run lengths, rows from the top or the bottom) and binary
// PGM and PPM. A picture that carries an EXIF orientation is turned to it; one with transparency is
// laid over white.

#include <cstdint>
#include <string>
#include <vector>

namespace uvea::nn {

/// Bounds on pictures, so that a small file cannot expand without end.
struct ImageLimits {
  static constexpr std::int64_t file_bytes = std::int64_t{1} << 30;
  static constexpr int side = 65535;                             ///< pixels
  static constexpr std::int64_t pixels = std::int64_t{1} << 28;  ///< 268 million
};

struct Picture {
  int width = 0, height = 0;
  int channels = 0;                  ///< 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
  std::vector<std::uint8_t> pixels;  ///< [height][width][channels], 0..255

  std::size_t offset(int y, int x) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
            static_cast<std::size_t>(x)) *
           static_cast<std::size_t>(channels);
  }
  std::uint8_t at(int y, int x, int c) const {
    return pixels[offset(y, x) + static_cast<std::size_t>(c)];
  }
};

/// The kinds that are read, for messages.
constexpr const char* picture_kinds = "PNG, JPEG, BMP, or binary PGM or PPM";

/// True when the bytes begin as a picture of a kind that is read does.
bool looks_like_picture(const std::vector<std::uint8_t>& file);

/// The name of a picture kind that is known by its first bytes but not read ("GIF", "WebP", ...);
/// empty for all else.
std::string unread_picture_kind(const std::vector<std::uint8_t>& file);

/// True when the name ends as those of pictures that are read do (.png, .jpg, .jpeg, .bmp, .ppm,
/// .pgm, .pnm), in either case.
bool named_as_picture(const std::string& path);

/// channels: 1 (grey) or 3 (RGB). `where` stands for the file in errors. What was done to the
/// picture beside decoding is added to `notes`, one line each, as "turned ..." or "laid over ...".
/// Throws UserError when the bytes cannot be decoded whole or are beyond ImageLimits.
Picture decode_picture(const std::vector<std::uint8_t>& file, int channels,
                       const std::string& where, std::vector<std::string>& notes);

/// Cuts around the centre to the aspect ratio width : height, then resizes bilinearly.
Picture crop_and_resize(const Picture& in, int width, int height);

}  // namespace uvea::nn
