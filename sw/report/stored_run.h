#pragma once
// A run's results.json read back, by whoever compares or explains runs. Written by any version of
// this program: what an older one did not write is empty, what a newer one added is left alone.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sw/report/counters.h"

namespace uvea::report {

struct StoredLayer {
  int index = 0;
  std::string name, type;
  bool on_chip = false;
  std::uint64_t macs = 0, cycles = 0, effectual_macs = 0;
  std::string limited_by;
  Values stalls;                 ///< PE cycles by class and place
  Values counters;               ///< by name
  nlohmann::ordered_json whole;  ///< the layer as it stands in the file
};

struct StoredRun {
  std::string path;  ///< as it was asked for
  std::string network, version;
  std::vector<std::pair<std::string, std::string>> chip;  ///< section.key, value
  nlohmann::ordered_json chip_whole;                      ///< as it stands in the file
  std::vector<StoredLayer> layers;
  std::uint64_t batch = 0;       ///< images at once; 0: the file does not say
  nlohmann::ordered_json total;  ///< as it stands in the file; null when there is none
  bool whole = true;             ///< else something ended the run before its last layer
};

/// `path`: a results.json or the folder that it is in. Throws UserError when there is none, or it
/// is none: the file, the place in it and what was expected there.
StoredRun read_run(const std::string& path);

/// The same of a file that has been read. `file`: what errors name.
StoredRun stored_run(const std::string& path, const std::string& file,
                     const nlohmann::ordered_json& json);

/// A file of the folder that a run is in. `path`: a results.json or the folder.
std::string file_beside(const std::string& path, const char* name);

}  // namespace uvea::report
