#pragma once
// SIGINT and SIGTERM held back while something must not be left half done.

#include <csignal>

namespace uvea::tb {

/// Blocks both in scope; one that came meanwhile strikes at the end of it, unless somebody took it
/// (process_pool.h does).
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &signals, &before_);
  }
  ~BlockedSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace uvea::tb
