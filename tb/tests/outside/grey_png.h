#pragma once
// Reads the test images.

#include <cstdint>
#include <string>
#include <vector>

namespace uvea::tb {

/// Pixels of an 8-bit grey PNG of the given size. Throws std::runtime_error when it is anything
/// else.
std::vector<std::uint8_t> read_grey_png(const std::string& path, int height, int width);

}  // namespace uvea::tb
