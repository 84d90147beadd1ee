#pragma once
// Numbers of random work for one PE (random_stimulus.h): weights, iacts and psums.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tb/cosim/pe/random_dice.h"
#include "tb/cosim/pe/random_shape.h"

namespace uvea::cosim {

class RandomTensors {
 public:
  /// `extreme`: most numbers are the largest or smallest. All must outlive it.
  RandomTensors(Dice& dice, const hw::PeConfig& pe, const Shape& shape, bool extreme)
      : dice_(dice), pe_(pe), shape_(shape), extreme_(extreme) {}

  /// Weights [column][m0] that fit the SPad; returns their words.
  std::vector<std::uint32_t> weights(std::vector<std::int16_t>& weights);
  /// One row's iacts, [segment][seg_len]; some chunks may be all zero.
  std::vector<std::int16_t> row();
  std::vector<std::int32_t> psums(std::size_t count);

 private:
  Dice& dice_;
  const hw::PeConfig& pe_;
  const Shape& shape_;
  const bool extreme_;
};

}  // namespace uvea::cosim
