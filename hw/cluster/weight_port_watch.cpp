#include "hw/cluster/weight_port_watch.h"

#include "tlm/burst_item.h"

namespace uvea::hw {

using link::Cycle;
using link::Probe;

WeightPortWatch::WeightPortWatch(Probe& probe, const std::string& path, std::size_t ports,
                                 std::uint32_t first_source)
    : probe_(probe) {
  for (std::size_t v = 0; v < ports; ++v) {
    const std::string at = path + ".port" + std::to_string(v);
    ports_.push_back({probe.add_items(at, "bursts", Probe::Group::links), PassTrack(probe, at),
                      PortTrack(probe, at, Probe::Group::state)});
    probe.name_source(first_source + static_cast<std::uint32_t>(v), at);
  }
}

void WeightPortWatch::begin(Cycle at) {
  for (Port& port : ports_) {
    port.state.rest(at);
    port.pass.begin(at);
  }
}

void WeightPortWatch::sent(std::size_t v, std::int64_t pass,
                           const std::vector<Probe::Item>& requests, const link::Burst& burst,
                           Cycle offered, Cycle first_beat) {
  Port& port = ports_[v];
  tell_burst(probe_, port.bursts, burst, first_beat);
  port.state.hold(offered, first_beat);
  port.state.move(first_beat, burst.end(first_beat));
  port.pass.move(first_beat, pass);
  for (const Probe::Item& request : requests) probe_.carries(item_of(burst), request);
}

void WeightPortWatch::rest(Cycle end) {
  for (Port& port : ports_) port.state.rest(end);
}

}  // namespace uvea::hw
