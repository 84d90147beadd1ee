#include "hw/dram/payload_access.h"

#include <algorithm>
#include <cstdint>

namespace uvea::hw {
namespace {

bool enables_are_legal(const unsigned char* enables, unsigned count) {
  return count > 0 && std::all_of(enables, enables + count, [](unsigned char e) {
           return e == TLM_BYTE_DISABLED || e == TLM_BYTE_ENABLED;
         });
}

void move_bytes(SparseMemory& memory, bool write, std::uint64_t address, unsigned char* data,
                std::size_t length) {
  if (write) {
    memory.write(address, data, length);
  } else {
    memory.read(address, data, length);
  }
}

// Moves the runs of enabled bytes.
void move_enabled(SparseMemory& memory, tlm::tlm_generic_payload& payload) {
  const unsigned char* enables = payload.get_byte_enable_ptr();
  const unsigned count = payload.get_byte_enable_length();
  const unsigned length = payload.get_data_length();
  const auto enabled = [&](unsigned i) { return enables[i % count] == TLM_BYTE_ENABLED; };
  for (unsigned begin = 0; begin < length;) {
    unsigned end = begin;
    while (end < length && enabled(end)) ++end;
    if (end > begin) {
      move_bytes(memory, payload.is_write(), payload.get_address() + begin,
                 payload.get_data_ptr() + begin, end - begin);
    }
    begin = end + 1;
  }
}

}  // namespace

tlm::tlm_response_status access_memory(SparseMemory& memory, tlm::tlm_generic_payload& payload) {
  if (payload.get_command() == tlm::TLM_IGNORE_COMMAND) return tlm::TLM_OK_RESPONSE;
  if (!payload.is_read() && !payload.is_write()) return tlm::TLM_COMMAND_ERROR_RESPONSE;
  const unsigned length = payload.get_data_length();
  const unsigned char* enables = payload.get_byte_enable_ptr();
  if (payload.get_data_ptr() == nullptr) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  if (length == 0 || payload.get_streaming_width() < length) return tlm::TLM_BURST_ERROR_RESPONSE;
  if (enables != nullptr && !enables_are_legal(enables, payload.get_byte_enable_length())) {
    return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  }
  if (!memory.contains(payload.get_address(), length)) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  if (enables != nullptr) {
    move_enabled(memory, payload);
  } else {
    move_bytes(memory, payload.is_write(), payload.get_address(), payload.get_data_ptr(), length);
  }
  return tlm::TLM_OK_RESPONSE;
}

unsigned debug_access(SparseMemory& memory, tlm::tlm_generic_payload& payload) {
  if (!payload.is_read() && !payload.is_write()) return 0;
  if (payload.get_data_ptr() == nullptr || payload.get_address() >= memory.size()) return 0;
  const std::uint64_t room = memory.size() - payload.get_address();
  const auto length =
      static_cast<unsigned>(std::min<std::uint64_t>(room, payload.get_data_length()));
  move_bytes(memory, payload.is_write(), payload.get_address(), payload.get_data_ptr(), length);
  return length;
}

}  // namespace uvea::hw
