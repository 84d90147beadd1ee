#pragma once
// The legality rules one by one, in the order in which they are checked. Inside the mapper only:
// the search asks for a rank (how far a mapping gets), why_illegal() for the words.

#include <cstdint>
#include <string>

#include "sw/mapper/mapping.h"

namespace uvea::mapper {

/// One rule that a mapping broke.
struct Violation {
  int rank = 0;             ///< stage of the checks: numbers, PE, weights, psums, iacts, modes
  std::int64_t excess = 0;  ///< by how much a limit was passed, 0 when that is no number
  std::string text;         ///< empty when the caller asked for no words
};

constexpr int kLegal = 1000;  ///< rank of a mapping that breaks no rule
constexpr int kPeStage = 1;   ///< rank of one that does not fit a PE

/// Whether the last tile of a row has a window for each of its chunks.
bool every_chunk_has_a_window(const nn::ConvGeometry& geo, const Derived& d);

/// Empty text when the geometry is one the chip can be asked for at all.
std::string why_bad_layer(const nn::ConvLayer& layer, const CommandLimits& limits);

/// The same mapping for the layer as it is turned. What follows knows no turned mappings.
Mapping unturned(Mapping mapping);

/// The first rule broken, all but the weight SPad words of CSC tiles and the layer's own sanity.
Violation first_violation(const nn::ConvGeometry& geo, const Mapping& mapping,
                          const ChipSizes& sizes, bool want_text);

/// Words available to one weight tile.
int tile_word_limit(const Mapping& mapping, const ChipSizes& sizes);

}  // namespace uvea::mapper
