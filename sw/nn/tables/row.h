#pragma once
// Values of one row of a layer table by column, range-checked; errors name file, line and column as
// the user's file calls it.

#include <cstdint>
#include <string>

#include "sw/nn/tables/layer_table.h"

namespace uvea::nn {

class TableRow {
 public:
  TableRow(const LayerTable& table, const LayerRow& row) : table_(table), row_(row) {}

  [[noreturn]] void fail(const std::string& what) const;

  bool has(const std::string& column) const { return row_.fields.count(column) != 0; }
  /// "" when it is left out.
  std::string text(const std::string& column) const;
  std::string title(const std::string& column) const;

  std::int64_t number(const std::string& column, std::int64_t low, std::int64_t high) const;
  int size(const std::string& column, int high) const;
  /// The same, `otherwise` when it is left out.
  int size_or(const std::string& column, int high, int otherwise) const;
  /// 1 when it is left out.
  double density(const std::string& column) const;

 private:
  const LayerTable& table_;
  const LayerRow& row_;
};

}  // namespace uvea::nn
