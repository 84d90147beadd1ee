#include "hw/cluster/output_stage_watch.h"

#include "tlm/burst_item.h"

namespace uvea::hw {

using link::Cycle;
using link::Probe;

OutputStageWatch::OutputStageWatch(Probe& probe, const std::string& path, std::size_t lanes)
    : probe_(probe) {
  for (std::size_t x = 0; x < lanes; ++x) {
    const std::string at = path + ".lane" + std::to_string(x);
    lanes_.push_back({probe.add_items(at, "psums", Probe::Group::psum),
                      probe.add_values(at, "writes", Probe::Group::dma, "writes"),
                      PortTrack(probe, at, Probe::Group::state), 0});
  }
}

void OutputStageWatch::took(std::size_t x, const link::Burst& burst, Cycle first_beat) {
  Lane& lane = lanes_[x];
  probe_.item(lane.psums, item_of(burst), burst.beats, first_beat, first_beat + burst.beats);
  lane.state.move(first_beat, first_beat + burst.beats);
}

void OutputStageWatch::writes(std::size_t x, int change, Cycle at) {
  lanes_[x].open += change;
  probe_.value(lanes_[x].writes, at, lanes_[x].open);
}

void OutputStageWatch::rest(Cycle end) {
  for (Lane& lane : lanes_) lane.state.rest(end);
}

}  // namespace uvea::hw
