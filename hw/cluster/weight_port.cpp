#include "hw/cluster/weight_port.h"

#include <algorithm>

#include "hw/command/little_endian.h"
#include "hw/config/chip_limits.h"
#include "tlm/process.h"

namespace uvea::hw {

using link::Cycle;

namespace {

constexpr std::size_t kTilesAhead = kWeightTilesAhead;
constexpr std::size_t kEntryBytes = 8;  // offset from weight_base, words

}  // namespace

WeightPort::WeightPort(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                       const link::Clock& clock, link::BurstPool& pool, int row, int col,
                       std::uint32_t first_source_id)
    : LayerBlock(module_name, config, clock, row, col),
      memory("memory", *this),
      pool_(pool),
      first_source_id_(first_source_id),
      ports_(static_cast<std::size_t>(config.cluster.pe_rows)) {
  for (std::size_t v = 0; v < ports_.size(); ++v) {
    out.push_back(std::make_unique<link::StreamOut>("out" + std::to_string(v), *this,
                                                    static_cast<unsigned>(v), clock));
    ports_[v].wake = std::make_unique<sc_core::sc_event>(("wake" + std::to_string(v)).c_str());
    link::spawn_method(
        "port" + std::to_string(v), [this, v] { run_port(v); }, *ports_[v].wake);
  }
}

void WeightPort::configure(const LayerCommand&, const Schedule& schedule) {
  schedule_ = schedule;
  if (watch_) watch_->begin(clock_.now());
  const bool active = schedule_.used() && schedule_.weight_origin();
  const auto epoch_steps = [this](const Pass& pass) {
    return schedule_.epoch_starts(pass) ? schedule_.steps(pass) : 0;
  };
  for (std::size_t v = 0; v < ports_.size(); ++v) {
    Port& port = ports_[v];
    port.cursor = active ? LoopCursor(schedule_, epoch_steps) : LoopCursor();
    port.column = 0;
    port.first_item = 0;
    port.busy = port.held = 0;
    port.before = {};
    if (active) plan(v);
  }
}

bool WeightPort::next_item(std::size_t v, Item& item) {
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
    item = Item{};
    item.pes = pes;
    WeightHeader& h = item.header;
    h.psum_in = row > 0 || !schedule_.chain_first() || pass.p > 0;
    h.idle = idle;
    h.null = idle || q < 0;
    h.tag = static_cast<int>(schedule_.first_row(pass) & kTagMask);
    h.chunks = static_cast<std::uint32_t>(schedule_.epoch_chunks(pass));
    item.ready = h.null;
    if (!h.null) {
      const std::uint64_t tile =
          (static_cast<std::uint64_t>(work.g) * static_cast<std::uint64_t>(c.m_tiles()) +
           static_cast<std::uint64_t>(work.mt)) *
              static_cast<std::uint64_t>(c.q()) +
          static_cast<std::uint64_t>(q);
      item.address = c.weight_table + tile * kEntryBytes;
    }
    return true;
  }
  return false;
}

void WeightPort::plan(std::size_t v) {
  Port& port = ports_[v];
  while (port.items.size() < kTilesAhead) {
    Item item;
    if (!next_item(v, item)) break;
    const bool fetch = !item.ready;
    const std::uint64_t address = item.address;
    port.items.push_back(std::move(item));
    if (watch_)
      watch_->planned(v, port.first_item + port.items.size() - 1, port.cursor.pass().index);
    if (fetch) request(v, port.first_item + port.items.size() - 1, address, kEntryBytes);
  }
  port.wake->notify(sc_core::SC_ZERO_TIME);
}

void WeightPort::request(std::size_t v, std::uint64_t index, std::uint64_t address,
                         std::size_t bytes) {
  counts_[Counter::port_weight_bytes] += bytes;
  memory.read(address, bytes, index * ports_.size() + v);
}

void WeightPort::on_response(link::Payload& payload) {
  const link::MemData& data = link::mem_data_of(payload);
  const std::size_t v = data.tag % ports_.size();
  const std::uint64_t index = data.tag / ports_.size();
  Port& port = ports_[v];
  Item& item = port.items[index - port.first_item];
  if (watch_) watch_->brought(v, index, data.item);
  const LayerCommand& c = schedule_.command();
  const auto word_bytes = static_cast<std::size_t>(weight_word_bytes(config_.pe));
  if (!item.have_entry) {
    item.have_entry = true;
    item.way = data.way;
    const std::size_t words = little_endian(&data.bytes[4]);
    const std::size_t address_words = c.csc ? static_cast<std::size_t>((c.columns() + 2) / 3) : 0;
    if (words < address_words || words > address_words + 255) {
      fault("weight table entry with an impossible length");
      return;
    }
    item.header.columns = c.columns();
    item.header.data_words = static_cast<int>(words - address_words);
    request(v, index, c.weight_base + little_endian(&data.bytes[0]), words * word_bytes);
    return;
  }
  item.words.reserve(data.bytes.size() / word_bytes);
  for (std::size_t at = 0; at + word_bytes <= data.bytes.size(); at += word_bytes)
    item.words.push_back(little_endian(&data.bytes[at], word_bytes));
  item.way.then(data.way);
  item.ready = true;
  port.wake->notify(sc_core::SC_ZERO_TIME);
}

void WeightPort::run_port(std::size_t v) {
  Port& port = ports_[v];
  if (port.free > clock_.now()) {
    port.wake->notify(clock_.until(port.free));
    return;
  }
  if (port.offered != nullptr || port.items.empty() || !port.items.front().ready) return;
  Item& item = port.items.front();
  link::Payload& payload = pool_.take();
  link::Burst& burst = link::burst_of(payload);
  burst.type = link::DataType::weight;
  burst.pes = item.pes;
  burst.source = first_source_id_ + static_cast<std::uint32_t>(v);
  burst.serial = port.serial++;
  append(item.header, burst.words);
  burst.words.insert(burst.words.end(), item.words.begin(), item.words.end());
  burst.beats = static_cast<unsigned>(burst.words.size());
  burst.way = item.way;
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
  if (watch_) watch_->sent(v, port.first_item, burst, burst.way.offered, ready);
  port.items.pop_front();
  ++port.first_item;
  out[v]->data(payload, ready);
  payload.release();
  plan(v);
}

void WeightPort::on_accept(unsigned port, link::Payload&, Cycle ready) { start(port, ready); }

std::vector<std::string> WeightPort::leftovers() const {
  std::vector<std::string> left;
  for (std::size_t v = 0; v < ports_.size(); ++v) {
    const std::string at = "port " + std::to_string(v);
    if (ports_[v].offered != nullptr) left.push_back(at + " offers weights that nobody takes");
    if (!ports_[v].items.empty() || !ports_[v].cursor.finished())
      left.push_back(at + " has weights to send");
  }
  if (memory.outstanding() > 0) left.push_back("memory requests not answered");
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
  if (memory.outstanding() > 0) return {"weights from DRAM", memory.peer(), 0};
  for (std::size_t v = 0; v < ports_.size(); ++v)
    if (ports_[v].offered != nullptr) return {"its router to take weights", out[v]->peer(), 0};
  return {};
}

}  // namespace uvea::hw
