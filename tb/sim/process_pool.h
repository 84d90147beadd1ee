#pragma once
// Runs tasks in forked processes, a bounded number at a time, and collects the bytes that each
// returns. A task sees the parent's memory as it was at its fork and can change nothing of it, so
// the results do not depend on how many run at a time.
//
// SIGINT and SIGTERM: running children are killed, finished results are kept.

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace uvea::tb {

/// Called by a task now and then: fraction of its work done, simulated cycles so far.
using ReportProgress = std::function<void(double fraction, std::uint64_t cycles)>;

/// Runs in the child; what it returns goes to the parent. May throw: UserError is told apart.
using Task = std::function<std::vector<std::uint8_t>(const ReportProgress&)>;

struct TaskResult {
  enum class Kind {
    not_run,  ///< interrupted, or another task found a user's mistake or was the last one
    done,
    user_error,  ///< the task threw UserError
    fault        ///< the task threw something else, or its process died
  };
  Kind kind = Kind::not_run;
  std::vector<std::uint8_t> payload;  ///< done only
  std::string error;                  ///< user_error and fault: one line
  int signal = 0;                     ///< that the process died of
  std::string printed;                ///< what the child wrote to stdout and stderr
};

/// For who has nothing to show for what an interruption cut short; what() says what that was.
struct Interrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Told in the parent what goes on; this one does not care.
class PoolObserver {
 public:
  virtual ~PoolObserver() = default;
  virtual void progressed(std::size_t /*task*/, double /*fraction*/, std::uint64_t /*cycles*/) {}
  virtual void finished(std::size_t /*task*/) {}
};

struct PoolOutcome {
  std::vector<TaskResult> results;  ///< in the tasks' order
  bool interrupted = false;
};

/// Throws std::system_error when no process can be made. When `is_last` says so of a finished task,
/// the others are stopped, as after a user's mistake. With `show_progress` false children do not
/// report between start and end.
PoolOutcome run_in_processes(const std::vector<Task>& tasks, int jobs, bool show_progress,
                             PoolObserver& observer,
                             const std::function<bool(const TaskResult&)>& is_last = {});

}  // namespace uvea::tb
