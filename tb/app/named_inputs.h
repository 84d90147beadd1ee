#pragma once
// --input, given once or for each of a network's inputs.

#include <string>
#include <vector>

#include "sw/nn/network.h"

namespace uvea::tb {

/// The file (or folder) of each of the network's inputs, in their order; empty where none is given.
///   FILE        of the only input
///   NAME=FILE   of the input tensor NAME
/// Throws UserError that lists the inputs with shapes and types: a name that is none, an input that
/// is given twice, or not at all beside another that is given.
std::vector<std::string> input_files(const std::vector<std::string>& given,
                                     const nn::Network& network);

/// "image (1x96x96x3, int8)" for each input.
std::string inputs_in_words(const nn::Network& network);

}  // namespace uvea::tb
