#include "sw/mapper/found_entry.h"

#include <cstdint>
#include <cstring>
#include <locale>
#include <sstream>

#include "sw/mapper/sha256.h"

namespace uvea::mapper {
namespace {

constexpr const char* kTitle = "uvea-mappings";

/// Writes numbers, doubles as the bits that they are.
class Writer {
 public:
  Writer() { text_.imbue(std::locale::classic()); }
  void operator()(const double& value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    text_ << bits << '\n';
  }
  template <typename Number>
  void operator()(const Number& value) {
    text_ << static_cast<std::int64_t>(value) << '\n';
  }
  std::ostringstream& text() { return text_; }

 private:
  std::ostringstream text_;
};

/// Reads what a Writer wrote; whether all was there, sound() tells.
class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) { text_.imbue(std::locale::classic()); }
  void operator()(double& value) {
    std::uint64_t bits = 0;
    text_ >> bits;
    std::memcpy(&value, &bits, sizeof value);
  }
  template <typename Number>
  void operator()(Number& value) {
    std::int64_t read = 0;
    text_ >> read;
    value = static_cast<Number>(read);
  }
  std::string word() {
    std::string read;
    text_ >> read;
    return read;
  }
  bool sound() const { return !text_.fail(); }

 private:
  std::istringstream text_;
};

// The same for both: each takes the fields in the same order. A field that is added must be told here,
// or this does not compile.

template <typename Visit, typename Split>
void visit_split(Visit& visit, Split& split) {
  auto& [g, n, e, m] = split;
  visit(g), visit(n), visit(e), visit(m);
}

template <typename Visit, typename Of>
void visit_candidate(Visit& visit, Of& candidate) {
  auto& [mapping, cycles, dram_bytes, energy] = candidate;
  auto& [turned, csc, c0, m0, s0, f0, windows, weight_double_buffer, chain, mesh_rows, mesh_cols,
         pe_cols, e_block, m_block, iact_source, iact_mode, weight_mode] = mapping;
  visit(turned), visit(csc), visit(c0), visit(m0), visit(s0), visit(f0), visit(windows);
  visit(weight_double_buffer), visit(chain);
  visit_split(visit, mesh_rows);
  visit_split(visit, mesh_cols);
  visit_split(visit, pe_cols);
  visit(e_block), visit(m_block), visit(iact_source), visit(iact_mode), visit(weight_mode);
  visit(cycles), visit(dram_bytes), visit(energy);
}

template <typename Visit, typename Of>
void visit_certificate(Visit& visit, Of& certificate) {
  auto& [lower_bound, predicted, fewest, visited, pruned] = certificate;
  visit(lower_bound), visit(predicted), visit(fewest), visit(visited), visit(pruned);
}

}  // namespace

std::string to_entry(const std::string& key, const Found& found) {
  Writer write;
  write.text() << kTitle << '\n' << key << '\n';
  visit_certificate(write, found.certificate);
  write(found.best.size());
  for (const Candidate& candidate : found.best) visit_candidate(write, candidate);
  const std::string body = write.text().str();
  return body + sha256(body) + '\n';
}

std::optional<Found> from_entry(const std::string& key, const std::string& entry) {
  constexpr std::size_t kSum = 64 + 1;  // digits and a line's end
  if (entry.size() < kSum) return std::nullopt;
  const std::string body = entry.substr(0, entry.size() - kSum);
  if (entry.substr(body.size()) != sha256(body) + '\n') return std::nullopt;
  Reader read(body);
  if (read.word() != kTitle || read.word() != key) return std::nullopt;
  Found found;
  visit_certificate(read, found.certificate);
  std::size_t count = 0;
  read(count);
  // Each takes some lines: no count can be right that is larger than the text.
  if (!read.sound() || count == 0 || count > body.size()) return std::nullopt;
  found.best.resize(count);
  for (Candidate& candidate : found.best) visit_candidate(read, candidate);
  if (!read.sound() || !read.word().empty()) return std::nullopt;
  return found;
}

}  // namespace uvea::mapper
