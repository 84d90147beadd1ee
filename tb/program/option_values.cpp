#include "tb/program/option_values.h"

#include <cmath>
#include <locale>
#include <sstream>

namespace uvea::tb {

double share(const std::string& option, const std::string& text) {
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  double value = -1;
  if (!(in >> value) || in.peek() != std::istringstream::traits_type::eof() ||
      !std::isfinite(value) || value < 0 || value > 1) {
    throw UserError(fmt::format("--{} '{}' is not allowed: expected a number in 0..1", option,
                                text.substr(0, 40)));
  }
  return value;
}

}  // namespace uvea::tb
