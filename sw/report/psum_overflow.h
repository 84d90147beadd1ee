#pragma once
// What is said about psums that left their width, in the terminal and in results.json.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace uvea::report {

/// One layer's; only where an addition wrapped.
struct PsumOverflow {
  int psum_bits = 0;             ///< the chip's
  int widest = 0;                ///< that the option allows
  std::uint64_t wrapped = 0;     ///< additions
  std::int64_t psums = 0;        ///< of the layer, one per oact
  std::int64_t not_fitting = 0;  ///< of those, the ones that do not fit psum_bits
  int bits_for_results = 0;      ///< narrowest width in which every psum is right; exact
  int bits_for_all = 0;          ///< narrowest width in which no addition wraps; exact
  std::int64_t mismatches = 0;   ///< oacts that differ from the reference
};

/// One sentence that names what wrapped, what came of it, and the option that helps.
std::string sentence(const PsumOverflow& overflow);

nlohmann::ordered_json to_json(const PsumOverflow& overflow);

}  // namespace uvea::report
