#include "hw/cluster/weight_port.h"

#include <algorithm>

#include "tlm/process.h"

namespace uvea::hw {

using link::Cycle;

WeightPort::WeightPort(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                       const link::Clock& clock, link::BurstPool& pool, int row, int col,
                       std::uint32_t first_source_id)
    : LayerBlock(module_name, config, clock, row, col),
      pool_(pool),
      first_source_id_(first_source_id) {
  const auto rows = static_cast<std::size_t>(config.cluster.pe_rows);
  ports_.reserve(rows);
  for (std::size_t v = 0; v < rows; ++v) {
    const std::string number = std::to_string(v);
    memory.push_back(std::make_unique<link::MemClient>("memory" + number, *this));
    out.push_back(
        std::make_unique<link::StreamOut>("out" + number, *this, static_cast<unsigned>(v), clock));
    Port& port = ports_.emplace_back(config);
    port.wake = std::make_unique<sc_core::sc_event>(("wake" + number).c_str());
    link::spawn_method(
        "port" + number, [this, v] { run_port(v); }, *port.wake);
  }
}

void WeightPort::configure(const LayerCommand& c, const Schedule& schedule) {
  schedule_ = schedule;
  if (watch_) watch_->begin(clock_.now());
  const bool active = schedule_.used() && schedule_.weight_origin();
  const auto epoch_steps = [this](const Pass& pass) {
    return schedule_.epoch_starts(pass) ? schedule_.steps(pass) : 0;
  };
  const auto address_words = c.csc ? static_cast<std::size_t>((c.columns() + 2) / 3) : 0;
  for (std::size_t v = 0; v < ports_.size(); ++v) {
    Port& port = ports_[v];
    port.cursor = active ? LoopCursor(schedule_, epoch_steps) : LoopCursor();
    port.column = 0;
    port.item.reset();
    port.busy = port.held = 0;
    port.before = {};
    port.stream.begin();
    if (!active) continue;
    if (const auto stream = schedule_.weight_stream(static_cast<int>(v))) {
      port.stream.begin(c.weight_base + *stream * c.weight_pitch, c.weight_segment,
                        schedule_.weight_rounds(), address_words);
      read_on(v);
    }
    port.wake->notify(sc_core::SC_ZERO_TIME);
  }
}

std::optional<WeightPort::Item> WeightPort::next_item(std::size_t v) {
  Port& port = ports_[v];
  const LayerCommand& c = schedule_.command();
  const int columns = c.pes.product();
  const int row = static_cast<int>(v);
  while (!port.cursor.finished()) {
    if (port.column == columns) {
      port.column = 0;
      port.cursor.next_pass();
      continue;
    }
    const Pass& pass = port.cursor.pass();
    const int x = port.column++;
    const ColumnWork work = schedule_.column(pass, x);
    const int q = schedule_.reduction(pass, row);
    const bool idle = work.origin_active && !work.active;
    if (!work.active && !(idle && q >= 0)) continue;
    // Columns with the same tile share the burst; the first of them sends it.
    link::PeSet pes;
    bool first = true;
    for (int other = 0; other < columns; ++other) {
      const ColumnWork o = schedule_.column(pass, other);
      if (o.g != work.g || o.mt != work.mt || o.origin_active != work.origin_active ||
          o.active != work.active)
        continue;
      if (other < x) first = false;
      pes.add(row * config_.cluster.pe_cols + other);
    }
    if (!first) continue;
    Item item;
    item.pes = pes;
    item.pass = pass.index;
    item.round = schedule_.weight_round(pass);
    WeightHeader& h = item.header;
    h.psum_in = row > 0 || !schedule_.chain_first() || pass.p > 0;
    h.idle = idle;
    h.null = idle || q < 0;
    h.tag = static_cast<int>(schedule_.first_row(pass) & kTagMask);
    h.chunks = static_cast<std::uint32_t>(schedule_.epoch_chunks(pass));
    return item;
  }
  return std::nullopt;
}

void WeightPort::read_on(std::size_t v) {
  WeightStream& stream = ports_[v].stream;
  while (const auto read = stream.next_read()) {
    counts_[Counter::port_weight_bytes] += read->bytes;
    memory[v]->read(read->address, read->bytes, (stream.reads() - 1) * ports_.size() + v);
  }
}

void WeightPort::on_response(link::Payload& payload) {
  const link::MemData& data = link::mem_data_of(payload);
  const std::size_t v = data.tag % ports_.size();
  Port& port = ports_[v];
  port.stream.arrived(data.tag / ports_.size(), data.bytes, data.way, data.item);
  if (!port.stream.wrong().empty()) fault("weight stream: " + port.stream.wrong());
  read_on(v);
  port.wake->notify(sc_core::SC_ZERO_TIME);
}

bool WeightPort::take_tile(std::size_t v) {
  Port& port = ports_[v];
  Item& item = *port.item;
  if (item.header.null) {
    port.tile = {};
    return true;
  }
  const bool sound = port.stream.wrong().empty();
  if (!port.stream.take(item.round, port.tile)) {
    if (sound && !port.stream.wrong().empty()) fault("weight stream: " + port.stream.wrong());
    return false;
  }
  item.header.columns = schedule_.command().columns();
  item.header.data_words = port.tile.data_words;
  return true;
}

void WeightPort::run_port(std::size_t v) {
  Port& port = ports_[v];
  if (port.free > clock_.now()) {
    port.wake->notify(clock_.until(port.free));
    return;
  }
  if (port.offered != nullptr) return;
  if (!port.item) port.item = next_item(v);
  if (!port.item) return;
  if (!take_tile(v)) return read_on(v);  // a segment's header has left the buffer
  link::Payload& payload = pool_.take();
  link::Burst& burst = link::burst_of(payload);
  burst.type = link::DataType::weight;
  burst.pes = port.item->pes;
  burst.source = first_source_id_ + static_cast<std::uint32_t>(v);
  burst.serial = port.serial++;
  append(port.item->header, burst.words);
  burst.words.insert(burst.words.end(), port.tile.words.begin(), port.tile.words.end());
  burst.beats = static_cast<unsigned>(burst.words.size());
  burst.way = port.tile.way;
  burst.way.behind(port.before);
  port.before = burst.way;
  burst.way.offered = clock_.now();
  port.offered = &payload;
  if (const auto ready = out[v]->offer(payload, clock_.now())) start(v, *ready);
}

void WeightPort::start(std::size_t v, Cycle ready) {
  Port& port = ports_[v];
  link::Payload& payload = *port.offered;
  port.offered = nullptr;
  link::Burst& burst = link::burst_of(payload);
  burst.way.ready = burst.way.started = ready;
  port.free = burst.end(ready);
  port.busy += burst.beats;
  port.held += ready - burst.way.offered;
  counts_[Counter::port_weight_words] += burst.beats;
  if (watch_) watch_->sent(v, port.item->pass, port.tile.reads, burst, burst.way.offered, ready);
  port.stream.sent(port.tile);
  port.item.reset();
  out[v]->data(payload, ready);
  payload.release();
  read_on(v);
  port.wake->notify(sc_core::SC_ZERO_TIME);
}

void WeightPort::on_accept(unsigned port, link::Payload&, Cycle ready) { start(port, ready); }

std::vector<std::string> WeightPort::leftovers() const {
  std::vector<std::string> left;
  for (std::size_t v = 0; v < ports_.size(); ++v) {
    const std::string at = "port " + std::to_string(v);
    if (ports_[v].offered != nullptr) left.push_back(at + " offers weights that nobody takes");
    if (ports_[v].item || !ports_[v].cursor.finished()) {
      left.push_back(at + " has weights to send");
    } else if (ports_[v].stream.held() > 0) {
      left.push_back(at + " has read weights that nobody needs");
    }
    if (memory[v]->outstanding() > 0) left.push_back(at + " has memory requests not answered");
  }
  return left;
}

void WeightPort::watch(link::Probe* probe) {
  LayerBlock::watch(probe);
  watch_ = probe == nullptr
               ? nullptr
               : std::make_unique<WeightPortWatch>(*probe, name(), ports_.size(), first_source_id_);
}

void WeightPort::tell_rest(Cycle end) {
  if (watch_) watch_->rest(end);
}

void WeightPort::use(std::vector<Resource>& resources) const {
  for (std::size_t v = 0; v < ports_.size(); ++v)
    resources.push_back({out[v]->name(), "weight port", ports_[v].busy, ports_[v].held,
                         ports_[v].held > 0 ? "the slowest receiver" : ""});
}

Wait WeightPort::waiting_for() const {
  // A port that only reads on waits for its router.
  for (std::size_t v = 0; v < ports_.size(); ++v)
    if (ports_[v].offered == nullptr && memory[v]->outstanding() > 0)
      return {"weights from DRAM", memory[v]->peer(), 0};
  for (std::size_t v = 0; v < ports_.size(); ++v)
    if (ports_[v].offered != nullptr) return {"its router to take weights", out[v]->peer(), 0};
  return {};
}

}  // namespace uvea::hw
