#pragma once
// Text in columns, for the terminal.

#include <string>
#include <vector>

namespace uvea::report {

using Line = std::vector<std::string>;

struct TableForm {
  std::vector<std::size_t> left;  ///< columns that stand to the left; the others to the right
  bool rule_before_last = false;  ///< as well as behind the heading
};

/// The first line is the heading. All lines have its number of cells.
std::string aligned(const std::vector<Line>& lines, const TableForm& form);

/// At most `longest` characters, cut in the middle: the ends of layer names are what tells them
/// apart. What a terminal cannot show is a '?'.
std::string shortened(const std::string& name, std::size_t longest);

/// A bar of at most `width` characters for a share of 0..1.
std::string bar(double share, std::size_t width);

/// As a field of a CSV file: quoted where it must be.
std::string csv_field(const std::string& text);

}  // namespace uvea::report
