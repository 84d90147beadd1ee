#include "hw/glb/iact_fetcher.h"

#include <algorithm>
#include <tuple>

namespace uvea::hw {

namespace {

// A request's tag: its unit and its number there.
constexpr unsigned kReadBits = 24;
constexpr std::uint64_t kReadMask = (std::uint64_t{1} << kReadBits) - 1;

}  // namespace

IactFetcher::IactFetcher(const ChipConfig& config, const link::Clock& clock, const Ports& memory,
                         IactFetcherOwner& owner)
    : config_(config),
      clock_(clock),
      memory_(memory),
      owner_(owner),
      bank_used_(static_cast<std::size_t>(config.glb.iact_banks)) {}

void IactFetcher::begin(const Schedule& schedule, bool active) {
  schedule_ = schedule;
  const LayerCommand& c = schedule_.command();
  rows_ = IactRows(c, config_);
  unit_of_ = UnitOf::step;
  if (c.iact_source == IactSource::resident) {
    unit_of_ = UnitOf::block;
  } else if (gate_ != nullptr || (c.iact_source == IactSource::stream && schedule_.m_block() > 1)) {
    unit_of_ = UnitOf::round;
  }
  csc_ = c.iact.csc;
  by_tile_ = c.ft() > 1 && !csc_;
  capacity_ = c.iact_source == IactSource::through ? config_.glb.io_fifo_words
                                                   : config_.glb.iact_bank_words;
  std::fill(bank_used_.begin(), bank_used_.end(), 0);
  cursor_ = LoopCursor();
  if (!active) return;
  cursor_ = LoopCursor(schedule_, [this](const Pass& pass) {
    const bool begins = unit_of_ == UnitOf::step || unit_id(pass, 0) == pass.index;
    return begins ? schedule_.steps(pass) : 0;
  });
}

std::int64_t IactFetcher::unit_id(const Pass& pass, std::int64_t step) const {
  switch (unit_of_) {
    case UnitOf::round:
      return pass.round;
    case UnitOf::block:
      return pass.block;
    case UnitOf::step:
      break;
  }
  return step;
}

bool IactFetcher::has_come(std::int64_t phase) const {
  if (next_unit_ || !cursor_.is_past(phase)) return false;
  return std::all_of(units_.begin(), units_.end(),
                     [](const auto& unit) { return unit->rows_missing == 0; });
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
  if (unit_of_ == UnitOf::step) return true;
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
  if (gate_ != nullptr && !next_unit_ && cursor_.is_past(gate_->phase())) return false;
  if (!next_unit_ && !plan_unit()) return false;
  if (!has_room(*next_unit_)) return false;
  units_.push_back(std::move(next_unit_));
  Unit& unit = *units_.back();
  for (std::size_t b = 0; b < bank_used_.size(); ++b) bank_used_[b] += unit.reserved[b];
  list_slots(unit);
  std::vector<IactPiece> pieces;
  pieces.reserve(unit.slots.size());
  for (std::size_t i = 0; i < unit.slots.size(); ++i)
    pieces.push_back(first_piece(unit.slots[i], i));
  request(unit, pieces);
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
  if (unit_of_ == UnitOf::step) {
    collect(unit, cursor_.pass(), cursor_.step());
    cursor_.next_step();
    return true;
  }
  // Its first M tile needs all that the others need.
  Pass pass = cursor_.pass();
  const int end = unit_of_ == UnitOf::block ? schedule_.reduction_passes() : pass.p + 1;
  for (; pass.p < end; ++pass.p)
    for (int step = 0; step < schedule_.steps(pass); ++step) collect(unit, pass, step);
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
  if (units_.size() >= static_cast<std::size_t>(config_.port.iact_units_ahead)) return false;
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
  std::map<std::tuple<int, int, int, int>, std::size_t> slot_of;
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
    row.first_slot = unit.row_slots.size();
    for (int block = rows_.first_block(key); block <= rows_.last_block(key); ++block) {
      const auto [at, fresh] = slot_of.try_emplace({key.n, block, key.h, tile}, unit.slots.size());
      if (fresh) {
        Slot slot;
        slot.n = key.n;
        slot.block = block;
        slot.h = key.h;
        slot.port = static_cast<std::size_t>(key.bank(config_.glb.iact_banks));
        unit.slots.push_back(std::move(slot));
      }
      unit.slots[at->second].columns.include(columns);
      unit.slots[at->second].waiting.push_back(key);
      unit.row_slots.push_back(at->second);
      ++row.slots_missing;
    }
  }
  for (const RowKey& key : complete) row_complete(unit, key);
}

/// What is asked for first of a slot: its columns, or the head that says how long it is.
IactPiece IactFetcher::first_piece(const Slot& slot, std::size_t index) const {
  const std::uint64_t address = rows_.slot_address(slot.n, slot.block, slot.h);
  if (!csc_)
    return {slot.port, address + rows_.column_bytes(slot.columns.begin),
            address + rows_.column_bytes(slot.columns.end), index};
  const auto head = static_cast<std::uint64_t>(config_.port.csc_head_bytes);
  const std::uint64_t pitch = schedule_.command().iact.pitch;
  return {slot.port, address, address + std::min(head, pitch), index};
}

void IactFetcher::request(Unit& unit, const std::vector<IactPiece>& pieces) {
  std::vector<IactRead> reads =
      join_pieces(pieces, static_cast<std::uint64_t>(config_.control.block_bytes()));
  for (const IactPiece& piece : pieces) {
    Slot& slot = unit.slots[piece.slot];
    if (slot.bytes.empty()) slot.begin = piece.begin;
    slot.bytes.resize(piece.end - slot.begin);
  }
  moved_ = clock_.now();
  for (IactRead& read : reads) {
    for (const std::size_t index : read.slots) {
      Slot& slot = unit.slots[index];
      ++slot.reads_missing;
      if (!csc_ || slot.begin + slot.bytes.size() > read.end) continue;
      // The read brings more of a CSC slot than its head, for the next slot's sake.
      const std::uint64_t end = slot.begin + schedule_.command().iact.pitch;
      slot.bytes.resize(std::min(end, read.end) - slot.begin);
    }
    const std::uint64_t tag =
        (static_cast<std::uint64_t>(unit.id) << kReadBits) | unit.reads.size();
    unit.reads.push_back(std::move(read));
    const IactRead& asked = unit.reads.back();
    memory_[asked.port]->read(asked.begin, asked.end - asked.begin, tag);
  }
}

void IactFetcher::on_response(link::Payload& payload) {
  const link::MemData& data = link::mem_data_of(payload);
  moved_ = clock_.now();
  Unit* unit = find_unit(static_cast<std::int64_t>(data.tag >> kReadBits));
  const std::size_t number = data.tag & kReadMask;
  if (unit == nullptr || number >= unit->reads.size())
    return owner_.on_fault("answer to no request");
  const IactRead read = std::move(unit->reads[number]);
  std::vector<IactPiece> rests;
  std::vector<std::size_t> complete;
  for (const std::size_t index : read.slots) {
    Slot& slot = unit->slots[index];
    if (watch_ != nullptr) {
      for (const RowKey& key : slot.waiting) watch_->brought(unit->rows[key], data.item);
    }
    const std::uint64_t from = std::max(read.begin, slot.begin);
    const std::uint64_t to = std::min(read.end, slot.begin + slot.bytes.size());
    if (from < to)
      std::copy_n(data.bytes.begin() + static_cast<std::ptrdiff_t>(from - read.begin), to - from,
                  slot.bytes.begin() + static_cast<std::ptrdiff_t>(from - slot.begin));
    if (--slot.reads_missing > 0) continue;
    if (slot.have_head) {
      slot.way.then(data.way);
    } else {
      slot.way = data.way;
    }
    const bool head = csc_ && !slot.have_head;
    slot.have_head = true;
    const std::size_t all = head ? rows_.csc_slot_bytes(slot.bytes.data()) : 0;
    if (all > slot.bytes.size()) {
      rests.push_back({slot.port, slot.begin + slot.bytes.size(), slot.begin + all, index});
    } else {
      complete.push_back(index);
    }
  }
  if (!rests.empty()) request(*unit, rests);
  for (const std::size_t index : complete) slot_arrived(*unit, unit->slots[index]);
  if (unit->rows_missing > 0) return;
  unit->slots.clear();
  unit->row_slots.clear();
  unit->reads.clear();
}

void IactFetcher::slot_arrived(Unit& unit, Slot& slot) {
  if (!rows_.decode_slot(slot.bytes, slot.columns, slot.values))
    owner_.on_fault("malformed iact slot in DRAM");
  for (const RowKey& key : slot.waiting) {
    IactRow& row = unit.rows[key];
    if (--row.slots_missing > 0) continue;
    row.way = slot.way;
    row_complete(unit, key);
  }
}

void IactFetcher::row_complete(Unit& unit, const RowKey& key) {
  IactRow& row = unit.rows[key];
  std::vector<const SlotValues*> values;
  if (!rows_.columns(key).empty()) {
    const int slots = rows_.last_block(key) - rows_.first_block(key) + 1;
    for (int i = 0; i < slots; ++i)
      values.push_back(
          &unit.slots[unit.row_slots[row.first_slot + static_cast<std::size_t>(i)]].values);
  }
  row.words = rows_.encode(key, values);
  --unit.rows_missing;
  owner_.on_row(key.bank(config_.glb.iact_banks), row);
}

}  // namespace uvea::hw
