#include "tb/app/named_inputs.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "sw/user_error.h"

namespace uvea::tb {
namespace {

const nn::TensorInfo& input(const nn::Network& network, std::size_t i) {
  return network.tensors.at(static_cast<std::size_t>(network.inputs[i]));
}

}  // namespace

std::string inputs_in_words(const nn::Network& network) {
  std::string text;
  for (std::size_t i = 0; i < network.inputs.size(); ++i) {
    const nn::TensorInfo& info = input(network, i);
    text += fmt::format("{}{} ({}, {})", i == 0 ? "" : ", ", info.name,
                        fmt::join(info.shape.dims(), "x"), nn::type_name(info));
  }
  return text;
}

std::vector<std::string> input_files(const std::vector<std::string>& given,
                                     const nn::Network& network) {
  std::vector<std::string> files(network.inputs.size());
  for (const std::string& text : given) {
    std::size_t which = network.inputs.size(), name_length = 0;
    for (std::size_t i = 0; i < network.inputs.size(); ++i) {
      const std::string name = input(network, i).name + "=";
      // A name may begin with another one and '='; the longest that fits is meant.
      if (text.compare(0, name.size(), name) == 0 && name.size() > name_length) {
        which = i;
        name_length = name.size();
      }
    }
    std::error_code error;
    const bool file = text.find('=') == std::string::npos || std::filesystem::exists(text, error);
    if (which == network.inputs.size() && network.inputs.size() == 1 && file) which = 0;
    if (which == network.inputs.size()) {
      throw UserError(fmt::format(
          "--input '{}': expected NAME=FILE with the name of an input, the network takes {}",
          text.substr(0, 60), inputs_in_words(network)));
    }
    if (!files[which].empty()) {
      throw UserError(fmt::format("--input '{}': the input {} is given twice", text.substr(0, 60),
                                  input(network, which).name));
    }
    files[which] = text.substr(name_length);
    if (files[which].empty())
      throw UserError(fmt::format("--input '{}': no file is given", text.substr(0, 60)));
  }
  for (std::size_t i = 0; !given.empty() && i < files.size(); ++i) {
    if (files[i].empty()) {
      throw UserError(fmt::format("--input: no file for the input {}; the network takes {}",
                                  input(network, i).name, inputs_in_words(network)));
    }
  }
  return files;
}

}  // namespace uvea::tb
