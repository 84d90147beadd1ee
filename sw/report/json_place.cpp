#include "sw/report/json_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sw/user_error.h"

namespace uvea::report {

namespace fs = std::filesystem;

void JsonPlace::refuse(const std::string& expected) const {
  throw UserError(fmt::format("{}: {} is {}, expected {}: is this a file that uvea run wrote?",
                              file_, place_.empty() ? "the whole" : place_,
                              value_.is_null() ? "null" : "a " + std::string(value_.type_name()),
                              expected));
}

JsonPlace JsonPlace::operator[](const std::string& key) const {
  const Json& all = object();
  if (!all.contains(key))
    throw UserError(
        fmt::format("{}: {} is missing: is this a file that uvea run wrote?", file_, below(key)));
  return {file_, below(key), all[key]};
}

const JsonPlace::Json& JsonPlace::object() const {
  if (!value_.is_object()) refuse("an object");
  return value_;
}

std::vector<JsonPlace> JsonPlace::items() const {
  if (!value_.is_array()) refuse("a list");
  std::vector<JsonPlace> items;
  for (std::size_t i = 0; i < value_.size(); ++i)
    items.emplace_back(file_, fmt::format("{}[{}]", place_, i), value_[i]);
  return items;
}

std::string JsonPlace::text() const {
  if (!value_.is_string()) refuse("a text");
  return value_.get<std::string>();
}

std::uint64_t JsonPlace::count() const {
  if (!value_.is_number_unsigned()) refuse("a whole number that is not negative");
  return value_.get<std::uint64_t>();
}

double JsonPlace::real() const {
  if (!value_.is_number()) refuse("a number");
  return value_.get<double>();
}

bool JsonPlace::flag() const {
  if (!value_.is_boolean()) refuse("true or false");
  return value_.get<bool>();
}

std::vector<std::pair<std::string, std::uint64_t>> JsonPlace::counts() const {
  std::vector<std::pair<std::string, std::uint64_t>> values;
  for (const auto& [key, value] : object().items())
    values.emplace_back(key, JsonPlace(file_, below(key), value).count());
  return values;
}

nlohmann::ordered_json read_json(const std::string& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored))
    throw UserError(fmt::format("{} is not there: uvea run NETWORK --out FOLDER writes it", file));
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in || fs::is_directory(file, ignored))
    throw UserError(fmt::format("{} cannot be read", file));
  try {
    return nlohmann::ordered_json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    const std::size_t end = std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    throw UserError(fmt::format("{}:{}: this is no JSON: is it whole?", file, line));
  }
}

}  // namespace uvea::report
