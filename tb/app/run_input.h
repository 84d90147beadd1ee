#pragma once
// What a network reads in a run, and the names of images and classes.

#include <string>
#include <vector>

#include "sw/nn/network.h"
#include "sw/report/classes.h"
#include "tb/app/arguments.h"
#include "tb/app/network_source.h"

namespace uvea::tb {

struct RunInput {
  std::vector<nn::Tensor> tensors;  ///< by the network's inputs; none for a layer table
  report::ClassNames names;         ///< images; classes and labels where files give them
  std::string description;          ///< for the user: what the input is
  std::vector<std::string> notes;   ///< for the user: what was assumed and done to pictures
  int batch = 1;
};

/// Makes the input and sets the network's batch (that of a table was set when it was loaded).
///   --input FILE   one image or tensor, repeated over --batch, or a raw tensor of the whole batch;
///                  NAME=FILE for each input of a network that has several
///   --input DIR    every picture in it, sorted by name; --batch N takes the first N; for a network
///                  with one input
///   otherwise      the PNGs in a folder named like the network, in turn; --batch defaults to their
///                  number
///   otherwise      random codes from --seed
/// An input of reals (float32) that a QUANTIZE turns into codes takes float32, or codes and
/// pictures as that QUANTIZE's output does, which then become the reals that they stand for. Pixels
/// become codes as --input-mean and --input-std say; classes are named by --labels, else by
/// classes.txt in that folder. Throws UserError: no such file, neither an image nor of a fitting
/// size, bad label file, a mapping for what has no pixels.
RunInput load_run_input(const NetworkSource& source, const Arguments& arguments,
                        nn::Network& network);

}  // namespace uvea::tb
