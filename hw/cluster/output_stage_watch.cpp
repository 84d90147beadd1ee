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
                      PortTrack(probe, at, Probe::Group::state),
                      0,
                      {},
                      {}});
  }
}

void OutputStageWatch::took(std::size_t x, const link::Burst& burst, Cycle first_beat) {
  Lane& lane = lanes_[x];
  probe_.item(lane.psums, item_of(burst), burst.beats, first_beat, first_beat + burst.beats);
  lane.state.move(first_beat, first_beat + burst.beats);
  lane.taken.push_back(item_of(burst));
}

void OutputStageWatch::made(std::size_t x, std::uint64_t address) {
  Lane& lane = lanes_[x];
  lane.made[address] = lane.taken;
  // What is written next begins within the last burst.
  if (lane.taken.size() > 1) lane.taken.erase(lane.taken.begin(), lane.taken.end() - 1);
}

void OutputStageWatch::made_all(std::size_t x, bool rest) {
  if (!rest) lanes_[x].taken.clear();
}

void OutputStageWatch::answered(std::size_t x, std::uint64_t address, const Probe::Item& request,
                                Cycle at) {
  count(x, -1, at);
  const auto made = lanes_[x].made.find(address);
  if (made == lanes_[x].made.end()) return;
  for (const Probe::Item& burst : made->second) probe_.carries(request, burst);
  lanes_[x].made.erase(made);
}

void OutputStageWatch::count(std::size_t x, int change, Cycle at) {
  lanes_[x].open += change;
  probe_.value(lanes_[x].writes, at, lanes_[x].open);
}

void OutputStageWatch::rest(Cycle end) {
  for (Lane& lane : lanes_) lane.state.rest(end);
}

}  // namespace uvea::hw
