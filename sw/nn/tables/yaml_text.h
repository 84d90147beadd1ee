#pragma once
// The text of a YAML file with what it includes, and where each of its lines came from.

#include <string>
#include <utility>
#include <vector>

namespace uvea::nn {

struct YamlText {
  std::string text;
  std::vector<std::pair<std::string, int>> lines;  ///< file and 1-based line of each line

  /// Throws UserError "file:line: what"; `line` is 0-based, as yaml-cpp counts.
  [[noreturn]] void fail(int line, const std::string& what) const;
};

/// Lines {{include_text('FILE')}} become the text of FILE, relative to the including file, four
/// deep and within TableLimits::file_bytes together. Throws UserError for another {{ or {%.
YamlText read_yaml_text(const std::string& path);

/// The same from a text; an include in it is an error.
YamlText yaml_text(const std::string& text, const std::string& where);

}  // namespace uvea::nn
