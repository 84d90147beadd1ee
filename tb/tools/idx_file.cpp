#include "tb/tools/idx_file.h"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "sw/user_error.h"

namespace uvea::tb {
namespace {

constexpr std::uint8_t kUnsignedByte = 0x08;
constexpr std::size_t kLargest = std::size_t{1}
                                 << 30;  // bytes; far above the 47 MB of a training set

class GzReader {
 public:
  explicit GzReader(const std::string& path)
      : path_(path), file_(gzopen(path.c_str(), "rb"), gzclose) {
    if (!file_) throw UserError("cannot read " + path + ": " + std::strerror(errno));
  }

  void read(void* data, std::size_t size) {
    if (gzread(file_.get(), data, static_cast<unsigned>(size)) != static_cast<int>(size)) {
      throw UserError(path_ + ": the idx file ends early or is damaged");
    }
  }

  std::size_t read_size() {
    std::array<std::uint8_t, 4> b{};
    read(b.data(), b.size());
    return std::size_t{b[0]} << 24 | std::size_t{b[1]} << 16 | std::size_t{b[2]} << 8 | b[3];
  }

 private:
  std::string path_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

}  // namespace

IdxFile read_idx(const std::string& path, std::size_t dimensions) {
  GzReader in(path);
  std::array<std::uint8_t, 4> head{};
  in.read(head.data(), head.size());
  if (head[0] != 0 || head[1] != 0 || head[2] != kUnsignedByte || head[3] != dimensions) {
    throw UserError(path + ": expected an idx file of unsigned bytes with " +
                    std::to_string(dimensions) + " dimensions");
  }
  IdxFile file;
  std::size_t total = 1;
  for (std::size_t i = 0; i < dimensions; ++i) {
    file.sizes.push_back(in.read_size());
    if (file.sizes.back() == 0 || file.sizes.back() > kLargest / total) {
      throw UserError(path + ": an idx file of this size is not supported");
    }
    total *= file.sizes.back();
  }
  file.bytes.resize(total);
  in.read(file.bytes.data(), file.bytes.size());
  return file;
}

}  // namespace uvea::tb
