#pragma once
// Decoded pictures: PNG, JPEG and BMP by stb_image, and their resizing.

#include <cstdint>
#include <string>
#include <vector>

namespace uvea::nn {

struct Picture {
  int width = 0, height = 0, channels = 0;
  std::vector<std::uint8_t> pixels;  ///< [height][width][channels], 0..255

  std::uint8_t at(int y, int x, int c) const {
    return pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                   static_cast<std::size_t>(x)) *
                      static_cast<std::size_t>(channels) +
                  static_cast<std::size_t>(c)];
  }
};

/// True when the bytes begin as a PNG, JPEG or BMP file does.
bool looks_like_picture(const std::vector<std::uint8_t>& file);

/// channels: 1 (grey) or 3 (RGB). `where` stands for the file in errors.
/// Throws UserError when the bytes cannot be decoded or are beyond ImageLimits.
Picture decode_picture(const std::vector<std::uint8_t>& file, int channels,
                       const std::string& where);

/// Cuts around the centre to the aspect ratio width : height, then resizes bilinearly.
Picture crop_and_resize(const Picture& in, int width, int height);

}  // namespace uvea::nn
