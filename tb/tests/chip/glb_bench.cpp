#include "tb/tests/chip/glb_bench.h"

#include <algorithm>
#include <utility>

#include "sw/driver/descriptor.h"
#include "tlm/process.h"

namespace uvea::test {

using link::Cycle;

PlantedMemory::PlantedMemory(const sc_core::sc_module_name& module_name, const link::Clock& clock)
    : sc_module(module_name), server("server", *this, 0), bytes(1 << 16), clock_(clock) {
  link::spawn_method(
      "answer_process", [this] { answer(); }, due_event_);
}

void PlantedMemory::on_request(unsigned, link::Payload& payload) {
  ++requests;
  const Delays wait = delays(payload.get_address());
  link::Journey& way = link::mem_data_of(payload).way;
  way.asked = clock_.now();
  way.issued = way.asked + wait.dma;
  way.answered = way.issued + wait.dram;
  way.latency = wait.latency;
  due_.emplace(way.answered, &payload);
  due_event_.notify(clock_.until(due_.begin()->first));
}

void PlantedMemory::answer() {
  while (!due_.empty() && due_.begin()->first <= clock_.now()) {
    link::Payload& payload = *due_.begin()->second;
    due_.erase(due_.begin());
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(payload.get_address()),
                payload.get_data_length(), payload.get_data_ptr());
    payload.set_response_status(::tlm::TLM_OK_RESPONSE);
    server.respond(payload);
  }
  if (!due_.empty()) due_event_.notify(clock_.until(due_.begin()->first));
}

PlantedReceiver::PlantedReceiver(const sc_core::sc_module_name& module_name,
                                 const link::Clock& clock, std::size_t ports)
    : sc_module(module_name), clock_(clock), offered_(ports) {
  for (std::size_t i = 0; i < ports; ++i)
    in.push_back(std::make_unique<link::StreamIn>("in" + std::to_string(i), *this,
                                                  static_cast<unsigned>(i), clock));
}

std::optional<Cycle> PlantedReceiver::on_offer(unsigned port, link::Payload& payload, Cycle at) {
  offered_[port] = at;
  if (!holds) return at + delay;
  held_[port] = &payload;
  return std::nullopt;
}

void PlantedReceiver::on_data(unsigned port, link::Payload& payload, Cycle first_beat) {
  taken.push_back({port, link::burst_of(payload), offered_[port], first_beat});
}

void PlantedReceiver::release() {
  holds = false;
  for (const auto& [port, payload] : std::exchange(held_, {}))
    in[port]->accept(*payload, clock_.now());
}

void PlantedController::start(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                              bool csc_in_dram, int iact_block) {
  driver::TensorLayout iact, oact;
  iact.block = iact_block > 0 ? iact_block : mapping.c0;
  iact.group = layer.geo.in_c_per_group();
  iact.csc = csc_in_dram;
  oact.block = mapping.m0;
  oact.group = layer.geo.out_c_per_group();
  iact.pitch = oact.pitch = kSlotPitch;
  auto descriptor = driver::encode_descriptor(layer, mapping, iact, oact, {});
  commands.broadcast(descriptor);
}

}  // namespace uvea::test
