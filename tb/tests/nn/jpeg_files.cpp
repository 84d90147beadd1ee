#include "tb/tests/nn/jpeg_files.h"

#include <cstdio>
#include <cstdlib>

// After <cstdio>, which it needs.
#include <jpeglib.h>

namespace uvea::tb {

std::vector<std::uint8_t> jpeg_file(JpegKind kind, int width, int height,
                                    const std::vector<std::uint8_t>& rgb) {
  const bool inks = kind == JpegKind::cmyk || kind == JpegKind::cmyk_of_adobe;
  std::vector<std::uint8_t> samples;
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    // Without black, an ink is what its colour lacks; Adobe stores it the other way round.
    const bool inverted = kind == JpegKind::cmyk;
    samples.push_back(static_cast<std::uint8_t>(inverted ? 255 - rgb[i] : rgb[i]));
    if (inks && i % 3 == 2) samples.push_back(inverted ? 0 : 255);
  }
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};  // ends the test program: nothing here can fail
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &memory, &size);
  jpeg.image_width = static_cast<JDIMENSION>(width);
  jpeg.image_height = static_cast<JDIMENSION>(height);
  jpeg.input_components = inks ? 4 : 3;
  jpeg.in_color_space = inks ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 100, TRUE);
  jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
  if (kind == JpegKind::progressive) jpeg_simple_progression(&jpeg);
  jpeg.write_Adobe_marker = kind == JpegKind::cmyk_of_adobe ? TRUE : FALSE;
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = samples.data() + static_cast<std::size_t>(jpeg.next_scanline) *
                                        static_cast<std::size_t>(width * jpeg.input_components);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::vector<std::uint8_t> file(memory, memory + size);
  jpeg_destroy_compress(&jpeg);
  std::free(memory);
  return file;
}

}  // namespace uvea::tb
