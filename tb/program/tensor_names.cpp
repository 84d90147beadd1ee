#include "tb/program/tensor_names.h"

#include <fmt/format.h>

#include <cctype>
#include <set>

#include "sw/user_error.h"

namespace uvea::tb {
namespace {

const nn::TensorInfo& info(const nn::Network& network, int tensor) {
  return network.tensors.at(static_cast<std::size_t>(tensor));
}

std::vector<std::string> told_apart(std::vector<std::string> names) {
  std::set<std::string> taken;
  for (std::string& name : names) {
    const std::string first = name;
    for (int n = 2; !taken.insert(name).second; ++n) name = fmt::format("{}#{}", first, n);
  }
  return names;
}

std::string type_of(const nn::TensorInfo& tensor) {
  switch (tensor.type) {
    case nn::ElementType::float32:
      return "float32";
    case nn::ElementType::int32:
      return "int32";
    case nn::ElementType::int64:
      return "int64";
    case nn::ElementType::code8:
      break;
  }
  return tensor.quant.is_signed ? "int8" : "uint8";
}

}  // namespace

std::vector<std::string> unique_names(const nn::Network& network, const std::vector<int>& tensors) {
  std::vector<std::string> names;
  for (const int tensor : tensors) names.push_back(info(network, tensor).name);
  return told_apart(std::move(names));
}

std::vector<std::string> file_names(const nn::Network& network, const std::vector<int>& tensors) {
  constexpr std::size_t longest = 100;
  std::vector<std::string> names;
  for (const int tensor : tensors) {
    std::string name = info(network, tensor).name.substr(0, longest);
    for (char& c : name)
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '.') c = '_';
    if (name.empty() || name.front() == '.') name = "_" + name;
    names.push_back(std::move(name));
  }
  return told_apart(std::move(names));
}

std::string described(const nn::Network& network, const std::vector<int>& tensors) {
  const std::vector<std::string> names = unique_names(network, tensors);
  std::string text;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const nn::TensorInfo& tensor = info(network, tensors[i]);
    text += fmt::format("{}{} ({} {})", i == 0 ? "" : ", ", names[i],
                        fmt::join(tensor.shape.dims(), "x"), type_of(tensor));
  }
  return text;
}

std::vector<std::string> files_of_inputs(const nn::Network& network,
                                         const std::vector<std::string>& given) {
  const std::vector<std::string> names = unique_names(network, network.inputs);
  std::vector<std::string> files(names.size());
  const auto refuse = [&](const std::string& what) {
    throw UserError(fmt::format("--input: {}; expected NAME=FILE for each input: {}", what,
                                described(network, network.inputs)));
  };
  for (const std::string& text : given) {
    std::size_t best = names.size();
    for (std::size_t i = 0; i < names.size(); ++i)
      if (text.rfind(names[i] + "=", 0) == 0 &&
          (best == names.size() || names[i].size() > names[best].size()))
        best = i;
    const bool named = best != names.size();
    if (!named && names.size() != 1)
      refuse(fmt::format("'{}' names none of the inputs", text.substr(0, 60)));
    std::string& file = files[named ? best : 0];
    if (!file.empty())
      refuse(fmt::format("input {} is given more than once", names[named ? best : 0]));
    file = named ? text.substr(names[best].size() + 1) : text;
    if (file.empty()) refuse(fmt::format("'{}' names no file", text.substr(0, 60)));
  }
  if (given.empty()) return files;
  for (std::size_t i = 0; i < files.size(); ++i)
    if (files[i].empty()) refuse(fmt::format("input {} is missing", names[i]));
  return files;
}

}  // namespace uvea::tb
