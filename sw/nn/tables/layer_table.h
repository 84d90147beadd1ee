#pragma once
// A layer table as rows of named fields, whatever file it came from: a layer table (.csv), a
// SCALE-Sim topology (.csv), Timeloop problems (.yaml). What the sizes mean and whether they are
// allowed is build_table's (table_import.h) to say.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sw/nn/tables/csv.h"

namespace uvea::nn {

struct LayerRow {
  std::string file;
  int line = 0;
  std::map<std::string, std::string> fields;  ///< by name of table_columns(); no empty ones
};

struct LayerTable {
  std::string source;  ///< where the figures come from, for reports
  std::string file;
  std::vector<LayerRow> rows;
  /// What the file calls a column, for errors, where that is not the column's own name.
  std::map<std::string, std::string> titles;
  std::vector<std::string> notices;  ///< one line each: what was assumed or is missing
};

/// Reads a .csv, .yaml or .yml file, or a folder of .yaml files (one layer each, sorted by name
/// with numbers by value). Throws UserError in one line for what cannot be read.
LayerTable read_layer_table(const std::string& path);

/// A layer table or a SCALE-Sim topology. `where` stands for the file in errors.
LayerTable layer_table_from_csv(const std::string& text, const std::string& where);

/// A file of at most TableLimits::file_bytes. Throws UserError.
std::string read_table_text(const std::string& path);

/// The table as text that reads as the same table: source, notices, used columns, rows.
std::string to_text(const LayerTable& table);

/// Names that a table may hold, each once: other characters become '_', a number tells equals
/// apart.
class LayerNames {
 public:
  std::string take(const std::string& wanted);

 private:
  std::set<std::string> taken_;
  std::map<std::string, int> times_;
};

}  // namespace uvea::nn
