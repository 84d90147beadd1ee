#pragma once
// The file of --transactions, which is there whole or not at all: written beside its place, then
// renamed.

#include <cstdio>
#include <string>
#include <string_view>

namespace uvea::trace {

class WholeFile {
 public:
  /// Throws UserError when it cannot be made.
  explicit WholeFile(const std::string& path);
  /// Unless it was closed nothing is left.
  ~WholeFile();
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  /// Appends. close() tells when there was no room.
  void write(std::string_view bytes);
  /// Puts it into its place. Throws UserError when it cannot be written.
  void close();

 private:
  const std::string path_, part_;
  std::FILE* file_;
  int error_ = 0;  ///< errno of the first write that failed
};

}  // namespace uvea::trace
