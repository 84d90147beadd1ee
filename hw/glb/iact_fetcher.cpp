#include "hw/glb/iact_fetcher.h"

#include <algorithm>

#include "hw/config/chip_limits.h"

namespace uvea::hw {

namespace {

// First fetch of a slot whose length is not yet known.
constexpr std::size_t kCscHeadBytes = kDramLineBytes;

// A request's tag: its unit and its slot there.
constexpr unsigned kSlotBits = 24;
constexpr std::uint64_t kSlotMask = (std::uint64_t{1} << kSlotBits) - 1;

}  // namespace

IactFetcher::IactFetcher(const ChipConfig& config, const link::Clock& clock,
                         link::MemClient& memory, IactFetcherOwner& owner)
    : config_(config),
      clock_(clock),
      memory_(memory),
      owner_(owner),
      bank_used_(static_cast<std::size_t>(config.glb.iact_banks)) {}

void IactFetcher::begin(const Schedule& schedule, bool active) {
  schedule_ = schedule;
  const LayerCommand& c = schedule_.command();
  rows_ = IactRows(c, config_);
  resident_ = c.iact_source == IactSource::resident;
  csc_ = c.iact.csc;
  by_tile_ = c.ft() > 1 && !csc_;
  capacity_ = c.iact_source == IactSource::through ? config_.glb.io_fifo_words
                                                   : config_.glb.iact_bank_words;
  std::fill(bank_used_.begin(), bank_used_.end(), 0);
  cursor_ = LoopCursor();
  if (!active) return;
  cursor_ = LoopCursor(schedule_, [this](const Pass& pass) {
    // A block of output rows begins with its first reduction pass for the first channels.
    return !resident_ || (pass.tm == 0 && pass.p == 0) ? schedule_.steps(pass) : 0;
  });
}

std::int64_t IactFetcher::unit_id(const Pass& pass, std::int64_t step) const {
  if (!resident_) return step;
  // Index of the block's first pass.
  return pass.index - pass.p - std::int64_t{pass.tm} * schedule_.reduction_passes();
}

IactFetcher::Unit* IactFetcher::find_unit(std::int64_t id) {
  for (auto& unit : units_) {
    if (unit->id == id) return unit.get();
  }
  return nullptr;
}

IactRow* IactFetcher::row(const LoopCursor& at, const RowKey& key) {
  Unit* unit = find_unit(unit_id(at));
  return unit == nullptr ? nullptr : &unit->rows[key];
}

bool IactFetcher::unit_ends(const LoopCursor& at) const {
  if (!resident_) return true;
  if (!at.pass_ends()) return false;
  const std::int64_t next = at.pass().index + 1;
  return next == schedule_.passes() || unit_id(schedule_.pass(next), 0) != unit_id(at);
}

bool IactFetcher::give_up(const LoopCursor& at) {
  Unit* unit = find_unit(unit_id(at));
  if (unit == nullptr) return false;
  if (++unit->ports_done < static_cast<int>(bank_used_.size())) return true;
  for (std::size_t b = 0; b < bank_used_.size(); ++b) bank_used_[b] -= unit->reserved[b];
  if (watch_ != nullptr) tell_given_up(*unit);
  units_.erase(std::find_if(units_.begin(), units_.end(),
                            [unit](const auto& u) { return u.get() == unit; }));
  fetch_more();
  return true;
}

void IactFetcher::tell_given_up(const Unit& unit) {
  for (const auto& [key, row] : unit.rows)
    watch_->given_up(static_cast<std::size_t>(key.bank(config_.glb.iact_banks)), row,
                     row.words.words.size(), clock_.now());
}

void IactFetcher::fetch_more() {
  while (fetch_unit()) {
  }
}

bool IactFetcher::fetch_unit() {
  if (!next_unit_ && !plan_unit()) return false;
  if (!has_room(*next_unit_)) return false;
  units_.push_back(std::move(next_unit_));
  Unit& unit = *units_.back();
  for (std::size_t b = 0; b < bank_used_.size(); ++b) bank_used_[b] += unit.reserved[b];
  list_slots(unit);
  for (std::size_t s = 0; s < unit.slots.size(); ++s) request_slot(unit, s);
  owner_.on_unit();
  return true;
}

bool IactFetcher::plan_unit() {
  if (cursor_.finished()) return false;
  next_unit_ = std::make_unique<Unit>();
  Unit& unit = *next_unit_;
  waits_since_ = clock_.now();
  unit.id = unit_id(cursor_);
  unit.reserved.assign(bank_used_.size(), 0);
  if (!resident_) {
    collect(unit, cursor_.pass(), cursor_.step());
    cursor_.next_step();
    return true;
  }
  for (int p = 0; p < schedule_.reduction_passes(); ++p) {
    const Pass pass = schedule_.pass(cursor_.pass().index + p);
    for (int step = 0; step < schedule_.steps(pass); ++step) collect(unit, pass, step);
  }
  cursor_.next_pass();
  return true;
}

void IactFetcher::collect(Unit& unit, const Pass& pass, int step) {
  if (*std::max_element(unit.reserved.begin(), unit.reserved.end()) > capacity_) return;
  for (const RowUse& use : plan_step(schedule_, config_, pass, step)) {
    if (use.null || !unit.rows.try_emplace(use.key).second) continue;
    unit.reserved[static_cast<std::size_t>(use.bank)] += rows_.row_words();
  }
}

bool IactFetcher::has_room(const Unit& unit) {
  if (units_.size() >= std::size_t{kIactUnitsAhead}) return false;
  for (std::size_t b = 0; b < bank_used_.size(); ++b) {
    if (unit.reserved[b] > capacity_) {
      owner_.on_fault("iacts of one unit need " + std::to_string(unit.reserved[b]) +
                      " words of bank " + std::to_string(b) + ", which holds " +
                      std::to_string(capacity_));
      cursor_ = LoopCursor();
      next_unit_.reset();
      return false;
    }
    if (bank_used_[b] + unit.reserved[b] > capacity_) return false;
  }
  return true;
}

void IactFetcher::list_slots(Unit& unit) {
  std::map<std::vector<int>, std::size_t> slot_of;
  std::vector<RowKey> complete;
  for (auto& [key, row] : unit.rows) {
    ++unit.rows_missing;
    const Columns columns = rows_.columns(key);
    if (columns.empty()) {
      row.way.asked = row.way.issued = row.way.answered = clock_.now();
      complete.push_back(key);
      continue;
    }
    const int tile = slot_tile(key);
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
  for (const RowKey& key : complete) row_complete(unit, key);
}

void IactFetcher::request_slot(Unit& unit, std::size_t index) {
  const Slot& slot = unit.slots[index];
  const std::uint64_t address = rows_.slot_address(slot.n, slot.block, slot.h);
  const std::uint64_t tag = (static_cast<std::uint64_t>(unit.id) << kSlotBits) | index;
  moved_ = clock_.now();
  if (!csc_) {
    const IactRows::Fetch fetch = rows_.raw_fetch(address, slot.columns);
    memory_.read(fetch.address, fetch.bytes, tag);
  } else if (!slot.have_head) {
    const std::size_t pitch = schedule_.command().iact.pitch;
    memory_.read(address, std::min(kCscHeadBytes, pitch), tag);
  } else {
    const std::size_t have = slot.bytes.size();
    memory_.read(address + have, rows_.csc_slot_bytes(slot.bytes.data()) - have, tag);
  }
}

void IactFetcher::on_response(link::Payload& payload) {
  const link::MemData& data = link::mem_data_of(payload);
  moved_ = clock_.now();
  Unit* unit = find_unit(static_cast<std::int64_t>(data.tag >> kSlotBits));
  const std::size_t index = data.tag & kSlotMask;
  if (unit == nullptr || index >= unit->slots.size())
    return owner_.on_fault("answer to no request");
  Slot& slot = unit->slots[index];
  if (watch_ != nullptr) {
    for (const RowKey& key : slot.waiting) watch_->brought(unit->rows[key], data.item);
  }
  slot.bytes.insert(slot.bytes.end(), data.bytes.begin(), data.bytes.end());
  if (slot.have_head) {
    slot.way.then(data.way);
  } else {
    slot.way = data.way;
  }
  if (csc_ && !slot.have_head) {
    slot.have_head = true;
    if (rows_.csc_slot_bytes(slot.bytes.data()) > slot.bytes.size())
      return request_slot(*unit, index);
  }
  slot_arrived(*unit, slot);
}

void IactFetcher::slot_arrived(Unit& unit, Slot& slot) {
  const std::uint64_t address = rows_.slot_address(slot.n, slot.block, slot.h);
  const std::size_t skip = csc_ ? 0 : rows_.raw_fetch(address, slot.columns).skip;
  if (!rows_.decode_slot(slot.bytes, slot.columns, skip, slot.values))
    owner_.on_fault("malformed iact slot in DRAM");
  for (const RowKey& key : slot.waiting) {
    IactRow& row = unit.rows[key];
    if (--row.slots_missing > 0) continue;
    row.way = slot.way;
    row_complete(unit, key);
  }
  if (unit.rows_missing == 0) unit.slots.clear();
}

void IactFetcher::row_complete(Unit& unit, const RowKey& key) {
  std::vector<const SlotValues*> values;
  if (!rows_.columns(key).empty()) {
    for (int block = rows_.first_block(key); block <= rows_.last_block(key); ++block) {
      for (const Slot& slot : unit.slots) {
        if (slot.n == key.n && slot.block == block && slot.h == key.h &&
            slot.tile == slot_tile(key))
          values.push_back(&slot.values);
      }
    }
  }
  IactRow& row = unit.rows[key];
  row.words = rows_.encode(key, values);
  --unit.rows_missing;
  owner_.on_row(key.bank(config_.glb.iact_banks), row);
}

}  // namespace uvea::hw
