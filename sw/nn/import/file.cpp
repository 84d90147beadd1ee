#include "sw/nn/import/file.h"

#include <filesystem>
#include <fstream>

#include "sw/user_error.h"

namespace uvea::nn {

std::vector<std::uint8_t> read_file(const std::string& path, const std::string& what) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw UserError(path + ": no such file; expected " + what);
  if (!fs::is_regular_file(status)) throw UserError(path + ": not a file; expected " + what);
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) throw UserError(path + ": cannot be read (" + error.message() + ")");
  if (size >= (std::uintmax_t{1} << 31))
    throw UserError(path + ": larger than 2 GB; expected " + what);
  std::ifstream in(path, std::ios::binary);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!in) throw UserError(path + ": cannot be read; check its permissions");
  return bytes;
}

}  // namespace uvea::nn
