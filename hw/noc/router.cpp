#include "hw/noc/router.h"

#include <algorithm>

namespace uvea::hw {

namespace {

constexpr std::array<const char*, kRouterPorts> kPortNames = {"north", "south", "west",
                                                              "east",  "local", "pe"};

}  // namespace

Router::Router(const sc_core::sc_module_name& module_name, link::DataType type,
               const ChipConfig& config, const link::Clock& clock, int row, int col)
    : sc_module(module_name),
      command("command", *this),
      type_(type),
      config_(config),
      hop_(static_cast<link::Cycle>(config.noc.hop_cycles)),
      row_(row),
      col_(col) {
  for (std::size_t p = 0; p < kRouterPorts; ++p) {
    in_[p] = std::make_unique<link::StreamIn>(std::string("in_") + kPortNames[p], *this,
                                              static_cast<unsigned>(p), clock);
    out_[p] = std::make_unique<link::StreamOut>(std::string("out_") + kPortNames[p], *this,
                                                static_cast<unsigned>(p), clock);
  }
}

void Router::on_command(const std::uint8_t* descriptor) {
  LayerCommand layer;
  const std::string wrong = decode_command(descriptor, config_, layer);
  if (!wrong.empty()) {
    SC_REPORT_ERROR(name(), ("layer command: " + wrong).c_str());
    return;
  }
  const Schedule schedule(layer, config_, row_, col_);
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
    if (sources > 1) SC_REPORT_ERROR(name(), "two sources are routed to one destination");
  }
  words_injected_ = word_hops_ = 0;
}

std::optional<link::Cycle> Router::on_offer(unsigned port, link::Payload& payload, link::Cycle at) {
  Source& source = sources_[port];
  source.pending = 0;
  source.ready = at;
  int destinations = 0;
  for (std::size_t d = 0; d < kRouterPorts; ++d) {
    if (!settings_.enable[port][d]) continue;
    ++destinations;
    if (const auto ready = out_[d]->offer(payload, at)) {
      source.ready = std::max(source.ready, *ready);
    } else {
      ++source.pending;
    }
  }
  if (destinations == 0) {
    SC_REPORT_ERROR(
        name(),
        (std::string("burst at ") + kPortNames[port] + ", which is routed nowhere").c_str());
    return at;
  }
  if (source.pending == 0) return source.ready;
  source.payload = &payload;
  return std::nullopt;
}

void Router::on_accept(unsigned port, link::Payload& payload, link::Cycle ready) {
  const std::size_t s = owner_[port];
  Source& source = sources_[s];
  source.ready = std::max(source.ready, ready);
  if (--source.pending > 0) return;
  source.payload = nullptr;
  in_[s]->accept(payload, source.ready);
}

void Router::on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) {
  const unsigned beats = link::burst_of(payload).beats;
  if (port >= static_cast<unsigned>(RouterPort::local)) words_injected_ += beats;
  for (std::size_t d = 0; d < kRouterPorts; ++d) {
    if (!settings_.enable[port][d]) continue;
    word_hops_ += beats;
    out_[d]->data(payload, first_beat + hop_);
  }
}

std::vector<std::string> Router::leftovers() const {
  std::vector<std::string> left;
  for (std::size_t s = 0; s < kRouterPorts; ++s) {
    if (sources_[s].payload != nullptr)
      left.push_back(std::string(name()) + ": a burst from " + kPortNames[s] + " waits for " +
                     std::to_string(sources_[s].pending) + " receivers");
  }
  return left;
}

std::string Router::waiting_for() const {
  std::string text;
  for (std::size_t s = 0; s < kRouterPorts; ++s) {
    if (sources_[s].payload == nullptr) continue;
    text += text.empty() ? "" : ", ";
    text +=
        std::to_string(sources_[s].pending) + " receivers to take a burst from " + kPortNames[s];
  }
  return text;
}

}  // namespace uvea::hw
