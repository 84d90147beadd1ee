#pragma once
// What must be true of everything that a chip told a probe in a layer. Each returns what is wrong, a
// line each (the first of a kind), or nothing.

#include <string>

#include "hw/layer_record.h"
#include "tb/tests/chip/probe_record.h"

namespace uvea::test {

/// Each track is in order, its states do not overlap, its items have a beginning before their end;
/// everything went to a track of its kind; every state has a name.
std::string order_faults(const ProbeRecord& told);

/// Every relation names items that passed somewhere, from a source with a name, and no item was
/// made from itself.
std::string relation_faults(const ProbeRecord& told);

/// PEs: their classes fill the layer without a gap and sum to its `stalls`, their MAC lanes to the
/// MACs, their bursts to the words that they took.
std::string pe_faults(const ProbeRecord& told, const hw::LayerRecord& layer);

/// Words on router outputs, ports, in banks and DMA are what was counted; banks are empty at the end.
std::string word_faults(const ProbeRecord& told, const hw::LayerRecord& layer);

/// The words on the tracks of each GLB bank, router output and weight port are what the layer's resources
/// say that it was busy.
std::string use_faults(const ProbeRecord& told, const hw::LayerRecord& layer);

/// Accesses of the DRAM's banks are what was counted.
std::string dram_faults(const ProbeRecord& told, const hw::LayerRecord& layer);

/// Every burst of weights that a PE took, and of iacts (`all_iacts`: or at least one of them), can
/// be followed back to a DRAM read.
std::string origin_faults(const ProbeRecord& told, bool all_iacts);

/// All of them but origins.
std::string probe_faults(const ProbeRecord& told, const hw::LayerRecord& layer);

}  // namespace uvea::test
