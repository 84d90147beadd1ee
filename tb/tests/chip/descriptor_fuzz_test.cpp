// Descriptors that nobody would write: either the chip refuses them with words or it executes them,
// whatever oacts come out. Run under ASan and UBSan, this shows that no block trusts a descriptor
// further than it was checked. UVEA_FUZZ_COUNT sets the number of cases for longer runs.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include "hw/chip.h"
#include "hw/command/schedule.h"
#include "hw/dram/dram.h"
#include "sw/driver/descriptor.h"
#include "sw/driver/layer_image.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/sim/host_program.h"
#include "tb/sim/memory_bus.h"
#include "tb/tests/chip/layer_case.h"

namespace uvea::test {
namespace {

constexpr std::uint64_t kDramBytes = std::uint64_t{16} << 20;
constexpr std::uint64_t kPart = kDramBytes / 8;
constexpr std::int64_t kMostBursts = 20000;  // of one cluster's column: more takes too long
constexpr unsigned kSeconds = 60;            // a run that takes longer hangs

using Descriptor = std::vector<std::uint8_t>;

/// A layer in DRAM, ready to run.
struct Image {
  hw::ChipConfig chip;
  Descriptor descriptor;
  std::vector<tb::Region> regions;
};

Image place(const LayerCase& c, const mapper::Mapping& mapping) {
  const mapper::ChipSizes sizes = tb::sizes_of(c.chip);
  const csc::Widths widths{sizes.iact_bits, sizes.count_bits};
  const driver::TensorPlan plan = c.job(mapping).tensors;
  auto iact = driver::iact_place(c.layer, mapping, plan.iact, widths);
  auto oact = driver::oact_place(c.layer, mapping, plan.oact_csc, widths);
  iact.move_to(kPart);
  oact.move_to(2 * kPart);
  driver::LayerImage image = driver::make_layer_image(c.layer, mapping, sizes);
  const driver::DescriptorAddresses at{0, 3 * kPart, image.weights.pitch,
                                       image.weights.longest_segment, 5 * kPart};
  Image placed;
  placed.chip = c.chip;
  placed.descriptor = driver::encode_descriptor(c.layer, mapping, iact.layout(), oact.layout(), at);
  placed.regions = {{kPart, iact.write(c.input)},
                    {at.weight_base, std::move(image.weights.bytes)},
                    {at.param_table, std::move(image.params)}};
  return placed;
}

/// As the program does: what is reported ends the simulation, but blocks go on until then.
std::string& reported() {
  thread_local std::string text;
  return text;
}
void take_report(const sc_core::sc_report& report, const sc_core::sc_actions&) {
  if (report.get_severity() == sc_core::SC_INFO) return;
  reported() += std::string(report.get_msg_type()) + ": " + report.get_msg() + "\n";
  sc_core::sc_stop();
}

/// "done", "refused: words", or what else became of it.
std::string execute(const Image& image) {
  return in_own_process([&]() -> std::string {
    alarm(kSeconds);
    sc_core::sc_report_handler::set_handler(&take_report);
    hw::Chip chip("chip", image.chip);
    tb::MemoryBus bus("bus");
    tb::HostProgram host("host", chip.clock().span(20000));
    hw::Dram dram("dram", image.chip.dram, chip.clock().period(), kDramBytes);
    sc_core::sc_signal<bool> interrupt("interrupt");
    host.registers.bind(chip.registers);
    host.memory.bind(bus.host);
    chip.dram.bind(bus.chip);
    bus.memory.bind(dram.target);
    host.interrupt.bind(interrupt);
    chip.interrupt.bind(interrupt);
    host.writes = image.regions;
    host.writes.push_back({64, image.descriptor});
    host.descriptor = 64;
    host.layers = 1;
    sc_core::sc_start();
    if (!reported().empty()) return "refused: " + reported();
    if (!host.faults.empty()) {
      std::string stuck = host.faults.front() + "\n";
      for (const std::string& left : chip.leftovers()) stuck += left + "\n";
      return stuck;
    }
    return host.finished ? "done" : "stopped";
  });
}

/// Bursts that a column of one cluster moves, as a measure of the time it takes.
std::int64_t work_of(const hw::LayerCommand& command, const hw::ChipConfig& chip) {
  const hw::Schedule schedule(command, chip, 0, 0);
  const std::int64_t each = std::int64_t{command.e_block} * command.chunks();
  return schedule.passes() > kMostBursts || each > kMostBursts ? kMostBursts + 1
                                                               : schedule.passes() * each;
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : engine_(seed) {}

  void mutate(Descriptor& descriptor) {
    for (int n = in(1, 3); n > 0; --n) {
      const int word = in(3, 51);
      std::uint32_t value = read(descriptor, word);
      switch (in(0, 5)) {
        case 0:
          value ^= 1U << in(0, 31);
          break;
        case 1:
          value += static_cast<std::uint32_t>(in(-2, 2));
          break;
        case 2:
          value = static_cast<std::uint32_t>(in(0, 70));
          break;
        case 3: {
          const std::uint32_t odd[] = {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1000000, 0x10000};
          value = odd[in(0, 6)];
          break;
        }
        case 4:
          value = read(descriptor, in(3, 51));
          break;
        default:
          value = static_cast<std::uint32_t>(engine_());
      }
      write(descriptor, word, value);
    }
  }
  /// Every word anew, small numbers mostly.
  void replace(Descriptor& descriptor) {
    for (int word = 3; word < 52; ++word)
      write(descriptor, word, static_cast<std::uint32_t>(in(0, in(0, 3) == 0 ? 40 : 4)));
    for (int word = 22; word < 25; ++word) write(descriptor, word, 0x01010101);
  }
  bool chance(int percent) { return in(1, 100) <= percent; }

 private:
  int in(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  static std::uint32_t read(const Descriptor& d, int word) {
    std::uint32_t value = 0;
    for (std::size_t b = 4; b-- > 0;)
      value = (value << 8) | d[static_cast<std::size_t>(4 * word) + b];
    return value;
  }
  static void write(Descriptor& d, int word, std::uint32_t value) {
    for (std::size_t b = 0; b < 4; ++b)
      d[static_cast<std::size_t>(4 * word) + b] = static_cast<std::uint8_t>(value >> (8 * b));
  }
  std::mt19937_64 engine_;
};

TEST(DescriptorFuzz, EveryDescriptorIsRefusedWithWordsOrExecuted) {
  const char* const wanted = std::getenv("UVEA_FUZZ_COUNT");
  const char* const begin = std::getenv("UVEA_FUZZ_SEED");
  const std::uint64_t count = wanted == nullptr ? 150 : std::strtoull(wanted, nullptr, 10);
  const std::uint64_t first = begin == nullptr ? 1 : std::strtoull(begin, nullptr, 10);
  std::printf("seeds %llu to %llu\n", static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(first + count - 1));
  std::map<std::string, int> outcomes;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const LayerCase c = random_case(seed);
    Image image;
    try {
      const mapper::Mapping mapping = random_mapping(c, seed);
      if (mapping.turned) continue;
      image = place(c, mapping);
    } catch (const UserError&) {
      continue;
    }
    const Descriptor valid = image.descriptor;
    Mutator mutator(seed);
    // Decoding alone is cheap: many for each that runs.
    for (int draw = 0; draw < 300; ++draw) {
      image.descriptor = valid;
      if (mutator.chance(10))
        mutator.replace(image.descriptor);
      else
        mutator.mutate(image.descriptor);
      hw::LayerCommand command;
      const std::string refused = hw::decode_command(image.descriptor.data(), c.chip, command);
      if (!refused.empty()) {
        ++outcomes["refused by the decoder"];
        continue;
      }
      if (work_of(command, c.chip) > kMostBursts) {
        ++outcomes["too long to run"];
        continue;
      }
      if (!mutator.chance(4)) continue;
      const std::string outcome = execute(image);
      ++outcomes[outcome.substr(0, 7)];
      EXPECT_TRUE(outcome == "done" || outcome.rfind("refused: ", 0) == 0)
          << "seed " << seed << " draw " << draw << ": " << outcome << "\n"
          << c.describe();
    }
  }
  for (const auto& [outcome, times] : outcomes) std::printf("%6d %s\n", times, outcome.c_str());
  EXPECT_GT(outcomes["done"], 0);
  EXPECT_GT(outcomes["refused by the decoder"], 0);
}

/// Refusals name the number and what is allowed.
TEST(DescriptorFuzz, AWindowBeyondThePsumSpadIsRefusedByHardware) {
  LayerCase c = random_case_on_default_chip(3);
  Image image = place(c, mapper::map_layer(c.layer, tb::sizes_of(c.chip)));
  image.descriptor[4 * 19] = 100;  // M0
  hw::LayerCommand command;
  EXPECT_EQ(hw::decode_command(image.descriptor.data(), c.chip, command),
            "M0 = 100, expected 1 to 63");
  c.chip.pe.psum_entries = 64;
  image.descriptor[4 * 19] = 60;
  image.descriptor[4 * 20] = 2;  // T
  const std::string said = hw::decode_command(image.descriptor.data(), c.chip, command);
  EXPECT_NE(said, "");
}

}  // namespace
}  // namespace uvea::test
