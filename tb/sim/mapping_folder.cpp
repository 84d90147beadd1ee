#include "tb/sim/mapping_folder.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "tb/config/cache_folder.h"

namespace uvea::tb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEnding = ".mapping";
constexpr const char* kUnfinished = ".unfinished-";  ///< and six letters

/// Those of the best 64 take less than half of it; what is longer is none.
constexpr std::size_t kMostBytes = std::size_t{1} << 16;

bool is_ours(const fs::path& file) {
  return file.extension() == kEnding || file.filename().string().rfind(kUnfinished, 0) == 0;
}

}  // namespace

MappingFolder::MappingFolder(std::string folder, std::size_t most)
    : folder_(std::move(folder)), most_(most) {}

MappingFolder::~MappingFolder() {
  if (!saved_) return;
  try {
    drop_oldest();
  } catch (const std::exception&) {  // another program's turn
  }
}

std::string MappingFolder::load(const std::string& key) {
  if (folder_.empty()) return {};
  const fs::path path = fs::path(folder_) / (key + kEnding);
  std::error_code error;
  // Nothing that reading waits for.
  if (!fs::is_regular_file(path, error)) return {};
  std::ifstream file(path, std::ios::binary);
  std::string entry(kMostBytes, '\0');
  file.read(entry.data(), static_cast<std::streamsize>(entry.size()));
  entry.resize(static_cast<std::size_t>(file.gcount()));
  return entry;
}

void MappingFolder::save(const std::string& key, const std::string& entry) {
  if (folder_.empty() || entry.size() >= kMostBytes) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  std::string name = (fs::path(folder_) / kUnfinished).string() + "XXXXXX";
  const int made = ::mkstemp(name.data());
  if (made < 0) return;
  ::close(made);
  std::ofstream file(name, std::ios::binary);
  file << entry;
  file.close();
  if (file) fs::rename(name, fs::path(folder_) / (key + kEnding), error);
  if (!file || error) {
    fs::remove(name, error);
    return;
  }
  saved_ = true;
}

void MappingFolder::drop_oldest() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    const fs::file_time_type time = at->last_write_time(gone);
    if (!gone && is_ours(at->path())) files.emplace_back(time, at->path());
  }
  if (files.size() <= most_) return;
  // Some more than that, so that not every run has to.
  const std::size_t dropped = std::min(files.size(), files.size() - most_ + most_ / 8);
  std::sort(files.begin(), files.end());
  for (std::size_t i = 0; i < dropped; ++i) fs::remove(files[i].second, error);
}

std::string user_mapping_folder() {
  std::string cache = chosen_cache_folder();
  if (cache.empty()) cache = home_cache_folder();
  return cache.empty() ? cache : (fs::path(cache) / "mappings").string();
}

}  // namespace uvea::tb
