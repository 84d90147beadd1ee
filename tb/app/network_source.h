#pragma once
// Networks as the user names them: files, or names of what is shipped.

#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "sw/nn/network.h"
#include "tb/app/arguments.h"

namespace uvea::tb {

struct NetworkSource {
  std::string name;  ///< the file's name without its ending
  std::string path;
  bool table = false;  ///< a layer table (.csv, .yaml, folder of .yaml), else a model
};

/// Name of the network that runs when none is given.
std::string embedded_network();

/// All of configs/networks/, by name.
std::vector<NetworkSource> shipped_networks();

/// A path to a .tflite, .onnx, .csv or .yaml or to a folder of .yaml, or the name of a shipped
/// network; empty: the embedded one. Throws UserError, naming the nearest shipped one.
NetworkSource find_network(const std::string& argument);

/// Imports it. Throws UserError for whatever is wrong with the file or does not go with it.
nn::Network load_network(const NetworkSource& source, const hw::ChipConfig& chip,
                         const Arguments& arguments);

}  // namespace uvea::tb
