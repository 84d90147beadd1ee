#pragma once
// What a generic payload does to a memory, apart from time.
//
// Any length from 1 byte and any alignment is served; byte enables are honoured, repeated when they
// are fewer than the data. Answers, in the order of the checks:
//   TLM_COMMAND_ERROR_RESPONSE      neither read, write nor TLM_IGNORE_COMMAND (which is OK)
//   TLM_GENERIC_ERROR_RESPONSE      no data array
//   TLM_BURST_ERROR_RESPONSE        length 0, or a streaming width below the length
//   TLM_BYTE_ENABLE_ERROR_RESPONSE  an enable array of length 0, or an enable other than 0x00 and
//   0xff TLM_ADDRESS_ERROR_RESPONSE      a byte outside the memory
// On an error nothing is read or written.

#include <cstddef>
#include <tlm>

#include "hw/dram/sparse_memory.h"

namespace uvea::hw {

/// Checks and carries out; does not set the payload's response status.
tlm::tlm_response_status access_memory(SparseMemory& memory, tlm::tlm_generic_payload& payload);

/// The debug transport: no enables, no error, no time. Returns the bytes moved.
unsigned debug_access(SparseMemory& memory, tlm::tlm_generic_payload& payload);

}  // namespace uvea::hw
