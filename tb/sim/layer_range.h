#pragma once
// Which layers of a network.

#include <cstddef>

namespace uvea::tb {

/// First and last, 0-based, both included.
struct LayerRange {
  std::size_t first = 0;
  std::size_t last = 0;
};

}  // namespace uvea::tb
