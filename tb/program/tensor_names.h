#pragma once
// The inputs and outputs of a network as a user names them.

#include <string>
#include <vector>

#include "sw/nn/network.h"

namespace uvea::tb {

/// Names of tensors, told apart by #2, #3 ... where two have the same.
std::vector<std::string> unique_names(const nn::Network& network, const std::vector<int>& tensors);

/// The same as names of files: letters, digits, '-', '_' and '.' only, at most 100 characters.
std::vector<std::string> file_names(const nn::Network& network, const std::vector<int>& tensors);

/// "in (1x5x5x2 int8), gain (1x2 float32)"
std::string described(const nn::Network& network, const std::vector<int>& tensors);

/// `--input NAME=FILE` or FILE, for a network of the inputs `network.inputs`: the files in the
/// order of the inputs. FILE alone is for an only input. Throws UserError with the list of inputs
/// when a name is wrong, missing or given twice.
std::vector<std::string> files_of_inputs(const nn::Network& network,
                                         const std::vector<std::string>& given);

}  // namespace uvea::tb
