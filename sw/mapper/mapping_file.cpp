#include "sw/mapper/mapping_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <numeric>
#include <set>
#include <string_view>

#include "sw/user_error.h"

namespace uvea::mapper {
namespace {

constexpr std::array<const char*, 17> kKeys{"mode",
                                            "c0",
                                            "m0",
                                            "s0",
                                            "f0",
                                            "windows",
                                            "weight_double_buffer",
                                            "chain",
                                            "mesh_rows",
                                            "mesh_cols",
                                            "pe_cols",
                                            "e_block",
                                            "m_block",
                                            "turned",
                                            "iact_source",
                                            "iact_mode",
                                            "weight_mode"};
constexpr int kLargest = CommandLimits{}.dimension;

constexpr const char* kHeader =
    "# Uvea mapping file: one section per layer, every key once.\n"
    "# turned                yes: height and width exchanged, rows are the image's columns\n"
    "# mode                  csc (zeros skipped) or raw\n"
    "# c0, m0                input and output channels of a PE's weight tile\n"
    "# s0                    filter columns of a PE's weight tile, or all\n"
    "# f0                    output columns of a row tile, or all; the tiles of a row are dealt "
    "out\n"
    "#                       like output rows\n"
    "# windows               windows in a chunk: one burst of iacts in, one burst of psums out\n"
    "# weight_double_buffer  yes: the next weights load into the other half of the weight SPads\n"
    "# chain                 clusters stacked north to south in one accumulation chain\n"
    "# mesh_rows             split of the mesh rows (over chain) among groups g, batch n, row "
    "tiles\n"
    "#                       e and tiles of output channels m\n"
    "# mesh_cols, pe_cols    the same for the mesh columns and the PE columns of a cluster\n"
    "# e_block               row tiles of a block: weights are loaded once for it\n"
    "# m_block               tiles of output channels whose psums stand in the GLB side by side: "
    "they go\n"
    "#                       through the reduction together\n"
    "# iact_source           resident (a block stays in the GLB), stream (row by row through the\n"
    "#                       GLB, or once for the tiles of an m_block) or through (past the GLB)\n"
    "# iact_mode             unicast, horizontal, vertical (multicast) or broadcast\n"
    "# weight_mode           unicast or horizontal\n";

std::string_view trim(std::string_view s) {
  const auto blank = " \t\r";
  const auto from = s.find_first_not_of(blank);
  if (from == std::string_view::npos) return {};
  return s.substr(from, s.find_last_not_of(blank) - from + 1);
}

/// Text as it may stand in an error line: bounded, and without control characters.
std::string quoted(std::string_view s) {
  std::string out = "'";
  for (const char c : s.substr(0, 40)) {
    const auto code = static_cast<unsigned char>(c);
    out += code < 32 || code == 127 ? '?' : c;
  }
  return out + (s.size() > 40 ? "...'" : "'");
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}

template <typename Names>
std::string list(const Names& names) {
  std::string out;
  for (const char* n : names) out += (out.empty() ? "" : ", ") + std::string(n);
  return out;
}

class Parser {
 public:
  Parser(const std::string& text, const std::string& source) : text_(text), source_(source) {}

  NetworkMapping run() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const auto end = std::min(text_.find('\n', at), text_.size());
      ++line_;
      parse_line(std::string_view(text_).substr(at, end - at));
      at = end + 1;
    }
    finish_section();
    if (out_.empty()) {
      line_ = std::max(line_, 1);
      fail("no section", "[LAYER NAME] and its keys");
    }
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& expected) const {
    throw UserError(source_ + ":" + std::to_string(line_) + ": " + what + ", expected " + expected);
  }

  void parse_line(std::string_view raw) {
    std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') return;
    if (line.front() == '[') {
      const auto close = line.rfind(']');
      const auto after = close == std::string_view::npos ? line : trim(line.substr(close + 1));
      if (close == std::string_view::npos || !(after.empty() || after.front() == '#'))
        fail("section " + quoted(line) + " has no closing bracket", "[LAYER NAME]");
      begin_section(line.substr(1, close - 1));
      return;
    }
    line = trim(line.substr(0, line.find('#')));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
      fail("line " + quoted(line), "key = value or [LAYER NAME]");
    set(trim(line.substr(0, equals)), trim(line.substr(equals + 1)));
  }

  void begin_section(std::string_view name) {
    finish_section();
    name = trim(name);
    if (name.empty() || name.find_first_of("[]") != std::string_view::npos)
      fail("section name " + quoted(name), "a layer name without brackets");
    if (!names_.insert(std::string(name)).second)
      fail("section [" + std::string(name) + "] is there twice", "one section per layer");
    out_.emplace_back(std::string(name), Mapping{});
    section_line_ = line_;
  }

  /// Files of layers that run whole and upright may leave these out.
  static bool optional(std::string_view key) {
    return key == "s0" || key == "f0" || key == "m_block" || key == "turned";
  }

  void finish_section() {
    if (out_.empty()) return;
    for (const char* key : kKeys) {
      if (seen_.count(key) != 0 || optional(key)) continue;
      line_ = section_line_;
      fail("section [" + out_.back().first + "] lacks the key " + key, "all of " + list(kKeys));
    }
    seen_.clear();
  }

  void set(std::string_view key, std::string_view value) {
    if (out_.empty()) fail("key " + quoted(key) + " before any section", "[LAYER NAME] first");
    const auto known = std::find(kKeys.begin(), kKeys.end(), key);
    if (known == kKeys.end()) fail("unknown key " + quoted(key), suggestion(key));
    if (!seen_.insert(std::string(key)).second)
      fail("key " + std::string(key) + " is there twice in [" + out_.back().first + "]",
           "it once per section");
    key_ = *known;
    Mapping& mp = out_.back().second;
    if (key == "turned") mp.turned = one_of(value, std::array{"yes", "no"}) == 0;
    if (key == "mode") mp.csc = one_of(value, std::array{"csc", "raw"}) == 0;
    if (key == "c0") mp.c0 = number(value);
    if (key == "m0") mp.m0 = number(value);
    if (key == "s0") mp.s0 = part(value);
    if (key == "f0") mp.f0 = part(value);
    if (key == "windows") mp.windows = number(value);
    if (key == "weight_double_buffer")
      mp.weight_double_buffer = one_of(value, std::array{"yes", "no"}) == 0;
    if (key == "chain") mp.chain = number(value);
    if (key == "mesh_rows") mp.mesh_rows = split(value);
    if (key == "mesh_cols") mp.mesh_cols = split(value);
    if (key == "pe_cols") mp.pe_cols = split(value);
    if (key == "e_block") mp.e_block = number(value);
    if (key == "m_block") mp.m_block = number(value);
    if (key == "iact_source")
      mp.iact_source = static_cast<IactSource>(one_of(value, kIactSourceNames));
    if (key == "iact_mode") mp.iact_mode = static_cast<NocMode>(one_of(value, kNocModeNames));
    if (key == "weight_mode") mp.weight_mode = static_cast<NocMode>(one_of(value, kNocModeNames));
  }

  std::string suggestion(std::string_view key) const {
    std::string lower(key.substr(0, 40));
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const char* nearest = nullptr;
    std::size_t best = 4;  // farther away than this is another word
    for (const char* candidate : kKeys) {
      const std::size_t distance = edit_distance(lower, candidate);
      if (distance < std::min(best, std::string_view(candidate).size())) {
        best = distance;
        nearest = candidate;
      }
    }
    return nearest != nullptr ? std::string("perhaps ") + nearest : "one of " + list(kKeys);
  }

  int number(std::string_view value) const {
    const bool digits = !value.empty() && value.size() <= 7 &&
                        value.find_first_not_of("0123456789") == std::string_view::npos;
    const int n = digits ? std::stoi(std::string(value)) : 0;
    if (n < 1 || n > kLargest)
      fail(key_ + " = " + quoted(value), "a whole number from 1 to " + std::to_string(kLargest));
    return n;
  }

  /// A number, or all (0 in a mapping).
  int part(std::string_view value) const { return value == "all" ? 0 : number(value); }

  template <typename Names>
  std::size_t one_of(std::string_view value, const Names& names) const {
    const auto at = std::find(names.begin(), names.end(), value);
    if (at == names.end()) fail(key_ + " = " + quoted(value), "one of " + list(names));
    return static_cast<std::size_t>(at - names.begin());
  }

  AxisSplit split(std::string_view value) const {
    AxisSplit out;
    const std::array<int*, 4> factors{&out.g, &out.n, &out.e, &out.m};
    std::set<char> given;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find_first_of(" \t"), rest.size());
      const std::string_view word = rest.substr(0, end);
      const auto which = std::string_view("gnem").find(word.front());
      if (which == std::string_view::npos || !given.insert(word.front()).second) break;
      *factors[which] = number(word.substr(1));
      rest = trim(rest.substr(end));
    }
    if (given.size() != 4 || !rest.empty())
      fail(key_ + " = " + quoted(value), "the four factors, like g1 n1 e2 m4");
    return out;
  }

  const std::string& text_;
  const std::string& source_;
  int line_ = 0, section_line_ = 0;
  std::string key_;
  NetworkMapping out_;
  std::set<std::string> names_, seen_;
};

std::string text_of(const AxisSplit& a) {
  return "g" + std::to_string(a.g) + " n" + std::to_string(a.n) + " e" + std::to_string(a.e) +
         " m" + std::to_string(a.m);
}

std::string part_text(int part) { return part == 0 ? "all" : std::to_string(part); }

void check_name(const std::string& name, std::set<std::string>& seen) {
  if (name.empty() || trim(name) != name || name.find_first_of("[]\n\r") != std::string::npos)
    throw UserError("layer name " + quoted(name) +
                    " cannot stand in a mapping file, expected one without brackets, line ends or "
                    "outer blanks");
  if (!seen.insert(name).second)
    throw UserError("layer name " + quoted(name) + " is there twice, expected distinct names");
}

}  // namespace

std::string to_text(const NetworkMapping& network, const std::vector<std::string>& notes) {
  std::string out = kHeader;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < network.size(); ++i) {
    const auto& [name, mp] = network[i];
    check_name(name, seen);
    out += "\n";
    if (i < notes.size()) {
      std::string_view rest = notes[i];
      while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        out += "# " + std::string(rest.substr(0, end)) + "\n";
        rest = rest.substr(std::min(end + 1, rest.size()));
      }
    }
    const auto line = [&out](const char* key, const std::string& value) {
      out += std::string(key) + " = " + value + "\n";
    };
    out += "[" + name + "]\n";
    line("turned", mp.turned ? "yes" : "no");
    line("mode", mp.csc ? "csc" : "raw");
    line("c0", std::to_string(mp.c0));
    line("m0", std::to_string(mp.m0));
    line("s0", part_text(mp.s0));
    line("f0", part_text(mp.f0));
    line("windows", std::to_string(mp.windows));
    line("weight_double_buffer", mp.weight_double_buffer ? "yes" : "no");
    line("chain", std::to_string(mp.chain));
    line("mesh_rows", text_of(mp.mesh_rows));
    line("mesh_cols", text_of(mp.mesh_cols));
    line("pe_cols", text_of(mp.pe_cols));
    line("e_block", std::to_string(mp.e_block));
    line("m_block", std::to_string(mp.m_block));
    line("iact_source", name_of(mp.iact_source));
    line("iact_mode", name_of(mp.iact_mode));
    line("weight_mode", name_of(mp.weight_mode));
  }
  return out;
}

NetworkMapping parse_mapping(const std::string& text, const std::string& source) {
  return Parser(text, source).run();
}

NetworkMapping read_mapping_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw UserError(path +
                    ": cannot be opened, expected a readable mapping file (uvea map writes one)");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) throw UserError(path + ": cannot be read, expected a mapping file");
  return parse_mapping(text, path);
}

}  // namespace uvea::mapper
