#include "sw/nn/tables/yaml_text.h"

#include <algorithm>
#include <filesystem>

#include "sw/nn/tables/csv.h"
#include "sw/nn/tables/layer_table.h"
#include "sw/nn/tables/table_import.h"

namespace uvea::nn {

namespace {

constexpr int deepest_include = 4;
constexpr int most_includes = 64;

std::string without_blanks(const std::string& line) {
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

/// The FILE of {{include_text('FILE')}}, or "" for another line.
std::string included_file(const std::string& line) {
  std::string inner = without_blanks(line);
  if (inner.rfind("{{", 0) != 0 || inner.size() < 4 || inner.substr(inner.size() - 2) != "}}")
    return {};
  inner = without_blanks(inner.substr(2, inner.size() - 4));
  for (const char* name : {"include_text(", "include("}) {
    if (inner.rfind(name, 0) != 0 || inner.back() != ')') continue;
    const std::size_t head = std::string(name).size();
    const std::string argument = without_blanks(inner.substr(head, inner.size() - head - 1));
    const char quote = argument.empty() ? '\0' : argument.front();
    if (argument.size() > 2 && (quote == '\'' || quote == '"') &&
        argument.find(quote, 1) == argument.size() - 1)
      return argument.substr(1, argument.size() - 2);
  }
  return {};
}

/// `includes`: how many more are allowed.
void add(YamlText& to, const std::string& text, const std::string& file, int& includes, int depth) {
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    const bool remark = without_blanks(line).rfind('#', 0) == 0;
    if (!remark && (line.find("{{") != std::string::npos || line.find("{%") != std::string::npos)) {
      const std::string other = included_file(line);
      if (other.empty() || includes-- <= 0 || depth >= deepest_include)
        csv_error(file, number,
                  "a template, expected plain YAML or a line {{include_text('FILE')}}, at most " +
                      std::to_string(deepest_include) + " deep and " +
                      std::to_string(most_includes) +
                      " in all; Timeloop's parsed-processed-input.yaml has templates written out");
      const auto path = std::filesystem::path(file).parent_path() / other;
      add(to, read_table_text(path.string()), path.string(), includes, depth + 1);
      continue;
    }
    if (to.text.size() + line.size() >= static_cast<std::size_t>(TableLimits::file_bytes))
      csv_error(file, number,
                "text is larger than " + std::to_string(TableLimits::file_bytes) +
                    " bytes with what it includes, expected at most that");
    to.text += line + "\n";
    to.lines.emplace_back(file, number);
  }
}

}  // namespace

void YamlText::fail(int line, const std::string& what) const {
  if (lines.empty()) csv_error("YAML", 1, what);
  const auto at =
      std::clamp<std::ptrdiff_t>(line, 0, static_cast<std::ptrdiff_t>(lines.size()) - 1);
  const auto& [file, number] = lines[static_cast<std::size_t>(at)];
  csv_error(file, number, what);
}

YamlText read_yaml_text(const std::string& path) {
  YamlText text;
  int includes = most_includes;
  add(text, read_table_text(path), path, includes, 0);
  return text;
}

YamlText yaml_text(const std::string& content, const std::string& where) {
  YamlText text;
  int includes = 0;
  add(text, content, where, includes, 0);
  return text;
}

}  // namespace uvea::nn
