#include "tb/cosim/pe/rtl_bench.h"

#include "sw/user_error.h"
#include "tb/cosim/pe/rtl_driver.h"
#include "tb/cosim/pe/stimulus_check.h"

namespace uvea::cosim {
namespace {

/// From what the MAC stage does to MACs of chunks.
class MacTeller {
 public:
  MacTeller(const hw::PeConfig& config, PeEventSink& sink) : config_(config), sink_(sink) {}

  void step(link::Cycle cycle, const RtlActivity& inside, const RtlMacs& macs) {
    // A chunk's mark follows its last step by a cycle.
    chunk_ += (inside.done & 1U) + (inside.done >> 1 & 1U);
    const unsigned base = macs.bank == 0 ? 0 : static_cast<unsigned>(config_.psum_entries / 2);
    for (const RtlMacs::Lane& lane : macs.lanes) {
      if (!lane.active) continue;
      sink_.mac({cycle, chunk_, lane.address - base, wide(macs.value, config_.iact_bits + 1),
                 wide(lane.weight, config_.weight_bits), lane.sum});
    }
  }

 private:
  static std::int32_t wide(std::uint32_t field, int bits) {
    const std::uint32_t sign = 1U << (bits - 1);
    return static_cast<std::int32_t>((field ^ sign) - sign);
  }

  const hw::PeConfig& config_;
  PeEventSink& sink_;
  std::uint64_t chunk_ = 0;
};

}  // namespace

std::uint32_t config_word(const hw::PeSettings& s, int psum_banks) {
  constexpr int never_fit = 127;
  const auto field = [](int value, int bit) { return static_cast<std::uint32_t>(value) << bit; };
  return field(s.csc, 0) | field(s.iact_signed, 1) | field(s.single_lane, 2) |
         field(s.weight_double_buffer, 3) | field(s.segment_len, 4) | field(s.segments, 9) |
         field(s.m0, 13) | field(psum_banks == 2 ? s.tile_psums : never_fit, 19);
}

hw::PeSettings settings_of(const PeStimulus& stimulus) {
  if (stimulus.descriptor.size() != hw::kDescriptorBytes)
    throw UserError("the stimulus has no layer command of " + std::to_string(hw::kDescriptorBytes) +
                    " bytes");
  hw::LayerCommand command;
  const std::string wrong =
      hw::decode_command(stimulus.descriptor.data(), chip_of(stimulus), command);
  if (!wrong.empty()) throw UserError("the stimulus' layer command: " + wrong);
  return hw::pe_settings(command);
}

std::string run_rtl(RtlPe& rtl, const PeStimulus& stimulus, PeEventSink& sink, RtlRunTotals& totals,
                    link::Cycle end, IdleCycles idle, PinSink* pins) {
  RtlDriver driver(rtl, stimulus.iact_ports, false);
  driver.pins = pins;
  driver.skips_idle_cycles = idle == IdleCycles::skipped;
  driver.on_event = [&sink](const PeEvent& event) { sink.take(event); };
  driver.on_stall = [&sink](const StallInterval& cycles) { sink.spend(cycles); };
  MacTeller macs(stimulus.config, sink);
  if (sink.asks_macs())
    driver.on_macs = [&macs](link::Cycle cycle, const RtlActivity& inside, const RtlMacs& done) {
      macs.step(cycle, inside, done);
    };
  driver.configure(config_word(settings_of(stimulus), stimulus.config.psum_banks), stimulus.config,
                   0);
  std::size_t psum_bursts = 0;
  for (const InputBurst& burst : stimulus.inputs) {
    if (burst.stream == link::DataType::iact) {
      driver.add_input(burst.port, burst);
    } else if (burst.stream == link::DataType::weight) {
      driver.add_input(driver.weight_lane(), burst);
    } else {
      driver.add_input(driver.psum_lane(), burst);
    }
    // No more psum bursts than chunks come in or leave.
    if (burst.stream == link::DataType::weight) psum_bursts += burst.words.at(1);
  }
  for (std::size_t n = 0; n < psum_bursts; ++n)
    driver.add_sink(n < stimulus.sinks.size() ? stimulus.sinks[n] : Sink{});
  driver.run(stimulus.end);
  if (stimulus.end == kNever && end != kNever) driver.end_account(end);
  totals.cycles += driver.cycles_run();
  totals.macs += driver.macs();
  totals.overflows += driver.overflows();
  totals.forwards += driver.forwards();
  totals.end = driver.now();
  totals.fault_cycle = driver.fault_cycle();
  if (!driver.fault().empty()) return "RTL, " + driver.fault();
  RtlInputs none;
  RtlOutputs out;
  rtl.settle(none, out);
  totals.left_over.clear();
  if (stimulus.end != kNever) return {};
  if (!driver.at_rest()) {
    totals.left_over = "RTL: bursts are left over when nothing happens any more";
  } else if (!out.config_ready) {
    totals.left_over = "RTL: the PE is not at rest at the end";
  }
  return {};
}

}  // namespace uvea::cosim
