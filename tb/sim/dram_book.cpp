#include "tb/sim/dram_book.h"

#include <utility>

namespace uvea::tb {

void DramBook::close(const hw::Dram& dram) {
  counted_ = hw::CounterSink{};
  used_.clear();
  dram.count(counted_);
  dram.use(used_);
}

void DramBook::close(const hw::Dram& dram, hw::LayerRecord& record) {
  const hw::CounterSink counted = counted_;
  const std::vector<hw::Resource> used = std::move(used_);
  close(dram);
  record.counters += counted_ - counted;
  for (std::size_t i = 0; i < used_.size(); ++i) {
    hw::Resource layer = used_[i];
    if (i < used.size()) {
      layer.busy -= used[i].busy;
      layer.held -= used[i].held;
    }
    if (layer.held == 0) layer.held_by.clear();
    record.resources.push_back(std::move(layer));
  }
}

}  // namespace uvea::tb
