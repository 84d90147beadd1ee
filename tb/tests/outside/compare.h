#pragma once
// Byte-for-byte comparison of two tensors, with the first divergence in words.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace uvea::tb {

/// Success when both hold the same bytes and there is at least one.
inline ::testing::AssertionResult same_bytes(const std::string& what,
                                             const std::vector<std::uint8_t>& reference,
                                             const std::vector<std::uint8_t>& interpreter) {
  if (interpreter.empty() || reference.size() != interpreter.size()) {
    return ::testing::AssertionFailure()
           << what << ": " << reference.size() << " bytes by the reference, " << interpreter.size()
           << " by the interpreter";
  }
  std::size_t differing = 0, first = 0;
  for (std::size_t i = reference.size(); i-- > 0;) {
    if (reference[i] != interpreter[i]) {
      ++differing;
      first = i;
    }
  }
  if (differing == 0) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << what << ": " << differing << " of " << reference.size()
         << " codes differ, the first at " << first << ": byte " << int{reference[first]}
         << " by the reference, " << int{interpreter[first]} << " by the interpreter";
}

}  // namespace uvea::tb
