#pragma once
// The columns of a layer table. docs/formats.md has the same list; a test holds the two together.

#include <string>
#include <vector>

namespace uvea::nn {

struct TableColumn {
  const char* name;
  const char* also;      ///< another name that is taken for it; "" for none
  const char* rows;      ///< the types that have it: "all", "conv" (all but matmul) or "matmul"
  const char* left_out;  ///< what an empty or missing field stands for; "" when it must be there
  const char* expected;  ///< one phrase
};

std::vector<TableColumn> table_columns();

/// The column of a title, in any letters, "" for none.
std::string table_column(const std::string& title);

}  // namespace uvea::nn
