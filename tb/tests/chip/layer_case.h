#pragma once
// Random layers on random chips for the chip's tests, and their run in a process of their own.

#include <cstdint>
#include <functional>
#include <string>

#include "hw/config/chip_config.h"
#include "sw/nn/layer.h"
#include "tb/sim/layer_run.h"

namespace uvea::test {

/// One layer with its input and the chip to run it on.
struct LayerCase {
  std::uint64_t seed = 0;
  hw::ChipConfig chip;
  nn::ConvLayer layer;
  nn::Tensor input;
  bool iact_csc_in_dram = false, oact_csc_in_dram = false;

  std::string describe() const;
  /// What the chip is to do, compressed in DRAM as the case asks for where the mapping can.
  tb::LayerJob job(const mapper::Mapping& mapping) const;
};

/// Kernel 1..11, strides, dilation, padding, groups, depthwise, fully connected, channels that do
/// not divide, densities 0..100 %, signed and unsigned, zero points everywhere, 8- and 9-bit
/// weights, 1x1 to 4x4 clusters, other SPad and GLB sizes, DMAs that know only lines; all from the
/// seed.
LayerCase random_case(std::uint64_t seed);
/// The same layers on the default chip.
LayerCase random_case_on_default_chip(std::uint64_t seed);
/// With a link to DRAM, or loads and dumps in turn with processing, or both.
LayerCase serial_case(std::uint64_t seed);
/// Rows or columns up to 3000 long and 1 to 4 wide, kernels up to 256 taps along them; else alike.
LayerCase long_case(std::uint64_t seed);
LayerCase long_case_on_default_chip(std::uint64_t seed);
/// A legal mapping that nobody searched for, drawn from the seed out of all that a mapping can say;
/// map_layer()'s own where a number of draws brought none. Throws its UserError.
mapper::Mapping random_mapping(const LayerCase& test_case, std::uint64_t seed);

/// Maps the layer and runs it on the chip in a forked process (a SystemC kernel is elaborated once
/// per process), compares every oact with the reference. Empty when all is well, else what is not:
/// mismatches, faults, leftovers. "unmappable: ..." when the mapper refuses the layer.
std::string run_case(const LayerCase& test_case);
/// The same with a given mapping.
std::string run_case(const LayerCase& test_case, const mapper::Mapping& mapping);

/// Runs `body` in a forked process and returns what it returns; a crash or a lost answer is told.
std::string in_own_process(const std::function<std::string()>& body);

}  // namespace uvea::test
