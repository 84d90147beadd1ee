#pragma once
// Mappings found before: a layer that is alike in all that the mapper looks at is not searched
// again. For one chip and one set of options; with a store also for runs to come.

#include <map>
#include <string>

#include "sw/mapper/certificate.h"
#include "sw/mapper/fingerprint.h"
#include "sw/mapper/mapping_store.h"

namespace uvea::mapper {

class MappingCache {
 public:
  /// `store`: outlives it; none: only this object's own. `fingerprint`: of the mapper; one mapper takes
  /// nothing that another one has found.
  MappingCache(const ChipSizes& sizes, const MapOptions& options, MappingStore* store = nullptr,
               const std::string& fingerprint = kFingerprint);

  /// As find_mappings(), with the same result whatever the store holds.
  const Found& find(const nn::ConvLayer& layer, const IactForecast& iacts);

 private:
  Found find_new(const std::string& key, const nn::ConvLayer& layer, const IactForecast& iacts);

  const ChipSizes sizes_;
  const MapOptions options_;
  MappingStore* const store_;
  const std::string question_;  ///< in digits: mapper, chip, options
  std::map<std::string, Found> found_;
};

}  // namespace uvea::mapper
