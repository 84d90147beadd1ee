#pragma once
// What the chip tells of a layer, as the report takes it: its tables of counters and classes, and the
// values in their order.

#include "hw/layer_record.h"
#include "sw/report/counters.h"

namespace uvea::tb {

/// The rows of hw/block/counters.h, and the keys of hw/block/stall.h: each class, for waits one for
/// each place.
report::CountTables count_tables();

report::Counters to_counters(const hw::LayerRecord& record);

}  // namespace uvea::tb
