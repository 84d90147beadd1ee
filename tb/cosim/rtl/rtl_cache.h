#pragma once
// The folder in which libraries with Verilated PEs are kept.

#include <string>

namespace uvea::cosim {

/// $UVEA_CACHE/rtl where UVEA_CACHE is set; else ${XDG_CACHE_HOME:-~/.cache}/uvea/rtl; where that
/// cannot be written, a temporary folder that goes with the object. The folder is made.
class RtlCache {
 public:
  /// Throws UserError when UVEA_CACHE cannot be written, or nothing can.
  RtlCache();
  ~RtlCache();
  RtlCache(const RtlCache&) = delete;
  RtlCache& operator=(const RtlCache&) = delete;

  const std::string& folder() const { return folder_; }
  bool temporary() const { return temporary_; }
  /// For people, of a temporary one: why. Else empty.
  const std::string& note() const { return note_; }

 private:
  std::string folder_, note_;
  bool temporary_ = false;
};

/// Held by one process at a time, as long as the object lives; also a process that is killed lets
/// go. Where the file system has no locks nobody waits.
class CacheLock {
 public:
  explicit CacheLock(const std::string& folder);
  ~CacheLock();
  CacheLock(const CacheLock&) = delete;
  CacheLock& operator=(const CacheLock&) = delete;
  bool held() const { return held_; }

 private:
  int file_ = -1;
  bool held_ = false;
};

/// A new folder of one's own, removed with all that is in it when the object goes.
class WorkFolder {
 public:
  /// `path`: its name; six letters are added. Throws UserError when it cannot be made.
  explicit WorkFolder(const std::string& path);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace uvea::cosim
