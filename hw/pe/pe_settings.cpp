#include "hw/pe/pe_settings.h"

namespace uvea::hw {

PeSettings pe_settings(const LayerCommand& c) {
  PeSettings s;
  s.csc = c.csc;
  s.iact_signed = c.iact_signed;
  s.single_lane = c.single_lane;
  s.weight_double_buffer = c.weight_double_buffer;
  s.segment_len = c.seg_len();
  s.segments = c.segments();
  s.m0 = c.M0;
  s.tile_psums = c.T * c.M0;
  return s;
}

}  // namespace uvea::hw
