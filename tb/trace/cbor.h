#pragma once
// Appends CBOR items (RFC 8949) to a string of bytes, numbers and lengths as short as they can be.
//
// Of its own, because a writer needs no more than heads of items: libcbor and TinyCBOR have an
// encoder of the same calls and would each be one more package; nlohmann's to_cbor() needs the whole
// file as a tree in memory, and writes no tags and no arrays without length.

#include <cstdint>
#include <string>
#include <string_view>

namespace uvea::trace {

class Cbor {
 public:
  void number(std::uint64_t value) { head(0, value); }
  /// -1 - `value`.
  void negative(std::uint64_t value) { head(1, value); }
  void bytes(std::string_view value) { string(2, value); }
  /// UTF-8.
  void text(std::string_view value) { string(3, value); }
  /// So many items follow; of a map so many pairs.
  void array(std::uint64_t items) { head(4, items); }
  void map(std::uint64_t pairs) { head(5, pairs); }
  /// Items up to end() follow.
  void open_array() { written_ += '\x9f'; }
  void end() { written_ += '\xff'; }
  /// Of the item that follows.
  void tag(std::uint64_t number) { head(6, number); }

  /// Items that another one wrote.
  void append(const Cbor& items) { written_ += items.written_; }
  const std::string& written() const { return written_; }
  bool empty() const { return written_.empty(); }
  void clear() { written_.clear(); }

 private:
  /// Major type and argument.
  void head(unsigned type, std::uint64_t argument) {
    const auto first = [&](unsigned low) { written_ += static_cast<char>(type << 5 | low); };
    if (argument < 24) return first(static_cast<unsigned>(argument));
    // 24 to 27: 1, 2, 4 or 8 bytes follow.
    unsigned low = 24, bytes = 1;
    for (; bytes < 8 && argument >> (8 * bytes) != 0; bytes *= 2) ++low;
    first(low);
    while (bytes-- > 0) written_ += static_cast<char>((argument >> (8 * bytes)) & 0xFF);
  }
  void string(unsigned type, std::string_view value) {
    head(type, value.size());
    written_ += value;
  }

  std::string written_;
};

}  // namespace uvea::trace
