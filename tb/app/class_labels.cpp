#include "tb/app/class_labels.h"

#include <fmt/format.h>

#include <sstream>

#include "sw/nn/import/file.h"
#include "sw/user_error.h"

namespace uvea::tb {
namespace {

/// Fit for one line of a table.
std::string printable(std::string name) {
  constexpr std::size_t longest = 80;
  name = name.substr(0, longest);
  while (!name.empty() && (name.back() == '\r' || name.back() == ' ')) name.pop_back();
  for (char& c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return name;
}

bool is_background(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name == "background";
}

}  // namespace

ClassLabels load_class_labels(const std::string& path, int classes) {
  const std::vector<std::uint8_t> bytes = nn::read_file(path, "a text file, one class name a line");
  std::string text(bytes.begin(), bytes.end());
  if (text.find('\0') != std::string::npos)
    throw UserError(fmt::format("--labels {}: not a text file", path));
  if (text.rfind("\xef\xbb\xbf", 0) == 0) text.erase(0, 3);
  ClassLabels labels;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) labels.names.push_back(printable(line));
  while (!labels.names.empty() && labels.names.back().empty()) labels.names.pop_back();

  const std::size_t lines = labels.names.size(), wanted = static_cast<std::size_t>(classes);
  if (lines + 1 == wanted && lines > 0) {
    labels.names.insert(labels.names.begin(), "background");
    labels.note = fmt::format(
        "{} names {} of {} classes: the first is taken as class 1, class 0 as "
        "the background",
        path, lines, wanted);
  } else if (lines == wanted + 1 && is_background(labels.names.front())) {
    labels.names.erase(labels.names.begin());
    labels.note = fmt::format(
        "{} names {} classes, the network has {}: its first, background, is "
        "left out",
        path, lines, wanted);
  } else if (lines != wanted) {
    throw UserError(
        fmt::format("--labels {}: {} lines, expected one for each of the network's {} "
                    "classes (or all but a background class 0)",
                    path, lines, wanted));
  }
  return labels;
}

}  // namespace uvea::tb
