#pragma once
// What the importers of network files say in the same words.

#include <string>
#include <vector>

namespace uvea::nn {

/// A path's file name without `ending` (".onnx").
std::string file_stem(const std::string& path, const std::string& ending);

/// In characters that need no quoting in a table.
std::string without_quoting(std::string name);

/// "a; b; c", and how many more there are beyond the first dozen.
std::string told_at_once(const std::vector<std::string>& texts);

}  // namespace uvea::nn
