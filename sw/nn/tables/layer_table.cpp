#include "sw/nn/tables/layer_table.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "sw/nn/import/file.h"
#include "sw/nn/tables/columns.h"
#include "sw/nn/tables/scale_sim.h"
#include "sw/nn/tables/table_import.h"
#include "sw/nn/tables/timeloop.h"
#include "sw/user_error.h"

namespace uvea::nn {

namespace {

namespace fs = std::filesystem;

/// Columns of remarks that the shipped tables and their readers know.
constexpr std::string_view remarks[] = {"effectual_macs", "basis", "remark", "comment", "source"};

std::string plain_type(const std::string& text) {
  const std::string type = lower_case(text);
  return type == "dw" ? "depthwise" : type == "pw" ? "conv" : type;
}

LayerTable own_table(const CsvTable& csv) {
  LayerTable table;
  table.file = csv.file;
  table.source = csv.comment;
  if (csv.comment.empty()) {
    table.source = "layer table, source not given";
    table.notices.push_back(csv.file +
                            " does not say where its figures come from: a first line '# source' "
                            "would be shown with the results");
  }
  std::vector<std::string> columns, skipped;
  for (std::size_t i = 0; i < csv.header.size(); ++i) {
    std::string column = table_column(csv.header[i]);
    const bool known = !column.empty();
    if (!known) column = lower_case(csv.header[i]);
    if (column.empty())
      csv_error(csv.file, csv.header_line,
                "column " + std::to_string(i + 1) + " has no name, expected a column name");
    if (std::find(columns.begin(), columns.end(), column) != columns.end())
      csv_error(csv.file, csv.header_line,
                "column " + in_quotes(csv.header[i]) + " is there twice, expected it once");
    columns.push_back(column);
    if (known)
      table.titles[column] = csv.header[i];
    else if (std::find(std::begin(remarks), std::end(remarks), column) == std::end(remarks))
      skipped.push_back(csv.header[i]);
  }
  if (!skipped.empty()) table.notices.push_back("columns not read: " + listed(skipped));
  for (const CsvRow& from : csv.rows) {
    LayerRow row{from.file, from.line, {}};
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (!table_column(columns[i]).empty() && !from.fields[i].empty())
        row.fields[columns[i]] = columns[i] == "type" ? plain_type(from.fields[i]) : from.fields[i];
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// Which columns the rows need and the header has not; both kinds of rows may be there.
void check_columns(const LayerTable& table, const CsvTable& csv) {
  const auto has = [&table](const char* column) { return table.titles.count(column) != 0; };
  bool matmul = false, conv = false, sliding = false;
  for (const LayerRow& row : table.rows) {
    const auto type = row.fields.find("type");
    const std::string kind = type == row.fields.end() ? "" : type->second;
    (kind == "matmul" ? matmul : conv) = true;
    sliding |= kind != "matmul" && kind != "fc";
  }
  std::vector<std::string> missing, wanted{"name", "type"};
  for (const char* column : {"name", "type"})
    if (!has(column)) missing.push_back(column);
  const auto want = [&](std::initializer_list<const char*> columns) {
    for (const char* column : columns) {
      wanted.push_back(column);
      if (!has(column)) missing.push_back(column);
    }
  };
  if (conv) want({"in_h", "in_w", "in_c", "out_c"});
  if (sliding) {
    want({"kernel_h", "kernel_w"});
    wanted.insert(wanted.end(), {"stride", "pad"});
    if (!has("stride") && !(has("stride_h") && has("stride_w"))) missing.push_back("stride");
    const bool side = has("pad_top") || has("pad_bottom") || has("pad_left") || has("pad_right");
    if (!has("pad") && !side) missing.push_back("pad");
  }
  if (matmul) want({"m", "k", "n"});
  if (missing.empty()) return;
  csv_error(csv.file, csv.header_line,
            "column missing: " + listed(missing) + "; found: " + listed(csv.header) +
                "; expected at least " + listed(wanted) +
                ", or a SCALE-Sim topology (docs/formats.md has all columns)");
}

/// Numbers in names compare by value, so that layer 10 comes behind layer 9.
bool natural_less(const std::string& a, const std::string& b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      while (i < a.size() && a[i] == '0') ++i;
      while (j < b.size() && b[j] == '0') ++j;
      std::size_t p = i, q = j;
      while (p < a.size() && digit(a[p])) ++p;
      while (q < b.size() && digit(b[q])) ++q;
      if (p - i != q - j) return p - i < q - j;
      if (const int order = a.compare(i, p - i, b, j, q - j); order != 0) return order < 0;
      i = p;
      j = q;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
    }
  }
  if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
  return a < b;
}

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

std::vector<std::string> yaml_files(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (fs::directory_iterator it(folder, error); !error && it != fs::directory_iterator();
       it.increment(error))
    if (is_yaml(it->path())) files.push_back(it->path().string());
  if (error) throw UserError(folder + ": cannot be listed (" + error.message() + ")");
  if (files.empty())
    throw UserError(folder + ": no .yaml file there, expected a folder of Timeloop problems");
  if (files.size() > static_cast<std::size_t>(TableLimits::rows))
    throw UserError(folder + ": has " + std::to_string(files.size()) +
                    " .yaml files, expected at most " + std::to_string(TableLimits::rows) +
                    " layers");
  std::sort(files.begin(), files.end(), natural_less);
  return files;
}

}  // namespace

LayerTable layer_table_from_csv(const std::string& text, const std::string& where) {
  const CsvTable csv = read_csv(text, where, TableLimits::rows);
  if (is_scale_sim(csv)) return layer_table_from_scale_sim(csv);
  LayerTable table = own_table(csv);
  check_columns(table, csv);
  return table;
}

LayerTable read_layer_table(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return layer_table_from_timeloop(yaml_files(path), path);
  if (is_yaml(path)) return layer_table_from_timeloop({path}, path);
  return layer_table_from_csv(read_table_text(path), path);
}

std::string read_table_text(const std::string& path) {
  const std::string expected =
      "a layer table of at most " + std::to_string(TableLimits::file_bytes) + " bytes";
  const std::vector<std::uint8_t> bytes = read_file(path, expected);
  if (bytes.size() > static_cast<std::size_t>(TableLimits::file_bytes))
    throw UserError(path + ": has " + std::to_string(bytes.size()) + " bytes, expected " +
                    expected);
  return {bytes.begin(), bytes.end()};
}

std::string to_text(const LayerTable& table) {
  std::string text = "# " + table.source + "\n";
  for (const std::string& notice : table.notices) text += "# " + notice + "\n";
  std::vector<const char*> columns;
  for (const TableColumn& column : table_columns())
    if (std::any_of(table.rows.begin(), table.rows.end(),
                    [&column](const LayerRow& row) { return row.fields.count(column.name) != 0; }))
      columns.push_back(column.name);
  const auto line = [&](auto field) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      text += (i == 0 ? "" : ",") + std::string(field(columns[i]));
    text += "\n";
  };
  line([](const char* column) { return column; });
  for (const LayerRow& row : table.rows)
    line([&row](const char* column) {
      const auto at = row.fields.find(column);
      return at == row.fields.end() ? std::string() : at->second;
    });
  return text;
}

std::string LayerNames::take(const std::string& wanted) {
  constexpr std::size_t longest = 64, room = 8;
  std::string name = wanted.substr(0, longest);
  for (char& c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && std::string_view("_.-+/").find(c) == std::string_view::npos) c = '_';
  }
  if (name.empty()) name = "layer";
  std::string free = name;
  while (!taken_.insert(free).second)
    free = name.substr(0, longest - room) + "_" + std::to_string(++times_[name] + 1);
  return free;
}

}  // namespace uvea::nn
