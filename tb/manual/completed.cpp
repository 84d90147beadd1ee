#include "tb/manual/completed.h"

#include <algorithm>
#include <sstream>

namespace uvea::tb {

Completion completion_of(const std::string& shown) {
  const auto has = [&shown](const char* word) { return shown.find(word) != std::string::npos; };
  if (shown == "section.key=value") return {Completed::chip_option, {}};
  if (has("NETWORK")) return {Completed::network, {}};
  if (has("COMMAND")) return {Completed::command, {}};
  if (has("FILE")) return {Completed::file, {}};
  if (has("DIR") || has("RUN")) return {Completed::folder, {}};
  const bool of_words = has("|") && std::all_of(shown.begin(), shown.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || c == '_' || c == '|';
                        });
  if (!of_words) return {};
  Completion completion{Completed::words, {}};
  std::istringstream words(shown);
  for (std::string word; std::getline(words, word, '|');) completion.words.push_back(word);
  return completion;
}

}  // namespace uvea::tb
