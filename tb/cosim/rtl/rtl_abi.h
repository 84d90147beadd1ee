#pragma once
// What a library with a Verilated PE offers to the program that loads it: C calls, so that the two
// need not come from the same compiler.

#include <cstddef>
#include <cstdint>

#include "tb/cosim/rtl/rtl_pins.h"

namespace uvea::cosim {

/// One of RtlPe::inside().
struct RtlAbiSignal {
  const char* module;
  const char* name;
  unsigned bits;
};

/// Calls of RtlPe; `pe` is what make() returned.
struct RtlAbi {
  const char* key;  ///< what the library was made from (rtl_recipe.h)
  std::size_t inputs_bytes, outputs_bytes, activity_bytes, macs_bytes;
  void* (*make)();
  void (*drop)(void* pe);
  void (*reset)(void* pe);
  void (*settle)(void* pe, const RtlInputs* in, RtlOutputs* out);
  void (*activity)(void* pe, RtlActivity* activity);
  void (*macs)(void* pe, RtlMacs* macs);
  void (*clock)(void* pe, std::uint64_t cycle);
  /// The state stays where it is until the next call.
  void (*save)(void* pe, const std::uint8_t** state, std::size_t* bytes);
  void (*restore)(void* pe, const std::uint8_t* state, std::size_t bytes);
  /// The n-th signal, whose texts stay as long as the PE; false when there are not so many.
  bool (*signal)(void* pe, std::size_t n, RtlAbiSignal* signal);
  void (*look)(void* pe, std::uint64_t* values);
};

/// The library's only symbol.
constexpr const char* kRtlAbiSymbol = "uvea_rtl_abi";
using RtlAbiFunction = const RtlAbi* (*)();

}  // namespace uvea::cosim
