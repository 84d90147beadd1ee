#include "sw/mapper/row_reads.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

namespace uvea::mapper {
namespace {

/// Units that are looked at, spread over the layer.
constexpr int kUnits = 64;

}  // namespace

double CutRows::bytes(const Derived& d, const Mapping& mp, int channels) {
  const int unit_steps = mp.iact_source == IactSource::resident ? std::min(mp.e_block, d.te) : 1;
  const auto [at, fresh] =
      known_.try_emplace({d.f0, d.span, d.split_e, mp.pe_cols.e, unit_steps, channels}, 0.0);
  if (fresh) at->second = counted(d, mp.pe_cols.e, unit_steps, channels);
  return at->second;
}

double CutRows::counted(const Derived& d, int columns_e, int unit_steps, int channels) const {
  const std::int64_t pitch = std::int64_t{geo_.in_w} * channels;
  const auto block = static_cast<std::int64_t>(sizes_.dma_block_bytes);
  const auto units = static_cast<int>(ceil_div(d.te, unit_steps));
  const int looked_at = std::min(units, kUnits);
  std::int64_t rows = 0, total = 0;
  for (int i = 0; i < looked_at; ++i) {
    const int unit = static_cast<int>(std::int64_t{units} * i / looked_at);
    // By their first bytes: [first, end) of each row's columns.
    std::set<std::pair<std::int64_t, std::int64_t>> pieces;
    for (int step = 0; step < unit_steps; ++step)
      for (int x = 0; x < columns_e; ++x) {
        const std::int64_t number = (std::int64_t{unit} * unit_steps + step) * d.split_e + x;
        const int row_tile = static_cast<int>(number % d.row_tiles);
        const int tile = row_tile / geo_.out_h, e = row_tile % geo_.out_h;
        const int left = tile * d.f0 * geo_.stride_w - geo_.pad_left;
        const int windows = std::min(d.f0, geo_.out_w - tile * d.f0);
        const std::int64_t begin = std::clamp(left, 0, geo_.in_w);
        const std::int64_t end =
            std::clamp(left + (windows - 1) * geo_.stride_w + d.span, 0, geo_.in_w);
        if (number / d.row_tiles >= geo_.batch || begin >= end) continue;
        for (int r = 0; r < geo_.kernel_h; ++r) {
          const int h = e * geo_.stride_h + r * geo_.dilation_h - geo_.pad_top;
          if (h < 0 || h >= geo_.in_h) continue;
          const std::int64_t slot = (number / d.row_tiles * geo_.in_h + h) * pitch;
          pieces.emplace(slot + begin * channels, slot + end * channels);
        }
      }
    rows += static_cast<std::int64_t>(pieces.size());
    // A block is read from its first byte that is needed to its last one.
    std::int64_t of_block = -1, read_to = 0;
    for (const auto& [first, last] : pieces)
      for (std::int64_t begin = first; begin < last;) {
        const std::int64_t end = std::min(last, (begin / block + 1) * block);
        if (begin / block != of_block) {
          of_block = begin / block;
          read_to = begin;
        }
        total += std::max<std::int64_t>(end - read_to, 0);
        read_to = std::max(read_to, end);
        begin = end;
      }
  }
  return rows == 0 ? 0 : static_cast<double>(total) / static_cast<double>(rows);
}

}  // namespace uvea::mapper
