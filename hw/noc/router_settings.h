#pragma once
// Static router settings: which destinations each source port of a router enables during a layer.
//
// Three separate meshes, one router set per data type:
//   iact    sources N, S, W, E, local (GLB bank);        destinations N, S, W, E, pe (all PEs)
//   weight  sources W, E, local (off-chip);              destinations W, E, pe (one PE row)
//   psum    sources N, local (psum bank), pe (top PE);   destinations S, local (psum bank),
//                                                        pe (bottom PE)
// Groups share a source at their north-west corner; data run south and east from it.

#include <array>

#include "hw/command/schedule.h"

namespace uvea::hw {

enum class RouterPort { north, south, west, east, local, pe };
constexpr int kRouterPorts = 6;

/// enable[source][destination].
struct RouterSettings {
  std::array<std::array<bool, kRouterPorts>, kRouterPorts> enable{};

  void route(RouterPort source, RouterPort destination) {
    enable[static_cast<std::size_t>(source)][static_cast<std::size_t>(destination)] = true;
  }
};

RouterSettings iact_router_settings(const Schedule& schedule, int row, int col);
RouterSettings weight_router_settings(const Schedule& schedule, int row, int col);
RouterSettings psum_router_settings(const Schedule& schedule);

}  // namespace uvea::hw
