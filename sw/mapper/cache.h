#pragma once
// Mappings found before: a layer that is alike in all that the mapper looks at is not searched
// again. For one run, one chip and one set of options.

#include <cstdint>
#include <map>
#include <vector>

#include "sw/mapper/certificate.h"

namespace uvea::mapper {

class MappingCache {
 public:
  MappingCache(const ChipSizes& sizes, const MapOptions& options)
      : sizes_(sizes), options_(options) {}

  /// As find_mappings().
  const Found& find(const nn::ConvLayer& layer, const IactForecast& iacts);

 private:
  const ChipSizes sizes_;
  const MapOptions options_;
  std::map<std::vector<std::int64_t>, Found> found_;
};

}  // namespace uvea::mapper
