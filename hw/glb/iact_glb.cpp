#include "hw/glb/iact_glb.h"

#include <algorithm>

#include "tlm/process.h"

namespace uvea::hw {

using link::Cycle;

namespace {

constexpr std::size_t kCscHeadBytes = 64;  // first fetch of a slot whose length is not yet known
constexpr std::uint32_t kWritePiece = 32;  // words written before reads are looked at again
constexpr std::size_t kUnitsAhead = 4;     // units on the way at most, used ones included

}  // namespace

IactGlb::IactGlb(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                 const link::Clock& clock, link::BurstPool& pool, int row, int col,
                 std::uint32_t first_source_id)
    : LayerBlock(module_name, config, clock, row, col),
      memory("memory", *this),
      busy("busy", clock, [this] { return !done(); }),
      pool_(pool),
      first_source_id_(first_source_id),
      ports_(static_cast<std::size_t>(config.glb.iact_banks)) {
  for (std::size_t b = 0; b < ports_.size(); ++b) {
    out.push_back(std::make_unique<link::StreamOut>("out" + std::to_string(b), *this,
                                                    static_cast<unsigned>(b), clock));
    ports_[b].wake = std::make_unique<sc_core::sc_event>(("wake" + std::to_string(b)).c_str());
    link::spawn_method(
        "port" + std::to_string(b), [this, b] { run_port(b); }, *ports_[b].wake);
  }
  bank_used_.assign(ports_.size(), 0);
  port_pass_.assign(ports_.size(), 0);
}

void IactGlb::configure(const LayerCommand& layer, const Schedule& schedule) {
  schedule_ = schedule;
  rows_ = IactRows(layer, config_);
  resident_ = layer.iact_source == IactSource::resident;
  through_ = layer.iact_source == IactSource::through;
  capacity_ = through_ ? config_.glb.io_fifo_words : config_.glb.iact_bank_words;
  active_ = schedule_.used() && schedule_.iact_origin();
  plans_.clear();
  std::fill(bank_used_.begin(), bank_used_.end(), 0);
  std::fill(port_pass_.begin(), port_pass_.end(), 0);
  fetch_finished_ = !active_;
  fetch_pass_ = schedule_.pass(0);
  fetch_step_ = 0;
  fetch_step_number_ = 0;
  for (Port& port : ports_) {
    port.finished = !active_;
    port.pass = schedule_.pass(0);
    port.step = port.chunk = 0;
    port.use = 0;
    port.step_number = 0;
    if (active_) port.wake->notify(sc_core::SC_ZERO_TIME);
  }
  busy.update();
  if (active_) fetch_more();
}

bool IactGlb::done() const {
  return std::all_of(ports_.begin(), ports_.end(), [](const Port& p) { return p.finished; });
}

std::int64_t IactGlb::unit_id(const Pass& pass, std::int64_t step_number) const {
  if (!resident_) return step_number;
  // Index of the block's first pass.
  return pass.index - pass.p - std::int64_t{pass.tm} * schedule_.reduction_passes();
}

IactGlb::Unit* IactGlb::find_unit(std::int64_t id) {
  for (auto& unit : units_) {
    if (unit->id == id) return unit.get();
  }
  return nullptr;
}

IactGlb::Plan& IactGlb::plan(const Port& port) {
  const auto found = plans_.find(port.step_number);
  if (found != plans_.end()) return found->second;
  Plan& made = plans_[port.step_number];
  made.uses = plan_step(schedule_, config_, port.pass, port.step);
  return made;
}

// --- fetching --------------------------------------------------------------------------------

void IactGlb::fetch_more() {
  while (fetch_unit()) {
  }
}

bool IactGlb::fetch_unit() {
  if (!next_unit_) {
    if (fetch_finished_) return false;
    next_unit_ = std::make_unique<Unit>();
    Unit& unit = *next_unit_;
    unit.id = unit_id(fetch_pass_, fetch_step_number_);
    unit.reserved.assign(ports_.size(), 0);
    const auto collect = [&](const Pass& pass, int step) {
      if (*std::max_element(unit.reserved.begin(), unit.reserved.end()) > capacity_) return;
      for (const RowUse& use : plan_step(schedule_, config_, pass, step)) {
        if (use.null || unit.rows.count(use.key) != 0) continue;
        unit.rows[use.key];
        unit.reserved[static_cast<std::size_t>(use.bank)] += rows_.row_words();
      }
    };
    if (resident_) {
      const std::int64_t begin = fetch_pass_.index;
      for (int p = 0; p < schedule_.reduction_passes(); ++p) {
        const Pass pass = schedule_.pass(begin + p);
        for (int step = 0; step < schedule_.steps(pass); ++step) collect(pass, step);
      }
      std::int64_t next = begin;
      while (next < schedule_.passes() && unit_id(schedule_.pass(next), 0) == unit.id)
        next += schedule_.reduction_passes();
      fetch_finished_ = next >= schedule_.passes();
      if (!fetch_finished_) fetch_pass_ = schedule_.pass(next);
    } else {
      collect(fetch_pass_, fetch_step_);
      ++fetch_step_number_;
      if (++fetch_step_ == schedule_.steps(fetch_pass_)) {
        fetch_step_ = 0;
        fetch_finished_ = fetch_pass_.index + 1 >= schedule_.passes();
        if (!fetch_finished_) fetch_pass_ = schedule_.pass(fetch_pass_.index + 1);
      }
    }
  }
  Unit& unit = *next_unit_;
  if (units_.size() >= kUnitsAhead) return false;
  for (std::size_t b = 0; b < ports_.size(); ++b) {
    if (unit.reserved[b] > capacity_) {
      fault("iacts of one unit need " + std::to_string(unit.reserved[b]) + " words of bank " +
            std::to_string(b) + ", which holds " + std::to_string(capacity_));
      fetch_finished_ = true;
      next_unit_.reset();
      return false;
    }
    if (bank_used_[b] + unit.reserved[b] > capacity_) return false;
  }
  for (std::size_t b = 0; b < ports_.size(); ++b) bank_used_[b] += unit.reserved[b];
  units_.push_back(std::move(next_unit_));

  std::map<std::vector<int>, std::size_t> slot_of;
  std::vector<RowKey> ready;
  const bool by_tile = schedule_.command().ft() > 1 && !schedule_.command().iact.csc;
  for (auto& [key, row] : unit.rows) {
    ++unit.rows_missing;
    const Columns columns = rows_.columns(key);
    if (columns.empty()) {
      ready.push_back(key);
      continue;
    }
    const int tile = by_tile ? key.tile : 0;
    for (int block = rows_.first_block(key); block <= rows_.last_block(key); ++block) {
      const auto [at, fresh] = slot_of.try_emplace({key.n, block, key.h, tile}, unit.slots.size());
      if (fresh) {
        Slot slot;
        slot.n = key.n;
        slot.block = block;
        slot.h = key.h;
        slot.tile = tile;
        unit.slots.push_back(std::move(slot));
      }
      unit.slots[at->second].columns.include(columns);
      unit.slots[at->second].waiting.push_back(key);
      ++row.slots_missing;
    }
  }
  for (const RowKey& key : ready) row_complete(unit, key);
  for (std::size_t s = 0; s < unit.slots.size(); ++s) request_slot(unit, s);
  for (Port& port : ports_) port.wake->notify(sc_core::SC_ZERO_TIME);
  return true;
}

void IactGlb::request_slot(Unit& unit, std::size_t index) {
  const Slot& slot = unit.slots[index];
  const std::uint64_t address = rows_.slot_address(slot.n, slot.block, slot.h);
  const std::uint64_t tag = (static_cast<std::uint64_t>(unit.id) << 24) | index;
  const bool csc = schedule_.command().iact.csc;
  const std::size_t pitch = schedule_.command().iact.pitch;
  if (!csc) {
    const IactRows::Fetch fetch = rows_.raw_fetch(address, slot.columns);
    memory.read(fetch.address, fetch.bytes, tag);
  } else if (!slot.have_head) {
    memory.read(address, std::min(kCscHeadBytes, pitch), tag);
  } else {
    const std::size_t have = slot.bytes.size();
    memory.read(address + have, rows_.csc_slot_bytes(slot.bytes.data()) - have, tag);
  }
}

void IactGlb::on_response(link::Payload& payload) {
  link::MemData& data = link::mem_data_of(payload);
  Unit* unit = find_unit(static_cast<std::int64_t>(data.tag >> 24));
  const std::size_t index = data.tag & 0xFFFFFFU;
  if (unit == nullptr || index >= unit->slots.size()) return fault("answer to no request");
  Slot& slot = unit->slots[index];
  slot.bytes.insert(slot.bytes.end(), data.bytes.begin(), data.bytes.end());
  if (schedule_.command().iact.csc && !slot.have_head) {
    slot.have_head = true;
    if (rows_.csc_slot_bytes(slot.bytes.data()) > slot.bytes.size())
      return request_slot(*unit, index);
  }
  slot_arrived(*unit, slot);
}

void IactGlb::slot_arrived(Unit& unit, Slot& slot) {
  const bool csc = schedule_.command().iact.csc;
  const std::uint64_t address = rows_.slot_address(slot.n, slot.block, slot.h);
  const std::size_t skip = csc ? 0 : rows_.raw_fetch(address, slot.columns).skip;
  if (!rows_.decode_slot(slot.bytes, slot.columns, skip, slot.values))
    fault("malformed iact slot in DRAM");
  slot.arrived = true;
  for (const RowKey& key : slot.waiting) {
    if (--unit.rows[key].slots_missing == 0) row_complete(unit, key);
  }
  if (unit.rows_missing == 0) unit.slots.clear();
}

void IactGlb::row_complete(Unit& unit, const RowKey& key) {
  std::vector<const SlotValues*> values;
  if (!rows_.columns(key).empty()) {
    const bool by_tile = schedule_.command().ft() > 1 && !schedule_.command().iact.csc;
    const int tile = by_tile ? key.tile : 0;
    for (int block = rows_.first_block(key); block <= rows_.last_block(key); ++block) {
      for (const Slot& slot : unit.slots) {
        if (slot.n == key.n && slot.block == block && slot.h == key.h && slot.tile == tile)
          values.push_back(&slot.values);
      }
    }
  }
  Row& row = unit.rows[key];
  row.words = rows_.encode(key, values);
  --unit.rows_missing;
  const auto b = static_cast<std::size_t>(key.bank(config_.glb.iact_banks));
  if (through_) {
    row.ready = true;
  } else {
    ports_[b].writes.push_back({&unit, key, static_cast<std::uint32_t>(row.words.words.size())});
  }
  ports_[b].wake->notify(sc_core::SC_ZERO_TIME);
}

// --- sending ---------------------------------------------------------------------------------

void IactGlb::run_port(std::size_t b) {
  Port& port = ports_[b];
  if (clock_.now() >= port.free) {
    if (port.offered == nullptr) try_read(b);
    if (clock_.now() >= port.free) try_write(b);
  }
  if (port.free > clock_.now()) port.wake->notify(clock_.until(port.free));
}

bool IactGlb::seek(std::size_t b) {
  Port& port = ports_[b];
  while (!port.finished) {
    if (port.step == 0 && port.chunk == 0 && port.use == 0) {
      // All ports finish a pass before one begins the next: row tags stay unambiguous.
      const std::int64_t slowest = *std::min_element(port_pass_.begin(), port_pass_.end());
      if (slowest < port.pass.index) return false;
    }
    if (tags_repeat(port.pass) && port.chunk == 0 && port.use == 0) {
      // A port with no row to send passes over its steps; no further than tags tell rows apart.
      for (const Port& other : ports_) {
        if (port.step_number - other.step_number > kTagMask) return false;
      }
    }
    Plan& now = plan(port);
    const auto mine = [&](const RowUse& use) { return static_cast<std::size_t>(use.bank) == b; };
    const auto from = now.uses.begin() + static_cast<std::ptrdiff_t>(port.use);
    const auto found = std::find_if(from, now.uses.end(), mine);
    if (found != now.uses.end()) {
      port.use = static_cast<std::size_t>(found - now.uses.begin());
      return true;
    }
    const bool any = std::any_of(now.uses.begin(), now.uses.end(), mine);
    port.use = 0;
    if (any && ++port.chunk < schedule_.command().chunks()) continue;
    // The step is done. Give the unit up when it was its last one.
    const std::int64_t id = unit_id(port.pass, port.step_number);
    const bool pass_ends = port.step + 1 == schedule_.steps(port.pass);
    const bool layer_ends = pass_ends && port.pass.index + 1 == schedule_.passes();
    const Pass next = pass_ends && !layer_ends ? schedule_.pass(port.pass.index + 1) : port.pass;
    const bool unit_ends = layer_ends || unit_id(next, port.step_number + 1) != id;
    if (unit_ends) {
      Unit* unit = find_unit(id);
      if (unit == nullptr) {
        // Not fetched yet; come back to this very point.
        port.chunk = schedule_.command().chunks() - 1;
        port.use = now.uses.size();
        return false;
      }
      if (++unit->ports_done == static_cast<int>(ports_.size())) {
        for (std::size_t i = 0; i < ports_.size(); ++i) bank_used_[i] -= unit->reserved[i];
        units_.erase(std::find_if(units_.begin(), units_.end(),
                                  [unit](const auto& u) { return u.get() == unit; }));
        fetch_more();
      }
    }
    Plan& finished = plan(port);
    if (++finished.ports_done == static_cast<int>(ports_.size())) plans_.erase(port.step_number);
    ++port.step_number;
    port.chunk = 0;
    if (tags_repeat(port.pass)) wake_others(b);
    if (!pass_ends) {
      ++port.step;
      continue;
    }
    port.step = 0;
    port.pass = next;
    port_pass_[b] = port.pass.index + (layer_ends ? 1 : 0);
    port.finished = layer_ends;
    if (layer_ends && done()) {
      Cycle end = clock_.now();
      for (const Port& p : ports_) end = std::max(end, p.free);
      busy.update(end);
    }
    wake_others(b);
  }
  return false;
}

void IactGlb::wake_others(std::size_t b) {
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    if (i != b) ports_[i].wake->notify(sc_core::SC_ZERO_TIME);
  }
}

bool IactGlb::try_read(std::size_t b) {
  Port& port = ports_[b];
  if (!seek(b)) return false;
  const RowUse& use = plan(port).uses[port.use];
  const LayerCommand& c = schedule_.command();
  const auto tag = static_cast<int>((schedule_.first_row(port.pass) + port.step) & kTagMask);
  Row* row = nullptr;
  if (!use.null) {
    Unit* unit = find_unit(unit_id(port.pass, port.step_number));
    if (unit == nullptr) return false;
    row = &unit->rows[use.key];
    if (!row->ready) return false;
  }
  link::Payload& payload = pool_.take();
  link::Burst& burst = link::burst_of(payload);
  burst.type = link::DataType::iact;
  burst.pes = use.pes;
  burst.source = first_source_id_ + static_cast<std::uint32_t>(b);
  burst.serial = port.serial++;
  if (use.null) {
    IactHeader header;
    header.null = true;
    header.first = port.chunk == 0;
    header.last = port.chunk + 1 == c.chunks();
    header.segments = c.segments_of(use.key.tile, port.chunk);
    header.tag = tag;
    burst.words.push_back(pack(header));
  } else {
    const auto chunk = static_cast<std::size_t>(port.chunk);
    const auto begin = row->words.words.begin();
    burst.words.assign(begin + row->words.chunk_begin[chunk],
                       begin + row->words.chunk_begin[chunk + 1]);
    burst.words[0] |= static_cast<std::uint32_t>(tag) << 16;
    counts_[through_ ? Counter::fifo_iact_words : Counter::glb_iact_reads] += burst.words.size();
  }
  burst.beats = static_cast<unsigned>(burst.words.size());
  port.offered = &payload;
  if (const auto ready = out[b]->offer(payload, clock_.now())) start_read(b, *ready);
  return true;
}

void IactGlb::on_accept(unsigned port, link::Payload&, Cycle ready) {
  start_read(port, ready);
  ports_[port].wake->notify(clock_.until(ports_[port].free));
}

void IactGlb::start_read(std::size_t b, Cycle ready) {
  Port& port = ports_[b];
  link::Payload& payload = *port.offered;
  const Cycle start = std::max(ready, port.free);
  port.free = start + link::burst_of(payload).beats;
  port.offered = nullptr;
  ++port.use;
  out[b]->data(payload, start);
  payload.release();
}

bool IactGlb::try_write(std::size_t b) {
  Port& port = ports_[b];
  if (port.writes.empty()) return false;
  Write& write = port.writes.front();
  const std::uint32_t piece = std::min(kWritePiece, write.words - port.written);
  port.free = clock_.now() + piece;
  port.written += piece;
  counts_[Counter::glb_iact_writes] += piece;
  if (port.written == write.words) {
    // Readable from the moment on at which the port is free again.
    write.unit->rows[write.key].ready = true;
    port.writes.pop_front();
    port.written = 0;
  }
  return true;
}

std::vector<std::string> IactGlb::leftovers() const {
  std::vector<std::string> left;
  for (std::size_t b = 0; b < ports_.size(); ++b) {
    if (ports_[b].offered != nullptr)
      left.push_back("port " + std::to_string(b) + " offers a burst that nobody takes");
    if (!ports_[b].finished)
      left.push_back("port " + std::to_string(b) + " stands at pass " +
                     std::to_string(ports_[b].pass.index) + ", step " +
                     std::to_string(ports_[b].step) + ", chunk " + std::to_string(ports_[b].chunk));
    if (!ports_[b].writes.empty())
      left.push_back("port " + std::to_string(b) + " has rows to write");
  }
  if (!units_.empty()) left.push_back(std::to_string(units_.size()) + " units not given up");
  if (memory.outstanding() > 0) left.push_back("memory requests not answered");
  return left;
}

Wait IactGlb::waiting_for() const {
  if (memory.outstanding() > 0) return {"iacts from DRAM", memory.peer(), 0};
  for (std::size_t b = 0; b < ports_.size(); ++b)
    if (ports_[b].offered != nullptr) return {"its router to take iacts", out[b]->peer(), 0};
  const bool unfinished =
      std::any_of(ports_.begin(), ports_.end(), [](const Port& port) { return !port.finished; });
  return unfinished ? Wait{"room for the next rows", "", 0} : Wait{};
}

}  // namespace uvea::hw
