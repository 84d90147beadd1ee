#include "sw/nn/tables/scale_sim.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace uvea::nn {

namespace {

/// Small letters, single blanks.
std::string plain(const std::string& title) {
  std::string out;
  for (const char c : lower_case(title))
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  return out;
}

bool is_gemm(const CsvTable& csv) {
  if (csv.header.size() < 4 || plain(csv.header[0]) == "type") return false;
  std::vector<std::string> sizes;
  for (std::size_t i = 1; i < 4; ++i) sizes.push_back(plain(csv.header[i]));
  std::sort(sizes.begin(), sizes.end());
  return sizes == std::vector<std::string>{"k", "m", "n"} &&
         std::none_of(csv.header.begin(), csv.header.end(),
                      [](const std::string& title) { return lower_case(title) == "type"; });
}

bool is_conv(const CsvTable& csv) {
  return csv.header.size() >= 8 && plain(csv.header[1]).rfind("ifmap", 0) == 0;
}

/// By position.
constexpr const char* conv_fields[] = {"name",     "in_h", "in_w",  "kernel_h",
                                       "kernel_w", "in_c", "out_c", "stride"};

struct Columns {
  std::vector<std::string> field;  ///< of each column of the file; "" is not read
  std::vector<std::string> skipped;
};

/// Each column's field by field_of(index, title), empty for one that is not read.
template <typename FieldOf>
Columns columns_of(const CsvTable& csv, FieldOf field_of) {
  Columns columns;
  for (std::size_t i = 0; i < csv.header.size(); ++i) {
    const std::string title = plain(csv.header[i]);
    std::string field = field_of(i, title);
    if (field.empty() && title.rfind("sparsity", 0) == 0) field = "sparsity";
    if (field.empty() && !title.empty()) columns.skipped.push_back(csv.header[i]);
    columns.field.push_back(std::move(field));
  }
  return columns;
}

Columns conv_columns(const CsvTable& csv) {
  return columns_of(csv, [](std::size_t i, const std::string& title) -> std::string {
    if (i < std::size(conv_fields)) return conv_fields[i];
    if (title.rfind("stride", 0) == 0) return "stride_w";
    if (title.rfind("batch", 0) == 0) return "batch";
    return "";
  });
}

Columns gemm_columns(const CsvTable& csv) {
  return columns_of(csv, [](std::size_t i, const std::string& title) -> std::string {
    if (i == 0) return "name";
    return i < 4 ? title : "";
  });
}

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::int64_t largest = std::int64_t{1} << 30;
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size() || value < 1 ||
      value > largest)
    return {};
  return value;
}

/// The share of non-zeros of N:M.
std::string density(const CsvRow& row, const std::string& sparsity) {
  const auto colon = sparsity.find(':');
  const auto n = number(sparsity.substr(0, colon));
  const auto m = colon == std::string::npos ? n : number(sparsity.substr(colon + 1));
  if (colon == std::string::npos || !n || !m || *n > *m)
    csv_error(row.file, row.line,
              "sparsity is " + in_quotes(sparsity) + ", expected N:M, N of M weights not zero");
  return std::to_string(static_cast<double>(*n) / static_cast<double>(*m));
}

/// Counts of what was assumed, for the notices.
struct Assumed {
  int renamed = 0, depthwise = 0, products = 0, rounded_up = 0, outside = 0;
};

/// SCALE-Sim rounds the output up: the last window may hang over the end.
void round_up(LayerRow& row, const char* size, const char* kernel, const char* stride,
              const char* pad, Assumed& assumed) {
  const auto in = number(row.fields[size]), taps = number(row.fields[kernel]);
  const auto step = number(row.fields[stride]);
  if (!in || !taps || !step || *taps > *in) return;  // refused, or whole, later
  const std::int64_t over = (*in - *taps) % *step;
  if (over == 0) return;
  const std::int64_t missing = *step - over;
  if (missing >= *taps) {
    ++assumed.outside;
    return;
  }
  row.fields[pad] = std::to_string(missing);
  ++assumed.rounded_up;
}

/// A filter as wide as the ifmap and one row high is a matrix product: ifmap rows times filters.
bool as_product(LayerRow& row) {
  auto& f = row.fields;
  const auto height = number(f["in_h"]), width = number(f["in_w"]), channels = number(f["in_c"]);
  if (!height || !width || !channels || number(f["kernel_h"]) != 1 ||
      number(f["kernel_w"]) != width || *width == 1 || number(f["stride_h"]) != 1)
    return false;
  const std::map<std::string, std::string> old = std::move(f);
  f = {{"name", old.at("name")},
       {"type", "matmul"},
       {"m", old.at("in_h")},
       {"k", std::to_string(*width * *channels)}};
  for (const char* kept : {"batch", "weight_density"})
    if (const auto at = old.find(kept); at != old.end()) f[kept] = at->second;
  if (const auto at = old.find("out_c"); at != old.end()) f["n"] = at->second;
  return true;
}

void conv_row(LayerRow& row, bool depthwise, Assumed& assumed) {
  auto& f = row.fields;
  f["type"] = "conv";
  f["stride_h"] = f["stride"];
  if (f["stride_w"].empty()) f["stride_w"] = f["stride"];
  f.erase("stride");
  if (depthwise) {
    f["type"] = "depthwise";
    const auto channels = number(f["in_c"]), filters = number(f["out_c"]);
    if (channels && filters) f["out_c"] = std::to_string(*channels * *filters);
    ++assumed.depthwise;
  } else if (as_product(row)) {
    ++assumed.products;
    return;
  }
  f["pad"] = "0";
  round_up(row, "in_h", "kernel_h", "stride_h", "pad_bottom", assumed);
  round_up(row, "in_w", "kernel_w", "stride_w", "pad_right", assumed);
}

void note(LayerTable& table, int count, const std::string& what) {
  if (count > 0) table.notices.push_back(std::to_string(count) + what);
}

}  // namespace

bool is_scale_sim(const CsvTable& csv) { return is_conv(csv) || is_gemm(csv); }

LayerTable layer_table_from_scale_sim(const CsvTable& csv) {
  LayerTable table;
  table.file = csv.file;
  const bool conv = is_conv(csv);
  table.source = csv.comment.empty()
                     ? std::string("SCALE-Sim topology, ") + (conv ? "conv form" : "GEMM form")
                     : csv.comment;
  const Columns columns = conv ? conv_columns(csv) : gemm_columns(csv);
  for (std::size_t i = 0; i < columns.field.size(); ++i)
    if (!columns.field[i].empty()) table.titles[columns.field[i]] = in_quotes(csv.header[i]);
  if (conv) table.titles["stride_h"] = table.titles["stride"];
  if (table.titles.count("stride_w") == 0) table.titles["stride_w"] = table.titles["stride"];
  Assumed assumed;
  LayerNames names;
  bool sparse = false;
  for (const CsvRow& from : csv.rows) {
    LayerRow row{from.file, from.line, {}};
    for (std::size_t i = 0; i < columns.field.size(); ++i)
      if (!columns.field[i].empty() && !from.fields[i].empty())
        row.fields[columns.field[i]] = from.fields[i];
    if (const auto at = row.fields.find("sparsity"); at != row.fields.end()) {
      row.fields["weight_density"] = density(from, at->second);
      row.fields.erase(at);
      sparse = true;
    }
    const std::string name = row.fields["name"];
    const bool depthwise = name.find("DP") != std::string::npos;
    row.fields["name"] = names.take(name);
    assumed.renamed += row.fields["name"] != name ? 1 : 0;
    if (conv)
      conv_row(row, depthwise, assumed);
    else
      row.fields["type"] = "matmul";
    for (auto at = row.fields.begin(); at != row.fields.end();)
      at = at->second.empty() ? row.fields.erase(at) : std::next(at);
    table.rows.push_back(std::move(row));
  }
  std::string what = std::string("read as a SCALE-Sim topology, which records no iact densities") +
                     (sparse ? "" : " and no sparsity") + ": 1 taken";
  if (conv) what += "; no padding: ifmap sizes taken to include it";
  table.notices.push_back(what);
  note(table, assumed.rounded_up,
       " row or column counts of outputs rounded up, as SCALE-Sim does, by zeros at the bottom or "
       "right (pad_bottom, pad_right)");
  note(table, assumed.outside,
       " row or column counts of outputs rounded down: SCALE-Sim's last window would lie wholly "
       "outside the ifmap");
  note(table, assumed.products, " layers with one filter row as wide as the ifmap taken as matmul");
  note(table, assumed.depthwise, " layers with DP in their names taken as depthwise");
  note(table, assumed.renamed, " layer names changed to plain ones of their own");
  if (!columns.skipped.empty())
    table.notices.push_back("columns not read: " + listed(columns.skipped));
  return table;
}

}  // namespace uvea::nn
