#include "hw/dram/sparse_memory.h"

#include <algorithm>
#include <cstring>

namespace uvea::hw {

void SparseMemory::read(std::uint64_t address, std::uint8_t* data, std::size_t length) const {
  while (length > 0) {
    const auto offset = static_cast<std::size_t>(address % page_bytes);
    const std::size_t part = std::min(length, page_bytes - offset);
    const auto page = pages_.find(address / page_bytes);
    if (page == pages_.end()) {
      std::memset(data, 0, part);
    } else {
      std::memcpy(data, page->second->data() + offset, part);
    }
    address += part;
    data += part;
    length -= part;
  }
}

void SparseMemory::write(std::uint64_t address, const std::uint8_t* data, std::size_t length) {
  while (length > 0) {
    const auto offset = static_cast<std::size_t>(address % page_bytes);
    const std::size_t part = std::min(length, page_bytes - offset);
    std::unique_ptr<Page>& page = pages_[address / page_bytes];
    if (!page) page = std::make_unique<Page>();  // value-initialised: zeros
    std::memcpy(page->data() + offset, data, part);
    address += part;
    data += part;
    length -= part;
  }
}

}  // namespace uvea::hw
