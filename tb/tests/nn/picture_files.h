#pragma once
// Picture files of kinds that no encoder at hand writes, byte by byte, for tests of what reads
// them.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace uvea::tb {

using FileBytes = std::vector<std::uint8_t>;

/// A PNG without interlacing, every row unfiltered.
struct PngSpec {
  int width = 1, height = 1;
  int bits = 8;           ///< of a sample or palette index
  int colour = 2;         ///< 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
  FileBytes rows;         ///< the bytes of each row, without the filter's
  FileBytes palette;      ///< red, green, blue
  FileBytes transparent;  ///< the tRNS chunk
  FileBytes exif;         ///< the eXIf chunk
};
FileBytes png_file(const PngSpec& spec);

/// A BMP. The head's size says its version: 12, 40, 52, 56, 64, 108 or 124 bytes.
struct BmpSpec {
  int width = 1, height = 1;
  bool from_top = false;
  int head = 40;
  int bits = 24;
  unsigned compression = 0;
  std::vector<std::uint32_t> masks;  ///< in the head, or behind one of 40 bytes
  FileBytes palette;                 ///< red, green, blue
  FileBytes data;                    ///< as stored, after bmp_rows() or a run-length encoder
};
FileBytes bmp_file(const BmpSpec& spec);

/// Pixels of `bits` bits ([height][width], row 0 at the top) as rows of a BMP.
FileBytes bmp_rows(const std::vector<std::uint32_t>& pixels, int width, int bits, bool from_top);

/// Palette indices ([height][width], row 0 at the top) as run lengths of 8 or 4 bits, in a random
/// mixture of runs, literal pieces and (over stretches of index 0) moves.
FileBytes bmp_runs(const std::vector<std::uint32_t>& indices, int width, int bits, bool from_top,
                   std::mt19937_64& random);

/// An EXIF block without its head: a TIFF structure that holds the orientation only.
FileBytes exif_tiff(int orientation, bool big_endian);

/// A JPEG file with another segment after its first marker.
FileBytes with_segment(const FileBytes& jpeg, int marker, const FileBytes& content);

/// The content of an APP1 segment: "Exif", two zeros and the block.
FileBytes exif_segment(int orientation, bool big_endian);

}  // namespace uvea::tb
