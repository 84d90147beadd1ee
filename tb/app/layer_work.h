#pragma once
// One on-chip layer as a task of the process pool: simulate, compare with the reference, pack.

#include <cstdint>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "sw/mapper/psum_range.h"
#include "sw/nn/network.h"
#include "sw/report/results.h"
#include "tb/cosim/rtl_choice.h"
#include "tb/cosim/rtl_findings.h"
#include "tb/cosim/rtl_pe.h"
#include "tb/sim/layer_run.h"
#include "tb/sim/process_pool.h"

namespace uvea::tb {

/// What one layer needs; the pointers must outlive the task.
struct LayerWork {
  /// job.layer is set by the task.
  LayerJob job;
  /// The task fills the layer's tensors in its own process when this is a layer table.
  nn::Network* network = nullptr;
  int layer = 0;
  /// Activations of the reference; null for a layer table, whose task computes its own.
  const nn::Tensor* input = nullptr;
  const nn::Tensor* expected = nullptr;
  cosim::RtlChoice rtl;
  cosim::RtlFactory make_rtl;
};

struct LayerFindings {
  report::Counters counters;
  std::int64_t mismatches = 0;
  double weight_density = 0;
  double iact_density = 0;
  std::vector<report::BoundStep> eyexam;
  mapper::PsumRange psum_range;  ///< only when an addition of psums wrapped
  std::vector<std::string> faults;
  std::vector<std::uint8_t> oacts;
  cosim::RtlFindings rtl;
};

/// Simulates the layer and holds it to the reference: every oact, the number of oacts, and the
/// number of effectual MACs (a different count is a model fault).
Task layer_task(const hw::ChipConfig& chip, const LayerWork& work);

/// Undoes the packing of layer_task(). Throws std::runtime_error when bytes are missing.
LayerFindings unpack_findings(const std::vector<std::uint8_t>& payload);
std::vector<std::uint8_t> pack_findings(const LayerFindings& findings);

/// The job of each layer of a network (empty ones for the host's), with `mappings` by layer
/// index, their tensors as the driver plans them.
std::vector<LayerJob> chip_jobs(const nn::Network& network,
                                const std::vector<mapper::Mapping>& mappings);

}  // namespace uvea::tb
