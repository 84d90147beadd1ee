#include "tb/sim/process_pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "sw/user_error.h"

namespace uvea::tb {
namespace {

/// What a child sends: a byte of kind, eight bytes of length, then that many bytes.
enum class Frame : std::uint8_t { progress = 1, done, user_error, fault };
constexpr std::size_t frame_head = 1 + sizeof(std::uint64_t);

struct Progress {
  double fraction;
  std::uint64_t cycles;
};

/// A file descriptor that closes itself.
class Handle {
 public:
  explicit Handle(int fd = -1) : fd_(fd) {}
  Handle(Handle&& other) noexcept : fd_(other.release()) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Handle() { reset(); }
  int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_;
};

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void send_bytes(int pipe, const std::uint8_t* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(pipe, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) ::_exit(1);  // the parent is gone
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
}

void send(int pipe, Frame kind, const void* data, std::uint64_t size) {
  std::uint8_t head[frame_head];
  head[0] = static_cast<std::uint8_t>(kind);
  std::memcpy(head + 1, &size, sizeof size);
  send_bytes(pipe, head, frame_head);
  send_bytes(pipe, static_cast<const std::uint8_t*>(data), size);
}

void send_text(int pipe, Frame kind, const std::string& text) {
  send(pipe, kind, text.data(), text.size());
}

[[noreturn]] void run_child(const Task& task, int pipe, int printed, bool show_progress) {
  // Ctrl-C reaches the whole foreground group; only the parent answers it (the signals are blocked
  // here), and a child does not outlive it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(printed, STDOUT_FILENO);
  ::dup2(printed, STDERR_FILENO);
  ::setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  using Clock = std::chrono::steady_clock;
  auto last = Clock::now();
  const auto report = [&](double fraction, std::uint64_t cycles) {
    const auto now = Clock::now();
    if (!show_progress || now - last < std::chrono::milliseconds(100)) return;
    last = now;
    const Progress progress{fraction, cycles};
    send(pipe, Frame::progress, &progress, sizeof progress);
  };
  try {
    const std::vector<std::uint8_t> payload = task(report);
    send(pipe, Frame::done, payload.data(), payload.size());
  } catch (const UserError& e) {
    send_text(pipe, Frame::user_error, e.what());
  } catch (const std::exception& e) {
    send_text(pipe, Frame::fault, e.what());
  } catch (...) {
    send_text(pipe, Frame::fault, "an exception of unknown type");
  }
  std::fflush(nullptr);
  // Not exit(): the parent's destructors and buffers are none of this process's business.
  ::_exit(0);
}

std::string read_back(int file) {
  constexpr std::size_t most = 1 << 16;
  std::string text(most, '\0');
  const ssize_t n = ::pread(file, text.data(), text.size(), 0);
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return text;
}

std::string in_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

struct Child {
  std::size_t task = 0;
  pid_t pid = -1;
  Handle pipe;
  Handle printed;
  std::vector<std::uint8_t> received;
};

class Pool {
 public:
  Pool(const std::vector<Task>& tasks, int jobs, bool show_progress, PoolObserver& observer,
       const std::function<bool(const TaskResult&)>& is_last)
      : tasks_(tasks),
        jobs_(static_cast<std::size_t>(jobs)),
        show_progress_(show_progress),
        observer_(observer),
        is_last_(is_last) {
    ::sigemptyset(&signals_);
    ::sigaddset(&signals_, SIGINT);
    ::sigaddset(&signals_, SIGTERM);
    if (::sigprocmask(SIG_BLOCK, &signals_, &before_) != 0) fail("sigprocmask");
    signal_handle_ = Handle(::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK));
    if (signal_handle_.get() < 0) fail("signalfd");
    outcome_.results.resize(tasks.size());
  }
  ~Pool() {
    kill_all();
    // Take what is pending, or it would strike when unblocked.
    signalfd_siginfo info;
    while (::read(signal_handle_.get(), &info, sizeof info) > 0) continue;
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  PoolOutcome run() {
    while (!stopped_ && (next_ < tasks_.size() || !children_.empty())) {
      while (next_ < tasks_.size() && children_.size() < jobs_) start(next_++);
      wait_and_read();
    }
    kill_all();
    return std::move(outcome_);
  }

 private:
  void start(std::size_t task) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
    Child child;
    child.task = task;
    child.pipe = Handle(ends[0]);
    Handle writing(ends[1]);
    child.printed = Handle(::memfd_create("printed", MFD_CLOEXEC));
    if (child.printed.get() < 0) fail("memfd_create");
    std::fflush(nullptr);
    child.pid = ::fork();
    if (child.pid < 0) fail("fork");
    if (child.pid == 0) {
      run_child(tasks_[task], writing.get(), child.printed.get(), show_progress_);
    }
    children_.push_back(std::move(child));
  }

  void wait_and_read() {
    std::vector<pollfd> polled{{signal_handle_.get(), POLLIN, 0}};
    for (const Child& child : children_) polled.push_back({child.pipe.get(), POLLIN, 0});
    if (::poll(polled.data(), polled.size(), -1) < 0) {
      if (errno == EINTR) return;
      fail("poll");
    }
    if (polled[0].revents != 0) {
      outcome_.interrupted = true;
      stopped_ = true;
      return;
    }
    std::vector<Child> left;
    for (std::size_t i = 0; i < children_.size(); ++i) {
      Child& child = children_[i];
      if (polled[i + 1].revents == 0 || read_some(child)) {
        left.push_back(std::move(child));
      } else {
        finish(child);
      }
    }
    children_ = std::move(left);
  }

  /// False at the end of the pipe.
  bool read_some(Child& child) {
    std::uint8_t buffer[1 << 16];
    const ssize_t n = ::read(child.pipe.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) return true;
    if (n <= 0) return false;
    child.received.insert(child.received.end(), buffer, buffer + n);
    take_frames(child);
    return true;
  }

  void take_frames(Child& child) {
    while (child.received.size() >= frame_head) {
      std::uint64_t size = 0;
      std::memcpy(&size, child.received.data() + 1, sizeof size);
      if (child.received.size() - frame_head < size) return;
      const auto kind = static_cast<Frame>(child.received[0]);
      const auto from = child.received.begin() + static_cast<std::ptrdiff_t>(frame_head);
      const auto to = from + static_cast<std::ptrdiff_t>(size);
      TaskResult& result = outcome_.results[child.task];
      if (kind == Frame::progress) {
        Progress progress{};
        std::memcpy(&progress, &*from, sizeof progress);
        observer_.progressed(child.task, progress.fraction, progress.cycles);
      } else if (kind == Frame::done) {
        result.kind = TaskResult::Kind::done;
        result.payload.assign(from, to);
      } else {
        result.kind =
            kind == Frame::user_error ? TaskResult::Kind::user_error : TaskResult::Kind::fault;
        result.error = in_one_line(std::string(from, to));
      }
      child.received.erase(child.received.begin(), to);
    }
  }

  void finish(Child& child) {
    int status = 0;
    while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
    TaskResult& result = outcome_.results[child.task];
    result.printed = read_back(child.printed.get());
    const bool sound = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!sound || result.kind == TaskResult::Kind::not_run) {
      result.kind = TaskResult::Kind::fault;
      result.payload.clear();
      if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
      result.error = WIFSIGNALED(status)
                         ? fmt::format("the simulation died of signal {} ({})", WTERMSIG(status),
                                       ::strsignal(WTERMSIG(status)))
                         : fmt::format("the simulation ended with status {} and no result",
                                       WEXITSTATUS(status));
    }
    if (result.kind == TaskResult::Kind::user_error || (is_last_ && is_last_(result)))
      stopped_ = true;
    observer_.finished(child.task);
  }

  void kill_all() {
    for (Child& child : children_) {
      ::kill(child.pid, SIGKILL);
      while (::waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) continue;
      TaskResult& result = outcome_.results[child.task];
      // It may have sent all it had; but a result counts only with a sound end.
      result = TaskResult{};
    }
    children_.clear();
  }

  const std::vector<Task>& tasks_;
  std::size_t jobs_;
  bool show_progress_;
  PoolObserver& observer_;
  const std::function<bool(const TaskResult&)>& is_last_;
  sigset_t signals_{}, before_{};
  Handle signal_handle_;
  std::vector<Child> children_;
  std::size_t next_ = 0;
  bool stopped_ = false;
  PoolOutcome outcome_;
};

}  // namespace

PoolOutcome run_in_processes(const std::vector<Task>& tasks, int jobs, bool show_progress,
                             PoolObserver& observer,
                             const std::function<bool(const TaskResult&)>& is_last) {
  return Pool(tasks, jobs, show_progress, observer, is_last).run();
}

}  // namespace uvea::tb
