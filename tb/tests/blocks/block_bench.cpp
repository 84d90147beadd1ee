#include "tb/tests/blocks/block_bench.h"

#include <utility>

namespace uvea::test {

using link::Cycle;

BurstSource::BurstSource(const sc_core::sc_module_name& module_name, const link::Clock& clock,
                         Cycle from)
    : sc_module(module_name), out("out", *this, 0, clock), clock_(clock), from_(from) {
  link::spawn_method(
      "send_process", [this] { send(); }, wake_);
  wake_.notify(clock_.span(from_));
}

link::Burst& BurstSource::add() {
  waiting_.push_back(&pool.take());
  return link::burst_of(*waiting_.back());
}

void BurstSource::send() {
  if (waiting_.empty()) return;
  if (const auto ready = out.offer(*waiting_.front(), clock_.now())) start(*ready);
}

void BurstSource::start(Cycle ready) {
  link::Payload& payload = *waiting_.front();
  waiting_.pop_front();
  started.push_back(ready);
  end_ = link::burst_of(payload).end(ready);
  out.data(payload, ready);
  payload.release();
  resume();
}

void BurstSource::on_accept(unsigned, link::Payload&, Cycle ready) { start(ready); }

BurstSink::BurstSink(const sc_core::sc_module_name& module_name, const link::Clock& clock,
                     Cycle cycles)
    : sc_module(module_name), in("in", *this, 0, clock), delay(cycles), clock_(clock) {
  link::spawn_method(
      "late_process", [this] { in.accept(*offered_, clock_.now()); }, late_);
}

std::optional<Cycle> BurstSink::on_offer(unsigned, link::Payload& payload, Cycle at) {
  if (!refuses && !tells_late) return at + delay;
  offered_ = &payload;
  if (refuses) return std::nullopt;
  late_.notify(clock_.until(at + delay));
  return std::nullopt;
}

void BurstSink::on_data(unsigned, link::Payload& payload, Cycle first_beat) {
  const link::Burst& burst = link::burst_of(payload);
  taken.push_back({first_beat, burst.words, burst.psums, burst.pes, burst.way, burst.gaps});
}

void BurstSink::release() {
  refuses = false;
  if (offered_ != nullptr) in.accept(*std::exchange(offered_, nullptr), clock_.now());
}

BlockMemory::BlockMemory(const sc_core::sc_module_name& module_name, const link::Clock& clock,
                         Cycle latency, std::size_t ports)
    : sc_module(module_name),
      delays([latency](std::uint64_t) {
        return Delays{0, latency, latency};
      }),
      clock_(clock) {
  for (std::size_t i = 0; i < ports; ++i)
    servers_.push_back(std::make_unique<link::MemServer>("server" + std::to_string(i), *this,
                                                         static_cast<unsigned>(i)));
  link::spawn_method(
      "answer_process", [this] { answer(); }, due_);
}

void BlockMemory::store32(std::uint64_t address, std::uint32_t value) {
  for (std::uint64_t b = 0; b < 4; ++b)
    bytes[address + b] = static_cast<std::uint8_t>(value >> (8 * b));
}

void BlockMemory::on_request(unsigned port, link::Payload& payload) {
  ++requests;
  if (payload.is_read()) reads.push_back({port, payload.get_address(), payload.get_data_length()});
  const Delays wait = delays(payload.get_address());
  link::Journey& way = link::mem_data_of(payload).way;
  way.asked = clock_.now();
  way.issued = way.asked + wait.dma;
  way.answered = way.issued + wait.dram;
  way.latency = wait.latency;
  waiting_.emplace(way.answered, Request{port, &payload});
  due_.notify(clock_.until(waiting_.begin()->first));
}

void BlockMemory::answer() {
  while (!waiting_.empty() && waiting_.begin()->first <= clock_.now()) {
    const auto [port, request] = waiting_.begin()->second;
    link::Payload& payload = *request;
    waiting_.erase(waiting_.begin());
    std::uint8_t* const data = payload.get_data_ptr();
    for (unsigned i = 0; i < payload.get_data_length(); ++i) {
      std::uint8_t& stored = bytes[payload.get_address() + i];
      (payload.is_read() ? data[i] : stored) = payload.is_read() ? stored : data[i];
    }
    (payload.is_read() ? read_bytes : written_bytes) += payload.get_data_length();
    servers_[port]->respond(payload);
  }
  if (!waiting_.empty()) due_.notify(clock_.until(waiting_.begin()->first));
}

CommandBytes::CommandBytes() {
  mapping.csc = false;
  layer.in = {1.0, 0, true};
  layer.out = {1.0, 0, true};
}

std::vector<std::uint8_t> CommandBytes::bytes() const {
  return driver::encode_descriptor(layer, mapping, iact, oact, addresses);
}

}  // namespace uvea::test
