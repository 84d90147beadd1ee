// control.serial_io: what a probe is told shows no iact on its way into the PEs while iacts load or
// oacts leave, on random layers and chips; a gate that stands open is found.

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/tests/chip/hooked_run.h"
#include "tb/tests/chip/probe_record.h"

namespace uvea::test {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Whether a server of the DMA is an iact bank's: behind the controller's come each cluster's banks,
/// PE rows and PE columns (hw/chip.cpp).
bool of_iacts(int server, const hw::ChipConfig& chip) {
  const int ports = chip.glb.iact_banks + chip.cluster.pe_rows + chip.cluster.pe_cols;
  return server > 0 && (server - 1) % ports < chip.glb.iact_banks;
}

struct Span {
  link::Cycle from, to;
};

/// What is wrong with a run of a serial chip, by what it told.
std::string overlap(const ProbeRecord& told, const hw::ChipConfig& chip) {
  std::vector<Span> moved, sent;
  for (const ProbeRecord::Track& track : told.tracks) {
    const std::string name = track.full_name();
    const std::size_t server = name.find(".dma.server");
    const bool loads = server != std::string::npos && ends_with(name, ".requests") &&
                       of_iacts(std::stoi(name.substr(server + 11)), chip);
    // Nothing but oacts is written.
    if (loads || ends_with(name, ".dma.writes"))
      for (const ProbeRecord::Passed& item : track.told_items)
        moved.push_back({item.from, item.to});
    if (name.find(".iact_glb.bank") != std::string::npos && ends_with(name, ".read"))
      for (const ProbeRecord::Passed& item : track.told_items) sent.push_back({item.from, item.to});
  }
  if (moved.empty() || sent.empty()) return "nothing was seen\n";
  const auto earlier = [](const Span& a, const Span& b) { return a.from < b.from; };
  std::sort(moved.begin(), moved.end(), earlier);
  std::sort(sent.begin(), sent.end(), earlier);
  std::size_t next = 0;
  link::Cycle until = 0;
  for (const Span& burst : sent) {
    // Of all that began before the burst's end: was any of it there after its begin?
    for (; next < moved.size() && moved[next].from < burst.to; ++next)
      until = std::max(until, moved[next].to);
    if (until > burst.from)
      return "iacts are sent in cycle " + std::to_string(burst.from) +
             ", loads or dumps last until " + std::to_string(until) + "\n";
  }
  return {};
}

/// A gate through which everything may pass at any time, in front of the chip's own.
class OpenGate : public hw::IoGate {
 public:
  explicit OpenGate(hw::IoGate& own) : own_(own) {}
  void join(hw::IoMember&) override {}  // is one of the own gate's already
  std::int64_t phase() const override { return std::numeric_limits<std::int64_t>::max(); }
  bool moving() const override { return false; }
  link::Cycle turned() const override { return 0; }
  void changed() override { own_.changed(); }
  std::string path() const override { return own_.path(); }

 private:
  hw::IoGate& own_;
};

/// Every case with a link: without one a chip's loads take no more than a latency.
LayerCase case_of(std::uint64_t seed) {
  LayerCase c = serial_case(seed);
  c.chip.control.serial_io = true;
  c.chip.control.io_link_bits = 8 + static_cast<int>(seed % 40);
  c.chip.control.dma_line_bytes = 0;  // those need another memory
  return c;
}

/// Empty, or what is wrong; "unmappable" where the mapper refuses.
std::string run(const LayerCase& c, bool gate_stands_open) {
  return in_own_process([&]() -> std::string {
    mapper::Mapping mapping;
    try {
      // The mapper takes few phases; of one alone an open gate makes no difference.
      mapping = gate_stands_open || c.seed % 2 == 0
                    ? random_mapping(c, c.seed)
                    : mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    } catch (const UserError&) {
      return "unmappable";
    }
    RecordingProbe probe;
    std::unique_ptr<OpenGate> open;
    tb::RunHooks hooks;
    hooks.on_built = [&](hw::Chip& chip) {
      chip.watch(&probe);
      if (!gate_stands_open) return;
      open = std::make_unique<OpenGate>(*chip.io_phases());
      for (const auto& cluster : chip.clusters()) cluster->iact_glb.take_turns(*open);
    };
    return run_hooked(c, mapping, hooks, [&] { return overlap(probe.record(), c.chip); });
  });
}

TEST(SerialIo, NoIactsAreSentWhileIactsLoadOrOactsLeave) {
  int ran = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const LayerCase c = case_of(seed);
    const std::string wrong = run(c, false);
    if (wrong == "unmappable" || wrong == "nothing was seen\n") continue;
    ++ran;
    EXPECT_EQ(wrong, "") << c.describe();
  }
  EXPECT_GE(ran, 30);
}

TEST(SerialIo, AGateThatStandsOpenIsFound) {
  int ran = 0, found = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::string wrong = run(case_of(seed), true);
    if (wrong == "unmappable") continue;
    ++ran;
    found += wrong.find("loads or dumps last until") != std::string::npos ? 1 : 0;
  }
  EXPECT_GE(found, ran / 2) << "of " << ran;
}

}  // namespace
}  // namespace uvea::test
