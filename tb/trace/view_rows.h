#pragma once
// What the views beside a waveform show: its rows, from the top down, whatever the viewer.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
};

enum class Colour { normal, red, orange, yellow, green, blue, indigo, violet };

struct ViewRow {
  enum class Kind { group, closed_group, group_end, bit, bits, number, state, text, analog };
  Kind kind = Kind::bit;
  std::string name;   ///< a group's, or the signal's in full
  std::string label;  ///< what tells a signal from others of its group
  unsigned bits = 1;
  bool real = false;
  Colour colour = Colour::normal;
};

/// The run, curves of the chip, the control, the classes of the PEs of a cluster at a time, the pins of
/// RTL PEs, then a group for each block. Signals inside of RTL are left to the viewer's tree.
std::vector<ViewRow> view_rows(const ViewInput& input);

/// The colour of a class of PE cycles: work green, waits from yellow to red by data type, the rest
/// blue and violet.
Colour colour_of_class(const std::string& name);

/// Of a pin of RTL: valid green, ready yellow, a difference red.
Colour colour_of_pin(const std::string& name);

}  // namespace uvea::trace
