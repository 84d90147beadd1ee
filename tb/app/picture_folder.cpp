#include "tb/app/picture_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "sw/nn/pictures/picture.h"
#include "sw/user_error.h"

namespace uvea::tb {
namespace {

namespace fs = std::filesystem;

bool is_picture(const fs::path& path) {
  if (nn::named_as_picture(path.string())) return true;
  constexpr std::streamsize head = 32;  // of any kind that is known
  std::vector<std::uint8_t> bytes(head);
  std::ifstream in(path, std::ios::binary);
  in.read(reinterpret_cast<char*>(bytes.data()), head);
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return nn::looks_like_picture(bytes) || !nn::unread_picture_kind(bytes).empty();
}

}  // namespace

bool is_folder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

PictureFolder pictures_in(const std::string& folder, const std::string& option) {
  PictureFolder found;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    std::error_code dangling;
    if (!entries->is_regular_file(dangling)) continue;
    if (is_picture(entries->path()))
      found.files.push_back(entries->path().string());
    else
      ++found.others;
  }
  if (error)
    throw UserError(
        fmt::format("{}: the folder '{}' cannot be read: {}", option, folder, error.message()));
  if (found.files.empty())
    throw UserError(fmt::format("{}: no picture in the folder '{}', expected {}", option, folder,
                                nn::picture_kinds));
  std::sort(found.files.begin(), found.files.end());
  return found;
}

}  // namespace uvea::tb
