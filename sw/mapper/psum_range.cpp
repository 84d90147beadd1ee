#include "sw/mapper/psum_range.h"

#include <algorithm>

#include "sw/nn/iact_code.h"
#include "sw/nn/turned.h"

namespace uvea::mapper {
namespace {

struct Range {
  std::int64_t low = 0, high = 0;
  void include(std::int64_t sum) {
    low = std::min(low, sum);
    high = std::max(high, sum);
  }
  int bits() const {
    int bits = 1;
    while (low < -(std::int64_t{1} << (bits - 1)) || high >= std::int64_t{1} << (bits - 1)) ++bits;
    return bits;
  }
};

/// Sums of one layer, oact by oact.
class Adder {
 public:
  Adder(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes,
        const nn::Tensor& in)
      : layer_(layer),
        geo_(layer.geo),
        c0_(mapping.c0),
        d_(derive(layer.geo, mapping, sizes)),
        in_(in),
        code_(nn::iact_code(layer.in)) {}

  /// The psum of output channel m at (n, e, f); every sum on the way goes into `all`.
  std::int64_t psum(int n, int m, int e, int f, Range& all) const {
    std::int64_t total = 0;
    for (int q = 0; q < d_.q; ++q) {
      total += tile_sum(n, m, e, f, q, all);
      all.include(total);
    }
    return total;
  }

 private:
  std::int64_t tile_sum(int n, int m, int e, int f, int q, Range& all) const {
    const int r = q % geo_.kernel_h;
    const int first_s = q / geo_.kernel_h % d_.st * d_.s0;
    const int first_c = q / geo_.kernel_h / d_.st * c0_;
    const int end_c = std::min(first_c + c0_, geo_.in_c_per_group());
    const int group = m / geo_.out_c_per_group();
    const int h = e * geo_.stride_h + r * geo_.dilation_h - geo_.pad_top;
    std::int64_t sum = 0;
    for (int s = first_s; s < std::min(first_s + d_.s0, geo_.kernel_w); ++s) {
      const int w = f * geo_.stride_w + s * geo_.dilation_w - geo_.pad_left;
      const bool outside = h < 0 || h >= geo_.in_h || w < 0 || w >= geo_.in_w;
      const std::size_t pixel =
          outside ? 0 : at(at(at(0, n, geo_.in_h), h, geo_.in_w), w, geo_.in_c);
      for (int c = first_c; c < end_c; ++c) {
        const auto channel = static_cast<std::size_t>(group * geo_.in_c_per_group() + c);
        const int iact = outside ? code_.pad_value : in_.code(pixel + channel) - code_.offset;
        sum += iact * layer_.weights[layer_.weight_index(m, r, s, c)];
        all.include(sum);
      }
    }
    return sum;
  }

  /// Steps from an index to one of the next dimension: (before + i) * size.
  static std::size_t at(std::size_t before, int i, int size) {
    return (before + static_cast<std::size_t>(i)) * static_cast<std::size_t>(size);
  }

  const nn::ConvLayer& layer_;
  const nn::ConvGeometry& geo_;
  const int c0_;
  const Derived d_;
  const nn::Tensor& in_;
  const nn::IactCode code_;
};

}  // namespace

PsumRange psum_range(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes,
                     const nn::Tensor& in) {
  if (mapping.turned) {
    Mapping upright = mapping;
    upright.turned = false;
    return psum_range(nn::turned(layer), upright, sizes, nn::turned(in, layer.geo));
  }
  const nn::ConvGeometry& geo = layer.geo;
  const Adder adder(layer, mapping, sizes, in);
  const std::int64_t half = std::int64_t{1} << (sizes.psum_bits - 1);
  PsumRange found;
  Range finals, all;
  for (int n = 0; n < geo.batch; ++n) {
    for (int e = 0; e < geo.out_h; ++e) {
      for (int f = 0; f < geo.out_w; ++f) {
        for (int m = 0; m < geo.out_c; ++m) {
          const std::int64_t psum = adder.psum(n, m, e, f, all);
          finals.include(psum);
          ++found.psums;
          if (psum < -half || psum >= half) ++found.not_fitting;
        }
      }
    }
  }
  found.bits_for_results = finals.bits();
  found.bits_for_all = all.bits();
  return found;
}

}  // namespace uvea::mapper
