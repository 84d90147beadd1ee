#include "sw/mapper/footprint.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace uvea::mapper {
namespace {

double chunk_words(int segments, int segment_len, bool csc, double density) {
  const int iacts = segments * segment_len;
  if (!csc) return 1.0 + static_cast<double>(ceil_div(iacts, 3));
  const auto lengths = segments > 2 ? ceil_div(segments - 2, 4) : 0;
  return 1.0 + static_cast<double>(lengths) + std::ceil(iacts * density / 2.0);
}

/// Rows whose index sum is a + b, when `a` and `b` are dealt to banks by their own index.
BankRows combine(const BankRows& a, const BankRows& b) {
  BankRows out(a.size(), 0);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j) out[(i + j) % a.size()] += a[i] * b[j];
  return out;
}

/// Indexes 0 .. count-1 dealt to the banks.
BankRows deal(int count, int banks) {
  BankRows out(static_cast<std::size_t>(banks), count / banks);
  for (int i = 0; i < count % banks; ++i) ++out[static_cast<std::size_t>(i)];
  return out;
}

/// The groups and images that the PE columns of a cluster work on at a time.
BankRows deal_groups_and_batch(const nn::ConvGeometry& geo, const Mapping& mapping, int banks) {
  return combine(deal(std::min(mapping.pe_cols.g, geo.groups), banks),
                 deal(std::min(mapping.pe_cols.n, geo.batch), banks));
}

}  // namespace

double iact_row_words(int out_w, const Derived& d, const Mapping& mapping, double density) {
  const int overlap = d.segments_per_window - 1;
  const int t = mapping.windows;
  const int first = std::min(t, out_w);
  double words = chunk_words(overlap + first, d.segment_len, mapping.csc, density);
  if (out_w <= t) return words;
  const int full = (out_w - first) / t;
  const int rest = (out_w - first) % t;
  words += full * chunk_words(t, d.segment_len, mapping.csc, density);
  if (rest > 0) words += chunk_words(rest, d.segment_len, mapping.csc, density);
  return words;
}

std::int64_t psum_row_words(int out_w, const Mapping& mapping) {
  const std::int64_t m0 = mapping.m0;
  const std::int64_t full = out_w / mapping.windows;
  const std::int64_t rest = out_w % mapping.windows;
  return full * ceil_div(mapping.windows * m0, 2) + ceil_div(rest * m0, 2);
}

// The first unit of the first cluster is a worst case: another unit has the same rows shifted by a
// constant, which only turns the banks round, less those whose index lies beyond the layer.

BankRows step_rows(const nn::ConvGeometry& geo, const Derived& d, const Mapping& mapping,
                   const ChipSizes& sizes) {
  const int r = geo.kernel_h;
  const int columns_e = std::min(mapping.pe_cols.e, geo.out_h);
  const auto banks = static_cast<std::size_t>(sizes.iact_banks);
  const BankRows others = deal_groups_and_batch(geo, mapping, sizes.iact_banks);
  const int span = (columns_e - 1) * geo.stride_h + r;  // input rows h that can be touched

  BankRows best;
  std::vector<char> seen_start(static_cast<std::size_t>(r), 0);
  std::vector<char> used;
  for (int q0 = 0; q0 < d.q; q0 += sizes.pe_rows) {
    const int start = q0 % r;
    if (seen_start[static_cast<std::size_t>(start)] != 0) break;  // periodic from here on
    seen_start[static_cast<std::size_t>(start)] = 1;
    const int count = std::min(sizes.pe_rows, d.q - q0);
    const int channel_tiles = (start + count - 1) / r + 1;
    used.assign(static_cast<std::size_t>(channel_tiles) * static_cast<std::size_t>(span), 0);
    BankRows rows(banks, 0);
    for (int i = 0; i < count; ++i) {
      const int ct = (start + i) / r;
      for (int e = 0; e < columns_e; ++e) {
        const int h = e * geo.stride_h + (start + i) % r;
        char& flag = used[static_cast<std::size_t>(ct) * static_cast<std::size_t>(span) +
                          static_cast<std::size_t>(h)];
        if (flag != 0) continue;
        flag = 1;
        ++rows[static_cast<std::size_t>(ct + h) % banks];
      }
    }
    rows = combine(rows, others);
    if (best.empty() || worst_bank(rows) > worst_bank(best)) best = rows;
  }
  return best;
}

BankRows block_rows(const nn::ConvGeometry& geo, const Derived& d, const Mapping& mapping,
                    const ChipSizes& sizes) {
  const auto banks = static_cast<std::size_t>(sizes.iact_banks);
  BankRows rows(banks, 0);
  std::int64_t next = 0;  // input rows below this are counted already; h only grows
  const std::int64_t blocks = std::min(mapping.e_block, d.te);
  for (std::int64_t t = 0; t < blocks; ++t) {
    for (std::int64_t pe = 0; pe < mapping.pe_cols.e; ++pe) {
      const std::int64_t e = t * d.split_e + pe;
      if (e >= geo.out_h) break;
      const std::int64_t from = std::max(next, e * geo.stride_h);
      const std::int64_t to = e * geo.stride_h + geo.kernel_h;
      const auto count = to > from ? static_cast<std::size_t>(to - from) : 0;
      for (std::size_t i = 0; i < banks; ++i) rows[i] += static_cast<std::int64_t>(count / banks);
      for (std::size_t i = 0; i < count % banks; ++i)
        ++rows[(static_cast<std::size_t>(from) + i) % banks];
      next = std::max(next, to);
    }
  }
  rows = combine(rows, deal(d.ct, sizes.iact_banks));
  return combine(rows, deal_groups_and_batch(geo, mapping, sizes.iact_banks));
}

std::int64_t worst_bank(const BankRows& rows) {
  return *std::max_element(rows.begin(), rows.end());
}

std::int64_t all_banks(const BankRows& rows) {
  return std::accumulate(rows.begin(), rows.end(), std::int64_t{0});
}

}  // namespace uvea::mapper
