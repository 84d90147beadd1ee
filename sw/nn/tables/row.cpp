#include "sw/nn/tables/row.h"

#include <charconv>

namespace uvea::nn {

namespace {

template <typename T>
bool parse(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc{} && result.ptr == end && !text.empty();
}

}  // namespace

void TableRow::fail(const std::string& what) const { csv_error(row_.file, row_.line, what); }

std::string TableRow::text(const std::string& column) const {
  const auto at = row_.fields.find(column);
  return at == row_.fields.end() ? std::string() : at->second;
}

std::string TableRow::title(const std::string& column) const {
  const auto at = table_.titles.find(column);
  return at == table_.titles.end() ? column : at->second;
}

std::int64_t TableRow::number(const std::string& column, std::int64_t low,
                              std::int64_t high) const {
  std::int64_t value = 0;
  if (!parse(text(column), value) || value < low || value > high)
    fail(title(column) + " is " + in_quotes(text(column)) + ", expected an integer from " +
         std::to_string(low) + " to " + std::to_string(high));
  return value;
}

int TableRow::size(const std::string& column, int high) const {
  return static_cast<int>(number(column, 1, high));
}

int TableRow::size_or(const std::string& column, int high, int otherwise) const {
  return has(column) ? size(column, high) : otherwise;
}

double TableRow::density(const std::string& column) const {
  if (!has(column)) return 1.0;
  double value = 0.0;
  if (!parse(text(column), value) || !(value >= 0.0 && value <= 1.0))
    fail(title(column) + " is " + in_quotes(text(column)) + ", expected a number from 0 to 1");
  return value;
}

}  // namespace uvea::nn
