#pragma once
// Files that are there whole or not at all, and the check that they can be written before hours of
// simulation are spent on them.

#include <cstdint>
#include <string>
#include <vector>

namespace uvea::tb {

/// A folder for results, made when missing. What was made and stayed empty goes away again.
class OutputFolder {
 public:
  /// Throws UserError naming `option` when no file can be written there.
  OutputFolder(const std::string& path, const std::string& option);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
  std::vector<std::string> made_;  ///< folders, outermost first
};

/// Throws UserError naming `option` when the file cannot be written; leaves nothing behind.
void require_writable(const std::string& path, const std::string& option);

/// Writes beside the file, then renames. Throws UserError naming `option`.
void write_whole(const std::string& path, const void* data, std::size_t size,
                 const std::string& option);
inline void write_whole(const std::string& path, const std::string& text,
                        const std::string& option) {
  write_whole(path, text.data(), text.size(), option);
}

/// A file of several that belong together.
struct FileOfSet {
  std::string path, text;
};

/// Writes all of them, in one folder, beside their names; when all are whole, puts aside what has those
/// names and `stale`, which belong to an earlier set, and renames them: at no moment are two sets mixed,
/// nor when two programs write theirs into one folder. Throws UserError naming `option`; then the
/// earlier set is as it was.
void write_set(const std::vector<FileOfSet>& files, const std::vector<std::string>& stale,
               const std::string& option);

}  // namespace uvea::tb
