#pragma once
// Words that a mapping puts into the SPads, banks and FIFOs, counted without looking at values:
// iacts are taken as dense, so every figure is an upper bound of what a run can need.

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "sw/csc/word_format.h"
#include "sw/mapper/key_hash.h"
#include "sw/mapper/mapping.h"

namespace uvea::mapper {

/// Ceiling of a / b for a >= 0, b >= 1.
constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Words of the iact row stream of a row tile, all F0 windows: per chunk one header, the segment
/// lengths (CSC, four to a word, the first two ride in the header) and the data (CSC 2 pairs, raw 3
/// values to a word). `density` below 1 gives an expectation instead of the bound; raw streams
/// ignore it.
double iact_row_words(const Derived& d, const Mapping& mapping, double density = 1.0);

/// Beats, words of two, that `psums` take in one burst.
constexpr std::int64_t psum_beats(std::int64_t psums) {
  return ceil_div(psums, csc::kPsumsPerBeat);
}

/// Words of two psums that one PE column moves for one row tile.
std::int64_t psum_row_words(const Derived& d, const Mapping& mapping);

/// Iact rows per bank: how many rows (n, g, u, h, ft) with (h + u + g + n + ft) mod banks == index,
/// u = ct * ST + st.
using BankRows = std::vector<std::int64_t>;

/// What comes from DRAM together and is given up together (hw/glb/iact_fetcher.h).
enum class IactUnit { step, round, block };
constexpr IactUnit unit_of(const Derived& d, const Mapping& mapping, const ChipSizes& sizes) {
  if (mapping.iact_source == IactSource::resident) return IactUnit::block;
  const bool kept = mapping.iact_source == IactSource::stream && d.m_block > 1;
  return kept || sizes.serial_io ? IactUnit::round : IactUnit::step;
}

/// Bytes that the oacts of a block of an M block take in a psum bank, where they stand until they
/// may leave (ChipSizes::serial_io), and what the bank holds.
inline std::int64_t kept_oact_bytes(const Derived& d, const Mapping& mapping) {
  return std::int64_t{std::min(mapping.e_block, d.te)} * d.m_block * d.f0 * mapping.m0;
}
inline std::int64_t psum_bank_bytes(const ChipSizes& sizes) {
  return std::int64_t{sizes.psum_bank_words} * 2 * sizes.psum_bits / 8;
}

/// Iact rows of one layer in the banks of one cluster, each counted once: of the step, block or unit
/// with the fullest bank, or the mean of all.
class RowCounts {
 public:
  RowCounts(const nn::ConvGeometry& geo, const ChipSizes& sizes) : geo_(geo), sizes_(sizes) {}
  /// Of one (pass, row tile) step.
  const BankRows& step(const Derived& d, const Mapping& mapping);
  /// Of one block of e_block row tiles: all reduction tiles, all filter rows.
  const BankRows& block(const Derived& d, const Mapping& mapping);
  /// Of what unit_of() says: a step, a block, or a round: a pass over a block.
  const BankRows& unit(const Derived& d, const Mapping& mapping);
  /// Of all banks together, the mean over all steps, or units, of all clusters; rows of padding are
  /// counted or not.
  double mean_step(const Derived& d, const Mapping& mapping, bool padding);
  double mean_unit(const Derived& d, const Mapping& mapping, bool padding);

 private:
  using Key = std::array<int, 9>;
  const BankRows& steps(const Derived& d, const Mapping& mapping, int steps);
  double mean(const Derived& d, const Mapping& mapping, IactUnit unit, bool padding);
  const nn::ConvGeometry& geo_;
  const ChipSizes& sizes_;
  ByNumbers<9, BankRows> steps_, blocks_;
  ByNumbers<9, double> sums_;
};

/// docs/pe_timing.md, rule 8: MACs go on in one psum bank while a chunk leaves the other.
bool two_psum_banks(const Mapping& mapping, const ChipSizes& sizes);

std::int64_t worst_bank(const BankRows& rows);

}  // namespace uvea::mapper
