#include "hw/noc/router_watch.h"

#include <algorithm>
#include <vector>

#include "tlm/burst_item.h"

namespace uvea::hw {

using link::Cycle;
using link::Probe;

const std::array<const char*, kRouterPorts> kRouterPortNames = {"north", "south", "west",
                                                                "east",  "local", "pe"};

RouterWatch::RouterWatch(Probe& probe, const std::string& path,
                         const std::array<bool, kRouterPorts>& leads)
    : probe_(probe) {
  const std::vector<std::string> ports(kRouterPortNames.begin(), kRouterPortNames.end());
  std::vector<std::string> modes{"off"};
  modes.insert(modes.end(), ports.begin(), ports.end());
  for (std::size_t d = 0; d < kRouterPorts; ++d) {
    if (!leads[d]) continue;
    const std::string at = path + "." + kRouterPortNames[d];
    Output& output = outputs_[d];
    output.leads = true;
    output.mode = probe.add_states(at, "mode", Probe::Group::links, modes);
    output.bursts = probe.add_items(at, "bursts", Probe::Group::links);
    output.state = PortTrack(probe, at, Probe::Group::links);
    output.held_by = probe.add_states(at, "held_by", Probe::Group::links, ports);
  }
}

void RouterWatch::configured(const RouterSettings& settings, Cycle at) {
  settings_ = settings;
  for (std::size_t d = 0; d < kRouterPorts; ++d) {
    if (outputs_[d].mode == Probe::kNone) continue;
    unsigned mode = 0;
    for (unsigned s = 0; s < kRouterPorts; ++s)
      if (settings.enable[s][d]) mode = s + 1;
    probe_.state(outputs_[d].mode, mode, at, Probe::kOpen);
  }
}

void RouterWatch::ready(std::size_t source, std::size_t output, Cycle ready) {
  Source& s = sources_[source];
  if (ready <= s.ready) return;
  s.ready = ready;
  s.slowest = output;
}

void RouterWatch::passed(std::size_t source, const link::Burst& burst, Cycle first_beat) {
  const Source& s = sources_[source];
  const Cycle end = burst.end(first_beat);
  for (std::size_t d = 0; d < kRouterPorts; ++d) {
    if (!settings_.enable[source][d]) continue;
    Output& output = outputs_[d];
    if (output.bursts != Probe::kNone) tell_burst(probe_, output.bursts, burst, first_beat);
    const Cycle from = std::max(s.offered, output.state.until());
    if (output.held_by != Probe::kNone && from < s.ready)
      probe_.state(output.held_by, static_cast<unsigned>(s.slowest), from, s.ready);
    output.state.hold(from, s.ready);
    output.state.move(first_beat, end);
  }
}

void RouterWatch::rest(Cycle end) {
  for (Output& output : outputs_)
    if (output.leads) output.state.rest(end);
}

}  // namespace uvea::hw
