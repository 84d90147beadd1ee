#include "sw/nn/table_csv.h"

#include <algorithm>

#include "sw/user_error.h"

namespace uvea::nn {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> fields;
  for (;;) {
    const auto comma = line.find(',');
    fields.emplace_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

/// A comment is printed to terminals and written to reports, so it has to be plain text.
bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

void take_header(CsvTable& table, std::string_view line, int number, const std::string& where) {
  table.header = split(line);
  table.header_line = number;
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    const auto& column = table.header[i];
    const std::string position = "column " + std::to_string(i + 1);
    if (column.empty()) csv_error(where, number, position + " has no name, expected a column name");
    const auto end = table.header.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(table.header.begin(), end, column) != end)
      csv_error(where, number, "column " + in_quotes(column) + " is there twice, expected it once");
  }
}

void take_row(CsvTable& table, std::string_view line, int number, const std::string& where,
              int max_rows) {
  if (table.rows.size() >= static_cast<std::size_t>(max_rows))
    csv_error(where, number,
              "one row too many, expected at most " + std::to_string(max_rows) + " layers");
  CsvRow row{number, split(line)};
  if (row.fields.size() != table.header.size())
    csv_error(where, number,
              "row has " + std::to_string(row.fields.size()) + " fields, expected " +
                  std::to_string(table.header.size()) + " as in the header of line " +
                  std::to_string(table.header_line));
  table.rows.push_back(std::move(row));
}

}  // namespace

void csv_error(const std::string& where, int line, const std::string& what) {
  throw UserError(where + ":" + std::to_string(line) + ": " + what);
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string out = "\"";
  for (const char c : text.substr(0, longest)) out += is_control(c) || c == '\t' ? '?' : c;
  return out + (text.size() > longest ? "...\"" : "\"");
}

CsvTable read_csv(std::string_view text, const std::string& where, int max_rows) {
  CsvTable table;
  int number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (number == 1) {
      if (line.empty() || line.front() != '#') break;
      table.comment = trimmed(line.substr(1));
      if (std::any_of(table.comment.begin(), table.comment.end(), is_control))
        csv_error(where, number, "comment has control characters, expected plain text");
    } else if (line.empty() || line.front() == '#') {
      continue;
    } else if (table.header.empty()) {
      take_header(table, line, number, where);
    } else {
      take_row(table, line, number, where, max_rows);
    }
  }
  if (table.comment.empty())
    csv_error(where, 1, "no source given, expected a line '# where the figures come from'");
  if (table.header.empty())
    csv_error(where, number, "file ends without a header, expected a line with the column names");
  if (table.rows.empty())
    csv_error(where, number, "file ends without a row, expected one row per layer");
  return table;
}

}  // namespace uvea::nn
