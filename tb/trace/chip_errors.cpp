#include "tb/trace/chip_errors.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace uvea::trace {
namespace {

std::size_t bytes_of(std::size_t chips) { return std::max<std::size_t>(chips, 1) * sizeof(int); }

}  // namespace

ChipErrors::ChipErrors(std::size_t chips) : chips_(chips) {
  void* memory = ::mmap(nullptr, bytes_of(chips), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);  // filled with zeros
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category());
  errors_ = static_cast<int*>(memory);
}

ChipErrors::~ChipErrors() { ::munmap(errors_, bytes_of(chips_)); }

int& ChipErrors::of(std::size_t chip) const {
  if (chip >= chips_) throw std::out_of_range("ChipErrors: no such chip");
  return errors_[chip];
}

}  // namespace uvea::trace
