#include "tb/trace/class_colours.h"

namespace uvea::trace {
namespace {

// The first that fits.
constexpr ClassColour kColours[] = {
    {"mac_useful", Colour::green, "green4"},      {"mac", Colour::yellow, "DarkOliveGreen"},
    {"lane", Colour::yellow, "DarkGoldenrod4"},   {"examine", Colour::blue, "SteelBlue4"},
    {"pipeline", Colour::blue, "RoyalBlue3"},     {"wait_weight", Colour::orange, "chocolate4"},
    {"wait_iact", Colour::orange, "DarkOrange3"}, {"wait_psum_in", Colour::red, "firebrick3"},
    {"wait_psum", Colour::red, "IndianRed4"},     {"imbalance", Colour::violet, "DarkOrchid4"},
    {"not_mapped", Colour::indigo, "gray30"},     {"none", Colour::normal, "black"},
    {"", Colour::indigo, "MidnightBlue"},
};

}  // namespace

const ClassColour& colour_of_class(const std::string& name) {
  const ClassColour* colour = kColours;
  while (name.rfind(colour->begin, 0) != 0) ++colour;
  return *colour;
}

}  // namespace uvea::trace
