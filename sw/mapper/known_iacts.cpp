#include "sw/mapper/known_iacts.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "sw/nn/iact_code.h"

namespace uvea::mapper {
namespace {

std::size_t index(std::int64_t at) { return static_cast<std::size_t>(at); }

}  // namespace

KnownIacts::KnownIacts(const nn::ConvGeometry& geo, const nn::Tensor& iacts)
    : geo_(geo),
      iacts_(iacts),
      zero_(static_cast<std::uint8_t>(nn::iact_code(iacts.quant).offset)) {
  if (std::int64_t{geo.batch} * geo.in_h * geo.in_w * geo.in_c !=
      static_cast<std::int64_t>(iacts.bytes.size()))
    throw std::invalid_argument("KnownIacts: other iacts than the layer's");
}

std::uint32_t KnownIacts::at(int n, int h, int w, int g, int first, int count) const {
  const std::int64_t pixel = (std::int64_t{n} * geo_.in_h + h) * geo_.in_w + w;
  const std::uint8_t* const values =
      &iacts_.bytes[index(pixel * geo_.in_c + std::int64_t{g} * geo_.in_c_per_group() + first)];
  std::uint32_t mask = 0;
  for (int c = 0; c < count; ++c)
    mask |= (values[c] != zero_ ? std::uint32_t{1} : std::uint32_t{0}) << c;
  return mask;
}

ClusterPlace KnownIacts::busiest(const Mapping& mp, const Derived& d) const {
  const int all_g = d.split_g / mp.pe_cols.g, all_n = d.split_n / mp.pe_cols.n,
            all_e = d.split_e / mp.pe_cols.e;
  if (all_g * all_n * all_e == 1) return {};
  // Not zero, by image, row and group, in sums over the columns.
  const int in_c = geo_.in_c_per_group();
  const std::int64_t columns = geo_.in_w + 1;
  std::vector<std::int64_t> sums(
      index(std::int64_t{geo_.batch} * geo_.in_h * geo_.groups * columns), 0);
  const auto row_of = [&](std::int64_t n, int h, int g) {
    return ((n * geo_.in_h + h) * geo_.groups + g) * columns;
  };
  const std::uint8_t* values = iacts_.bytes.data();
  for (int n = 0; n < geo_.batch; ++n)
    for (int h = 0; h < geo_.in_h; ++h)
      for (int w = 0; w < geo_.in_w; ++w)
        for (int g = 0; g < geo_.groups; ++g, values += in_c) {
          const std::size_t at = index(row_of(n, h, g) + w);
          sums[at + 1] = sums[at] + in_c - std::count(values, values + in_c, zero_);
        }
  std::vector<std::int64_t> work(index(std::int64_t{all_g} * all_n * all_e), 0);
  for (int n = 0; n < geo_.batch; ++n)
    for (int of_image = 0; of_image < d.row_tiles; ++of_image) {
      const std::int64_t number = std::int64_t{n / d.split_n} * d.row_tiles + of_image;
      const int tile = of_image / geo_.out_h;
      const int windows = std::min(d.f0, geo_.out_w - tile * d.f0);
      const int from = tile * d.f0 * geo_.stride_w - geo_.pad_left;
      const int to =
          from + (windows - 1) * geo_.stride_w + (geo_.kernel_w - 1) * geo_.dilation_w + 1;
      for (int g = 0; g < geo_.groups; ++g) {
        std::int64_t& sum = work[index(
            (std::int64_t{g % d.split_g / mp.pe_cols.g} * all_n + n % d.split_n / mp.pe_cols.n) *
                all_e +
            number % d.split_e / mp.pe_cols.e)];
        for (int r = 0; r < geo_.kernel_h; ++r) {
          const int h = of_image % geo_.out_h * geo_.stride_h + r * geo_.dilation_h - geo_.pad_top;
          if (h < 0 || h >= geo_.in_h) continue;
          const std::int64_t row = row_of(n, h, g);
          sum += sums[index(row + std::clamp(to, 0, geo_.in_w))] -
                 sums[index(row + std::clamp(from, 0, geo_.in_w))];
        }
      }
    }
  const auto most = static_cast<int>(std::max_element(work.begin(), work.end()) - work.begin());
  return {most / all_e / all_n, most / all_e % all_n, most % all_e, 0};
}

}  // namespace uvea::mapper
