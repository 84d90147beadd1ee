#pragma once
// JPEG files of kinds that the small encoder (pictures.h) does not write, by libjpeg.

#include <cstdint>
#include <vector>

namespace uvea::tb {

enum class JpegKind { baseline, progressive, cmyk, cmyk_of_adobe };

/// [height][width][red, green, blue], at quality 100 without subsampling.
std::vector<std::uint8_t> jpeg_file(JpegKind kind, int width, int height,
                                    const std::vector<std::uint8_t>& rgb);

}  // namespace uvea::tb
