#include "tb/app/shell_word.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>

namespace uvea::tb {

std::string shell_word(const std::string& word) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::strchr("/._-+:,@%=", c);
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string shell_program(const std::string& program) {
  const char* const data = std::getenv("UVEA_DATA");
  return (data == nullptr ? "" : "UVEA_DATA=" + shell_word(data) + " ") + shell_word(program);
}

}  // namespace uvea::tb
