#include "tb/app/interrupt_line.h"

#include <unistd.h>

#include "tb/app/commands.h"

namespace uvea::tb {
namespace {

extern "C" void end_with_line(int) {
  // Only what is safe in a handler: neither streams nor the heap, which may be in use.
  constexpr char kLine[] = "uvea: interrupted before the simulation: nothing was written\n";
  const ssize_t ignored = ::write(STDERR_FILENO, kLine, sizeof kLine - 1);
  static_cast<void>(ignored);
  ::_exit(kInterrupted);
}

}  // namespace

InterruptLine::InterruptLine() {
  struct sigaction line {};
  line.sa_handler = end_with_line;
  ::sigemptyset(&line.sa_mask);
  ::sigaction(SIGINT, &line, &interrupt_);
  ::sigaction(SIGTERM, &line, &terminate_);
  // Who started the program may want a signal not to reach it.
  if (interrupt_.sa_handler == SIG_IGN) ::sigaction(SIGINT, &interrupt_, nullptr);
  if (terminate_.sa_handler == SIG_IGN) ::sigaction(SIGTERM, &terminate_, nullptr);
}

InterruptLine::~InterruptLine() {
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
}

}  // namespace uvea::tb
