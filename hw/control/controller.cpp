#include "hw/control/controller.h"

#include <algorithm>
#include <cstring>
#include <sstream>

#include "tlm/process.h"

namespace uvea::hw {

namespace {

constexpr std::uint32_t offset_of(Register r) { return static_cast<std::uint32_t>(r); }
constexpr std::uint32_t kBadDescriptor = 1;

}  // namespace

Controller::Controller(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                       const link::Clock& clock, std::size_t busy_inputs)
    : Block(module_name),
      memory("memory", *this),
      commands("commands"),
      busy("busy", busy_inputs),
      config_(config),
      clock_(clock) {
  registers.register_b_transport(this, &Controller::b_transport);
  link::spawn_method(
      "step_process", [this] { step(); }, step_event_, busy);
  link::spawn_method(
      "interrupt_process", [this] { drive_interrupt(); }, interrupt_event_);
}

void Controller::watch(link::Probe* probe) {
  Block::watch(probe);
  watch_.reset();
  if (probe == nullptr) return;
  const auto group = link::Probe::Group::control;
  watch_ = std::make_unique<Watch>(Watch{
      *probe,
      probe->add_states(name(), "state", group, {"idle", "fetching", "configuring", "running"}),
      probe->add_values(name(), "layer", group, "layers"),
      probe->add_states(name(), "interrupt", group, {"low", "high"})});
  enter(state_);
  probe->state(watch_->interrupt, 0, clock_.now(), link::Probe::kOpen);
}

void Controller::enter(State state) {
  state_ = state;
  if (!watch_) return;
  watch_->probe.state(watch_->state, static_cast<unsigned>(state), clock_.now(),
                      link::Probe::kOpen);
  if (state == State::fetching) watch_->probe.value(watch_->layer, clock_.now(), layers_);
}

void Controller::drive_interrupt() {
  const bool high = done_ && irq_enable_;
  interrupt.write(high);
  if (watch_)
    watch_->probe.state(watch_->interrupt, high ? 1 : 0, clock_.now(), link::Probe::kOpen);
}

void Controller::b_transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  // The register file answers in one clock cycle.
  delay += clock_.period();
  payload.set_dmi_allowed(false);
  const std::uint64_t address = payload.get_address();
  if (address % 4 != 0 || payload.get_data_length() != 4 ||
      payload.get_streaming_width() < payload.get_data_length()) {
    payload.set_response_status(::tlm::TLM_BURST_ERROR_RESPONSE);
    return;
  }
  if (payload.get_byte_enable_ptr() != nullptr) {
    payload.set_response_status(::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    return;
  }
  if (address >= offset_of(Register::cycles) + 8 * kCycleLayers) {
    payload.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  const auto offset = static_cast<std::uint32_t>(address);
  std::uint32_t value = 0;
  if (payload.is_read()) {
    value = read_register(offset);
    std::memcpy(payload.get_data_ptr(), &value, 4);
  } else if (payload.is_write()) {
    std::memcpy(&value, payload.get_data_ptr(), 4);
    if (!write_register(offset, value)) {
      payload.set_response_status(::tlm::TLM_COMMAND_ERROR_RESPONSE);
      return;
    }
  }
  payload.set_response_status(::tlm::TLM_OK_RESPONSE);
}

std::uint32_t Controller::read_register(std::uint32_t offset) const {
  if (offset >= offset_of(Register::cycles)) {
    const std::uint32_t index = (offset - offset_of(Register::cycles)) / 4;
    return static_cast<std::uint32_t>(cycles_[index / 2] >> (index % 2 == 0 ? 0 : 32));
  }
  switch (static_cast<Register>(offset)) {
    case Register::id:
      return kChipId;
    case Register::version:
      return kChipVersion;
    case Register::status:
      return (state_ != State::idle ? 1U : 0U) | (done_ ? 2U : 0U) | (error_ != 0 ? 4U : 0U);
    case Register::irq_enable:
      return irq_enable_ ? 1U : 0U;
    case Register::command_base:
      return static_cast<std::uint32_t>(command_base_);
    case Register::layers:
      return layers_;
    case Register::error:
      return error_;
    default:
      break;
  }
  if (offset == offset_of(Register::command_base) + 4)
    return static_cast<std::uint32_t>(command_base_ >> 32);
  return 0;
}

bool Controller::write_register(std::uint32_t offset, std::uint32_t value) {
  if (offset == offset_of(Register::command_base) + 4) {
    command_base_ = (command_base_ & 0xFFFFFFFFU) | (std::uint64_t{value} << 32);
    return true;
  }
  switch (static_cast<Register>(offset)) {
    case Register::control:
      if ((value & 1U) != 0) {
        if (state_ != State::idle) return false;
        start();
      }
      return true;
    case Register::status:
      if ((value & 2U) != 0) done_ = false;
      if ((value & 4U) != 0) error_ = 0;
      update_interrupt();
      return true;
    case Register::irq_enable:
      irq_enable_ = (value & 1U) != 0;
      update_interrupt();
      return true;
    case Register::command_base:
      command_base_ = (command_base_ & ~std::uint64_t{0xFFFFFFFFU}) | value;
      return true;
    default:
      return false;
  }
}

void Controller::update_interrupt() { interrupt_event_.notify(sc_core::SC_ZERO_TIME); }

void Controller::start() {
  layers_ = 0;
  error_ = 0;
  done_ = false;
  cycles_.fill(0);
  next_ = command_base_;
  update_interrupt();
  run_event_.notify(sc_core::SC_ZERO_TIME);
  fetch();
}

void Controller::fetch() {
  layer_begin_ = clock_.now();
  enter(State::fetching);
  if (on_layer_begin) on_layer_begin(layer_begin_);
  memory.read(next_, kDescriptorBytes, 0);
}

void Controller::on_response(link::Payload& payload) {
  descriptor_ = link::mem_data_of(payload).bytes;
  const std::string wrong = decode_command(descriptor_.data(), config_, layer_);
  if (!wrong.empty()) {
    finish(kBadDescriptor);
    std::ostringstream text;
    text << "layer " << layers_ << ": bad descriptor at 0x" << std::hex << next_ << ": " << wrong;
    SC_REPORT_WARNING(name(), text.str().c_str());
    return;
  }
  enter(State::configuring);
  started_ = false;
  // The words over the command wires, then the settings hold.
  const ControlConfig& control = config_.control;
  const auto words = static_cast<int>(kDescriptorBytes / 4);
  step_event_.notify(clock_.span(
      static_cast<link::Cycle>(words * control.command_word_cycles + control.settle_cycles)));
}

void Controller::step() {
  if (state_ == State::configuring) {
    if (!started_) {
      if (!step_event_.triggered()) return;
      started_ = true;
      commands.broadcast(descriptor_);
      // The busy wires rise with the command; look at them from the next cycle on.
      step_event_.notify(clock_.period());
      return;
    }
    if (!step_event_.triggered()) return;
    enter(State::running);
  }
  if (state_ != State::running) return;
  if (std::any_of(busy.begin(), busy.end(), [](const auto& b) { return b.read(); })) return;
  enter(State::idle);
  const link::Cycle cycles = clock_.now() - layer_begin_;
  cycles_[std::min<std::size_t>(layers_, kCycleLayers - 1)] = cycles;
  if (on_layer_done) on_layer_done(layers_, layer_begin_, clock_.now());
  ++layers_;
  if (layer_.next == 0) return finish(0);
  next_ = layer_.next;
  fetch();
}

void Controller::finish(std::uint32_t error) {
  error_ = error;
  done_ = true;
  enter(State::idle);
  update_interrupt();
  run_event_.notify(sc_core::SC_ZERO_TIME);
}

std::vector<std::string> Controller::leftovers() const {
  if (state_ == State::idle) return {};
  const char* const doing = state_ == State::fetching      ? "fetches a descriptor"
                            : state_ == State::configuring ? "configures the blocks"
                                                           : "waits for blocks that are busy";
  return {"layer " + std::to_string(layers_) + ": " + doing};
}

Wait Controller::waiting_for() const {
  switch (state_) {
    case State::idle:
      return {};
    case State::fetching:
      return {"the descriptor of layer " + std::to_string(layers_), memory.peer(), layer_begin_};
    case State::configuring:
      return {"the blocks' settings", "", layer_begin_};
    case State::running:
      break;
  }
  const auto blocks =
      std::count_if(busy.begin(), busy.end(), [](const auto& b) { return b.read(); });
  return {std::to_string(blocks) + " busy blocks in layer " + std::to_string(layers_), "",
          layer_begin_};
}

}  // namespace uvea::hw
