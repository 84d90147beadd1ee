#pragma once
// Reading whole files.

#include <cstdint>
#include <string>
#include <vector>

namespace uvea::nn {

/// All bytes of a regular file of at most 2 GB. `what` is what the file should be, for the message.
/// Throws UserError when it is missing, a directory, unreadable or too large.
std::vector<std::uint8_t> read_file(const std::string& path, const std::string& what);

}  // namespace uvea::nn
