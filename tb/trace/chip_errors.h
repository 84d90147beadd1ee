#pragma once
// What went wrong in the processes of a Simulation's chips, told to the one that started them: in
// memory that they share, because it is told when a disk is full.

#include <cstddef>

namespace uvea::trace {

/// An errno for each chip, 0 before one is set.
class ChipErrors {
 public:
  /// Before the processes start. Throws std::system_error when there is no memory for it.
  explicit ChipErrors(std::size_t chips);
  ~ChipErrors();
  ChipErrors(const ChipErrors&) = delete;
  ChipErrors& operator=(const ChipErrors&) = delete;

  /// A chip's own, set in its process; read when that has ended. Throws std::out_of_range.
  int& of(std::size_t chip) const;

 private:
  const std::size_t chips_;
  int* errors_ = nullptr;
};

}  // namespace uvea::trace
