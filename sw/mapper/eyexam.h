#pragma once
// Eyexam: from what a layer could do on an ideal machine down to what it can do on this chip with
// this mapping, in seven steps, each of which takes one more thing as finite (Chen, Yang, Emer, Sze:
// "Eyeriss v2", arXiv 1807.07928 v1, section on Eyexam).
//
//   1 layer shape     all MACs of the layer at once
//   2 dataflow        a tile (mapping.h) is worked on by one PE, one MAC a lane and cycle
//   3 number of PEs   the chip's PEs in any arrangement share the tiles
//   4 array shape     mesh, rows and columns: each tile on the PE that the mapping deals it to
//   5 storage         SPads: PEs wait while a single weight buffer is loaded, a single psum bank read
//   6 mean bandwidth  ports, links, banks and DRAM at the mean of what they have to move
//   7 access pattern  the fullest port, and the start and the end, which nothing hides
//
// Each bound is a lower bound of the cycles that the model simulates for the layer alone, and none
// is below the one before it. What cannot be known without the values is left out: in CSC mode the
// non-zeros of a single PE are not known, so the mean over the PEs stands for the busiest one.

#include <array>
#include <string>

#include "sw/mapper/mapping.h"

namespace uvea::mapper {

/// One step.
struct EyexamStep {
  std::string name;           ///< as in the table above
  double cycles = 1;          ///< the layer takes no fewer
  double macs_per_cycle = 0;  ///< Eyexam::macs / cycles: no more are done a cycle
  std::string limit;          ///< one sentence: what limits at this step, or that it costs nothing
};

struct Eyexam {
  double macs = 0;  ///< raw mode: nominal MACs; CSC mode: those with two non-zero operands
  std::array<EyexamStep, 7> steps;
};

/// `effectual_macs`: MACs of the layer whose two operands are not zero, as a run counts them
/// (report::Counters::effectual_macs, nn::effectual_macs()) or as expected_macs() guesses them; raw
/// mappings do not look at it. A guess that is too high makes bounds that may be too high.
/// The mapping must be legal (why_illegal()) for the layer on the chip. Without the layer's weights
/// (a table's layer before fill_layer()) the words of CSC tiles are not counted.
Eyexam eyexam(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes,
              double effectual_macs);

/// Effectual MACs to expect: nominal ones times the share of non-zero weights (1 without weights)
/// times that of iacts.
double expected_macs(const nn::ConvLayer& layer, const IactForecast& iacts);

}  // namespace uvea::mapper
