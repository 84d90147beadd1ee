#include "sw/nn/pictures/picture.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "sw/nn/pictures/decoders.h"
#include "sw/user_error.h"

namespace uvea::nn {

namespace {

bool has(const FileBytes& file, std::size_t at, const char* text, std::size_t size) {
  return file.size() >= at + size && std::memcmp(file.data() + at, text, size) == 0;
}

bool has(const FileBytes& file, std::size_t at, const char* text) {
  return has(file, at, text, std::strlen(text));
}

using Decode = DecodedPicture (*)(const FileBytes&, const std::string&);

/// Null when the bytes begin as no picture that is read does.
Decode decoder_for(const FileBytes& file) {
  if (has(file, 0, "\x89PNG")) return decode_png;
  if (has(file, 0, "\xff\xd8\xff")) return decode_jpeg;
  if (has(file, 0, "BM")) return decode_bmp;
  const bool pnm = has(file, 0, "P5") || has(file, 0, "P6");
  if (pnm && file.size() > 2 && (std::strchr(" \t\r\n#", file[2]) != nullptr && file[2] != 0))
    return decode_pnm;
  return nullptr;
}

/// The two neighbours of a sample point and how far it lies between them.
struct Sample {
  int low = 0, high = 0;
  double part = 0.0;
};

/// Sample points of `to` pixels laid over pixels first .. first + from - 1.
std::vector<Sample> samples(double first, double from, int to, int limit) {
  std::vector<Sample> points(static_cast<std::size_t>(to));
  for (int i = 0; i < to; ++i) {
    const double x = first + (i + 0.5) * from / to - 0.5;
    const double clamped = std::clamp(x, 0.0, static_cast<double>(limit - 1));
    const int low = static_cast<int>(std::floor(clamped));
    points[static_cast<std::size_t>(i)] = {low, std::min(low + 1, limit - 1), clamped - low};
  }
  return points;
}

/// Grey or RGB of what is stored, over white where it is transparent; true when it was somewhere.
bool flatten(Picture& picture, int channels) {
  const int stored = picture.channels;
  if (stored == channels) return false;
  const bool alpha = stored == 2 || stored == 4;
  const auto count = picture.pixels.size() / static_cast<std::size_t>(stored);
  Picture flat = blank_picture(picture.width, picture.height, channels);
  bool transparent = false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* from = &picture.pixels[i * static_cast<std::size_t>(stored)];
    std::uint8_t* to = &flat.pixels[i * static_cast<std::size_t>(channels)];
    const int opaque = alpha ? from[stored - 1] : 255;
    transparent = transparent || opaque != 255;
    int colour[3] = {from[0], stored < 3 ? from[0] : from[1], stored < 3 ? from[0] : from[2]};
    for (int& c : colour) c = (c * opaque + 255 * (255 - opaque) + 127) / 255;
    if (channels == 3) {
      std::copy(colour, colour + 3, to);
    } else {
      // Luminance of BT.601 in 1/256; equal components stay what they are.
      *to = static_cast<std::uint8_t>((77 * colour[0] + 150 * colour[1] + 29 * colour[2]) >> 8);
    }
  }
  picture = std::move(flat);
  return transparent;
}

/// As the picture is to be looked at. EXIF's orientation says which side of it row 0 and column 0
/// of the stored one are.
void turn(Picture& picture, int orientation) {
  if (orientation == 1) return;
  const bool swapped = orientation >= 5;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 7 ||
                           orientation == 8;  // of the stored rows, or columns when swapped
  const bool from_right =
      orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  Picture turned = blank_picture(swapped ? picture.height : picture.width,
                                 swapped ? picture.width : picture.height, picture.channels);
  for (int y = 0; y < turned.height; ++y) {
    for (int x = 0; x < turned.width; ++x) {
      const int v = from_bottom ? turned.height - 1 - y : y;
      const int u = from_right ? turned.width - 1 - x : x;
      const std::uint8_t* from =
          picture.pixels.data() + (swapped ? picture.offset(u, v) : picture.offset(v, u));
      std::copy(from, from + picture.channels, turned.pixels.data() + turned.offset(y, x));
    }
  }
  picture = std::move(turned);
}

}  // namespace

void bad_picture(const std::string& where, const std::string& kind, const std::string& reason) {
  throw UserError(where + ": damaged picture or a kind of " + kind + " that is not read (" +
                  reason + "), expected " + picture_kinds);
}

void require_size(std::int64_t width, std::int64_t height, const std::string& where) {
  if (width >= 1 && height >= 1 && width <= ImageLimits::side && height <= ImageLimits::side &&
      width * height <= ImageLimits::pixels)
    return;
  throw UserError(where + ": picture of " + std::to_string(width) + "x" + std::to_string(height) +
                  " pixels, expected 1 to " + std::to_string(ImageLimits::side) +
                  " a side and at most " + std::to_string(ImageLimits::pixels) + " in all");
}

Picture blank_picture(int width, int height, int channels) {
  Picture picture{width, height, channels, {}};
  picture.pixels.assign(picture.offset(height, 0), 0);
  return picture;
}

bool looks_like_picture(const FileBytes& file) { return decoder_for(file) != nullptr; }

std::string unread_picture_kind(const FileBytes& file) {
  if (has(file, 0, "GIF87a") || has(file, 0, "GIF89a")) return "GIF";
  if (has(file, 0, "RIFF") && has(file, 8, "WEBP")) return "WebP";
  if (has(file, 0, "II*\0", 4) || has(file, 0, "MM\0*", 4)) return "TIFF";
  if (has(file, 4, "ftypavif") || has(file, 4, "ftypavis")) return "AVIF";
  for (const char* brand : {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"})
    if (has(file, 4, "ftyp") && has(file, 8, brand)) return "HEIC";
  if (has(file, 0, "\xff\x0a") || has(file, 0, "\0\0\0\x0cJXL ", 8)) return "JPEG XL";
  if (has(file, 0, "\0\0\0\x0cjP  ", 8) || has(file, 0, "\xff\x4f\xff\x51")) return "JPEG 2000";
  if (has(file, 0, "8BPS")) return "Photoshop";
  if (has(file, 0, "\0\0\x01\0", 4)) return "icon";
  if (has(file, 0, "qoif")) return "QOI";
  for (const char* text : {"P1", "P2", "P3", "P4", "P7"})
    if (has(file, 0, text) && file.size() > 2 && (file[2] == '\n' || file[2] == ' '))
      return "PNM of the kind " + std::string(text);
  return {};
}

bool named_as_picture(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const char* known : {".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".pgm", ".pnm"})
    if (extension == known) return true;
  return false;
}

Picture decode_picture(const FileBytes& file, int channels, const std::string& where,
                       std::vector<std::string>& notes) {
  if (file.size() > static_cast<std::size_t>(ImageLimits::file_bytes))
    throw UserError(where + ": picture file of " + std::to_string(file.size()) +
                    " bytes, expected at most " + std::to_string(ImageLimits::file_bytes));
  const Decode decode = decoder_for(file);
  if (decode == nullptr) {
    const std::string kind = unread_picture_kind(file);
    throw UserError(where +
                    (kind.empty() ? ": not a picture of a kind that is read"
                                  : ": a " + kind + " picture, which is not read") +
                    ", expected " + picture_kinds + (kind.empty() ? "" : "; convert it to PNG"));
  }
  DecodedPicture decoded = decode(file, where);
  if (flatten(decoded.picture, channels)) notes.emplace_back("laid over white where transparent");
  turn(decoded.picture, decoded.orientation);
  if (decoded.orientation != 1)
    notes.push_back("turned to its EXIF orientation " + std::to_string(decoded.orientation));
  return std::move(decoded.picture);
}

Picture crop_and_resize(const Picture& in, int width, int height) {
  // Widest window of the wanted ratio; one of its sides is a side of the picture.
  const double ratio = static_cast<double>(width) / height;
  const double cut_w = std::min(static_cast<double>(in.width), in.height * ratio);
  const double cut_h = std::min(static_cast<double>(in.height), in.width / ratio);
  const auto columns = samples((in.width - cut_w) / 2.0, cut_w, width, in.width);
  const auto rows = samples((in.height - cut_h) / 2.0, cut_h, height, in.height);

  Picture out{width, height, in.channels, {}};
  out.pixels.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                     static_cast<std::size_t>(in.channels));
  for (const Sample& y : rows)
    for (const Sample& x : columns)
      for (int c = 0; c < in.channels; ++c) {
        const double top =
            in.at(y.low, x.low, c) * (1.0 - x.part) + in.at(y.low, x.high, c) * x.part;
        const double bottom =
            in.at(y.high, x.low, c) * (1.0 - x.part) + in.at(y.high, x.high, c) * x.part;
        const double value = top * (1.0 - y.part) + bottom * y.part;
        out.pixels.push_back(static_cast<std::uint8_t>(std::floor(value + 0.5)));
      }
  return out;
}

}  // namespace uvea::nn
