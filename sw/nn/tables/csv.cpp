#include "sw/nn/tables/csv.h"

#include <algorithm>

#include "sw/user_error.h"

namespace uvea::nn {

namespace {

/// Spreadsheets leave no-break spaces (U+00A0, UTF-8) as blanks.
constexpr std::string_view no_break_space = "\xc2\xa0";

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  for (;;) {
    if (!text.empty() && is_blank(text.front()))
      text.remove_prefix(1);
    else if (!text.empty() && is_blank(text.back()))
      text.remove_suffix(1);
    else if (text.substr(0, 2) == no_break_space)
      text.remove_prefix(2);
    else if (text.size() >= 2 && text.substr(text.size() - 2) == no_break_space)
      text.remove_suffix(2);
    else
      return text;
  }
}

std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> fields;
  for (;;) {
    const auto at = line.find(separator);
    fields.emplace_back(trimmed(line.substr(0, at)));
    if (at == std::string_view::npos) break;
    line.remove_prefix(at + 1);
  }
  if (fields.size() > 1 && !fields.back().empty() && fields.back().front() == '#')
    fields.back().clear();
  return fields;
}

void drop_empty_end(std::vector<std::string>& fields) {
  while (!fields.empty() && fields.back().empty()) fields.pop_back();
}

/// A comment is printed to terminals and written to reports, so it has to be plain text.
bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

char separator_of(std::string_view header) {
  for (const char separator : {',', '\t', ';'})
    if (header.find(separator) != std::string_view::npos) return separator;
  return ',';
}

/// Takes a line, without its end, off the text.
std::string_view next_line(std::string_view& text) {
  const auto end = text.find_first_of("\r\n");
  const auto line = text.substr(0, end);
  if (end == std::string_view::npos) {
    text = {};
  } else {
    const bool two = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    text.remove_prefix(end + (two ? 2 : 1));
  }
  return line;
}

void take_row(CsvTable& table, std::vector<std::string> fields, int number, int max_rows) {
  const std::string& where = table.file;
  if (table.rows.size() >= static_cast<std::size_t>(max_rows))
    csv_error(where, number,
              "one row too many, expected at most " + std::to_string(max_rows) + " layers");
  const std::size_t columns = table.header.size(), there = fields.size();
  drop_empty_end(fields);
  if (there < columns || fields.size() > columns)
    csv_error(where, number,
              "row has " + std::to_string(there < columns ? there : fields.size()) +
                  " fields, expected " + std::to_string(columns) + " as in the header of line " +
                  std::to_string(table.header_line));
  fields.resize(columns);
  table.rows.push_back({number, where, std::move(fields)});
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

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string listed(const std::vector<std::string>& texts) {
  constexpr std::size_t most = 40;
  std::string out;
  for (std::size_t i = 0; i < texts.size() && i < most; ++i) {
    const std::string quoted = in_quotes(texts[i]);
    out += (i == 0 ? "" : ", ") + quoted.substr(1, quoted.size() - 2);
  }
  return out + (texts.size() > most ? ", ..." : "");
}

CsvTable read_csv(std::string_view text, const std::string& where, int max_rows) {
  CsvTable table;
  table.file = where;
  if (text.substr(0, 2) == "\xff\xfe" || text.substr(0, 2) == "\xfe\xff")
    csv_error(where, 1, "text is UTF-16, expected UTF-8: save the table as CSV UTF-8");
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  int number = 0;
  bool first = true;
  char separator = ',';
  while (!text.empty()) {
    const auto line = trimmed(next_line(text));
    ++number;
    if (line.empty()) continue;
    if (line.front() == '#') {
      if (first) {
        // Spreadsheets fill the line up with separators.
        table.comment = trimmed(line.substr(1, line.find_last_not_of(",; \t")));
        if (std::any_of(table.comment.begin(), table.comment.end(), is_control))
          csv_error(where, number, "comment has control characters, expected plain text");
      }
      first = false;
      continue;
    }
    first = false;
    if (table.header.empty()) separator = separator_of(line);
    std::vector<std::string> fields = split(line, separator);
    if (std::all_of(fields.begin(), fields.end(), [](const auto& f) { return f.empty(); }))
      continue;
    if (table.header.empty()) {
      drop_empty_end(fields);
      table.header = std::move(fields);
      table.header_line = number;
    } else {
      take_row(table, std::move(fields), number, max_rows);
    }
  }
  if (table.header.empty())
    csv_error(where, std::max(number, 1),
              "file ends without a header, expected a line with the column names");
  if (table.rows.empty())
    csv_error(where, number, "file ends without a row, expected one row per layer");
  return table;
}

}  // namespace uvea::nn
