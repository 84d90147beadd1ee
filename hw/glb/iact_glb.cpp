#include "hw/glb/iact_glb.h"

#include <algorithm>

#include "hw/command/stream_format.h"

namespace uvea::hw {

using link::Cycle;

IactGlb::IactGlb(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                 const link::Clock& clock, link::BurstPool& pool, int row, int col,
                 std::uint32_t first_source_id)
    : LayerBlock(module_name, config, clock, row, col),
      busy("busy", clock, [this] { return !sequence_.finished(); }),
      pool_(pool),
      first_source_id_(first_source_id),
      fetcher_(config, clock, memory, *this),
      sequence_(config, fetcher_, [this](std::size_t bank) { left(bank); }) {
  const auto banks = static_cast<std::size_t>(config.glb.iact_banks);
  serials_.assign(banks, 0);
  IactBurstSource& source = *this;
  link::MemResponseHandler& answers = *this;
  for (std::size_t b = 0; b < banks; ++b) {
    memory.push_back(std::make_unique<link::MemClient>("memory" + std::to_string(b), answers));
    ports_.push_back(std::make_unique<IactBankPort>(b, config.port, clock, source));
    out.push_back(&ports_.back()->out);
  }
}

void IactGlb::configure(const LayerCommand& layer, const Schedule& schedule) {
  layer_ = layer;
  through_ = layer.iact_source == IactSource::through;
  const bool active = schedule.used() && schedule.iact_origin();
  if (watch_) watch_->begin(clock_.now());
  fetcher_.begin(schedule, active);
  sequence_.begin(schedule, active);
  for (auto& port : ports_) port->begin(!through_);
  busy.update();
  if (!active) return;
  on_unit();
  fetcher_.fetch_more();
}

void IactGlb::on_row(int bank, IactRow& row) {
  IactBankPort& port = *ports_[static_cast<std::size_t>(bank)];
  if (through_) {
    row.ready = true;
    if (watch_)
      watch_->handed(static_cast<std::size_t>(bank), row.words.words.size(), clock_.now());
  } else {
    port.write(row);
  }
  port.wake();
}

void IactGlb::on_unit() {
  for (auto& port : ports_) port->wake();
}

void IactGlb::left(std::size_t bank) {
  for (std::size_t b = 0; b < ports_.size(); ++b) {
    if (b != bank) ports_[b]->wake();
  }
  if (gate_ != nullptr) gate_->changed();
  if (sequence_.finished()) busy.update(ports_free());
}

Cycle IactGlb::ports_free() const {
  Cycle end = clock_.now();
  for (const auto& port : ports_) end = std::max(end, port->free());
  return end;
}

void IactGlb::take_turns(IoGate& gate) {
  gate_ = &gate;
  gate.join(*this);
  fetcher_.take_turns(&gate);
}

void IactGlb::written(std::size_t) {
  if (gate_ != nullptr) gate_->changed();
}

std::optional<Cycle> IactGlb::moved(std::int64_t phase) const {
  if (!fetcher_.has_come(phase)) return std::nullopt;
  for (const auto& port : ports_)
    if (port->has_writes()) return std::nullopt;
  return ports_free();
}

std::optional<Cycle> IactGlb::processed(std::int64_t phase) const {
  for (std::size_t b = 0; b < ports_.size(); ++b)
    if (!sequence_.at(b).is_past(phase)) return std::nullopt;
  return ports_free();
}

void IactGlb::on_turn() {
  if (gate_->moving()) fetcher_.fetch_more();
  on_unit();
  gate_->changed();
}

bool IactGlb::held_by_gate(std::size_t bank) const {
  return gate_ != nullptr && (gate_->moving() || sequence_.at(bank).is_past(gate_->phase()));
}

link::Payload* IactGlb::next(std::size_t bank) {
  const RowUse* use = sequence_.next(bank);
  if (use == nullptr || held_by_gate(bank)) return nullptr;
  const LoopCursor& at = sequence_.at(bank);
  const IactRow* row = use->null ? nullptr : fetcher_.row(at, use->key);
  if (!use->null && (row == nullptr || !row->ready)) return nullptr;
  const int tag = sequence_.tag(bank);
  link::Payload& payload = pool_.take();
  link::Burst& burst = link::burst_of(payload);
  burst.type = link::DataType::iact;
  burst.pes = use->pes;
  burst.source = first_source_id_ + static_cast<std::uint32_t>(bank);
  burst.serial = serials_[bank]++;
  if (use->null) {
    IactHeader header;
    header.null = true;
    header.first = at.chunk() == 0;
    header.last = at.chunk() + 1 == layer_.chunks();
    header.segments = layer_.segments_of(use->key.tile, at.chunk());
    header.tag = tag;
    burst.words.push_back(pack(header));
  } else {
    const auto chunk = static_cast<std::size_t>(at.chunk());
    const auto begin = row->words.words.begin();
    burst.words.assign(begin + row->words.chunk_begin[chunk],
                       begin + row->words.chunk_begin[chunk + 1]);
    burst.words[0] |= static_cast<std::uint32_t>(tag) << 16;
    burst.way = row->way;
    counts_[through_ ? Counter::fifo_iact_words : Counter::glb_iact_reads] += burst.words.size();
  }
  if (gate_ != nullptr) burst.way.held_until(gate_->turned());
  burst.beats = static_cast<unsigned>(burst.words.size());
  if (watch_) watch_->made(bank, burst, row, at.pass().index);
  return &payload;
}

void IactGlb::count(CounterSink& sink) const {
  LayerBlock::count(sink);
  for (const auto& port : ports_) sink[Counter::glb_iact_writes] += port->words_written();
}

void IactGlb::watch(link::Probe* probe) {
  LayerBlock::watch(probe);
  watch_ = probe == nullptr
               ? nullptr
               : std::make_unique<IactGlbWatch>(*probe, name(), ports_.size(), first_source_id_);
  fetcher_.watch(watch_.get());
  for (auto& port : ports_) port->watch(watch_.get());
}

void IactGlb::tell_rest(Cycle end) {
  if (watch_) watch_->rest(end);
}

void IactGlb::use(std::vector<Resource>& all) const {
  for (const auto& port : ports_)
    all.push_back(port->resource(through_ ? "off-chip FIFO" : "iact bank"));
}

std::vector<std::string> IactGlb::leftovers() const {
  std::vector<std::string> left;
  for (std::size_t b = 0; b < ports_.size(); ++b) {
    const std::string port = "port " + std::to_string(b);
    if (ports_[b]->offers()) left.push_back(port + " offers a burst that nobody takes");
    if (const LoopCursor& at = sequence_.at(b); !at.finished())
      left.push_back(port + " stands at pass " + std::to_string(at.pass().index) + ", step " +
                     std::to_string(at.step()) + ", chunk " + std::to_string(at.chunk()));
    if (ports_[b]->has_writes()) left.push_back(port + " has rows to write");
    if (memory[b]->outstanding() > 0) left.push_back(port + " has memory requests not answered");
  }
  if (fetcher_.units() > 0)
    left.push_back(std::to_string(fetcher_.units()) + " units not given up");
  return left;
}

Wait IactGlb::waiting_for() const {
  for (const auto& port : memory) {
    if (port->outstanding() > 0) return {"iacts from DRAM", port->peer(), fetcher_.moved()};
  }
  const IactBankPort* oldest = nullptr;
  for (const auto& port : ports_) {
    if (port->offers() && (oldest == nullptr || port->offered_at() < oldest->offered_at()))
      oldest = port.get();
  }
  if (oldest != nullptr)
    return {"its router to take iacts", oldest->out.peer(), oldest->offered_at()};
  if (gate_ != nullptr && gate_->moving() && !sequence_.finished())
    return {"loads and dumps to end", gate_->path(), gate_->turned()};
  if (fetcher_.waits_for_room())
    return {"room in its banks for more rows", "", fetcher_.waits_since()};
  return {};
}

}  // namespace uvea::hw
