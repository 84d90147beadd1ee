#include "sw/nn/jpeg_tables.h"

#include <cstddef>
#include <numeric>

namespace uvea::nn {
namespace {

constexpr int kStartOfImage = 0xd8, kEndOfImage = 0xd9, kHuffmanTables = 0xc4, kStartOfScan = 0xda;

/// The next marker from `at` on, past whatever is before it; -1 at the end of the file. Inside a
/// scan a 0xff byte of the data is followed by 0, and restart markers belong to the data.
int next_marker(const std::vector<std::uint8_t>& file, std::size_t& at, bool in_scan) {
  while (at < file.size()) {
    if (file[at++] != 0xff) continue;
    while (at < file.size() && file[at] == 0xff) ++at;
    if (at == file.size()) break;
    const int marker = file[at++];
    const bool data = marker == 0 || (marker >= 0xd0 && marker <= 0xd7);
    if (!in_scan || !data) return marker;
  }
  return -1;
}

/// The tables of one segment, file[at, end).
bool tables_fit(const std::vector<std::uint8_t>& file, std::size_t at, std::size_t end) {
  constexpr std::size_t head = 17, most = 256;  // class and number, sixteen counts
  while (at < end) {
    if (end - at < head) return false;
    const auto counts = file.begin() + static_cast<std::ptrdiff_t>(at + 1);
    const auto symbols = std::accumulate(counts, counts + 16, std::size_t{0});
    if (symbols > most || end - at - head < symbols) return false;
    at += head + symbols;
  }
  return true;
}

}  // namespace

bool huffman_tables_fit(const std::vector<std::uint8_t>& file) {
  std::size_t at = 0;
  bool in_scan = false;
  for (int marker; (marker = next_marker(file, at, in_scan)) >= 0;) {
    if (marker == kStartOfImage || marker == kEndOfImage) continue;
    if (file.size() - at < 2) return marker != kHuffmanTables;
    const std::size_t length = static_cast<std::size_t>(file[at]) * 256 + file[at + 1];
    if (marker == kHuffmanTables &&
        (length < 2 || file.size() - at < length || !tables_fit(file, at + 2, at + length)))
      return false;
    if (length < 2 || file.size() - at < length) return true;  // the decoder stops here
    at += length;
    in_scan = marker == kStartOfScan;
  }
  return true;
}

}  // namespace uvea::nn
