#include "hw/block/block.h"

namespace uvea::hw {

LayerBlock::LayerBlock(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                       const link::Clock& clock, int row, int col)
    : Block(module_name),
      command("command", *this),
      config_(config),
      clock_(clock),
      row_(row),
      col_(col) {}

void LayerBlock::on_command(const std::uint8_t* descriptor) {
  LayerCommand layer;
  const std::string wrong = decode_command(descriptor, config_, layer);
  if (!wrong.empty()) return fault("layer command: " + wrong);
  clear_counts();
  counts_[Counter::register_words] = kDescriptorBytes / 4;
  configure(layer, Schedule(layer, config_, row_, col_));
  configured(descriptor);
}

}  // namespace uvea::hw
