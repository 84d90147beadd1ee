#include "tb/app/dump_output.h"

#include <filesystem>
#include <set>
#include <system_error>

#include "sw/user_error.h"
#include "tb/app/safe_file.h"

namespace uvea::tb {
namespace {

constexpr const char* option = "--dump-output";

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

}  // namespace

std::vector<std::string> dump_names(const std::vector<std::string>& tensors) {
  constexpr std::size_t longest = 120;
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const std::string& tensor : tensors) {
    std::string name = tensor.substr(0, longest);
    for (char& c : name)
      if (!plain(c)) c = '_';
    if (name.empty() || name.front() == '.') name.insert(0, "_");
    std::string unique = name;
    for (int n = 2; !taken.insert(unique).second; ++n) unique = name + "_" + std::to_string(n);
    names.push_back(unique + ".bin");
  }
  return names;
}

void check_dump(const std::string& path, std::size_t tensors) {
  std::error_code error;
  if (tensors == 1) {
    require_writable(path, option);
  } else if (std::filesystem::exists(path, error) && !std::filesystem::is_directory(path, error)) {
    throw UserError(std::string(option) + " '" + path + "' is no folder: the network has " +
                    std::to_string(tensors) + " outputs, each becomes a file NAME.bin in a folder");
  } else {
    const OutputFolder check(path, option);
  }
}

void write_dump(const std::string& path, const std::vector<DumpedTensor>& tensors) {
  if (tensors.size() == 1) {
    const auto& bytes = tensors.front().tensor->bytes;
    write_whole(path, bytes.data(), bytes.size(), option);
    return;
  }
  const OutputFolder folder(path, option);
  std::vector<std::string> names;
  for (const DumpedTensor& dumped : tensors) names.push_back(dumped.name);
  names = dump_names(names);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto& bytes = tensors[i].tensor->bytes;
    write_whole(folder.file(names[i]), bytes.data(), bytes.size(), option);
  }
}

}  // namespace uvea::tb
