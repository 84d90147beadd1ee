#include "hw/glb/iact_bank_port.h"

#include <algorithm>
#include <utility>

#include "tlm/process.h"

namespace uvea::hw {

using link::Cycle;

IactBankPort::IactBankPort(std::size_t bank, const PortConfig& config, const link::Clock& clock,
                           IactBurstSource& source)
    : out("out" + std::to_string(bank), *this, static_cast<unsigned>(bank), clock),
      bank_(bank),
      write_words_(static_cast<std::size_t>(config.iact_write_words)),
      clock_(clock),
      source_(source),
      wake_(("wake" + std::to_string(bank)).c_str()) {
  link::spawn_method(
      "port" + std::to_string(bank), [this] { run(); }, wake_);
}

void IactBankPort::begin(bool writes) {
  may_write_ = writes;
  read_ = written_ = held_ = 0;
  before_ = {};
}

void IactBankPort::run() {
  const Cycle now = clock_.now();
  if (now >= free_) {
    if (offered_ == nullptr) try_read();
    if (ready_ && *ready_ <= now) start();
    if (now >= free_) try_write();
  }
  if (free_ > now) {
    wake_.notify(clock_.until(free_));
  } else if (ready_) {
    wake_.notify(clock_.until(*ready_));
  }
}

void IactBankPort::try_read() {
  offered_ = source_.next(bank_);
  if (offered_ == nullptr) return;
  offered_at_ = clock_.now();
  written_before_ = written_;
  link::Journey& way = link::burst_of(*offered_).way;
  way.behind(before_);
  before_ = way;
  way.offered = offered_at_;
  ready_ = out.offer(*offered_, offered_at_);
  if (ready_ && !may_write_) start();
}

void IactBankPort::on_accept(unsigned, link::Payload&, Cycle ready) {
  ready_ = ready;
  if (!may_write_) start();
  wake_.notify(sc_core::SC_ZERO_TIME);
}

void IactBankPort::start() {
  const Cycle ready = *std::exchange(ready_, std::nullopt);
  link::Payload& payload = *offered_;
  link::Burst& burst = link::burst_of(payload);
  const Cycle first_beat = std::max(ready, free_);
  burst.way.ready = ready;
  burst.way.started = first_beat;
  held_ += first_beat - offered_at_ - (written_ - written_before_);
  read_ += burst.beats;
  free_ = burst.end(first_beat);
  offered_ = nullptr;
  if (watch_ != nullptr) watch_->sent(bank_, burst, offered_at_, first_beat);
  source_.sent(bank_);
  out.data(payload, first_beat);
  payload.release();
}

void IactBankPort::try_write() {
  if (writes_.empty()) return;
  IactRow& row = *writes_.front();
  const std::size_t words = row.words.words.size();
  const std::size_t piece = std::min(write_words_, words - front_written_);
  free_ = clock_.now() + piece;
  if (watch_ != nullptr) {
    if (offered_ != nullptr) watch_->holds(bank_, offered_at_, clock_.now());
    watch_->wrote(bank_, row, piece, clock_.now(), free_);
  }
  front_written_ += piece;
  written_ += piece;
  if (front_written_ < words) return;
  // Readable from the moment on at which the port is free again.
  row.ready = true;
  writes_.pop_front();
  front_written_ = 0;
  source_.written(bank_);
}

Resource IactBankPort::resource(const char* kind) const {
  return {out.name(), kind, read_ + written_, held_, held_ > 0 ? "its iact router" : ""};
}

}  // namespace uvea::hw
