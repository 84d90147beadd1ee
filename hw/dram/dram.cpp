#include "hw/dram/dram.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "hw/dram/payload_access.h"

namespace uvea::hw {
namespace {

constexpr std::uint64_t ps_per_second = 1'000'000'000'000;
constexpr std::uint64_t kBlocking = ~std::uint64_t{0};  // id of what has no slot

std::string describe(const tlm::tlm_generic_payload& payload) {
  std::ostringstream text;
  text << (payload.is_read()    ? "read"
           : payload.is_write() ? "write"
                                : "transaction")
       << " of " << payload.get_data_length() << " bytes at 0x" << std::hex
       << payload.get_address();
  return text.str();
}

bool touches_memory(const tlm::tlm_generic_payload& payload, tlm::tlm_response_status status) {
  return status == tlm::TLM_OK_RESPONSE && payload.get_command() != tlm::TLM_IGNORE_COMMAND;
}

Picoseconds next_edge(Picoseconds time, Picoseconds clock) {
  return clock * ((time + clock - Picoseconds(1)) / clock);
}

}  // namespace

Dram::Dram(const sc_core::sc_module_name& name, const DramConfig& config,
           const sc_core::sc_time& clock_period, std::uint64_t size_bytes)
    : Block(name),
      units_per_second_(sc_core::sc_time(1, sc_core::SC_SEC).value()),
      clock_(to_ps(clock_period)),
      config_(config),
      memory_(size_bytes),
      timing_(make_dram_timing(config, clock_)) {
  if (size_bytes == 0) throw std::invalid_argument("the DRAM size must not be 0");
  target.bind(*this);
  SC_HAS_PROCESS(Dram);
  SC_METHOD(serve);
  sensitive << wake_;
  dont_initialize();
}

void Dram::observe_commands(const Ddr4CommandObserver& observer) {
  observer_ = observer;
  observe();
}

void Dram::watch(link::Probe* probe) {
  Block::watch(probe);
  watch_ = probe == nullptr ? nullptr
                            : std::make_unique<DramWatch>(*probe, this->name(), config_, clock_);
  observe();
}

void Dram::observe() {
  if (!watch_) return timing_->observe(observer_);
  timing_->observe([this](const Ddr4Command& command) {
    if (observer_) observer_(command);
    watch_->command(command);
  });
}

void Dram::tell_rest(link::Cycle) {
  if (watch_) timing_->catch_up(now());
}

Picoseconds Dram::to_ps(const sc_core::sc_time& time) const {
  if (units_per_second_ >= ps_per_second) {
    return Picoseconds(
        static_cast<std::int64_t>(time.value() / (units_per_second_ / ps_per_second)));
  }
  return Picoseconds(static_cast<std::int64_t>(time.value() * (ps_per_second / units_per_second_)));
}

sc_core::sc_time Dram::to_sc_time(Picoseconds time) const {
  const auto ps = static_cast<std::uint64_t>(time.count());
  if (units_per_second_ >= ps_per_second) {
    return sc_core::sc_time::from_value(ps * (units_per_second_ / ps_per_second));
  }
  const std::uint64_t unit = ps_per_second / units_per_second_;
  return sc_core::sc_time::from_value((ps + unit - 1) / unit);
}

// ---- the socket's interface

tlm::tlm_sync_enum Dram::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                         sc_core::sc_time& delay) {
  if (phase == tlm::BEGIN_REQ) return begin_request(payload, phase, delay);
  if (phase == tlm::END_RESP) return end_response(payload, delay);
  if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP || phase == tlm::UNINITIALIZED_PHASE) {
    std::ostringstream what;
    what << "phase " << phase << " on the forward path";
    fault(what.str(), payload);
  }
  return tlm::TLM_ACCEPTED;  // an ignorable phase of somebody's extended protocol
}

tlm::tlm_sync_enum Dram::begin_request(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                       const sc_core::sc_time& delay) {
  if (!payload.has_mm() || open_request_) {
    fault(open_request_ ? "BEGIN_REQ before the END_REQ of the request before it"
                        : "BEGIN_REQ of a payload without a memory manager",
          payload);
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  const Slot slot = take_slot(payload);
  if (delay == sc_core::SC_ZERO_TIME && has_room(transactions_[slot])) {
    admit(slot);
    schedule();
    phase = tlm::END_REQ;
    return tlm::TLM_UPDATED;
  }
  open_request_ = slot;
  open_request_at_ = now() + to_ps(delay);
  if (delay == sc_core::SC_ZERO_TIME) {
    transactions_[slot].stage = Stage::waiting;
    ++counters_.delayed_requests;
  } else {
    transactions_[slot].stage = Stage::arriving;
  }
  schedule();
  return tlm::TLM_ACCEPTED;
}

tlm::tlm_sync_enum Dram::end_response(tlm::tlm_generic_payload& payload,
                                      const sc_core::sc_time& delay) {
  if (!responding_ || transactions_[*responding_].payload != &payload) {
    fault("END_RESP for a transaction that has no BEGIN_RESP outstanding", payload);
    return tlm::TLM_ACCEPTED;
  }
  finish(now() + to_ps(delay));
  schedule();
  return tlm::TLM_COMPLETED;
}

void Dram::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const tlm::tlm_response_status status = access_memory(memory_, payload);
  const Picoseconds arrival = now() + to_ps(delay);
  const Picoseconds due = touches_memory(payload, status)
                              ? timing_->blocking(request_of(payload, kBlocking), arrival)
                              : timing_->no_access(arrival);
  delay += to_sc_time(due - arrival);
  payload.set_response_status(status);
  count_answer(payload, status);
}

bool Dram::get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
  dmi.init();  // none, for the whole address space
  dmi.set_end_address(~sc_dt::uint64{0});
  return false;
}

unsigned int Dram::transport_dbg(tlm::tlm_generic_payload& payload) {
  return debug_access(memory_, payload);
}

// ---- the process

void Dram::serve() {
  wake_at_.reset();
  serving_ = true;
  bool progress = true;
  while (progress) {
    timing_->advance(now(), done_);
    file_completions();
    progress = serve_open_request();
    progress = serve_response() || progress;
  }
  serving_ = false;
  schedule();
}

// Gives END_REQ when its time has come. True when something was done.
bool Dram::serve_open_request() {
  if (!open_request_ || now() < open_request_at_) return false;
  const Slot slot = *open_request_;
  Transaction& transaction = transactions_[slot];
  if (!has_room(transaction)) {
    if (transaction.stage == Stage::arriving) {
      transaction.stage = Stage::waiting;
      ++counters_.delayed_requests;
    }
    return false;
  }
  if (transaction.stage == Stage::waiting) {
    open_request_at_ = next_edge(now(), clock_);
    if (open_request_at_ > now()) return false;
  }
  tlm::tlm_generic_payload& payload = *transaction.payload;
  open_request_.reset();
  admit(slot);
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  if (target->nb_transport_bw(payload, phase, delay) != tlm::TLM_ACCEPTED) {
    fault("END_REQ must be answered TLM_ACCEPTED", payload);
  }
  return true;
}

// Gives the next BEGIN_RESP when its time has come. True when something was done.
bool Dram::serve_response() {
  if (responding_ || responses_.empty() || now() < responses_.front().due ||
      now() < response_channel_free_at_) {
    return false;
  }
  const Slot slot = responses_.front().slot;
  responses_.pop_front();
  Transaction& transaction = transactions_[slot];
  tlm::tlm_generic_payload& payload = *transaction.payload;
  transaction.stage = Stage::answered;
  if (watch_) watch_->answered(slot, now());
  payload.set_response_status(transaction.status);
  responding_ = slot;

  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  const tlm::tlm_sync_enum answer = target->nb_transport_bw(payload, phase, delay);
  const bool ended_inside = responding_ != slot || transactions_[slot].stage != Stage::answered;
  if (ended_inside || answer == tlm::TLM_ACCEPTED) return true;
  if (answer == tlm::TLM_UPDATED && phase != tlm::END_RESP) {
    fault("BEGIN_RESP was answered TLM_UPDATED with a phase other than END_RESP", payload);
  }
  finish(now() + to_ps(delay));
  return true;
}

std::optional<Picoseconds> Dram::next_moment() const {
  std::optional<Picoseconds> next = timing_->next_decision();
  const auto consider = [&next](Picoseconds moment) {
    if (!next || moment < *next) next = moment;
  };
  if (open_request_) {
    const Transaction& transaction = transactions_[*open_request_];
    if (transaction.stage == Stage::arriving || has_room(transaction)) consider(open_request_at_);
  }
  if (!responding_ && !responses_.empty()) {
    consider(std::max(responses_.front().due, response_channel_free_at_));
  }
  return next;
}

void Dram::schedule() {
  if (serving_) return;  // called from inside the backward path: serve() looks again
  const std::optional<Picoseconds> next = next_moment();
  if (!next || (wake_at_ && *wake_at_ <= *next)) return;
  wake_at_ = next;
  wake_.notify(to_sc_time(std::max(*next - now(), Picoseconds(0))));
}

// ---- transactions

Dram::Slot Dram::take_slot(tlm::tlm_generic_payload& payload) {
  Slot slot = transactions_.size();
  if (free_slots_.empty()) {
    transactions_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  payload.acquire();
  transactions_[slot].payload = &payload;
  return slot;
}

// Room is asked for whatever the request turns out to be: what lies outside the memory is let in to
// be told so.
bool Dram::has_room(const Transaction& transaction) const {
  const tlm::tlm_generic_payload& payload = *transaction.payload;
  const unsigned length = payload.get_data_length();
  if (length == 0 || !memory_.contains(payload.get_address(), length)) return true;
  return timing_->can_accept(request_of(payload, 0));
}

DramRequest Dram::request_of(const tlm::tlm_generic_payload& payload, std::uint64_t id) const {
  return {id, payload.get_address(), payload.get_data_length(), payload.is_write()};
}

void Dram::admit(Slot slot) {
  Transaction& transaction = transactions_[slot];
  tlm::tlm_generic_payload& payload = *transaction.payload;
  transaction.status = access_memory(memory_, payload);
  transaction.stage = Stage::queued;
  if (watch_) watch_->admitted(slot, payload, now());
  if (touches_memory(payload, transaction.status)) {
    timing_->accept(request_of(payload, slot), now(), done_);
    file_completions();
  } else {
    add_response(timing_->no_access(now()), slot);
  }
}

void Dram::file_completions() {
  for (const DramCompletion& completion : done_) add_response(completion.due, completion.id);
  done_.clear();
}

void Dram::add_response(Picoseconds due, Slot slot) {
  transactions_[slot].stage = Stage::due;
  auto place = responses_.end();
  while (place != responses_.begin() && std::prev(place)->due > due) --place;
  responses_.insert(place, {due, slot});
}

void Dram::finish(Picoseconds channel_free_at) {
  const Slot slot = *responding_;
  Transaction& transaction = transactions_[slot];
  count_answer(*transaction.payload, transaction.status);
  transaction.stage = Stage::free;
  response_channel_free_at_ = channel_free_at;
  responding_.reset();
  free_slots_.push_back(slot);
  transaction.payload->release();
}

void Dram::count_answer(const tlm::tlm_generic_payload& payload, tlm::tlm_response_status status) {
  ++counters_.transactions;
  if (status != tlm::TLM_OK_RESPONSE) ++counters_.errors;
  if (!touches_memory(payload, status)) return;
  (payload.is_write() ? counters_.bytes_written : counters_.bytes_read) +=
      payload.get_data_length();
}

DramCounters Dram::counters() const {
  DramCounters all = counters_;
  timing_->count(now(), all);
  return all;
}

std::vector<std::string> Dram::leftovers() const {
  std::vector<std::string> lines;
  for (const Transaction& transaction : transactions_) {
    const char* waits = "";
    switch (transaction.stage) {
      case Stage::free:
        continue;
      case Stage::arriving:
        waits = "BEGIN_REQ has not arrived yet (annotated delay)";
        break;
      case Stage::waiting:
        waits = "waits for room in the queue before END_REQ";
        break;
      case Stage::queued:
        waits = "waits for its column accesses to be scheduled";
        break;
      case Stage::due:
        waits = "waits for its BEGIN_RESP";
        break;
      case Stage::answered:
        waits = "waits for END_RESP from the initiator";
        break;
    }
    lines.push_back(describe(*transaction.payload) + " " + waits);
  }
  return lines;
}

void Dram::count(CounterSink& sink) const {
  const DramCounters all = counters();
  sink[Counter::dram_bus_bytes] += all.bytes_on_bus;
  sink[Counter::dram_activates] += all.activates;
  sink[Counter::dram_precharges] += all.precharges;
  sink[Counter::dram_column_reads] += all.column_reads;
  sink[Counter::dram_column_writes] += all.column_writes;
  sink[Counter::dram_row_hits] += all.row_hits;
  sink[Counter::dram_row_misses] += all.row_misses;
  sink[Counter::dram_row_conflicts] += all.row_conflicts;
  sink[Counter::dram_refreshes] += all.refreshes;
  sink[Counter::dram_delayed_requests] += all.delayed_requests;
}

void Dram::use(std::vector<Resource>& resources) const {
  const auto cycles = [this](Picoseconds time) {
    return static_cast<std::uint64_t>(time / clock_);
  };
  int number = 0;
  for (const ChannelUse& channel : timing_->use()) {
    const std::string path = std::string(name()) + ".channel" + std::to_string(number++);
    resources.push_back({path, "DRAM channel", cycles(channel.busy), cycles(channel.held),
                         channel.held.count() > 0 ? "rows, turnarounds and refreshes" : ""});
  }
}

Wait Dram::waiting_for() const {
  const std::vector<std::string> open = leftovers();
  if (open.empty()) return {};
  return {"the end of " + std::to_string(open.size()) + " transactions: " + open.front(), "", 0};
}

void Dram::fault(const std::string& what, const tlm::tlm_generic_payload& payload) const {
  const std::string text = std::string(name()) + " at " + sc_core::sc_time_stamp().to_string() +
                           ": " + what + " (" + describe(payload) + ")";
  SC_REPORT_ERROR("/uvea/dram", text.c_str());
}

}  // namespace uvea::hw
