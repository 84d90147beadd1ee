#include "tb/app/option_values.h"

#include <algorithm>
#include <cmath>
#include <locale>
#include <sstream>

namespace uvea::tb {

namespace {

/// NaN when the text is no finite number.
double number(const std::string& text) {
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  double value = 0;
  const bool whole_text = in >> value && in.peek() == std::istringstream::traits_type::eof();
  return whole_text && std::isfinite(value) ? value : std::nan("");
}

}  // namespace

double share(const std::string& option, const std::string& text) {
  const double value = number(text);
  if (!(value >= 0 && value <= 1)) {
    throw UserError(fmt::format("--{} '{}' is not allowed: expected a number in 0..1", option,
                                text.substr(0, 40)));
  }
  return value;
}

std::vector<double> numbers(const std::string& option, const std::string& text) {
  std::vector<double> values;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    values.push_back(number(text.substr(at, comma - at)));
    at = comma + 1;
    if (std::isnan(values.back())) {
      throw UserError(
          fmt::format("--{} '{}' is not allowed: expected a number, or one per channel "
                      "separated by commas",
                      option, text.substr(0, 40)));
    }
  }
  return values;
}

}  // namespace uvea::tb
