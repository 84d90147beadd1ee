#include "hw/control/dma_watch.h"

namespace uvea::hw {

using link::Cycle;
using link::Probe;

DmaWatch::DmaWatch(Probe& probe, const std::string& path, std::size_t servers)
    : probe_(probe),
      reads_(probe, probe.add_items(path, "reads", Probe::Group::dma)),
      writes_(probe, probe.add_items(path, "writes", Probe::Group::dma)),
      data_(probe.add_items(path, "data", Probe::Group::dram)),
      outstanding_(probe.add_values(path, "outstanding", Probe::Group::dma, "transactions")),
      port_(probe.add_states(path, "dram_port", Probe::Group::dma, {"free", "requesting"})) {
  probe.name_source(Probe::kTransactions, path);
  for (std::size_t i = 0; i < servers; ++i)
    servers_.push_back({probe.add_values(path + ".server" + std::to_string(i), "in_flight",
                                         Probe::Group::dma, "transactions")});
}

void DmaWatch::issued(::tlm::tlm_generic_payload& transaction, std::size_t server, Cycle at) {
  const Probe::Item item{Probe::kTransactions, serial_++};
  link::tag_of(transaction).item = item;
  (transaction.is_read() ? reads_ : writes_).begin(item, transaction.get_data_length(), at);
  probe_.value(outstanding_, at, ++open_);
  probe_.value(servers_[server].in_flight, at, ++servers_[server].open);
}

void DmaWatch::answered(const ::tlm::tlm_generic_payload& transaction, std::size_t server,
                        Cycle at) {
  const Probe::Item& item = *link::item_in(transaction);
  (transaction.is_read() ? reads_ : writes_).end(item, at);
  // In the cycle that ends with the answer: the layer's last one is in the layer.
  probe_.item(data_, item, transaction.get_data_length(), at > 0 ? at - 1 : 0, at);
  probe_.value(outstanding_, at, --open_);
  probe_.value(servers_[server].in_flight, at, --servers_[server].open);
}

void DmaWatch::serves(const ::tlm::tlm_generic_payload& transaction, const Probe::Item& request) {
  const Probe::Item& own = *link::item_in(transaction);
  if (transaction.is_read()) {
    probe_.carries(request, own);
  } else {
    probe_.carries(own, request);
  }
}

void DmaWatch::waited(Cycle from, Cycle to) {
  if (from >= to) return;
  probe_.state(port_, 1, from, to);
  probe_.state(port_, 0, to, Probe::kOpen);
}

}  // namespace uvea::hw
