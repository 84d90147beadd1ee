#pragma once
// The names of a network's classes, from the user's file.

#include <string>
#include <vector>

namespace uvea::tb {

struct ClassLabels {
  std::vector<std::string> names;  ///< one per class
  std::string note;                ///< what was assumed; empty when the file has a line per class
};

/// A class a line, the first line class 0; empty lines at the end do not count. Networks with a
/// background class 0 are often used with files without it, and the other way round: one line less
/// than there are classes makes class 0 "background", one line more is taken when the first line is
/// "background", which is left out. Throws UserError for any other number of lines.
ClassLabels load_class_labels(const std::string& path, int classes);

}  // namespace uvea::tb
