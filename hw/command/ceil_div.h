#pragma once

namespace uvea::hw {

/// How many pieces of b, the last one perhaps smaller, make up a; neither is negative.
template <class Int>
constexpr Int ceil_div(Int a, Int b) {
  return (a + b - 1) / b;
}

}  // namespace uvea::hw
