#pragma once
// Layers in DRAM, ready for the chip: addresses, what the host writes, where it finds the oacts.
//
//   const DramImage image = make_dram_image(jobs, input, sizes);  // sizes: uvea::tb::sizes_of(chip)
//   DRAM:  write every image.writes; image.bytes are used, from 0 on
//   chip:  COMMAND_BASE = image.layers.front().descriptor, CONTROL = start (docs/memory_map.md)
//   DRAM:  after the interrupt, image.layers[i].oact.read(its bytes) is layer i's output
//
// A layer by itself is one job (plan_alone() in tensor_plan.h says how its tensors lie). Of a
// network, chip_jobs() makes one job for each layer that the chip runs. A job reads what an earlier
// job of the image left in DRAM, or what the host writes: the first one's iacts are in `writes`,
// those of later ones the host lays itself, with layers[i].iact.write(tensor) at layers[i].iact's
// base, when it has worked them out. The descriptors are a chain that the chip follows by itself;
// it ends before each job whose iacts the host still has to write (layers[i].starts_chain), which
// is then started by its own descriptor.
//
// Everything begins on a multiple of ChipSizes::dram_align_bytes, so that a DMA that knows only
// lines touches nothing of a neighbour; nothing lies at address 0, which means "no next layer".

#include <cstdint>
#include <vector>

#include "sw/driver/tensor_place.h"
#include "sw/driver/tensor_plan.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/network.h"

namespace uvea::driver {

/// Where a job's iacts come from, when that is no earlier job's number.
constexpr int kJobBefore = -1;  ///< the job before; of the first one, the image's input
constexpr int kHost = -2;       ///< the host, once it has them

/// A layer for the chip.
struct LayerJob {
  const nn::ConvLayer* layer = nullptr;  ///< must outlive the job
  mapper::Mapping mapping;               ///< legal (mapper::why_illegal())
  TensorPlan tensors;                    ///< how iacts and oacts lie in DRAM
  int producer = kJobBefore;             ///< the job that writes its iacts
};

/// Bytes at an address.
struct Region {
  std::uint64_t address = 0;
  std::vector<std::uint8_t> bytes;
};

/// Where a job's things lie.
struct LayerPlace {
  TensorPlace iact, oact;
  std::uint64_t descriptor = 0;
  bool starts_chain = false;  ///< no descriptor leads here
};

struct DramImage {
  std::vector<Region> writes;      ///< before the start
  std::vector<LayerPlace> layers;  ///< by job
  std::uint64_t bytes = 0;         ///< of DRAM, whole MiB
};

/// `input`: the first job's iacts, any shape with its number of elements. Throws
/// std::invalid_argument when they are another number, there is no job, a job reads from one that
/// is not before it, or does not read what that one writes (shape, blocking, compression); UserError
/// as oact_place() does.
DramImage make_dram_image(const std::vector<LayerJob>& jobs, const nn::Tensor& input,
                          const mapper::ChipSizes& sizes);

/// A network's jobs, one for each layer on the chip, in order, and which layer each is.
struct ChipJobs {
  std::vector<LayerJob> jobs;
  std::vector<std::size_t> layers;  ///< index in Network::layers, by job
};

/// `mappings` by layer index, as plan_tensors() takes them. The network must outlive the result.
/// Iacts come from the job that makes them wherever they can be read as they lie, else from the
/// host.
ChipJobs chip_jobs(const nn::Network& network, const std::vector<mapper::Mapping>& mappings);

}  // namespace uvea::driver
