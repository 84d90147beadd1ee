#pragma once
// What a layer's counters in the chip become in the report.

#include "hw/layer_record.h"
#include "sw/report/counters.h"

namespace uvea::tb {

report::Counters to_counters(const hw::LayerRecord& record);

}  // namespace uvea::tb
