#pragma once
// What is traced: which blocks, which kinds of signals, which cycles.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tb/trace/track.h"

namespace uvea::trace {

/// A moment of a run.
struct TraceMoment {
  std::optional<std::size_t> layer;   ///< index; none: `cycle` counts from the run's begin
  Cycle cycle = 0;                    ///< of the layer
  std::optional<std::uint32_t> pass;  ///< instead: the begin of this pass, from 0
};

struct TraceChoice {
  std::vector<std::string> scopes;  ///< patterns of instance paths (fnmatch); none: all
  /// By Probe::Group; chip: the curves of the whole chip.
  std::uint32_t groups = ~std::uint32_t{0};
  std::optional<TraceMoment> from, to;  ///< begin and end, the end not included
  std::optional<Cycle> last;            ///< only so many cycles before the end, or up to a fault
  std::optional<TraceMoment> marker;    ///< of the views; none: at the end of a faulty layer
  std::string about;  ///< of the views: path of the block that they show first; may be empty

  static std::uint32_t bit(Probe::Group group) {
    return std::uint32_t{1} << static_cast<unsigned>(group);
  }
  static constexpr std::uint32_t kChip = std::uint32_t{1} << 31;

  /// A block is taken when its path or a parent's fits one of the patterns.
  bool takes_path(const std::string& path) const;
  bool takes(const std::string& path, Probe::Group group) const {
    return (groups & bit(group)) != 0 && takes_path(path);
  }
  bool takes_chip() const { return (groups & kChip) != 0; }
  /// Nothing of this layer is wanted.
  bool leaves_out(std::size_t layer) const;
};

struct GroupName {
  const char* name;
  std::uint32_t bit;
  const char* help;
};
/// In the order in which people see them.
const std::vector<GroupName>& group_names();

/// What options say. Each throws UserError naming the option.
std::uint32_t parse_groups(const std::string& option, const std::string& text);
/// CYCLE, LAYER:CYCLE or LAYER:pPASS; a layer by its number from 1 or its name.
TraceMoment parse_moment(const std::string& option, const std::string& text,
                         const std::vector<std::string>& layers);

}  // namespace uvea::trace
