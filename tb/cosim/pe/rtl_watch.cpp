#include "tb/cosim/pe/rtl_watch.h"

#include <algorithm>

#include "hw/config/chip_limits.h"
#include "tb/cosim/rtl/rtl_sizes.h"

namespace uvea::cosim {

using link::Probe;

namespace {

constexpr unsigned kConfigBits = 26;

std::string numbered(const std::string& name, unsigned number) {
  return name + "_" + std::to_string(number);
}

}  // namespace

RtlWatch::RtlWatch(Probe& probe, const std::string& path, const Shape& shape,
                   std::unique_ptr<RtlPe> inside, Cycle zero)
    : probe_(probe), path_(path + ".rtl"), shape_(shape), zero_(zero), inside_(std::move(inside)) {
  const auto number = [this](const std::string& name) {
    Signal signal;
    signal.track = probe_.add_values(path_, name, Probe::Group::rtl, "");
    wanted_ = wanted_ || signal.track != Probe::kNone;
    return signal;
  };
  if (shape_.beside_model) {
    differs_ = add_bits(path_, "differs", Probe::Group::rtl, 1);
    beat_ = add_bits(path_, "expected_beat", Probe::Group::rtl, 1);
    for (unsigned half = 0; half < 2; ++half)
      expected_[half] = number(numbered("expected_psum", half));
  }
  add_pin("config_valid_i", 1);
  add_pin("config_ready_o", 1);
  add_pin("config_data_i", kConfigBits);
  for (unsigned port = 0; port < shape_.iact_ports; ++port) {
    add_pin(numbered("iact_valid_i", port), 1);
    add_pin(numbered("iact_ready_o", port), 1);
    add_pin(numbered("iact_data_i", port), shape_.word_bits);
  }
  add_pin("weight_valid_i", 1);
  add_pin("weight_ready_o", 1);
  add_pin("weight_data_i", shape_.word_bits);
  add_pin("psum_in_valid_i", 1);
  add_pin("psum_in_ready_o", 1);
  for (unsigned half = 0; half < 2; ++half)
    pins_.push_back(number(numbered("psum_in_data_i", half)));
  add_pin("psum_in_last_i", 1);
  add_pin("psum_out_valid_o", 1);
  add_pin("psum_out_ready_i", 1);
  for (unsigned half = 0; half < 2; ++half)
    pins_.push_back(number(numbered("psum_out_data_o", half)));
  add_pin("psum_out_last_o", 1);
  for (const char* event : {"active_o", "window_o", "forward_o", "error_o"}) add_pin(event, 1);
  add_pin("macs_o", 2);
  add_pin("overflows_o", 3);
  if (inside_) add_inside();
}

RtlWatch::Signal RtlWatch::add_bits(const std::string& path, const std::string& name,
                                    Probe::Group group, unsigned bits) {
  Signal signal;
  signal.track = probe_.add_bits(path, name, group, bits);
  wanted_ = wanted_ || signal.track != Probe::kNone;
  return signal;
}

void RtlWatch::add_pin(const std::string& name, unsigned bits) {
  pins_.push_back(add_bits(path_, name, Probe::Group::rtl, bits));
}

void RtlWatch::add_inside() {
  bool any = false;
  for (const RtlSignal& signal : inside_->inside()) {
    const std::string path = signal.module.empty() ? path_ : path_ + "." + signal.module;
    signals_.push_back(add_bits(path, signal.name, Probe::Group::inside, signal.bits));
    any = any || signals_.back().track != Probe::kNone;
  }
  values_.resize(signals_.size());
  if (!any) inside_.reset();
}

void RtlWatch::see(const PinCycle& pins) {
  while (!open_.empty() && open_.back().cycle >= pins.cycle) open_.pop_back();
  open_.push_back(pins);
}

void RtlWatch::take_back(Cycle from) {
  while (!open_.empty() && open_.back().cycle >= from) open_.pop_back();
}

void RtlWatch::settle(Cycle before) {
  while (!open_.empty() && open_.front().cycle < before) {
    // After going back behind what was final it comes again.
    if (open_.front().cycle >= std::max(clocked_, told_)) tell(open_.front());
    open_.pop_front();
  }
}

void RtlWatch::configured(Cycle cycle, const RtlInputs& in, const RtlOutputs& out) {
  settle(cycle);
  open_.clear();
  if (differs_.track != Probe::kNone && !differing_) tell(differs_, cycle, 0);
  if (beat_.track != Probe::kNone) tell(beat_, cycle, 0);
  // The PE is at rest: the edge that ends the cycle before would have changed nothing else.
  if (clocked_ < cycle && told_ < cycle) tell_pins(cycle - 1, in, out);
  if (!inside_) return;
  RtlOutputs ignored;
  inside_->settle(in, ignored);
  inside_->clock(cycle);
}

void RtlWatch::tell(const PinCycle& pins) {
  tell_pins(pins.cycle, pins.in, pins.out);
  if (inside_) {
    RtlOutputs ignored;
    inside_->settle(pins.in, ignored);
    inside_->look(values_.data());
    for (std::size_t i = 0; i < signals_.size(); ++i)
      tell(signals_[i], pins.cycle, static_cast<std::int64_t>(values_[i]));
    if (pins.edge) inside_->clock(pins.cycle);
  }
  told_ = pins.cycle;
  if (pins.edge) clocked_ = pins.cycle + 1;
}

void RtlWatch::tell_pins(Cycle cycle, const RtlInputs& in, const RtlOutputs& out) {
  std::size_t next = 0;
  const auto pin = [&](std::int64_t value) { tell(pins_[next++], cycle, value); };
  const auto psums = [&](const std::int32_t* beat) {
    for (unsigned half = 0; half < 2; ++half) pin(beat[half]);
  };
  pin(in.config_valid);
  pin(out.config_ready);
  pin(in.config);
  for (unsigned port = 0; port < shape_.iact_ports; ++port) {
    pin(in.iact_valid >> port & 1U);
    pin(out.iact_ready >> port & 1U);
    pin(in.iact_word[port]);
  }
  pin(in.weight_valid);
  pin(out.weight_ready);
  pin(in.weight_word);
  pin(in.psum_in_valid);
  pin(out.psum_in_ready);
  psums(in.psum_in);
  pin(in.psum_in_last);
  pin(out.psum_out_valid);
  pin(in.psum_out_ready);
  psums(out.psum_out);
  pin(out.psum_out_last);
  pin(out.active);
  pin(out.window);
  pin(out.forward);
  pin(out.error);
  pin(out.macs);
  pin(out.overflows);
}

void RtlWatch::tell(Signal& signal, Cycle cycle, std::int64_t value) {
  if (signal.track == Probe::kNone || (signal.any && signal.value == value)) return;
  signal.any = true;
  signal.value = value;
  probe_.value(signal.track, cycle + zero_, value);
}

void RtlWatch::expect(std::int32_t low, std::int32_t high, Cycle cycle) {
  tell(expected_[0], cycle, low);
  tell(expected_[1], cycle, high);
  if (beat_.track == Probe::kNone) return;
  probe_.value(beat_.track, cycle + zero_, 1);
  probe_.value(beat_.track, cycle + zero_ + 1, 0);
  beat_.value = 0;
}

void RtlWatch::differs(Cycle cycle) {
  if (differing_) return;
  differing_ = true;
  tell(differs_, cycle, 1);
}

std::unique_ptr<RtlWatch> watch_rtl(Probe& probe, const std::string& path,
                                    const hw::ChipConfig& chip, bool beside_model,
                                    const RtlFactory& make_inside) {
  const auto ports = static_cast<unsigned>(chip.glb.iact_banks);
  const RtlWatch::Shape shape{ports, static_cast<unsigned>(hw::weight_word_bits(chip.pe)),
                              beside_model};
  auto watch = std::make_unique<RtlWatch>(probe, path, shape,
                                          make_inside ? make_inside(chip.pe, ports) : nullptr);
  if (!watch->wanted()) watch.reset();
  return watch;
}

}  // namespace uvea::cosim
