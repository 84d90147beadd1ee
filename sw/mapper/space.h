#pragma once
// The space that the mapper searches, for a layer as it stands, not turned: level by level, so that
// a branch can be left as a whole. Of mappings that differ in nothing but emptier tiles, later
// clusters or a narrower multicast one stands for all. Inside the mapper only.
//
//   tile    mode, c0, s0, m0, f0 and windows: every number of tiles, every number of chunks
//   split   chain (one cluster, or as many as hold the reduction: between them psums would have to
//           go back north, which no link does), the split of PE columns and of the mesh
//   leaf    the weight buffers, e_block: every number of blocks; m_block: the fewest M blocks;
//           where the iacts come from; the widest multicasts

#include <map>
#include <tuple>
#include <vector>

#include "sw/mapper/footprint.h"
#include "sw/mapper/mapping.h"
#include "sw/mapper/splits.h"
#include "sw/nn/layer.h"

namespace uvea::mapper {

class MappingSpace {
 public:
  MappingSpace(const nn::ConvLayer& layer, const ChipSizes& sizes);

  std::vector<Mapping> tiles() const;
  std::vector<Mapping> splits(const Mapping& tile);
  /// Legal but for the words of CSC weight tiles.
  std::vector<Mapping> leaves(const Mapping& split);

 private:
  std::vector<int> filter_parts() const;
  std::vector<int> row_parts() const;
  bool csc_wanted() const;
  void add_windows(Mapping tile, std::vector<Mapping>& out) const;
  void add_serial_leaves(Mapping mp, const Derived& d, std::int64_t most,
                         std::vector<Mapping>& out);
  std::int64_t row_tiles_held(const Derived& d, const Mapping& mp) const;
  int m_block_of(const Mapping& mp, const Derived& d) const;
  void add_leaves(Mapping mp, const Derived& d, std::vector<Mapping>& out);
  const std::vector<MeshSplit>& meshes(int chain, const SplitLimits& limits);

  const nn::ConvLayer& layer_;
  const nn::ConvGeometry& geo_;
  const ChipSizes& sizes_;
  RowCounts rows_;
  std::map<std::tuple<int, int, int, int, int>, std::vector<MeshSplit>> meshes_;
};

}  // namespace uvea::mapper
