#pragma once
// What a network reads in a run, and the names of images and classes.

#include <string>

#include "sw/nn/network.h"
#include "sw/report/classes.h"
#include "tb/program/arguments.h"
#include "tb/program/network_source.h"

namespace uvea::tb {

struct RunInput {
  nn::Tensor tensor;  ///< empty for a layer table
  report::ClassNames
      names;                ///< images; classes and labels where files beside the network give them
  std::string description;  ///< for the user: what the input is
  int batch = 1;
};

/// Makes the input and sets the network's batch (that of a table was set when it was loaded).
///   --input FILE   one image or tensor, repeated over --batch, or a raw tensor of the whole batch
///   otherwise      the PNGs in a folder named like the network, in turn; --batch defaults to their
///                  number
///   otherwise      random codes from --seed
/// Throws UserError: no such file, neither an image nor of a fitting size, bad label file.
RunInput load_run_input(const NetworkSource& source, const Arguments& arguments,
                        nn::Network& network);

}  // namespace uvea::tb
