#pragma once
// The head of a BMP file, of every version from OS/2 1 to Windows 5.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sw/nn/pictures/decoders.h"

namespace uvea::nn {

/// Where one colour lies in a pixel of 16 or 32 bits. No bits: the colour is not stored.
struct BmpField {
  unsigned shift = 0, bits = 0;
  /// 0..255; 0 for a colour that is not stored.
  std::uint8_t of(std::uint32_t pixel) const;
};

struct BmpHead {
  enum class Packing { plain, rle8, rle4 };

  int width = 0, height = 0;
  bool from_top = false;  ///< rows are stored from the top, else from the bottom
  int bits = 0;           ///< of a pixel: 1, 2, 4, 8 with a palette; 16, 24, 32
  Packing packing = Packing::plain;
  std::array<BmpField, 4> fields{};                  ///< red, green, blue, alpha
  std::vector<std::array<std::uint8_t, 3>> palette;  ///< red, green, blue
  std::size_t pixels_at = 0;                         ///< in the file; not beyond its end
};

/// Throws UserError for a damaged head, a size beyond ImageLimits, or a kind that is not read.
BmpHead read_bmp_head(const FileBytes& file, const std::string& where);

}  // namespace uvea::nn
