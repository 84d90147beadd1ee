#pragma once
// The text of a layer table: perhaps a comment line, one header line, rows of fields. No quoting: a
// field holds no separator. Knows nothing of layers.

#include <string>
#include <string_view>
#include <vector>

namespace uvea::nn {

struct CsvRow {
  int line = 0;                     ///< 1-based, in the file
  std::string file;                 ///< for errors
  std::vector<std::string> fields;  ///< as many as the header has, blanks around them removed
};

struct CsvTable {
  std::string comment;  ///< first line without its '#'; empty when there is none
  std::string file;     ///< for errors
  int header_line = 0;
  std::vector<std::string> header;  ///< in the file's letters
  std::vector<CsvRow> rows;
};

/// Splits a table. Fields are parted by commas; where the header has none, by tabs or semicolons.
/// Lines end with LF, CR LF or CR. Empty lines, lines of separators only and, behind the first,
/// lines that start with '#' are skipped, as are a byte order mark, empty fields at the end of a
/// line and a last field that is a remark ('#'). `where` stands for the file in errors. Throws
/// UserError ("where:line: what, what is expected") when the header or every row is missing, a row
/// has another number of fields than the header, there are more than max_rows rows, the comment has
/// control characters or the text is UTF-16.
CsvTable read_csv(std::string_view text, const std::string& where, int max_rows);

/// Throws UserError "where:line: what".
[[noreturn]] void csv_error(const std::string& where, int line, const std::string& what);

/// A user's text as it is fit for an error line: in double quotes, cut, without control characters.
std::string in_quotes(std::string_view text);

/// ASCII letters made small.
std::string lower_case(std::string_view text);

/// "a, b, c" of the texts, printable; at most the first 40.
std::string listed(const std::vector<std::string>& texts);

}  // namespace uvea::nn
