// EXIF orientation by libexif.

#include <libexif/exif-data.h>

#include <memory>

#include "sw/nn/pictures/decoders.h"

namespace uvea::nn {

int exif_orientation(const std::uint8_t* block, std::size_t size) {
  const std::unique_ptr<ExifData, void (*)(ExifData*)> data(
      exif_data_new_from_data(block, static_cast<unsigned>(size)), exif_data_unref);
  if (!data) return 1;
  const ExifEntry* entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT || entry->components < 1 ||
      entry->size < 2)
    return 1;
  const int orientation = exif_get_short(entry->data, exif_data_get_byte_order(data.get()));
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

}  // namespace uvea::nn
