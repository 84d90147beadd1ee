#pragma once
// A port, link, bank or channel of the chip and how long it was busy in a layer.

#include <cstdint>
#include <string>

namespace uvea::hw {

struct Resource {
  std::string path;        ///< instance path, and the port's name: "....iact_router_0.local"
  std::string kind;        ///< "iact link", "psum bank", "weight port", "DRAM channel" ...
  std::uint64_t busy = 0;  ///< cycles in which a word or beat moved, or a router passed a burst on
  std::uint64_t held = 0;  ///< cycles in which something stood there and could not go on
  std::string held_by;     ///< by whom, in words; empty when nothing was held
};

}  // namespace uvea::hw
