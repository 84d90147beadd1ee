#pragma once
// Where mappings that were found outlast the program. What a store is, its owner knows; the mapper
// holds what it is given to what was saved (found_entry.h).

#include <string>

namespace uvea::mapper {

class MappingStore {
 public:
  virtual ~MappingStore() = default;
  /// What was saved under the key, 64 hexadecimal digits; empty when there is nothing that can be read.
  virtual std::string load(const std::string& key) = 0;
  /// Keeps an entry, in place of an earlier one; a store that cannot does nothing.
  virtual void save(const std::string& key, const std::string& entry) = 0;
};

}  // namespace uvea::mapper
