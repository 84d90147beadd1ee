#pragma once
// Pieces of slots that a cluster needs, and the reads that bring them: what is needed of an aligned
// block of DRAM comes with one read, from the first byte to the last, through the port of the piece
// that comes first in the list.
//
// Order      of the reads: as the first piece of each in the list

#include <cstddef>
#include <cstdint>
#include <vector>

namespace uvea::hw {

/// Bytes of a slot, [begin, end).
struct IactPiece {
  std::size_t port = 0;
  std::uint64_t begin = 0, end = 0;
  std::size_t slot = 0;
};

struct IactRead {
  std::size_t port = 0;
  std::uint64_t begin = 0, end = 0;
  std::vector<std::size_t> slots;  ///< with bytes in it, each once, in the order of their pieces
};

/// Pieces are not empty.
std::vector<IactRead> join_pieces(const std::vector<IactPiece>& pieces, std::uint64_t block_bytes);

}  // namespace uvea::hw
