#include "sw/driver/descriptor.h"

#include "sw/nn/iact_code.h"

namespace uvea::driver {
namespace {

constexpr std::uint32_t kMagic = 0x55564541;

class Words {
 public:
  explicit Words(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}
  void set(int index, std::uint32_t value) {
    for (int b = 0; b < 4; ++b)
      bytes_[static_cast<std::size_t>(4 * index + b)] =
          static_cast<std::uint8_t>((value >> (8 * b)) & 0xFFU);
  }
  void set(int index, int value) { set(index, static_cast<std::uint32_t>(value)); }
  void set64(int index, std::uint64_t value) {
    set(index, static_cast<std::uint32_t>(value));
    set(index + 1, static_cast<std::uint32_t>(value >> 32));
  }
  void set(int index, const mapper::AxisSplit& split) {
    set(index, static_cast<std::uint32_t>(split.g) | (static_cast<std::uint32_t>(split.n) << 8) |
                   (static_cast<std::uint32_t>(split.e) << 16) |
                   (static_cast<std::uint32_t>(split.m) << 24));
  }

 private:
  std::vector<std::uint8_t>& bytes_;
};

}  // namespace

std::vector<std::uint8_t> encode_descriptor(const nn::ConvLayer& layer,
                                            const mapper::Mapping& mapping,
                                            const TensorLayout& iact, const TensorLayout& oact,
                                            const DescriptorAddresses& addresses) {
  std::vector<std::uint8_t> bytes(kDescriptorBytes, 0);
  Words w(bytes);
  const nn::ConvGeometry geo = mapper::oriented(layer.geo, mapping);
  const nn::IactCode code = nn::iact_code(layer.in);
  w.set(0, kMagic);
  w.set64(1, addresses.next);
  std::uint32_t flags = 0;
  const auto flag = [&flags](int bit, bool on) { flags |= on ? std::uint32_t{1} << bit : 0U; };
  flag(0, mapping.csc);
  flag(1, code.value_signed);
  flag(2, mapping.weight_double_buffer);
  flag(3, iact.csc);
  flag(4, oact.csc);
  flag(5, layer.out.is_signed);
  flag(6, layer.kind == nn::ConvKind::depthwise);
  flag(7, layer.in.is_signed);
  flag(16, layer.rounding == nn::Rounding::half_even);
  flags |= static_cast<std::uint32_t>(mapping.iact_source) << 8;
  flags |= static_cast<std::uint32_t>(mapping.iact_mode) << 12;
  flags |= static_cast<std::uint32_t>(mapping.weight_mode) << 14;
  w.set(3, flags);
  w.set(4, geo.batch);
  w.set(5, geo.groups);
  w.set(6, geo.in_c_per_group());
  w.set(7, geo.out_c_per_group());
  w.set(8, geo.in_h);
  w.set(9, geo.in_w);
  w.set(10, geo.kernel_h);
  w.set(11, geo.kernel_w);
  w.set(12, geo.stride_h);
  w.set(13, geo.stride_w);
  w.set(14, geo.pad_top);
  w.set(15, geo.pad_left);
  w.set(16, geo.out_h);
  w.set(17, geo.out_w);
  w.set(18, mapping.c0);
  w.set(19, mapping.m0);
  w.set(20, mapping.windows);
  w.set(21, mapping.chain);
  w.set(22, mapping.mesh_rows);
  w.set(23, mapping.mesh_cols);
  w.set(24, mapping.pe_cols);
  w.set(25, mapping.e_block);
  w.set64(26, iact.base);
  w.set(28, iact.block);
  w.set(29, iact.group);
  w.set(30, iact.pitch);
  w.set(31, code.offset);
  w.set64(32, oact.base);
  w.set(34, oact.pitch);
  w.set(35, oact.offset);
  w.set64(36, addresses.weight_base);
  w.set(38, addresses.weight_pitch);
  w.set(39, addresses.weight_segment);
  w.set64(40, addresses.param_table);
  w.set(42, layer.out.zero_point);
  w.set(43, layer.act_min);
  w.set(44, layer.act_max);
  w.set(45, code.pad_value);
  w.set(46, mapping.m_block);
  w.set(48, geo.dilation_h - 1);
  w.set(49, geo.dilation_w - 1);
  w.set(50, mapping.s0);
  w.set(51, mapping.f0);
  return bytes;
}

}  // namespace uvea::driver
