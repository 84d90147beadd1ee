#include "hw/glb/psum_glb.h"

#include <algorithm>

namespace uvea::hw {

using link::Cycle;

PsumGlb::PsumGlb(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                 const link::Clock& clock, link::BurstPool& pool, int row, int col,
                 std::uint32_t first_source_id)
    : LayerBlock(module_name, config, clock, row, col),
      busy("busy", clock, [this] { return !done(); }),
      pool_(pool),
      first_source_id_(first_source_id),
      banks_(static_cast<std::size_t>(config.cluster.pe_cols)) {
  const auto columns = static_cast<unsigned>(banks_.size());
  for (unsigned x = 0; x < columns; ++x) {
    const std::string index = std::to_string(x);
    to_router.push_back(std::make_unique<link::StreamOut>("to_router" + index, *this, x, clock));
    to_output.push_back(
        std::make_unique<link::StreamOut>("to_output" + index, *this, columns + x, clock));
    from_router.push_back(std::make_unique<link::StreamIn>("from_router" + index, *this, x, clock));
  }
}

bool PsumGlb::done() const {
  return std::all_of(banks_.begin(), banks_.end(),
                     [](const Bank& b) { return b.write.finished() && b.read.finished(); });
}

void PsumGlb::configure(const LayerCommand& layer, const Schedule& schedule) {
  schedule_ = schedule;
  const std::size_t slots = schedule_.reduction_passes() > 1
                                ? static_cast<std::size_t>(layer.e_block) *
                                      static_cast<std::size_t>(schedule_.m_block() * layer.chunks())
                                : 0;
  if (watch_) watch_->begin(clock_.now(), slots);
  for (std::size_t x = 0; x < banks_.size(); ++x) {
    Bank& bank = banks_[x];
    bank.slots.assign(slots, Slot{});
    bank.read_use = bank.write_use = Traffic{};
    bank.waits_since = clock_.now();
    bank.read = cursor(x, true);
    bank.write = cursor(x, false);
  }
  busy.update();
}

LoopCursor PsumGlb::cursor(std::size_t x, bool reader) const {
  const int column = static_cast<int>(x);
  // Writers live in the last cluster of a chain, readers in the first one.
  if (!schedule_.used() || !(reader ? schedule_.chain_first() : schedule_.chain_last()) ||
      column >= schedule_.command().pes.product())
    return {};
  return LoopCursor(schedule_, [this, column, reader](const Pass& pass) {
    const bool work = schedule_.column(pass, column).active && (!reader || pass.p > 0);
    return work ? schedule_.steps(pass) : 0;
  });
}

void PsumGlb::take_turns(IoGate& gate) {
  gate_ = &gate;
  gate.join(*this);
}

std::optional<Cycle> PsumGlb::processed(std::int64_t phase) const {
  for (const Bank& bank : banks_)
    if (!bank.write.is_past(phase)) return std::nullopt;
  return banks_free();
}

Cycle PsumGlb::banks_free() const {
  Cycle end = 0;
  for (const Bank& bank : banks_) end = std::max(end, bank.free);
  return end;
}

bool PsumGlb::last_pass(const LoopCursor& cursor) const {
  return cursor.pass().p + 1 == schedule_.reduction_passes();
}

bool PsumGlb::wanted(const LoopCursor& cursor, std::size_t x) const {
  return schedule_.row_tile(cursor.pass(), cursor.step(), static_cast<int>(x)).valid();
}

std::size_t PsumGlb::slot_index(const LoopCursor& cursor) const {
  const LayerCommand& c = schedule_.command();
  const auto tile = static_cast<std::size_t>(schedule_.in_m_block(cursor.pass()));
  const std::size_t row =
      tile * static_cast<std::size_t>(c.e_block) + static_cast<std::size_t>(cursor.step());
  return row * static_cast<std::size_t>(c.chunks()) + static_cast<std::size_t>(cursor.chunk());
}

void PsumGlb::read_next(std::size_t x) {
  Bank& bank = banks_[x];
  if (bank.read.finished() || bank.reading != nullptr) return;
  Slot& slot = bank.slots[slot_index(bank.read)];
  if (!slot.valid) return;
  slot.valid = false;
  link::Payload& payload = pool_.take();
  link::Burst& burst = link::burst_of(payload);
  burst.type = link::DataType::psum;
  burst.psums.swap(slot.psums);
  burst.beats = static_cast<unsigned>((burst.psums.size() + 1) / 2);
  burst.source = first_source_id_ + static_cast<std::uint32_t>(x);
  burst.serial = bank.serial++;
  counts_[Counter::glb_psum_reads] += burst.beats;
  if (watch_) watch_->made(x, slot_index(bank.read), burst);
  bank.reading = &payload;
  bank.reading_since = burst.way.offered = std::max(slot.written, clock_.now());
  if (const auto ready = to_router[x]->offer(payload, burst.way.offered)) start_read(x, *ready);
}

void PsumGlb::start_read(std::size_t x, Cycle ready) {
  Bank& bank = banks_[x];
  link::Payload& payload = *bank.reading;
  bank.reading = nullptr;
  link::Burst& burst = link::burst_of(payload);
  burst.way.ready = burst.way.started = ready;
  // What stood there behind the burst before it was not held.
  const Cycle front = std::max(bank.reading_since, bank.read_end);
  bank.read_use.held += ready > front ? ready - front : 0;
  bank.read_use.busy += burst.beats;
  bank.read_end = burst.end(ready);
  if (watch_) watch_->read(x, burst, ready, bank.read.pass().index);
  bank.read.next_chunk();
  to_router[x]->data(payload, ready);
  payload.release();
  read_next(x);
}

std::optional<Cycle> PsumGlb::on_offer(unsigned port, link::Payload& payload, Cycle at) {
  Bank& bank = banks_[port];
  if (bank.write.finished()) {
    fault("psums after the last ones of the layer");
    return at;
  }
  const bool final = last_pass(bank.write);
  link::Burst& burst = link::burst_of(payload);
  burst.cycles_per_beat = !final && bank.write.pass().p > 0 ? 2 : 1;
  const Cycle start = std::max(at, bank.free);
  if (!final || !wanted(bank.write, port)) return start;
  bank.final = &payload;
  bank.final_since = start;
  const auto ready = to_output[port]->offer(payload, start);
  if (ready) take_final(port, *ready);
  return ready;
}

void PsumGlb::take_final(std::size_t x, Cycle ready) {
  Bank& bank = banks_[x];
  bank.write_use.held += ready - bank.final_since;
  bank.final = nullptr;
}

void PsumGlb::on_accept(unsigned port, link::Payload& payload, Cycle ready) {
  const std::size_t columns = banks_.size();
  if (port < columns) return start_read(port, ready);
  const std::size_t x = port - columns;
  take_final(x, ready);
  from_router[x]->accept(payload, ready);
}

void PsumGlb::on_data(unsigned port, link::Payload& payload, Cycle first_beat) {
  Bank& bank = banks_[port];
  if (bank.write.finished()) return;  // reported when it was offered
  const link::Burst& burst = link::burst_of(payload);
  bank.free = first_beat + Cycle{burst.beats} * burst.cycles_per_beat;
  bank.waits_since = bank.free;
  bank.write_use.busy += burst.beats;
  const bool final = last_pass(bank.write);
  if (!final) {
    Slot& slot = bank.slots[slot_index(bank.write)];
    slot.psums = burst.psums;
    slot.valid = true;
    slot.written = bank.free;
    counts_[Counter::glb_psum_writes] += burst.beats;
    if (watch_)
      watch_->wrote(port, slot_index(bank.write), burst, first_beat, bank.write.pass().index);
  }
  const bool pass_on = final && wanted(bank.write, port);
  if (watch_ && final) watch_->passed(port, burst, first_beat, bank.write.pass().index, pass_on);
  bank.write.next_chunk();
  if (pass_on) to_output[port]->data(payload, first_beat);
  if (bank.write.finished() && done()) busy.update(std::max(clock_.now(), banks_free()));
  if (gate_ != nullptr) gate_->changed();
  read_next(port);
}

std::vector<std::string> PsumGlb::leftovers() const {
  std::vector<std::string> left;
  for (std::size_t x = 0; x < banks_.size(); ++x) {
    const Bank& bank = banks_[x];
    const std::string at = "bank " + std::to_string(x);
    if (!bank.write.finished())
      left.push_back(at + " awaits psums of pass " + std::to_string(bank.write.pass().index) +
                     ", step " + std::to_string(bank.write.step()) + ", chunk " +
                     std::to_string(bank.write.chunk()));
    if (!bank.read.finished()) left.push_back(at + " has psums to read");
    if (bank.reading != nullptr) left.push_back(at + " offers psums that nobody takes");
    if (bank.final != nullptr) left.push_back(at + " holds final psums that nobody takes");
  }
  return left;
}

void PsumGlb::watch(link::Probe* probe) {
  LayerBlock::watch(probe);
  watch_ = probe == nullptr
               ? nullptr
               : std::make_unique<PsumGlbWatch>(*probe, name(), banks_.size(), first_source_id_);
}

void PsumGlb::tell_rest(Cycle) {
  if (watch_) watch_->rest();
}

void PsumGlb::use(std::vector<Resource>& all) const {
  for (std::size_t x = 0; x < banks_.size(); ++x) {
    const Traffic& read = banks_[x].read_use;
    const Traffic& write = banks_[x].write_use;
    all.push_back({to_router[x]->name(), "psum bank read", read.busy, read.held,
                   read.held > 0 ? "its psum router" : ""});
    all.push_back({from_router[x]->name(), "psum bank write", write.busy, write.held,
                   write.held > 0 ? "the output stage" : ""});
  }
}

Wait PsumGlb::waiting_for() const {
  for (std::size_t x = 0; x < banks_.size(); ++x) {
    const Bank& bank = banks_[x];
    if (bank.final != nullptr)
      return {"the output stage to take final psums", to_output[x]->peer(), bank.final_since};
    if (bank.reading != nullptr)
      return {"its router to take psums", to_router[x]->peer(), bank.reading_since};
  }
  for (std::size_t x = 0; x < banks_.size(); ++x)
    if (!banks_[x].write.finished())
      return {"psums from the PEs", from_router[x]->peer(), banks_[x].waits_since};
  return {};
}

}  // namespace uvea::hw
