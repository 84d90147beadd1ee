#include "hw/noc/router.h"

#include <algorithm>

#include "hw/command/stream_format.h"

namespace uvea::hw {

using link::Cycle;

namespace {

/// Where the words of a mesh are counted: those that enter it from a bank, the chip's edge or a PE,
/// and all, at each destination.
struct Counted {
  Counter words, word_hops;
};
constexpr Counted counted_of(link::DataType type) {
  switch (type) {
    case link::DataType::iact:
      return {Counter::noc_iact_words, Counter::noc_iact_word_hops};
    case link::DataType::weight:
      return {Counter::noc_weight_words, Counter::noc_weight_word_hops};
    case link::DataType::psum:
      break;
  }
  return {Counter::noc_psum_words, Counter::noc_psum_word_hops};
}

}  // namespace

Router::Router(const sc_core::sc_module_name& module_name, link::DataType type,
               const ChipConfig& config, const link::Clock& clock, int row, int col)
    : LayerBlock(module_name, config, clock, row, col),
      type_(type),
      hop_(static_cast<link::Cycle>(config.noc.hop_cycles)) {
  for (std::size_t p = 0; p < kRouterPorts; ++p) {
    in_[p] = std::make_unique<link::StreamIn>(std::string("in_") + kRouterPortNames[p], *this,
                                              static_cast<unsigned>(p), clock);
    out_[p] = std::make_unique<link::StreamOut>(std::string("out_") + kRouterPortNames[p], *this,
                                                static_cast<unsigned>(p), clock);
  }
}

void Router::hangs_on(MulticastBus& in, MulticastBus* out) {
  bus_in_ = &in;
  bus_out_ = out;
}

MulticastBus* Router::bus_of(std::size_t source) const {
  constexpr auto local = static_cast<std::size_t>(RouterPort::local);
  if (source == local) return bus_in_;
  return settings_.enable[source][local] ? bus_out_ : nullptr;
}

Cycle Router::passes_in(std::size_t source) const {
  const bool wires = bus_in_ != nullptr && bus_of(source) == nullptr;
  return wires ? 0 : hop_;
}

std::uint64_t Router::value_bits(const link::Burst& burst) const {
  const PeConfig& pe = config_.pe;
  std::size_t bits = 0;
  switch (type_) {
    case link::DataType::iact: {
      const IactHeader header = unpack_iact_header(burst.words.front());
      const int each = csc_ ? pe.iact_bits + pe.count_bits : pe.iact_bits;
      bits = static_cast<std::size_t>(header.entries * each);
      break;
    }
    case link::DataType::weight: {
      const WeightHeader header = unpack_weight_header(burst.words);
      if (header.null) break;
      const int pairs = 2 * header.data_words * (pe.weight_bits + pe.count_bits);
      bits = static_cast<std::size_t>(csc_ ? pairs : header.columns * m0_ * pe.weight_bits);
      break;
    }
    case link::DataType::psum:
      bits = burst.psums.size() * static_cast<std::size_t>(pe.psum_bits);
      break;
  }
  return bits;
}

void Router::configure(const LayerCommand& layer, const Schedule& schedule) {
  csc_ = layer.csc;
  m0_ = layer.M0;
  switch (type_) {
    case link::DataType::iact:
      settings_ = iact_router_settings(schedule, row_, col_);
      break;
    case link::DataType::weight:
      settings_ = weight_router_settings(schedule, row_, col_);
      break;
    case link::DataType::psum:
      settings_ = psum_router_settings(schedule);
      break;
  }
  for (std::size_t d = 0; d < kRouterPorts; ++d) {
    int sources = 0;
    for (std::size_t s = 0; s < kRouterPorts; ++s) {
      if (!settings_.enable[s][d]) continue;
      owner_[d] = s;
      ++sources;
    }
    if (sources > 1) fault("two sources are routed to one destination");
  }
  busy_.fill(0);
  held_.fill(0);
  moved_to_.fill(0);
  if (watch_) watch_->configured(settings_, clock_.now());
}

std::optional<link::Cycle> Router::on_offer(unsigned port, link::Payload& payload, link::Cycle at) {
  Source& source = sources_[port];
  source.pending = 0;
  source.waiting = 0;
  source.offered = source.ready = at;
  if (watch_) watch_->offered(port, at);
  int destinations = 0;
  for (std::size_t d = 0; d < kRouterPorts; ++d) {
    if (!settings_.enable[port][d]) continue;
    ++destinations;
    if (const auto ready = out_[d]->offer(payload, at)) {
      source.ready = std::max(source.ready, *ready);
      if (watch_) watch_->ready(port, d, *ready);
    } else {
      ++source.pending;
      source.waiting |= 1U << d;
    }
  }
  if (destinations == 0) {
    fault(std::string("burst at ") + kRouterPortNames[port] + ", which is routed nowhere");
    return at;
  }
  MulticastBus* const bus = bus_of(port);
  if (source.pending == 0 && bus == nullptr) return source.ready;
  source.payload = &payload;
  if (source.pending == 0)
    bus->request(*this, port, payload, value_bits(link::burst_of(payload)), source.ready);
  return std::nullopt;
}

void Router::on_accept(unsigned port, link::Payload& payload, link::Cycle ready) {
  const std::size_t s = owner_[port];
  Source& source = sources_[s];
  source.ready = std::max(source.ready, ready);
  if (watch_) watch_->ready(s, port, ready);
  source.waiting &= ~(1U << port);
  if (--source.pending > 0) return;
  if (MulticastBus* const bus = bus_of(s))
    return bus->request(*this, static_cast<unsigned>(s), payload,
                        value_bits(link::burst_of(payload)), source.ready);
  source.payload = nullptr;
  in_[s]->accept(payload, source.ready);
}

void Router::on_grant(unsigned port, link::Payload& payload, link::Cycle at) {
  Source& source = sources_[port];
  source.ready = at;
  source.payload = nullptr;
  in_[port]->accept(payload, at);
}

void Router::on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) {
  const unsigned beats = link::burst_of(payload).beats;
  const Counted counted = counted_of(type_);
  if (port >= static_cast<unsigned>(RouterPort::local)) counts_[counted.words] += beats;
  const link::Cycle held = sources_[port].ready - sources_[port].offered;
  ++counts_[Counter::noc_bursts];
  counts_[Counter::router_held_cycles] += held;
  const link::Cycle arrives = first_beat + passes_in(port);
  if (watch_) watch_->passed(port, link::burst_of(payload), arrives);
  for (std::size_t d = 0; d < kRouterPorts; ++d) {
    if (!settings_.enable[port][d]) continue;
    counts_[counted.word_hops] += beats;
    // From its first beat to its last, whatever the receiver's pace, as RouterWatch tells it.
    const link::Cycle end = link::burst_of(payload).end(first_beat);
    const link::Cycle begin = std::max(first_beat, moved_to_[d]);
    busy_[d] += end > begin ? end - begin : 0;
    // What stood there behind the burst before it was not held.
    const link::Cycle front = std::max(sources_[port].offered, moved_to_[d]);
    held_[d] += sources_[port].ready > front ? sources_[port].ready - front : 0;
    moved_to_[d] = end;
    out_[d]->data(payload, arrives);
  }
}

void Router::watch(link::Probe* probe) {
  LayerBlock::watch(probe);
  std::array<bool, kRouterPorts> leads{};
  for (std::size_t d = 0; d < kRouterPorts; ++d) leads[d] = out_[d]->size() > 0;
  watch_ = probe == nullptr ? nullptr : std::make_unique<RouterWatch>(*probe, name(), leads);
}

void Router::tell_rest(link::Cycle end) {
  if (watch_) watch_->rest(end);
}

std::vector<std::string> Router::leftovers() const {
  std::vector<std::string> left;
  for (std::size_t s = 0; s < kRouterPorts; ++s) {
    if (sources_[s].payload != nullptr)
      left.push_back(std::string("a burst from ") + kRouterPortNames[s] + " waits for " +
                     std::to_string(sources_[s].pending) + " receivers");
  }
  return left;
}

void Router::use(std::vector<Resource>& resources) const {
  constexpr const char* kLinks[] = {"iact link", "weight link", "psum link"};
  constexpr const char* kPorts[] = {"iact router port", "weight router port", "psum router port"};
  const auto type = static_cast<std::size_t>(type_);
  for (std::size_t d = 0; d < kRouterPorts; ++d) {
    if (out_[d]->size() == 0) continue;
    const bool link = d < static_cast<std::size_t>(RouterPort::local);
    resources.push_back({out_[d]->name(), link ? kLinks[type] : kPorts[type], busy_[d], held_[d],
                         held_[d] > 0 ? "the slowest receiver" : ""});
  }
}

Wait Router::waiting_for() const {
  for (std::size_t s = 0; s < kRouterPorts; ++s) {
    const Source& source = sources_[s];
    if (source.payload == nullptr) continue;
    if (source.waiting == 0 && bus_of(s) != nullptr)
      return {std::string("the bus, with a burst from ") + kRouterPortNames[s], bus_of(s)->name(),
              source.ready};
    std::string peer;
    for (std::size_t d = 0; d < kRouterPorts; ++d)
      if (settings_.enable[s][d] && (source.waiting & (1U << d)) != 0) peer = out_[d]->peer();
    return {
        std::to_string(source.pending) + " receivers to take a burst from " + kRouterPortNames[s],
        peer, source.offered};
  }
  return {};
}

Wait Router::needs_for(const std::string& taker) const {
  constexpr const char* kBursts[] = {"iacts to hand on", "weights to hand on", "psums to hand on"};
  for (std::size_t d = 0; d < kRouterPorts; ++d) {
    // Wires lead to the block or to the one that it is part of.
    const std::string peer = out_[d]->peer();
    if (peer.empty() || (taker != peer && taker.rfind(peer + ".", 0) != 0)) continue;
    for (std::size_t s = 0; s < kRouterPorts; ++s)
      if (settings_.enable[s][d])
        return {kBursts[static_cast<std::size_t>(type_)], in_[s]->peer(), 0};
  }
  return {};
}

}  // namespace uvea::hw
