#pragma once
// SIGINT and SIGTERM before anything is written: the program ends with a line that says so.

#include <csignal>

namespace uvea::tb {

/// In scope either signal ends the program at once with kInterrupted. Where they are blocked
/// (process_pool.h, blocked_signals.h) who blocks them decides, and in processes of the pool they are.
class InterruptLine {
 public:
  InterruptLine();
  ~InterruptLine();
  InterruptLine(const InterruptLine&) = delete;
  InterruptLine& operator=(const InterruptLine&) = delete;

 private:
  struct sigaction interrupt_ {
  }, terminate_{};  ///< as they were
};

}  // namespace uvea::tb
