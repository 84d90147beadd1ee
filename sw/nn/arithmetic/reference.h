#pragma once
// The reference that the chip is compared with: a plain convolution on 32-bit accumulators with no
// limit of the chip in it, and a whole network layer after layer.

#include <cstdint>
#include <vector>

#include "sw/nn/network.h"

namespace uvea::nn {

/// The layer's output codes. `in` has the geometry's number of elements; its own shape may group
/// them otherwise (a fully connected layer reads any tensor flat).
/// Throws std::invalid_argument when a size does not fit the geometry.
Tensor conv_reference(const ConvLayer& layer, const Tensor& in);

/// Effectual MACs: those in which neither the weight nor the iact as the chip represents it
/// (iact_code.h) is zero, padding counted with its value. It is what the PEs count, in every mode.
std::int64_t effectual_macs(const ConvLayer& layer, const Tensor& in);

/// Share of weights, or of iacts, that are not zero (an iact is zero at its zero point).
double weight_density(const ConvLayer& layer);
double iact_density(const Tensor& in);

/// Runs the layers in order and returns the tensor of each index, constants included; tensors that
/// no layer writes and that are no input stay empty. `inputs` are in the order of Network::inputs.
/// A layer table has no connections: each of its layers reads its own synthetic input, and `inputs`
/// is not used.
/// Throws UserError when the number or a size of the inputs does not fit.
std::vector<Tensor> run_reference(const Network& network, const std::vector<Tensor>& inputs);

/// Reads `batch` images at once: scales the batch of every tensor and layer of a network that was
/// imported with batch 1. Throws UserError when batch is not in 1..1024, the sizes overflow or a
/// host layer would mix images (it is named).
void set_batch(Network& network, int batch);

}  // namespace uvea::nn
