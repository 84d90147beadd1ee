#pragma once
// What the views beside a waveform show: its rows, from the top down, whatever the viewer.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tb/trace/class_colours.h"
#include "tb/trace/track.h"

namespace uvea::trace {

struct ViewInput {
  std::string waveform;  ///< file
  std::string root = "chip";
  std::uint64_t period_ps = 5000;
  Cycle from = 0, to = 0;       ///< that the waveform has
  std::optional<Cycle> moment;  ///< where the marker stands; none: no marker
  std::vector<TrackInfo> tracks;
  unsigned source_bits = 1;  ///< of the signals that say who made an item
  bool has_pass = false;     ///< the chip's pass is a signal
  std::string about;         ///< path of the block that comes first, with what is in it; or empty
};

struct ViewRow {
  /// A class is a state whose names have colours.
  enum class Kind {
    group,
    closed_group,
    group_end,
    bit,
    bits,
    number,
    state,
    class_,
    text,
    analog
  };
  Kind kind = Kind::bit;
  std::string name;   ///< a group's, or the signal's in full
  std::string label;  ///< what tells a signal from others of its group
  unsigned bits = 1;
  bool real = false;
  bool integer = false;  ///< signed
  Colour colour = Colour::normal;
};

/// The run, the block that it is about, what the chip achieves, the classes of the PEs of the first cluster, PEs by class, those of
/// the other clusters, the pins of RTL PEs, then a group for each block. Signals inside of RTL are left
/// to the viewer's tree.
std::vector<ViewRow> view_rows(const ViewInput& input);

/// Names of the classes, by value, "none" the last; empty when no row shows them.
std::vector<std::string> class_names(const ViewInput& input);

/// Of a pin of RTL: valid green, ready yellow, a difference red.
Colour colour_of_pin(const std::string& name);

}  // namespace uvea::trace
