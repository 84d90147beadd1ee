#pragma once
// The decoders behind decode_picture(), one per kind of file.
//
// Each takes a whole file, checks its size with require_size() before it makes room for pixels, and
// throws UserError (bad_picture()) for anything that is not whole and sound.

#include <cstdint>
#include <string>
#include <vector>

#include "sw/nn/pictures/picture.h"

namespace uvea::nn {

using FileBytes = std::vector<std::uint8_t>;

struct DecodedPicture {
  Picture picture;      ///< as it is stored: 1 to 4 channels, not yet turned
  int orientation = 1;  ///< EXIF, 1..8; 1 is upright
};

DecodedPicture decode_png(const FileBytes& file, const std::string& where);
DecodedPicture decode_jpeg(const FileBytes& file, const std::string& where);
DecodedPicture decode_bmp(const FileBytes& file, const std::string& where);
DecodedPicture decode_pnm(const FileBytes& file, const std::string& where);

/// Throws UserError: `where`: a damaged `kind` picture (`reason`), and what to do.
[[noreturn]] void bad_picture(const std::string& where, const std::string& kind,
                              const std::string& reason);

/// Throws UserError unless both sides and their product are within ImageLimits.
void require_size(std::int64_t width, std::int64_t height, const std::string& where);

/// A black picture of a size that require_size() has passed.
Picture blank_picture(int width, int height, int channels);

/// The orientation in an EXIF block ("Exif", two zeros, a TIFF structure); 1 when there is none or
/// it makes no sense.
int exif_orientation(const std::uint8_t* block, std::size_t size);

}  // namespace uvea::nn
