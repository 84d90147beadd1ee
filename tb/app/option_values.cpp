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

double number_in(const std::string& option, const std::string& text, double lowest,
                 double highest) {
  const double value = number(text);
  if (!(value >= lowest && value <= highest)) {
    throw UserError(fmt::format("--{} '{}' is not allowed: expected a number in {:g}..{:g}", option,
                                text.substr(0, 40), lowest, highest));
  }
  return value;
}

std::vector<double> numbers(const std::string& option, const std::string& text,
                            const std::string& expected) {
  std::vector<double> values;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    values.push_back(number(text.substr(at, comma - at)));
    at = comma + 1;
    if (std::isnan(values.back())) {
      throw UserError(fmt::format("--{} '{}' is not allowed: expected {}", option,
                                  text.substr(0, 40), expected));
    }
  }
  return values;
}

}  // namespace uvea::tb
