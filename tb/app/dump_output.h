#pragma once
// --dump-output: a run's final tensors as raw bytes.

#include <string>
#include <vector>

#include "sw/nn/network.h"

namespace uvea::tb {

/// A tensor to be written, under its name in the network.
struct DumpedTensor {
  std::string name;
  const nn::Tensor* tensor = nullptr;
};

/// Throws UserError when what write_dump writes there cannot be written; leaves nothing behind.
void check_dump(const std::string& path, std::size_t tensors);

/// One tensor becomes the file `path`; several become NAME.bin each in the folder `path`.
/// Characters of a name that a file name should not have become '_'; names that are then the same
/// are numbered.
void write_dump(const std::string& path, const std::vector<DumpedTensor>& tensors);

/// The file names that write_dump gives, in the order of the tensors.
std::vector<std::string> dump_names(const std::vector<std::string>& tensors);

}  // namespace uvea::tb
