#include "sw/nn/import/import_text.h"

#include <algorithm>

namespace uvea::nn {

std::string file_stem(const std::string& path, const std::string& ending) {
  const std::string file = path.substr(path.find_last_of('/') + 1);
  const std::size_t dot = file.rfind(ending);
  return dot == std::string::npos || dot == 0 ? file : file.substr(0, dot);
}

std::string without_quoting(std::string name) {
  for (char& c : name)
    if (c == ' ' || c == ',' || c == '"' || c == '\\') c = '_';
  return name;
}

std::string told_at_once(const std::vector<std::string>& texts) {
  constexpr std::size_t most = 12;
  std::string told;
  for (std::size_t i = 0; i < std::min(texts.size(), most); ++i)
    told += (i == 0 ? "" : "; ") + texts[i];
  if (texts.size() > most) told += "; and " + std::to_string(texts.size() - most) + " more";
  return told;
}

}  // namespace uvea::nn
