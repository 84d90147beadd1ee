#include "tb/tests/app/listed.h"

#include "tb/tests/app/program.h"

namespace uvea::test {
namespace {

/// The first word of each line that begins with `start`, without it.
std::vector<std::string> words_after(const std::string& start, const std::string& text) {
  std::vector<std::string> words;
  for (const std::string& line : lines_of(text)) {
    if (line.rfind(start, 0) != 0) continue;
    const std::string rest = line.substr(start.size());
    words.push_back(rest.substr(0, rest.find(' ')));
  }
  return words;
}

}  // namespace

std::vector<std::string> listed_commands() {
  return words_after("  uvea ", run_program({"help"}).out);
}

std::set<std::string> listed_options(const std::string& command) {
  std::set<std::string> options;
  for (const std::string& name : words_after("  --", run_program({"help", command}).out))
    options.insert("--" + name);
  return options;
}

}  // namespace uvea::test
