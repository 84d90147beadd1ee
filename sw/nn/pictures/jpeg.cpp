// JPEG by libjpeg.

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstring>

// After <cstdio>, which it needs.
#include <jpeglib.h>
// After jpeglib.h.
#include <jerror.h>

#include "sw/nn/pictures/decoders.h"

namespace uvea::nn {
namespace {

constexpr int exif_marker = JPEG_APP0 + 1;
/// Progressive files may have a scan per coefficient and bit; more passes are an attack. Large
/// pictures get fewer, so that the work stays bounded.
constexpr int most_scans = 500;
constexpr std::int64_t most_scanned_pixels = 16 * ImageLimits::pixels;

/// One file being decoded. libjpeg leaves a failed call by longjmp, past no object of ours: what a
/// call may have made lives here.
class Decoder {
 public:
  explicit Decoder(const FileBytes& file) : file_(file) {
    jpeg_.err = jpeg_std_error(&errors_);
    errors_.error_exit = fail;
    errors_.emit_message = warn;
    errors_.output_message = [](j_common_ptr) {};
    progress_.progress_monitor = watch;
    jpeg_.client_data = this;
    created_ = create();
  }
  ~Decoder() { jpeg_destroy_decompress(&jpeg_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// False when the file is damaged; why() then says how.
  bool read_header() {
    if (!created_) return false;
    if (setjmp(out_) != 0) return false;
    jpeg_mem_src(&jpeg_, file_.data(), static_cast<unsigned long>(file_.size()));
    jpeg_save_markers(&jpeg_, exif_marker, 0xffff);
    jpeg_read_header(&jpeg_, TRUE);
    jpeg_.out_color_space = jpeg_.num_components == 1   ? JCS_GRAYSCALE
                            : jpeg_.num_components == 3 ? JCS_RGB
                                                        : JCS_CMYK;
    return true;
  }

  bool read_pixels(Picture& picture) {
    if (setjmp(out_) != 0) return false;
    jpeg_.progress = &progress_;
    jpeg_start_decompress(&jpeg_);
    while (jpeg_.output_scanline < jpeg_.output_height) {
      JSAMPROW row =
          picture.pixels.data() + picture.offset(static_cast<int>(jpeg_.output_scanline), 0);
      jpeg_read_scanlines(&jpeg_, &row, 1);
    }
    jpeg_finish_decompress(&jpeg_);
    return true;
  }

  int width() const { return static_cast<int>(jpeg_.image_width); }
  int height() const { return static_cast<int>(jpeg_.image_height); }
  int components() const { return jpeg_.num_components; }
  bool inverted() const { return jpeg_.saw_Adobe_marker != FALSE; }
  const char* why() const { return why_; }

  int orientation() const {
    for (auto marker = jpeg_.marker_list; marker != nullptr; marker = marker->next) {
      if (marker->data_length > 6 && std::memcmp(marker->data, "Exif\0\0", 6) == 0)
        return exif_orientation(marker->data, marker->data_length);
    }
    return 1;
  }

 private:
  bool create() {
    if (setjmp(out_) != 0) return false;
    jpeg_create_decompress(&jpeg_);
    return true;
  }

  static Decoder& self(j_common_ptr jpeg) { return *static_cast<Decoder*>(jpeg->client_data); }

  [[noreturn]] static void fail(j_common_ptr jpeg) {
    char message[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, message);
    leave(self(jpeg), message);
  }
  [[noreturn]] static void leave(Decoder& decoder, const char* message) {
    std::snprintf(decoder.why_, sizeof decoder.why_, "%s", message);
    std::longjmp(decoder.out_, 1);
  }
  /// libjpeg would go on with grey for what is missing. Not so here, but for what leaves the pixels
  /// as they are.
  static void warn(j_common_ptr jpeg, int level) {
    if (level >= 0) return;  // for tracing
    const int code = jpeg->err->msg_code;
    if (code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM) return;
    fail(jpeg);
  }
  static void watch(j_common_ptr jpeg) {
    Decoder& decoder = self(jpeg);
    const std::int64_t scans = decoder.jpeg_.input_scan_number;
    if (scans > most_scans || scans * decoder.width() * decoder.height() > most_scanned_pixels)
      leave(decoder, "more scans than any picture needs");
  }

  const FileBytes& file_;
  jpeg_decompress_struct jpeg_{};
  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf out_{};
  bool created_ = false;
  char why_[JMSG_LENGTH_MAX] = {};
};

/// Ink on white paper. Files with Adobe's marker hold how much light each ink leaves, others how
/// much ink there is.
Picture rgb_of_cmyk(const Picture& inks, bool inverted) {
  Picture rgb = blank_picture(inks.width, inks.height, 3);
  const std::size_t count = rgb.pixels.size() / 3;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* ink = &inks.pixels[4 * i];
    const auto light = [inverted](std::uint8_t v) { return inverted ? v : 255 - v; };
    for (std::size_t c = 0; c < 3; ++c)
      rgb.pixels[3 * i + c] =
          static_cast<std::uint8_t>((light(ink[c]) * light(ink[3]) + 127) / 255);
  }
  return rgb;
}

}  // namespace

DecodedPicture decode_jpeg(const FileBytes& file, const std::string& where) {
  Decoder decoder(file);
  if (!decoder.read_header()) bad_picture(where, "JPEG", decoder.why());
  require_size(decoder.width(), decoder.height(), where);
  const int stored = decoder.components();
  if (stored != 1 && stored != 3 && stored != 4)
    bad_picture(where, "JPEG", std::to_string(stored) + " components");
  DecodedPicture decoded;
  decoded.orientation = decoder.orientation();  // libjpeg forgets its markers at the end
  decoded.picture = blank_picture(decoder.width(), decoder.height(), stored);
  if (!decoder.read_pixels(decoded.picture)) bad_picture(where, "JPEG", decoder.why());
  if (stored == 4) decoded.picture = rgb_of_cmyk(decoded.picture, decoder.inverted());
  return decoded;
}

}  // namespace uvea::nn
