#pragma once
// A CPU of one's own: moves bytes, starts the chip at a descriptor and waits for its interrupt.

#include <tlm_utils/simple_initiator_socket.h>
#include <uvea/driver/dram_image.h>
#include <uvea/hw/control/controller.h>

struct OwnCpu : sc_core::sc_module {
  using Socket = tlm_utils::simple_initiator_socket<OwnCpu>;
  Socket registers{"registers"}, memory{"memory"};
  sc_core::sc_in<bool> interrupt{"interrupt"};

  explicit OwnCpu(const sc_core::sc_module_name& name) : sc_module(name) {}

  void write(uvea::driver::Region region) {
    access(memory, tlm::TLM_WRITE_COMMAND, region.address, region.bytes.data(),
           region.bytes.size());
  }
  uvea::nn::Tensor read(const uvea::driver::TensorPlace& place) {
    std::vector<std::uint8_t> bytes(place.bytes());
    access(memory, tlm::TLM_READ_COMMAND, place.layout().base, bytes.data(), bytes.size());
    return place.read(bytes);
  }
  /// The chain of descriptors that begins there.
  void run(std::uint64_t descriptor) {
    using uvea::hw::Register;
    set(Register::command_base, static_cast<std::uint32_t>(descriptor));
    set(Register::irq_enable, 1);
    set(Register::control, 1);
    wait(interrupt.posedge_event());
    set(Register::status, 2);
  }

 private:
  void set(uvea::hw::Register at, std::uint32_t value) {
    access(registers, tlm::TLM_WRITE_COMMAND, static_cast<std::uint32_t>(at), &value, 4);
  }
  void access(Socket& socket, tlm::tlm_command command, std::uint64_t address, void* data,
              std::size_t size) {
    tlm::tlm_generic_payload payload;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(static_cast<unsigned>(size));
    payload.set_streaming_width(static_cast<unsigned>(size));
    socket->b_transport(payload, delay);
    if (payload.is_response_error()) SC_REPORT_ERROR(name(), "an access failed");
    wait(delay);
  }
};
