#pragma once
// An FST file being written: scopes and signals first, then their changes in time.
//
// Errors     the writer's library does not look at what its calls return and maps its files into
//            memory: on a full disk the process dies of SIGBUS or SIGXFSZ, or the file comes out
//            broken (fst_check.h). Write in a process of its own.

#include <cstdint>
#include <string>
#include <vector>

namespace uvea::trace {

class FstFile {
 public:
  using Signal = std::uint32_t;
  using EnumTable = std::uint32_t;
  enum class Kind { bit, number, state, real, text };

  /// Throws UserError when the file cannot be made, or when the program was built without the
  /// library. Times are in units of 10^`exponent` s.
  FstFile(const std::string& file, int exponent, const std::string& writer);
  ~FstFile();
  FstFile(const FstFile&) = delete;
  FstFile& operator=(const FstFile&) = delete;

  /// Scopes nest: the signals that follow are within it.
  void open_scope(const std::string& name, bool struct_like = false);
  void close_scope();
  /// Names of values: the n-th is of value n.
  EnumTable add_names(const std::string& name, const std::vector<std::string>& names);
  Signal add(const std::string& name, Kind kind, unsigned bits = 1, EnumTable names = 0,
             bool is_signed = false);

  /// Another name of a signal of one bit.
  void add_alias(const std::string& name, Signal of);

  /// The same as before, or later.
  void time(std::uint64_t time);
  void set(Signal signal, unsigned bits, std::uint64_t value);
  void set_unknown(Signal signal, unsigned bits);
  void set_real(Signal signal, double value);
  void set_text(Signal signal, const std::string& value);
  /// Bits as characters, 0, 1, x or z.
  void set_bits(Signal signal, const char* bits);

  /// Writes the rest out; nothing may follow.
  void close();

 private:
  void* file_ = nullptr;
};

}  // namespace uvea::trace
