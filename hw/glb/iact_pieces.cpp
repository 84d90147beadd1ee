#include "hw/glb/iact_pieces.h"

#include <algorithm>
#include <map>

namespace uvea::hw {

std::vector<IactRead> join_pieces(const std::vector<IactPiece>& pieces, std::uint64_t block_bytes) {
  std::vector<IactRead> reads;
  std::map<std::uint64_t, std::size_t> read_of;  // by block
  for (const IactPiece& piece : pieces) {
    for (std::uint64_t begin = piece.begin; begin < piece.end;) {
      const std::uint64_t block = begin / block_bytes;
      const std::uint64_t end = std::min(piece.end, (block + 1) * block_bytes);
      const auto [at, fresh] = read_of.try_emplace(block, reads.size());
      if (fresh) reads.push_back({piece.port, begin, end, {}});
      IactRead& read = reads[at->second];
      read.begin = std::min(read.begin, begin);
      read.end = std::max(read.end, end);
      if (read.slots.empty() || read.slots.back() != piece.slot) read.slots.push_back(piece.slot);
      begin = end;
    }
  }
  return reads;
}

}  // namespace uvea::hw
