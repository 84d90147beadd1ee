#pragma once
// Static settings of a PE during a layer.

#include "hw/command/layer_command.h"

namespace uvea::hw {

struct PeSettings {
  bool csc = true;
  bool iact_signed = false;
  bool single_lane = false;
  bool weight_double_buffer = false;
  int segment_len = 1;  ///< C0 * columns entering per slide
  int segments = 1;     ///< K, segments in a window
  int m0 = 1;           ///< psums per window
  int tile_psums = 1;   ///< T * M0
};
PeSettings pe_settings(const LayerCommand& command);

}  // namespace uvea::hw
