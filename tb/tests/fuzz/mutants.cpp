#include "tb/tests/fuzz/mutants.h"

#include <cstdlib>

namespace uvea::test {

int mutants_of_each_kind() {
  const char* count = std::getenv("UVEA_FUZZ_MUTANTS");
  return count == nullptr ? 3000 : std::atoi(count);
}

std::string mutate(const std::string& original, std::mt19937_64& random) {
  std::string text = original;
  const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (std::size_t times = 1 + below(8); times > 0 && !text.empty(); --times) {
    const std::size_t at = below(text.size());
    switch (below(6)) {
      case 0:
        text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 1:
        text[at] = static_cast<char>(random());
        break;
      case 2:
        text.erase(at, 1 + below(16));
        break;
      case 3:
        text.insert(at, text.substr(below(text.size()), 1 + below(16)));
        break;
      case 4:
        if (below(8) == 0) text.resize(at);
        break;
      default:
        text[at] = static_cast<char>('0' + below(10));
        break;
    }
  }
  return text;
}

}  // namespace uvea::test
