#include "tb/cosim/pe/random_shape.h"

#include <stdexcept>

#include "hw/config/chip_limits.h"
#include "sw/driver/descriptor.h"

namespace uvea::cosim {

bool Shape::legal(const hw::PeConfig& pe) const {
  if (resident() * seg_len() > pe.iact_data_entries || resident() > 15) return false;
  if (columns() > 31 || windows * m0 > pe.psum_entries) return false;
  if (!csc) return columns() * ((m0 + 2) / 3) <= weight_words(pe);
  return resident() <= pe.iact_addr_entries &&
         segments() * seg_len() <= pe.weight_addr_entries / (double_buffer ? 2 : 1);
}

Shape random_shape(Dice& dice, const RandomLimits& limits) {
  const hw::PeConfig& pe = limits.config;
  for (int tries = 0; tries < 10000; ++tries) {
    Shape s;
    s.csc = pe.kind == hw::PeKind::sparse && limits.csc.value_or(dice.chance(75));
    s.iact_signed = dice.chance(40);
    s.single_lane = dice.chance(25);
    s.double_buffer = dice.chance(50);
    s.kernel = dice.chance(30) ? 1 : dice.chance(70) ? dice.in(2, 5) : dice.in(6, 15);
    s.stride = dice.chance(60) ? 1 : dice.in(1, 5);
    if (!s.legal(pe)) continue;
    // Grow each size at random, now and then as far as it goes.
    const auto grow = [&](int& size, int most) {
      const int highest = std::min(most, limits.largest);
      const int wanted = dice.chance(35) ? highest : dice.in(1, highest);
      Shape tried = s;
      int& field = &size == &s.c0 ? tried.c0 : &size == &s.m0 ? tried.m0 : tried.windows;
      while (size < wanted) {
        field = size + 1;
        if (!tried.legal(pe)) return;
        ++size;
      }
    };
    const int order = dice.in(0, 2);
    for (int i = 0; i < 3; ++i) {
      switch ((order + i) % 3) {
        case 0:
          grow(s.c0, 31);
          break;
        case 1:
          grow(s.m0, std::min(pe.psum_entries, hw::kMaxTileChannels));
          break;
        default:
          grow(s.windows, 15);
          break;
      }
    }
    s.row = dice.chance(20) ? 1 : dice.in(1, std::min(4 * s.windows, 40));
    return s;
  }
  throw std::invalid_argument("no layer fits a PE of this config");
}

std::vector<std::uint8_t> descriptor_of(const Shape& s) {
  nn::ConvLayer layer;
  layer.kind = s.single_lane ? nn::ConvKind::depthwise : nn::ConvKind::conv;
  layer.geo.in_c = s.c0;
  layer.geo.out_c = s.m0;
  layer.geo.kernel_w = s.kernel;
  layer.geo.stride_w = s.stride;
  layer.geo.out_w = s.row;
  layer.geo.in_w = (s.row - 1) * s.stride + s.kernel;
  layer.in.is_signed = true;
  layer.in.zero_point = s.iact_signed ? 0 : layer.in.lowest();
  mapper::Mapping mapping;
  mapping.csc = s.csc;
  mapping.c0 = s.c0;
  mapping.m0 = s.m0;
  mapping.windows = s.windows;
  mapping.weight_double_buffer = s.double_buffer;
  // Slots that nobody fetches, but long enough to be legal.
  driver::TensorLayout iacts, oacts;
  iacts.pitch = static_cast<std::uint32_t>(layer.geo.in_w);
  oacts.pitch = static_cast<std::uint32_t>(s.row * s.m0);
  return driver::encode_descriptor(layer, mapping, iacts, oacts, driver::DescriptorAddresses{});
}

}  // namespace uvea::cosim
