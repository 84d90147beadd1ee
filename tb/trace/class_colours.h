#pragma once
// The colours of the classes of PE cycles (docs/stalls.md): work green, lanes without work yellow,
// waits orange and red by what they wait for, the rest blue, violet and grey. Surfer's are in
// configs/surfer/uvea_stall.

#include <string>

namespace uvea::trace {

/// Of a whole row, as both viewers have them.
enum class Colour { normal, red, orange, yellow, green, blue, indigo, violet };

struct ClassColour {
  const char* begin;  ///< of the class's name
  Colour row;
  const char* x11;  ///< behind the name in GTKWave, whose text is white: dark ones
};

/// Of a class; of an unknown one what the rest has.
const ClassColour& colour_of_class(const std::string& name);

}  // namespace uvea::trace
