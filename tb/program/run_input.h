#pragma once
// What a network reads in a run, and the names of images and classes.

#include <string>
#include <vector>

#include "sw/nn/network.h"
#include "sw/report/classes.h"
#include "tb/program/arguments.h"
#include "tb/program/network_source.h"

namespace uvea::tb {

struct RunInput {
  std::vector<nn::Tensor> tensors;  ///< in the order of Network::inputs; none for a layer table
  report::ClassNames names;         ///< images; classes and labels where files give them
  std::string description;          ///< for the user: what the input is
  std::vector<std::string> notes;   ///< for the user: what was assumed and done to pictures
  int batch = 1;
};

/// Makes the input and sets the network's batch (that of a table was set when it was loaded).
///   --input NAME=FILE  of a network with several inputs: each one by its name, as with FILE
///   --input FILE   one image or tensor, repeated over --batch, or a raw tensor of the whole batch
///   --input DIR    every picture in it, sorted by name; --batch N takes the first N
///   otherwise      the PNGs in a folder named like the network, in turn; --batch defaults to their
///                  number
///   otherwise      random codes from --seed
/// Pixels become codes as --input-mean and --input-std say; classes are named by --labels, else by
/// classes.txt in that folder. Throws UserError: no such file, neither an image nor of a fitting
/// size, bad label file, a mapping for what has no pixels.
RunInput load_run_input(const NetworkSource& source, const Arguments& arguments,
                        nn::Network& network);

}  // namespace uvea::tb
