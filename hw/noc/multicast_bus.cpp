#include "hw/noc/multicast_bus.h"

#include <algorithm>

#include "tlm/process.h"

namespace uvea::hw {

using link::Cycle;

namespace {

/// The burst's beats over so many cycles, when those are more.
void spread(link::Burst& burst, std::uint64_t cycles) {
  const std::uint64_t beats = burst.beats;
  if (beats < 2 || cycles <= beats) return;
  burst.gaps.assign(beats, 0);
  const auto offset = [&](std::uint64_t beat) { return beat * (cycles - 1) / (beats - 1); };
  for (std::uint64_t beat = 1; beat < beats; ++beat)
    burst.gaps[beat] = static_cast<std::uint16_t>(offset(beat) - offset(beat - 1) - 1);
}

}  // namespace

MulticastBus::MulticastBus(const sc_core::sc_module_name& module_name, int bus_bits,
                           const link::Clock& clock)
    : Block(module_name), bus_bits_(static_cast<std::uint64_t>(bus_bits)), clock_(clock) {
  link::spawn_method(
      "grant_process", [this] { grant(); }, wake_);
}

void MulticastBus::clear_counts() {
  Block::clear_counts();
  carried_ = held_ = 0;
  held_to_ = 0;
}

void MulticastBus::request(BusClient& client, unsigned port, link::Payload& payload,
                           std::uint64_t bits, Cycle ready) {
  waiting_.insert({ready, link::burst_of(payload).source, requests_++, &client, port, &payload,
                   std::max(bits, bus_bits_)});
  // In a later delta cycle: who else is ready in this cycle is known by then.
  wake_.notify(sc_core::SC_ZERO_TIME);
}

void MulticastBus::grant() {
  const Cycle now = clock_.now();
  while (!waiting_.empty()) {
    const Request next = *waiting_.begin();
    const Cycle at = std::max(next.ready, free());
    if (at > now) {
      wake_.notify(clock_.until(at));
      return;
    }
    waiting_.erase(waiting_.begin());
    spread(link::burst_of(*next.payload), (next.bits + bus_bits_ - 1) / bus_bits_);
    bits_ = std::max(bits_, now * bus_bits_) + next.bits;
    carried_ += next.bits;
    held_ += now - std::max(next.ready, held_to_);
    held_to_ = now;
    if (track_) {
      track_->hold(next.ready, now);
      track_->move(now, std::max(now + 1, free()));
    }
    next.client->on_grant(next.port, *next.payload, now);
  }
}

Wait MulticastBus::waiting_for() const { return {}; }

std::vector<std::string> MulticastBus::leftovers() const {
  if (waiting_.empty()) return {};
  return {std::to_string(waiting_.size()) + " bursts wait for the bus"};
}

void MulticastBus::use(std::vector<Resource>& resources) const {
  resources.push_back({name(), "multicast bus", (carried_ + bus_bits_ - 1) / bus_bits_, held_,
                       held_ > 0 ? "the bus: one burst at a time" : ""});
}

void MulticastBus::watch(link::Probe* probe) {
  Block::watch(probe);
  track_ = probe == nullptr
               ? nullptr
               : std::make_unique<PortTrack>(*probe, name(), link::Probe::Group::links);
}

void MulticastBus::tell_rest(Cycle end) {
  if (track_) track_->rest(end);
}

}  // namespace uvea::hw
