#pragma once
// Picture files made from pixels, for tests of what reads them.

#include <cstdint>
#include <string>
#include <vector>

namespace uvea::tb {

enum class PictureKind { png, bmp, jpeg };
constexpr PictureKind kPictureKinds[] = {PictureKind::png, PictureKind::bmp, PictureKind::jpeg};
const char* ending_of(PictureKind kind);  ///< "png", "bmp", "jpg"

/// channels: 1 grey, 3 RGB, 4 RGBA. JPEG at quality 100.
std::vector<std::uint8_t> picture_file(PictureKind kind, int width, int height, int channels,
                                       const std::vector<std::uint8_t>& pixels);

}  // namespace uvea::tb
