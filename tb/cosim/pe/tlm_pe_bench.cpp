#include "tb/cosim/pe/tlm_pe_bench.h"

#include <algorithm>
#include <deque>
#include <systemc>
#include <tuple>
#include <vector>

#include "hw/pe/pe.h"
#include "hw/pe/pe_core.h"
#include "tb/cosim/pe/stimulus_check.h"
#include "tlm/process.h"

namespace uvea::cosim {

using link::Cycle;
using link::DataType;

namespace {

constexpr Cycle kRest = 16;             // cycles between two runs
constexpr std::size_t kFaultsTold = 4;  // of one run

/// Takes the SystemC reports of a run, so that an error does not unwind the simulation.
class Reports {
 public:
  Reports() : before_(sc_core::sc_report_handler::set_handler(&Reports::take)) { now() = this; }
  ~Reports() {
    sc_core::sc_report_handler::set_handler(before_);
    now() = nullptr;
  }
  Reports(const Reports&) = delete;
  Reports& operator=(const Reports&) = delete;

  std::vector<std::string> texts;

 private:
  // SystemC's report handler is a plain function: this is how it finds the run.
  static Reports*& now() {
    static Reports* reports = nullptr;
    return reports;
  }
  static void take(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
    const auto severity = report.get_severity();
    if (severity == sc_core::SC_WARNING || severity == sc_core::SC_ERROR) {
      now()->texts.push_back(std::string(report.get_msg_type()) + ": " + report.get_msg());
    } else {
      sc_core::sc_report_handler::default_handler(report, actions);
    }
  }

  sc_core::sc_report_handler_proc before_;
};

/// One input port's sender.
class Source : public link::BurstSender {
 public:
  Source(const std::string& name, const link::Clock& clock, link::BurstPool& pool)
      : out(name, *this, 0, clock), clock_(clock), pool_(pool), wake_((name + "_wake").c_str()) {
    link::spawn_method(
        name + "_process", [this] { act(); }, wake_);
  }

  link::StreamOut out;

  void start(Cycle base, TlmPeBench::Calls calls) {
    base_ = base;
    late_ = calls == TlmPeBench::Calls::late;
    next_ = 0;
    free_ = base;
    state_ = State::idle;
    act();
  }
  void clear() {
    inputs_.clear();
    if (payload_ != nullptr) payload_->release();
    payload_ = nullptr;
    wake_.cancel();
  }
  void add(const InputBurst& input) { inputs_.push_back(&input); }
  std::size_t given() const { return next_; }
  std::size_t size() const { return inputs_.size(); }
  Cycle free() const { return free_; }

 private:
  enum class State { idle, offered, ready };

  /// Does what is due; late: what is due in this cycle.
  void act() {
    if (acting_) return;
    acting_ = true;
    while (step()) {
    }
    acting_ = false;
  }

  bool step() {
    if (state_ == State::offered || next_ == inputs_.size()) return false;
    const InputBurst& input = *inputs_[next_];
    if (state_ == State::idle) {
      const Cycle at = std::max(free_, base_ + input.offer);
      if (wait_for(at)) return false;
      payload_ = &pool_.take();
      link::Burst& burst = link::burst_of(*payload_);
      burst.type = input.stream;
      burst.words = input.words;
      burst.psums = input.psums;
      burst.gaps = input.gaps;
      burst.beats = static_cast<unsigned>(
          input.stream == DataType::psum ? (input.psums.size() + 1) / 2 : input.words.size());
      burst.serial = next_;
      state_ = State::offered;
      if (const auto ready = out.offer(*payload_, at)) accepted(*ready);
      return true;
    }
    if (wait_for(first_beat_)) return false;
    link::Payload& payload = *payload_;
    payload_ = nullptr;
    free_ = link::burst_of(payload).end(first_beat_);
    state_ = State::idle;
    ++next_;
    out.data(payload, first_beat_);
    payload.release();
    return true;
  }

  bool wait_for(Cycle at) {
    if (!late_ || at <= clock_.now()) return false;
    wake_.notify(clock_.until(at));
    return true;
  }

  void accepted(Cycle ready) {
    first_beat_ = std::max(ready, base_ + inputs_[next_]->not_before);
    state_ = State::ready;
  }

  void on_accept(unsigned, link::Payload&, Cycle ready) override {
    accepted(ready);
    act();
  }

  const link::Clock& clock_;
  link::BurstPool& pool_;
  sc_core::sc_event wake_;
  std::vector<const InputBurst*> inputs_;
  std::size_t next_ = 0;
  Cycle base_ = 0, free_ = 0, first_beat_ = 0;
  bool late_ = false, acting_ = false;
  State state_ = State::idle;
  link::Payload* payload_ = nullptr;
};

/// The receiver of psum_out.
class Drain : public link::BurstReceiver {
 public:
  Drain(const std::string& name, const link::Clock& clock)
      : in(name, *this, 0, clock), clock_(clock), wake_((name + "_wake").c_str()) {
    link::spawn_method(
        name + "_process", [this] { act(); }, wake_);
  }

  link::StreamIn in;

  void start(const std::vector<Sink>& sinks, Cycle base, TlmPeBench::Calls calls) {
    sinks_ = &sinks;
    base_ = base;
    late_ = calls == TlmPeBench::Calls::late;
    taken_ = 0;
  }
  void clear() {
    offered_ = nullptr;
    wake_.cancel();
  }
  std::size_t taken() const { return taken_; }

 private:
  std::optional<Cycle> on_offer(unsigned, link::Payload& payload, Cycle at) override {
    ready_ = at;
    if (taken_ < sinks_->size()) ready_ = std::max(at, base_ + (*sinks_)[taken_].not_before);
    if (!late_) {
      shape(payload);
      return ready_;
    }
    offered_ = &payload;
    wake_.notify(clock_.until(ready_));
    return std::nullopt;
  }
  void act() {
    link::Payload& payload = *offered_;
    offered_ = nullptr;
    shape(payload);
    in.accept(payload, ready_);
  }
  void shape(link::Payload& payload) {
    if (taken_ < sinks_->size()) {
      link::Burst& burst = link::burst_of(payload);
      burst.cycles_per_beat = (*sinks_)[taken_].cycles_per_beat;
      burst.gaps = (*sinks_)[taken_].gaps;
    }
    ++taken_;
  }
  void on_data(unsigned, link::Payload&, Cycle) override {}

  const link::Clock& clock_;
  sc_core::sc_event wake_;
  const std::vector<Sink>* sinks_ = nullptr;
  Cycle base_ = 0, ready_ = 0;
  bool late_ = false;
  std::size_t taken_ = 0;
  link::Payload* offered_ = nullptr;
};

/// Turns what the PE shows into events.
class Watch : public hw::PeObserver {
 public:
  void start(PeEventSink& events, Cycle base) {
    events_ = &events;
    base_ = end_ = base;
    chunks_ = 0;
  }
  Cycle end() const { return end_; }

 private:
  void on_configure(const std::uint8_t*) override {}
  void on_offer(DataType, unsigned, const link::Burst&, Cycle) override {}
  void on_ready(DataType stream, unsigned port, Cycle ready) override {
    if (stream == DataType::psum) return;
    const bool is_iact = stream == DataType::iact;
    take(is_iact ? PeEventKind::iact_ready : PeEventKind::weight_ready, is_iact ? port : 0, 0,
         ready);
  }
  void on_beats(DataType, unsigned, const link::Burst& burst, Cycle first_beat) override {
    end_ = std::max(end_, burst.end(first_beat));
  }
  bool asks_macs() const override { return events_->asks_macs(); }
  void on_macs(const std::vector<hw::PeMac>& macs) override {
    for (const hw::PeMac& mac : macs)
      events_->mac({mac.cycle - base_, chunks_, mac.psum, mac.iact, mac.weight, mac.sum});
    ++chunks_;
  }
  void on_window(Cycle examined) override { take(PeEventKind::window, 0, 0, examined); }
  void on_stall(hw::Stall stall, Cycle from, Cycle to) override {
    // The layer command came before the stimulus' first cycle.
    from = std::max(from, base_);
    if (from < to) events_->spend({stall, from - base_, to - base_, 0});
  }
  void on_psum_offer(const link::Burst&, Cycle at) override {
    take(PeEventKind::psum_offer, 0, 0, at);
  }
  void on_psum_beats(const link::Burst& burst, Cycle first_beat) override {
    for (std::size_t i = 0; i < burst.psums.size(); ++i)
      take(PeEventKind::psum, 0, burst.psums[i],
           first_beat + burst.offset(static_cast<unsigned>(i / 2)));
  }
  void take(PeEventKind kind, unsigned port, std::int32_t value, Cycle cycle) {
    end_ = std::max(end_, cycle + 1);
    events_->take({kind, static_cast<std::uint8_t>(port), value, cycle - base_});
  }

  PeEventSink* events_ = nullptr;
  Cycle base_ = 0, end_ = 0;
  std::uint64_t chunks_ = 0;
};

bool same(const hw::PeConfig& a, const hw::PeConfig& b) {
  const auto fields = [](const hw::PeConfig& c) {
    return std::make_tuple(c.iact_addr_entries, c.iact_data_entries, c.weight_addr_entries,
                           c.weight_data_words, c.psum_entries, c.psum_banks, c.iact_bits,
                           c.weight_bits, c.count_bits, c.psum_bits, c.simd, c.kind,
                           c.pipeline_stages);
  };
  return fields(a) == fields(b);
}

}  // namespace

class TlmPeBench::Impl : public sc_core::sc_module {
 public:
  Impl(const sc_core::sc_module_name& module_name, const hw::PeConfig& config, unsigned iact_ports)
      : sc_module(module_name),
        config_(config),
        iact_ports_(iact_ports),
        chip_(chip_of(shape())),
        clock_(1000),  // 1 ns a cycle
        made_(hw::model_pes()("pe", {}, chip_, clock_, pool_, 0)),
        pe_(*made_),
        drain_("drain", clock_),
        command_("command") {
    for (unsigned b = 0; b < iact_ports; ++b) {
      sources_.push_back(
          std::make_unique<Source>("iact_source" + std::to_string(b), clock_, pool_));
      sources_.back()->out.bind(*pe_.iact[b]);
    }
    sources_.push_back(std::make_unique<Source>("weight_source", clock_, pool_));
    sources_.back()->out.bind(pe_.weight);
    sources_.push_back(std::make_unique<Source>("psum_source", clock_, pool_));
    sources_.back()->out.bind(pe_.psum_in);
    pe_.psum_out.bind(drain_.in);
    command_.bind(pe_.command);
    pe_.observe(&watch_);
  }

  ~Impl() override { rest(); }

  PeRun run(const PeStimulus& stimulus, PeEventSink& events, Calls calls) {
    PeRun result;
    if (!same(stimulus.config, config_) || stimulus.iact_ports != iact_ports_) {
      result.fault = "the stimulus is for another PE than the bench's";
      return result;
    }
    result.fault = why_unusable(stimulus);
    if (!result.fault.empty()) return result;

    // Ends the elaboration, the first time.
    if (sc_core::sc_get_status() < sc_core::SC_RUNNING) sc_core::sc_start(sc_core::SC_ZERO_TIME);
    Reports reports;
    const Cycle base = next_begin();
    watch_.start(events, base);
    std::vector<std::uint8_t> descriptor = stimulus.descriptor;
    command_.broadcast(descriptor);
    drain_.start(stimulus.sinks, base, calls);
    for (const InputBurst& input : stimulus.inputs) source_of(input).add(input);
    for (auto& source : sources_) source->start(base, calls);
    if (sc_core::sc_pending_activity()) sc_core::sc_start();
    pe_.close_layer(watch_.end() + kRest);
    pe_.tell_rest(watch_.end() + kRest);

    std::vector<std::string> faults = reports.texts;
    const std::string account = pe_.account().check();
    if (!account.empty()) faults.push_back(account);
    for (const std::string& left : pe_.leftovers()) faults.push_back(left);
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const Source& source = *sources_[i];
      if (source.given() < source.size())
        faults.push_back("only " + std::to_string(source.given()) + " of " +
                         std::to_string(source.size()) + " bursts taken from " + source.out.name());
      end_ = std::max(end_, source.free());
    }
    if (drain_.taken() < stimulus.sinks.size())
      faults.push_back("only " + std::to_string(drain_.taken()) + " psum bursts for " +
                       std::to_string(stimulus.sinks.size()) + " sinks");
    if (!faults.empty()) faults.push_back("PE waits for " + hw::in_words(pe_.waiting_for()));
    for (std::size_t i = 0; i < faults.size() && i < kFaultsTold; ++i)
      result.fault += (i > 0 ? "; " : "") + faults[i];
    end_ = std::max(end_, watch_.end());
    result.end = watch_.end() - base;
    result.accounted = result.end + kRest;
    result.overflows = pe_.counts()[hw::Counter::pe_overflows];
    result.effectual_macs = pe_.counts()[hw::Counter::pe_effectual_macs];
    rest();
    return result;
  }

  void watch(link::Probe& probe) { pe_.watch(&probe); }
  std::string path() const { return pe_.name(); }
  Cycle next_begin() const { return std::max(clock_.now(), end_) + kRest; }

 private:
  PeStimulus shape() const {
    PeStimulus s;
    s.config = config_;
    s.iact_ports = iact_ports_;
    return s;
  }
  Source& source_of(const InputBurst& input) {
    switch (input.stream) {
      case DataType::iact:
        return *sources_[input.port];
      case DataType::weight:
        return *sources_[iact_ports_];
      default:
        return *sources_[iact_ports_ + 1];
    }
  }
  void rest() {
    for (auto& source : sources_) source->clear();
    drain_.clear();
  }

  const hw::PeConfig config_;
  const unsigned iact_ports_;
  const hw::ChipConfig chip_;
  link::Clock clock_;
  link::BurstPool pool_;
  const std::unique_ptr<hw::Pe> made_;
  hw::Pe& pe_;
  std::vector<std::unique_ptr<Source>> sources_;
  Drain drain_;
  link::CommandOut command_;
  Watch watch_;
  Cycle end_ = 0;
};

TlmPeBench::TlmPeBench(const std::string& name, const hw::PeConfig& config, unsigned iact_ports)
    : impl_(std::make_unique<Impl>(name.c_str(), config, iact_ports)) {}
TlmPeBench::~TlmPeBench() = default;

void TlmPeBench::watch(link::Probe& probe) { impl_->watch(probe); }
std::string TlmPeBench::path() const { return impl_->path(); }
link::Cycle TlmPeBench::next_begin() const { return impl_->next_begin(); }

PeRun TlmPeBench::run(const PeStimulus& stimulus, PeEventSink& events, Calls calls) {
  return impl_->run(stimulus, events, calls);
}

}  // namespace uvea::cosim
