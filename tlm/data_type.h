#pragma once
// Kinds of streams, without SystemC.

#include <cstdint>

namespace uvea::link {

enum class DataType : std::uint8_t { iact, weight, psum };
inline const char* name_of(DataType type) {
  switch (type) {
    case DataType::iact:
      return "iact";
    case DataType::weight:
      return "weight";
    case DataType::psum:
      return "psum";
  }
  return "?";
}

}  // namespace uvea::link
