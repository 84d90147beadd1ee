#pragma once
// Branch and bound for a layer as it stands, not turned. Inside the mapper only; others ask
// find_mappings() (certificate.h) or map_layer() (mapping.h).

#include <limits>

#include "sw/mapper/certificate.h"

namespace uvea::mapper {

/// The best legal mappings with a score below `better_than`; none, with the certificate of the
/// search, when there are none. Throws UserError when no mapping fits at all.
Found search_upright(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts,
                     const MapOptions& options,
                     double better_than = std::numeric_limits<double>::infinity());

}  // namespace uvea::mapper
