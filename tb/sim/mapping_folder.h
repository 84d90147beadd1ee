#pragma once
// Mappings kept in files from run to run (sw/mapper/mapping_store.h), one for each key.

#include <cstddef>
#include <string>

#include "sw/mapper/mapping_store.h"

namespace uvea::tb {

/// A folder that cannot be made, read or written is one in which nothing is kept: no error, and
/// results are the same. Programs may share one: a file appears whole or not at all.
class MappingFolder : public mapper::MappingStore {
 public:
  static constexpr std::size_t most_entries = 4096;

  /// `folder`: made when something is saved; empty: nothing is kept. Of more than `most` entries the
  /// oldest ones go when the object does, if it saved any.
  explicit MappingFolder(std::string folder, std::size_t most = most_entries);
  ~MappingFolder() override;
  MappingFolder(const MappingFolder&) = delete;
  MappingFolder& operator=(const MappingFolder&) = delete;

  std::string load(const std::string& key) override;
  void save(const std::string& key, const std::string& entry) override;

 private:
  void drop_oldest() const;

  const std::string folder_;
  const std::size_t most_;
  bool saved_ = false;
};

/// $UVEA_CACHE/mappings where UVEA_CACHE is set; else ${XDG_CACHE_HOME:-~/.cache}/uvea/mappings; empty
/// without a home.
std::string user_mapping_folder();

}  // namespace uvea::tb
