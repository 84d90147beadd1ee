#pragma once
// Kinds of streams, without SystemC.

#include <cstdint>

namespace uvea::link {

enum class DataType : std::uint8_t { iact, weight, psum };
const char* name_of(DataType type);

}  // namespace uvea::link
