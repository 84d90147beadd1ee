// Binary PGM (P5) and PPM (P6), 8 or 16 bits a sample.

#include "sw/nn/pictures/decoders.h"

namespace uvea::nn {
namespace {

bool is_space(std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The next number of the head, past blanks and comments; -1 when there is none.
std::int64_t next_number(const FileBytes& file, std::size_t& at) {
  while (at < file.size() && (is_space(file[at]) || file[at] == '#')) {
    if (file[at] == '#')
      while (at < file.size() && file[at] != '\n') ++at;
    else
      ++at;
  }
  constexpr std::int64_t too_large = 1'000'000'000;
  std::int64_t value = -1;
  for (; at < file.size() && file[at] >= '0' && file[at] <= '9'; ++at) {
    value = (value < 0 ? 0 : value) * 10 + (file[at] - '0');
    if (value > too_large) return too_large;
  }
  return value;
}

}  // namespace

DecodedPicture decode_pnm(const FileBytes& file, const std::string& where) {
  const bool colour = file.size() > 1 && file[1] == '6';
  const std::string kind = colour ? "PPM" : "PGM";
  std::size_t at = 2;
  const std::int64_t width = next_number(file, at);
  const std::int64_t height = next_number(file, at);
  const std::int64_t most = next_number(file, at);
  if (width < 0 || height < 0 || most < 1 || most > 65535 || at >= file.size() ||
      !is_space(file[at]))
    bad_picture(where, kind, "its head is not width, height and a maximum of 1..65535");
  ++at;
  require_size(width, height, where);
  DecodedPicture decoded;
  Picture& picture = decoded.picture;
  const std::size_t samples = static_cast<std::size_t>(width * height) * (colour ? 3 : 1);
  const std::size_t bytes = most > 255 ? 2 : 1;
  if ((file.size() - at) / bytes < samples) bad_picture(where, kind, "cut short");
  picture = blank_picture(static_cast<int>(width), static_cast<int>(height), colour ? 3 : 1);
  for (std::uint8_t& pixel : picture.pixels) {
    std::int64_t sample = file[at++];
    if (bytes == 2) sample = sample * 256 + file[at++];
    if (sample > most) bad_picture(where, kind, "a sample above the maximum");
    pixel = static_cast<std::uint8_t>((sample * 255 + most / 2) / most);
  }
  return decoded;
}

}  // namespace uvea::nn
