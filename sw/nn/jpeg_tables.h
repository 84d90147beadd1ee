#pragma once
// A check of JPEG files before stb_image sees them: its releases up to 2.27 write past their tables
// when a Huffman table says that it has more than 256 symbols.

#include <cstdint>
#include <vector>

namespace uvea::nn {

/// False when a Huffman table of the file has more than 256 symbols or is cut short. Files that are
/// wrong in any other way pass: the decoder refuses those itself.
bool huffman_tables_fit(const std::vector<std::uint8_t>& file);

}  // namespace uvea::nn
