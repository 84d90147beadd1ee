#include "hw/noc/router_settings.h"

namespace uvea::hw {

RouterSettings iact_router_settings(const Schedule& schedule, int row, int col) {
  RouterSettings s;
  if (!schedule.used()) return s;
  const LayerCommand& c = schedule.command();
  const bool vertical = c.iact_mode == NocMode::vertical || c.iact_mode == NocMode::broadcast;
  const bool horizontal = c.iact_mode == NocMode::horizontal || c.iact_mode == NocMode::broadcast;
  // Place inside the multicast group; 0 where the group's data come in.
  const int group_row = vertical ? row % c.rows.m : 0;
  const int group_col = horizontal ? col % c.cols.m : 0;
  RouterPort source = RouterPort::local;
  if (group_row > 0) {
    source = RouterPort::north;
  } else if (group_col > 0) {
    source = RouterPort::west;
  }
  s.route(source, RouterPort::pe);
  if (vertical && group_row + 1 < c.rows.m) s.route(source, RouterPort::south);
  if (horizontal && group_row == 0 && group_col + 1 < c.cols.m) s.route(source, RouterPort::east);
  return s;
}

RouterSettings weight_router_settings(const Schedule& schedule, int, int col) {
  RouterSettings s;
  if (!schedule.used()) return s;
  const LayerCommand& c = schedule.command();
  if (c.weight_mode == NocMode::unicast) {
    s.route(RouterPort::local, RouterPort::pe);
    return s;
  }
  const int group = c.cols.n * c.cols.e;
  const int place = col % group;
  const RouterPort source = place == 0 ? RouterPort::local : RouterPort::west;
  s.route(source, RouterPort::pe);
  if (place + 1 < group) s.route(source, RouterPort::east);
  return s;
}

RouterSettings psum_router_settings(const Schedule& schedule) {
  RouterSettings s;
  if (!schedule.used()) return s;
  // Psums enter a chain from the bank of its first cluster or from nowhere, leave by its last.
  if (schedule.chain_first()) {
    s.route(RouterPort::local, RouterPort::pe);
  } else {
    s.route(RouterPort::north, RouterPort::pe);
  }
  s.route(RouterPort::pe, schedule.chain_last() ? RouterPort::local : RouterPort::south);
  return s;
}

}  // namespace uvea::hw
