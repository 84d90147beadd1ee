#pragma once
// The text of a layer table: one comment line, one header line, rows of fields. No quoting: a field
// holds no comma. Knows nothing of layers.

#include <string>
#include <string_view>
#include <vector>

namespace uvea::nn {

struct CsvRow {
  int line = 0;                     ///< 1-based, in the file
  std::vector<std::string> fields;  ///< as many as the header has, blanks around them removed
};

struct CsvTable {
  std::string comment;  ///< first line without its '#'
  int header_line = 0;
  std::vector<std::string> header;
  std::vector<CsvRow> rows;
};

/// Splits a table. Empty lines and further lines that start with '#' are skipped; CR LF is
/// accepted. `where` stands for the file in errors. Throws UserError ("where:line: what, what is
/// expected") when the comment, the header or every row is missing, a column is there twice, a row
/// has another number of fields than the header, or there are more than max_rows rows.
CsvTable read_csv(std::string_view text, const std::string& where, int max_rows);

/// Throws UserError "where:line: what".
[[noreturn]] void csv_error(const std::string& where, int line, const std::string& what);

/// A user's text as it is fit for an error line: in double quotes, cut, without control characters.
std::string in_quotes(std::string_view text);

}  // namespace uvea::nn
