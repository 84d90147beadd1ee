#include "sw/nn/tables/timeloop.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <set>
#include <tuple>

#include "sw/nn/tables/table_import.h"
#include "sw/nn/tables/yaml_walk.h"

namespace uvea::nn {

namespace {

/// Sizes are at most this, so that what is computed from them fits 64 bits.
constexpr std::int64_t largest_size = std::int64_t{1} << 28;

using Sizes = std::map<std::string, std::int64_t>;  ///< by name in small letters

constexpr const char* known_sizes[] = {"r", "s", "p",       "q",       "c",         "k",        "m",
                                       "n", "g", "wstride", "hstride", "wdilation", "hdilation"};
/// Beside the sizes in a problem or instance: read elsewhere, or of no meaning for a layer. H and W
/// follow from the others.
constexpr const char* other_keys[] = {"shape", "instance", "densities", "version", "name",
                                      "h",     "w",        "<<",        "<<<"};

bool in(const std::string& key, const char* const* first, const char* const* last) {
  return std::any_of(first, last, [&key](const char* one) { return key == one; });
}

class Importer {
 public:
  explicit Importer(LayerTable& table) : table_(table) {}

  /// Layers of one file; false when it holds no problem.
  bool file(const YamlText& text, const std::string& file) {
    YamlWalk walk(text);
    const std::vector<YAML::Node> documents = yaml_documents(text);
    const std::size_t before = table_.rows.size();
    const std::string name = std::filesystem::path(file).stem().string();
    for (const YAML::Node& document : documents) {
      if (document.IsSequence()) {
        for (const auto& element : document) root(walk, element, name);
      } else {
        root(walk, document, name);
      }
    }
    return table_.rows.size() > before;
  }

  void finish(int without_problem) {
    std::string what =
        "read as Timeloop problems, which record no padding: input sizes taken to include it; P "
        "and R taken along the width, Q and S along the height";
    if (dense_) what += "; densities that are not given are 1";
    table_.notices.push_back(what);
    if (!misspelt_.empty())
      table_.notices.push_back("taken in spite of their letters (Timeloop would not): " +
                               names(misspelt_));
    if (!unread_.empty()) table_.notices.push_back("keys not read: " + names(unread_));
    if (without_problem > 0)
      table_.notices.push_back(std::to_string(without_problem) +
                               " files without a problem left out");
  }

 private:
  static std::string names(const std::set<std::string>& of) {
    return listed(std::vector<std::string>(of.begin(), of.end()));
  }

  void root(YamlWalk& walk, const YAML::Node& node, const std::string& name) {
    walk.step(node);
    const YAML::Node found = walk.own(node, "problem");
    if (!found.IsDefined()) return;
    if (found.IsSequence()) {
      for (const auto& one : found) problem(walk, one, name);
    } else {
      problem(walk, found, name);
    }
  }

  std::int64_t size(YamlWalk& walk, const YAML::Node& node, const std::string& key) {
    std::int64_t value = 0;
    const std::string text = node.IsScalar() ? node.Scalar() : "";
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || result.ec != std::errc{} || result.ptr != text.data() + text.size() ||
        value < 1 || value > largest_size)
      walk.fail(node, key + " is " + in_quotes(text) + ", expected an integer from 1 to " +
                          std::to_string(largest_size));
    return value;
  }

  void take_sizes(YamlWalk& walk, const YAML::Node& map, Sizes& sizes) {
    for (const auto& entry : map) {
      walk.step(map);
      if (!entry.first.IsScalar()) walk.fail(map, "a key is no text, expected a size's name");
      const std::string& key = entry.first.Scalar();
      const std::string plain = lower_case(key);
      if (in(plain, std::begin(known_sizes), std::end(known_sizes))) {
        const bool first = sizes.emplace(plain, size(walk, entry.second, key)).second;
        const bool proper = key.size() == 1 ? key != plain : key.substr(1) == plain.substr(1);
        if (first && !proper) misspelt_.insert(key);
      } else if (!in(plain, std::begin(other_keys), std::end(other_keys))) {
        unread_.insert(key);
      }
    }
  }

  /// Sizes of the nearest first; with Timeloop's `<<<` an instance is completed by the merged one.
  Sizes sizes_of(YamlWalk& walk, const YAML::Node& node) {
    Sizes sizes;
    bool any = false;
    for (const YAML::Node& map : walk.merged(node)) {
      const YAML::Node instance = walk.own(map, "instance");
      if (!instance.IsDefined()) continue;
      if (!instance.IsMap()) walk.fail(instance, "instance is no map, expected sizes by name");
      any = true;
      for (const YAML::Node& part : walk.merged(instance)) take_sizes(walk, part, sizes);
    }
    if (!any)
      for (const YAML::Node& map : walk.merged(node)) take_sizes(walk, map, sizes);
    return sizes;
  }

  /// Dimensions of a shape that is given there; empty for one that is named.
  std::set<std::string> dimensions_of(YamlWalk& walk, const YAML::Node& shape) {
    std::set<std::string> dimensions;
    const YAML::Node list = walk.value(shape, "dimensions");
    if (!list.IsDefined()) return dimensions;
    if (!list.IsSequence()) walk.fail(list, "dimensions is no list, expected one of names");
    for (const auto& one : list) {
      walk.step(list);
      const std::string key = one.IsScalar() ? lower_case(one.Scalar()) : "";
      if (key.size() != 1 || !in(key, std::begin(known_sizes), std::end(known_sizes)))
        walk.fail(list, "dimension " + in_quotes(one.IsScalar() ? one.Scalar() : "") +
                            " is none of R S P Q C K M N G, expected a convolution or a matrix "
                            "product");
      dimensions.insert(key);
    }
    return dimensions;
  }

  /// Which coefficients a shape's projection gives the dimensions r s p q.
  std::map<std::string, std::string> coefficients_of(YamlWalk& walk, const YAML::Node& shape) {
    std::map<std::string, std::string> of{
        {"r", "wdilation"}, {"p", "wstride"}, {"s", "hdilation"}, {"q", "hstride"}};
    for (const char* key : {"data_spaces", "data-spaces"}) {
      const YAML::Node spaces = walk.value(shape, key);
      if (!spaces.IsDefined() || !spaces.IsSequence()) continue;
      for (const auto& space : spaces) {
        const YAML::Node ranks = walk.value(space, "projection");
        if (!ranks.IsDefined() || !ranks.IsSequence()) continue;
        for (const auto& rank : ranks) take_rank(walk, rank, of);
      }
    }
    return of;
  }

  void take_rank(YamlWalk& walk, const YAML::Node& rank, std::map<std::string, std::string>& of) {
    walk.step(rank);
    if (!rank.IsSequence() || rank.size() < 2) return;
    std::string dimensions;
    for (const auto& term : rank) {
      walk.step(rank);
      std::vector<std::string> parts;
      if (term.IsScalar()) parts.push_back(lower_case(term.Scalar()));
      if (term.IsSequence())
        for (const auto& part : term) {
          walk.step(term);
          parts.push_back(part.IsScalar() ? lower_case(part.Scalar()) : "");
        }
      if (parts.empty() || parts.size() > 2 || of.count(parts[0]) == 0)
        walk.fail(rank,
                  "projection of several terms is none of a convolution, expected [R, P] or "
                  "[S, Q] with their coefficients");
      dimensions += parts[0];
      of[parts[0]] = parts.size() == 2 ? parts[1] : "";
    }
    std::sort(dimensions.begin(), dimensions.end());
    if (dimensions != "pr" && dimensions != "qs")
      walk.fail(rank, "projection slides " + in_quotes(dimensions) +
                          " together, expected R with P and S with Q");
  }

  /// "" when it is not given.
  std::string density(YamlWalk& walk, const YAML::Node& node, const char* space) {
    YAML::Node value(YAML::NodeType::Undefined);
    for (const YAML::Node& holder : {walk.value(node, "instance"), node}) {
      const YAML::Node found = walk.value(walk.value(holder, "densities"), space);
      if (found.IsDefined() && !value.IsDefined()) value.reset(found);
    }
    if (!value.IsDefined()) {
      dense_ = true;
      return {};
    }
    const YAML::Node share = value.IsMap() ? walk.value(value, "density") : value;
    if (!share.IsDefined() || !share.IsScalar())
      walk.fail(value, std::string("density of ") + space +
                           " is no number, expected one from 0 to 1 or 'density: NUMBER'");
    // Goes into a table's field: no separators.
    const std::string text = share.Scalar();
    if (text.empty() || text.find_first_not_of("0123456789.eE+-") != std::string::npos)
      walk.fail(share, std::string("density of ") + space + " is " + in_quotes(text) +
                           ", expected a number from 0 to 1");
    return text;
  }

  void problem(YamlWalk& walk, const YAML::Node& node, const std::string& name) {
    if (!node.IsMap()) walk.fail(node, "problem is no map, expected sizes by name");
    if (table_.rows.size() >= static_cast<std::size_t>(TableLimits::rows))
      walk.fail(node, "one problem too many, expected at most " +
                          std::to_string(TableLimits::rows) + " layers");
    const YAML::Node shape = walk.value(node, "shape");
    const YAML::Node named = shape.IsDefined() && shape.IsMap() ? walk.value(shape, "name") : shape;
    std::string form = named.IsDefined() && named.IsScalar() ? lower_case(named.Scalar()) : "";
    std::replace(form.begin(), form.end(), '_', '-');
    const std::set<std::string> dimensions = dimensions_of(walk, shape);
    const bool gemm = dimensions.empty() ? form.rfind("gemm", 0) == 0
                                         : dimensions == std::set<std::string>{"k", "m", "n"};
    if (dimensions.empty() && !gemm && !form.empty() && form.find("cnn") == std::string::npos &&
        form.find("conv") == std::string::npos)
      walk.fail(shape, "shape is " + in_quotes(named.Scalar()) +
                           ", expected cnn-layer, gemm or a shape with its dimensions");
    const Sizes sizes = sizes_of(walk, node);
    if (sizes.empty())
      walk.fail(node,
                "problem has no sizes, expected R S P Q C K N or M N K, there or under "
                "instance");
    LayerRow row{"", 0, {}};
    row.fields["name"] = names_.take(name);
    if (gemm)
      product(walk, node, sizes, row);
    else
      convolution(walk, node, sizes, coefficients_of(walk, shape), row);
    std::tie(row.file, row.line) = walk.place(node);
    table_.rows.push_back(std::move(row));
  }

  static std::int64_t get(const Sizes& sizes, const std::string& key) {
    const auto at = sizes.find(key);
    return at == sizes.end() ? 1 : at->second;
  }

  void densities(YamlWalk& walk, const YAML::Node& node, LayerRow& row, const char* weight,
                 const char* iact) {
    if (const std::string share = density(walk, node, weight); !share.empty())
      row.fields["weight_density"] = share;
    if (const std::string share = density(walk, node, iact); !share.empty())
      row.fields["iact_density"] = share;
  }

  void product(YamlWalk& walk, const YAML::Node& node, const Sizes& sizes, LayerRow& row) {
    for (const auto& size : sizes)
      if (size.first != "m" && size.first != "n" && size.first != "k" && size.second != 1)
        walk.fail(node, "a matrix product has " + size.first + ", expected M, N and K only");
    for (const char* key : {"m", "n", "k"}) row.fields[key] = std::to_string(get(sizes, key));
    row.fields["type"] = "matmul";
    densities(walk, node, row, "B", "A");
  }

  void convolution(YamlWalk& walk, const YAML::Node& node, const Sizes& sizes,
                   const std::map<std::string, std::string>& coefficient, LayerRow& row) {
    if (sizes.count("k") != 0 && sizes.count("m") != 0)
      walk.fail(node, "a convolution has K and M, expected one of them for the output channels");
    const std::int64_t out_c = get(sizes, "k") * get(sizes, "m");
    const std::int64_t groups = get(sizes, "g"), in_c = get(sizes, "c");
    const auto factor = [&](const char* dimension) {
      return get(sizes, coefficient.at(dimension));
    };
    const auto set = [&row](const char* field, std::int64_t value) {
      row.fields[field] = std::to_string(value);
    };
    const auto axis = [&](const std::string& end, const char* out, const char* taps) {
      set(("in_" + end).c_str(),
          (get(sizes, out) - 1) * factor(out) + (get(sizes, taps) - 1) * factor(taps) + 1);
      set(("kernel_" + end).c_str(), get(sizes, taps));
      set(("stride_" + end).c_str(), factor(out));
      if (factor(taps) != 1) set(("dilation_" + end).c_str(), factor(taps));
    };
    axis("h", "q", "s");
    axis("w", "p", "r");
    set("in_c", groups * in_c);
    set("out_c", groups * out_c);
    row.fields["pad"] = "0";
    if (groups > 1) set("groups", groups);
    if (get(sizes, "n") > 1) set("batch", get(sizes, "n"));
    row.fields["type"] = groups > 1 && in_c == 1 ? "depthwise" : "conv";
    densities(walk, node, row, "Weights", "Inputs");
  }

  LayerTable& table_;
  LayerNames names_;
  std::set<std::string> misspelt_, unread_;
  bool dense_ = false;  ///< a density was left out
};

LayerTable empty_table(const std::string& where) {
  LayerTable table;
  table.file = where;
  table.source = "Timeloop problems";
  table.titles = {{"in_h", "in_h of Q, S, Hstride, Hdilation"},
                  {"in_w", "in_w of P, R, Wstride, Wdilation"},
                  {"in_c", "C times G"},
                  {"out_c", "K (M) times G"},
                  {"kernel_h", "S"},
                  {"kernel_w", "R"},
                  {"stride_h", "Hstride"},
                  {"stride_w", "Wstride"},
                  {"dilation_h", "Hdilation"},
                  {"dilation_w", "Wdilation"},
                  {"batch", "N"},
                  {"m", "M"},
                  {"n", "N"},
                  {"k", "K"},
                  {"weight_density", "density of the weights"},
                  {"iact_density", "density of the inputs"}};
  return table;
}

}  // namespace

LayerTable layer_table_from_timeloop(const std::vector<std::string>& files,
                                     const std::string& where) {
  LayerTable table = empty_table(where);
  Importer importer(table);
  int without = 0;
  for (const std::string& file : files)
    without += importer.file(read_yaml_text(file), file) ? 0 : 1;
  if (table.rows.empty())
    csv_error(where, 1, "has no problem, expected Timeloop's 'problem:' with its sizes");
  importer.finish(without);
  return table;
}

LayerTable layer_table_from_timeloop_text(const std::string& text, const std::string& where) {
  LayerTable table = empty_table(where);
  Importer importer(table);
  if (!importer.file(yaml_text(text, where), where))
    csv_error(where, 1, "has no problem, expected Timeloop's 'problem:' with its sizes");
  importer.finish(0);
  return table;
}

}  // namespace uvea::nn
