#include "hw/glb/iact_glb_watch.h"

#include "tlm/burst_item.h"

namespace uvea::hw {

using link::Cycle;
using link::Probe;

IactGlbWatch::IactGlbWatch(Probe& probe, const std::string& path, std::size_t banks,
                           std::uint32_t first_source)
    : probe_(probe) {
  for (std::size_t b = 0; b < banks; ++b) {
    const std::string at = path + ".bank" + std::to_string(b);
    const auto group = Probe::Group::banks;
    Bank bank{probe.add_items(at, "read", group),
              probe.add_items(at, "nulls", group),
              probe.add_items(at, "write", group),
              probe.add_values(at, "fill", group, "words"),
              PassTrack(probe, at),
              PortTrack(probe, at, Probe::Group::state)};
    bank.source = first_source + static_cast<std::uint32_t>(b);
    probe.name_source(bank.source, at);
    probe.name_source(Probe::kWrites + bank.source, at);
    banks_.push_back(bank);
  }
}

void IactGlbWatch::begin(Cycle at) {
  rows_.clear();
  for (Bank& bank : banks_) {
    bank.state.rest(at);
    add_fill(bank, -bank.words, at);
    bank.pass.begin(at);
  }
}

void IactGlbWatch::add_fill(Bank& bank, std::int64_t words, Cycle at) {
  bank.words += words;
  probe_.value(bank.fill, at, bank.words);
}

void IactGlbWatch::brought(const IactRow& row, const Item& request) {
  rows_[&row].requests.push_back(request);
}

void IactGlbWatch::wrote(std::size_t b, const IactRow& row, std::size_t words, Cycle from,
                         Cycle to) {
  Bank& bank = banks_[b];
  Row& known = rows_[&row];
  if (!known.written) {
    known.written = true;
    known.serial = writes_++;
    for (const Item& request : known.requests)
      probe_.carries({Probe::kWrites + bank.source, known.serial}, request);
  }
  probe_.item(bank.write, {Probe::kWrites + bank.source, known.serial}, words, from, to);
  bank.state.write(from, to);
  add_fill(bank, static_cast<std::int64_t>(words), from);
}

void IactGlbWatch::handed(std::size_t bank, std::size_t words, Cycle at) {
  add_fill(banks_[bank], static_cast<std::int64_t>(words), at);
}

void IactGlbWatch::given_up(std::size_t bank, const IactRow& row, std::size_t words, Cycle at) {
  rows_.erase(&row);
  if (words > 0) add_fill(banks_[bank], -static_cast<std::int64_t>(words), at);
}

void IactGlbWatch::made(std::size_t b, const link::Burst& burst, const IactRow* row,
                        std::int64_t pass) {
  Bank& bank = banks_[b];
  bank.made_for = pass;
  bank.null = row == nullptr;
  if (row == nullptr) return;
  for (const Item& request : rows_[row].requests) probe_.carries(item_of(burst), request);
}

void IactGlbWatch::holds(std::size_t bank, Cycle offered, Cycle at) {
  banks_[bank].state.hold(offered, at);
}

void IactGlbWatch::sent(std::size_t b, const link::Burst& burst, Cycle offered, Cycle first_beat) {
  Bank& bank = banks_[b];
  const Cycle end = burst.end(first_beat);
  tell_burst(probe_, bank.null ? bank.nulls : bank.read, burst, first_beat);
  bank.pass.move(first_beat, bank.made_for);
  bank.state.hold(offered, first_beat);
  bank.state.move(first_beat, end);
}

void IactGlbWatch::rest(Cycle end) {
  for (Bank& bank : banks_) bank.state.rest(end);
}

}  // namespace uvea::hw
