#pragma once
// A queue whose slots are used again as they were left, so that what an element holds (vectors) is
// allocated once. Grows when it is full.

#include <cstddef>
#include <utility>
#include <vector>

namespace uvea::hw {

template <class T>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// From the oldest on.
  T& operator[](std::size_t i) { return slots_[(head_ + i) & (slots_.size() - 1)]; }
  const T& operator[](std::size_t i) const { return slots_[(head_ + i) & (slots_.size() - 1)]; }
  T& front() { return slots_[head_]; }
  const T& front() const { return slots_[head_]; }

  /// A new youngest element, with what an older one left in its slot.
  T& push() {
    if (size_ == slots_.size()) grow();
    return (*this)[size_++];
  }
  void pop() {
    head_ = (head_ + 1) & (slots_.size() - 1);
    --size_;
  }
  /// Takes the youngest back.
  void unpush() { --size_; }
  void clear() { head_ = size_ = 0; }

 private:
  void grow() {
    std::vector<T> more(slots_.empty() ? 4 : 2 * slots_.size());
    for (std::size_t i = 0; i < size_; ++i) more[i] = std::move((*this)[i]);
    slots_ = std::move(more);
    head_ = 0;
  }

  std::vector<T> slots_;  ///< a power of two of them
  std::size_t head_ = 0, size_ = 0;
};

}  // namespace uvea::hw
