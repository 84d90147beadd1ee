#pragma once
// idx files (gzip or plain), the format in which the MNIST family of data sets is shipped.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace uvea::tb {

/// An array of unsigned bytes, row-major; sizes[0] is the number of items.
struct IdxFile {
  std::vector<std::size_t> sizes;
  std::vector<std::uint8_t> bytes;

  std::size_t items() const { return sizes.front(); }
  std::size_t item_bytes() const { return bytes.size() / items(); }
};

/// Reads one. Throws UserError that names the file when it is absent, cut short, of another kind or
/// has another number of dimensions than `dimensions`.
IdxFile read_idx(const std::string& path, std::size_t dimensions);

}  // namespace uvea::tb
