#include "tb/trace/fragment.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "tb/sim/byte_packer.h"

namespace uvea::trace {
namespace {

struct Foot {
  std::uint64_t info_at = 0, info_bytes = 0;
  std::uint64_t mark = 0;
};
constexpr std::uint64_t kMark = 0x0065636172742E75;

template <typename Archive, typename Track>
void track_fields(Archive& archive, Track& track) {
  archive.field(track.kind);
  archive.field(track.group);
  archive.field(track.of_chip);
  archive.field(track.path);
  archive.field(track.name);
  archive.field(track.unit);
  archive.field(track.bits);
  archive.field(track.states);
  archive.field(track.shown);
  archive.field(track.scale);
}

template <typename Archive, typename Info>
void info_fields(Archive& archive, Info& info) {
  archive.all(info.tracks, [](Archive& of_one, auto& track) { track_fields(of_one, track); });
  archive.field(info.layers);
  archive.field(info.disordered);
}

std::vector<std::uint8_t> pack(const FragmentInfo& info) {
  tb::Packer packer;
  info_fields(packer, info);
  packer.field(static_cast<std::uint64_t>(info.sources.size()));
  for (const auto& [source, path] : info.sources) {
    packer.field(source);
    packer.field(path);
  }
  return packer.take();
}

FragmentInfo unpack(const std::vector<std::uint8_t>& bytes) {
  tb::Unpacker unpacker(bytes);
  FragmentInfo info;
  info_fields(unpacker, info);
  std::uint64_t sources = 0;
  unpacker.field(sources);
  for (std::uint64_t i = 0; i < sources; ++i) {
    std::uint32_t source = 0;
    unpacker.field(source);
    unpacker.field(info.sources[source]);
  }
  return info;
}

}  // namespace

int make_scratch_file(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  int file = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  // Not every file system has files without a name.
  std::string name = folder + "/.uvea-trace-XXXXXX";
  file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) throw std::system_error(errno, std::generic_category(), folder);
  ::unlink(name.c_str());
  return file;
}

int write_info(int file, std::uint64_t chunks, const FragmentInfo& info) {
  std::vector<std::uint8_t> bytes = pack(info);
  const Foot foot{chunks, bytes.size(), kMark};
  const auto* foot_bytes = reinterpret_cast<const std::uint8_t*>(&foot);
  bytes.insert(bytes.end(), foot_bytes, foot_bytes + sizeof foot);
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::write(file, bytes.data() + done, bytes.size() - done);
    if (n > 0) done += static_cast<std::size_t>(n);
    if (n < 0 && errno != EINTR) return errno;
  }
  return 0;
}

Fragment::Fragment(int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0 || status.st_size < static_cast<off_t>(sizeof(Foot)))
    throw std::runtime_error("its process left nothing");
  size_ = static_cast<std::size_t>(status.st_size);
  void* data = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file, 0);
  if (data == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  data_ = static_cast<const std::uint8_t*>(data);
  Foot foot;
  std::memcpy(&foot, data_ + size_ - sizeof foot, sizeof foot);
  if (foot.mark != kMark || foot.info_at + foot.info_bytes + sizeof foot != size_) {
    ::munmap(data, size_);
    throw std::runtime_error("its process did not come to the end");
  }
  info_ = unpack({data_ + foot.info_at, data_ + foot.info_at + foot.info_bytes});
  chunks_.resize(info_.tracks.size());
  for (std::uint64_t at = 0; at < foot.info_at;) {
    ChunkView chunk;
    std::memcpy(&chunk.head, data_ + at, sizeof chunk.head);
    chunk.bytes = data_ + at + sizeof chunk.head;
    at += sizeof chunk.head + chunk.head.bytes;
    chunks_.at(chunk.head.track).push_back(chunk);
  }
}

Fragment::~Fragment() {
  if (data_ != nullptr) ::munmap(const_cast<std::uint8_t*>(data_), size_);
}

Fragment::Fragment(Fragment&& other) noexcept
    : data_(other.data_),
      size_(other.size_),
      info_(std::move(other.info_)),
      chunks_(std::move(other.chunks_)) {
  other.data_ = nullptr;
}

Fragment& Fragment::operator=(Fragment&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(info_, other.info_);
  std::swap(chunks_, other.chunks_);
  return *this;
}

}  // namespace uvea::trace
