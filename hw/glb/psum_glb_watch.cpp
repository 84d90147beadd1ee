#include "hw/glb/psum_glb_watch.h"

#include "tlm/burst_item.h"

namespace uvea::hw {

using link::Cycle;
using link::Probe;

PsumGlbWatch::PsumGlbWatch(Probe& probe, const std::string& path, std::size_t banks,
                           std::uint32_t first_source)
    : probe_(probe) {
  const auto group = Probe::Group::banks;
  for (std::size_t x = 0; x < banks; ++x) {
    const std::string at = path + ".bank" + std::to_string(x);
    banks_.push_back({probe.add_items(at, "read", group),
                      probe.add_items(at, "write", group),
                      probe.add_items(at, "final", group),
                      probe.add_items(at, "dropped", group),
                      PassTrack(probe, at),
                      PassTrack(probe, at, "read_pass"),
                      FillTrack(probe, probe.add_values(at, "fill", group, "words")),
                      {}});
    probe.name_source(first_source + static_cast<std::uint32_t>(x), at);
  }
}

void PsumGlbWatch::begin(Cycle at, std::size_t slots) {
  for (Bank& bank : banks_) {
    bank.slots.assign(slots, {});
    bank.fill.clear(at);
    bank.pass.begin(at);
    bank.read_pass.begin(at);
  }
}

void PsumGlbWatch::wrote(std::size_t x, std::size_t slot, const link::Burst& burst,
                         Cycle first_beat, std::int64_t pass) {
  Bank& bank = banks_[x];
  bank.slots[slot] = item_of(burst);
  tell_burst(probe_, bank.write, burst, first_beat);
  bank.pass.move(first_beat, pass);
  bank.fill.put(first_beat, burst.beats);
}

void PsumGlbWatch::passed(std::size_t x, const link::Burst& burst, Cycle first_beat,
                          std::int64_t pass, bool handed) {
  Bank& bank = banks_[x];
  tell_burst(probe_, handed ? bank.final : bank.dropped, burst, first_beat);
  bank.pass.move(first_beat, pass);
}

void PsumGlbWatch::made(std::size_t bank, std::size_t slot, const link::Burst& burst) {
  probe_.carries(item_of(burst), banks_[bank].slots[slot]);
}

void PsumGlbWatch::read(std::size_t x, const link::Burst& burst, Cycle first_beat,
                        std::int64_t pass) {
  Bank& bank = banks_[x];
  bank.read_pass.move(first_beat, pass);
  tell_burst(probe_, bank.read, burst, first_beat);
  bank.fill.take(first_beat, burst.beats);
}

void PsumGlbWatch::rest() {
  for (Bank& bank : banks_) bank.fill.flush();
}

}  // namespace uvea::hw
