// uvea-make-manual man|bash|zsh FILE: writes the manual page or a completion; run by the build.

#include <cstdio>
#include <fstream>
#include <map>
#include <string>

#include "tb/manual/man_page.h"
#include "tb/manual/shell_completion.h"

int main(int argc, char* argv[]) {
  const std::map<std::string, std::string> texts{{"man", uvea::tb::man_page(UVEA_VERSION)},
                                                 {"bash", uvea::tb::bash_completion()},
                                                 {"zsh", uvea::tb::zsh_completion()}};
  const auto text = argc == 3 ? texts.find(argv[1]) : texts.end();
  if (text == texts.end()) {
    std::fprintf(stderr, "usage: uvea-make-manual man|bash|zsh FILE\n");
    return 2;
  }
  std::ofstream file(argv[2]);
  file << text->second;
  file.close();
  if (!file) {
    std::fprintf(stderr, "uvea-make-manual: error: %s cannot be written\n", argv[2]);
    return 2;
  }
  return 0;
}
