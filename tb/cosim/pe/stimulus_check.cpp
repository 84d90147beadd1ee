#include "tb/cosim/pe/stimulus_check.h"

#include "hw/command/layer_command.h"
#include "hw/command/stream_format.h"

namespace uvea::cosim {
namespace {

std::string wrong_with(const InputBurst& input, unsigned iact_ports) {
  const bool psum = input.stream == link::DataType::psum;
  if (input.port >= (input.stream == link::DataType::iact ? iact_ports : 1U))
    return "no such port: " + std::to_string(input.port);
  if (!(psum ? input.words.empty() : input.psums.empty())) return "words and psums are mixed up";
  if ((psum ? input.psums.size() : input.words.size()) == 0) return "an empty burst";
  if (input.stream == link::DataType::weight &&
      input.words.size() < static_cast<std::size_t>(hw::kWeightHeaderWords))
    return "a weight burst without its header";
  if (psum && !input.gaps.empty()) return "the receiver of psums sets their gaps";
  if (input.gaps.size() > input.words.size()) return "more gaps than words";
  if (!input.gaps.empty() && input.gaps[0] != 0)
    return "a gap before the first beat (not_before is for that)";
  return {};
}

}  // namespace

hw::ChipConfig chip_of(const PeStimulus& stimulus) {
  hw::ChipConfig chip;
  chip.pe = stimulus.config;
  chip.glb.iact_banks = static_cast<int>(stimulus.iact_ports);
  return chip;
}

std::string why_unusable(const PeStimulus& stimulus) {
  if (stimulus.iact_ports < 1 || stimulus.iact_ports > 16) return "iact_ports must be 1 to 16";
  if (stimulus.descriptor.size() != hw::kDescriptorBytes) return "descriptor of another size";
  hw::LayerCommand layer;
  const std::string refused =
      hw::decode_command(stimulus.descriptor.data(), chip_of(stimulus), layer);
  if (!refused.empty()) return "layer command: " + refused;
  for (std::size_t i = 0; i < stimulus.inputs.size(); ++i) {
    const std::string wrong = wrong_with(stimulus.inputs[i], stimulus.iact_ports);
    if (!wrong.empty()) return "input " + std::to_string(i) + ": " + wrong;
  }
  for (std::size_t i = 0; i < stimulus.sinks.size(); ++i) {
    const Sink& sink = stimulus.sinks[i];
    const std::string at = "sink " + std::to_string(i) + ": ";
    if (sink.cycles_per_beat < 1 || sink.cycles_per_beat > 2)
      return at + "cycles_per_beat must be 1 or 2";
    if (!sink.gaps.empty() && sink.gaps[0] != 0)
      return at + "a gap before the first beat (not_before is for that)";
  }
  return {};
}

}  // namespace uvea::cosim
