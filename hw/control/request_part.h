#pragma once
// A run of a client's memory request that goes to DRAM in one transaction.

#include <cstdint>
#include <tlm>

namespace uvea::hw {

struct RequestPart {
  ::tlm::tlm_generic_payload* request = nullptr;
  std::size_t client = 0;
  std::uint64_t offset = 0;  ///< first byte, within the request
  std::uint64_t bytes = 0;

  std::uint64_t address() const { return request->get_address() + offset; }
  std::uint8_t* data() const { return request->get_data_ptr() + offset; }
};

}  // namespace uvea::hw
