#include "tb/sim/host_program.h"

#include <algorithm>
#include <cstring>

#include "hw/control/controller.h"

namespace uvea::tb {

namespace {

constexpr std::size_t kChunk = 65536;

std::uint32_t offset_of(hw::Register r) { return static_cast<std::uint32_t>(r); }

}  // namespace

HostProgram::HostProgram(const sc_core::sc_module_name& module_name,
                         const sc_core::sc_time& patience)
    : sc_module(module_name), patience_(patience) {
  registers.bind(static_cast<::tlm::tlm_bw_transport_if<>&>(*this));
  memory.bind(static_cast<::tlm::tlm_bw_transport_if<>&>(*this));
  sc_core::sc_spawn([this] { run(); }, "program");
}

void HostProgram::access_memory(::tlm::tlm_command command, Region& region) {
  ::tlm::tlm_generic_payload payload;
  for (std::size_t at = 0; at < region.bytes.size(); at += kChunk) {
    const auto size = static_cast<unsigned>(std::min(kChunk, region.bytes.size() - at));
    payload.set_command(command);
    payload.set_address(region.address + at);
    payload.set_data_ptr(region.bytes.data() + at);
    payload.set_data_length(size);
    payload.set_streaming_width(size);
    payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    memory->b_transport(payload, delay);
    if (delay > sc_core::SC_ZERO_TIME) sc_core::wait(delay);
    if (payload.is_response_error())
      faults.push_back(std::string(name()) + ": DRAM answers " + payload.get_response_string());
  }
}

std::uint32_t HostProgram::access_register(::tlm::tlm_command command, std::uint32_t offset,
                                           std::uint32_t value) {
  ::tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(offset);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  registers->b_transport(payload, delay);
  sc_core::wait(delay);
  if (payload.is_response_error())
    faults.push_back(std::string(name()) + ": register " + std::to_string(offset) + " answers " +
                     payload.get_response_string());
  return value;
}

void HostProgram::run() {
  const auto read = [this](std::uint32_t offset) {
    return access_register(::tlm::TLM_READ_COMMAND, offset, 0);
  };
  const auto write = [this](hw::Register r, std::uint32_t extra, std::uint32_t value) {
    access_register(::tlm::TLM_WRITE_COMMAND, offset_of(r) + extra, value);
  };
  for (Region& region : writes) access_memory(::tlm::TLM_WRITE_COMMAND, region);
  if (on_start) on_start();
  write(hw::Register::command_base, 0, static_cast<std::uint32_t>(descriptor));
  write(hw::Register::command_base, 4, static_cast<std::uint32_t>(descriptor >> 32));
  write(hw::Register::irq_enable, 0, 1);
  write(hw::Register::control, 0, 1);
  if (!interrupt.read()) sc_core::wait(interrupt.posedge_event());
  const std::uint32_t status = read(offset_of(hw::Register::status));
  if ((status & 4U) != 0)
    faults.push_back(std::string(name()) + ": the chip reports error " +
                     std::to_string(read(offset_of(hw::Register::error))));
  const std::uint32_t done = read(offset_of(hw::Register::layers));
  if (done != layers)
    faults.push_back(std::string(name()) + ": " + std::to_string(done) + " layers done of " +
                     std::to_string(layers));
  for (std::uint32_t i = 0; i < std::min<std::uint32_t>(done, hw::kCycleLayers); ++i) {
    const std::uint64_t low = read(offset_of(hw::Register::cycles) + 8 * i);
    const std::uint64_t high = read(offset_of(hw::Register::cycles) + 8 * i + 4);
    cycles.push_back((high << 32) | low);
  }
  write(hw::Register::status, 0, 2 | 4);
  if (interrupt.read()) sc_core::wait(patience_, interrupt.negedge_event());
  if (interrupt.read()) faults.push_back(std::string(name()) + ": the interrupt stays up");
  for (Region& region : reads) access_memory(::tlm::TLM_READ_COMMAND, region);
  finished = true;
  sc_core::sc_stop();
}

}  // namespace uvea::tb
