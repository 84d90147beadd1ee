#pragma once
// The runs behind `uvea reproduce`: which network on which chip, and what they gave.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hw/block/stall.h"
#include "tb/sim/process_pool.h"

namespace uvea::tb {

/// What belongs together and may be run by itself.
enum class Topic {
  v2,           ///< Eyeriss v2 on the four workloads
  memory,       ///< the same behind 25.6 GB/s
  family,       ///< v1, v1.5, v2
  scaling,      ///< 256 to 16384 PEs
  v1,           ///< the original v1's five layers of AlexNet with their published mappings
  sensitivity,  ///< v2 with each free constant halved and doubled
};
struct TopicName {
  Topic topic;
  const char* name;
  const char* words;
};
const std::vector<TopicName>& topic_names();

struct Experiment {
  std::string key;                 ///< as rows name it
  std::string words;               ///< "sparse AlexNet on v2"
  std::vector<Topic> topics;       ///< that need it
  std::string network;             ///< a shipped layer table
  std::vector<std::string> chips;  ///< files below configs/, later ones win
  std::size_t layer = 0;           ///< number of the only one; 0: all
  int batch = 1;
  std::string mapping;                     ///< a file below configs/; empty: the mapper's
  std::vector<std::string> settings = {};  ///< "section.key=value" over the files
};
std::vector<Experiment> experiments();

struct LayerFigures {
  std::string name;
  std::uint64_t cycles = 0;
  std::uint64_t moving_cycles = 0;  ///< of these, not processing: iacts load or oacts leave
  std::int64_t macs = 0;
  std::uint64_t active_pes = 0;  ///< that fed their MACs at least once
  std::uint64_t dram_bytes = 0;
  std::uint64_t glb_bytes = 0;  ///< read and written, iact and psum banks
  hw::StallCounts stalls;       ///< they sum to cycles times the chip's PEs
};

/// Of one experiment.
struct Figures {
  int pes = 1;
  double clock_hz = 1;
  int batch = 1;
  std::vector<LayerFigures> layers;

  std::uint64_t cycles() const;
  double dram_mb() const;
  /// Share of the PEs at work, 0..1, averaged over the layers by their cycles.
  double active_share() const;
  const LayerFigures& layer(const std::string& name) const;  ///< throws std::out_of_range
};

/// By key.
using FiguresByKey = std::map<std::string, Figures>;

/// Runs it, `jobs` layers at a time, with the tensors of `seed`. Throws UserError as a run does,
/// std::runtime_error when the chip computes something wrong; nothing when it was interrupted.
std::optional<Figures> run_experiment(const Experiment& experiment, std::uint64_t seed, int jobs,
                                      PoolObserver* observer = nullptr);

}  // namespace uvea::tb
