#include "tb/app/progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "sw/report/table.h"

namespace uvea::tb {

std::string progress_text(const std::string& layer, std::size_t number, std::size_t of,
                          double fraction_of_all, std::uint64_t cycles, double macs_per_second,
                          double seconds_left, std::size_t columns) {
  const auto left = static_cast<std::uint64_t>(std::clamp(seconds_left, 0.0, 359999.0) + 0.5);
  const std::string time =
      left >= 3600 ? fmt::format("{}:{:02}:{:02}", left / 3600, left / 60 % 60, left % 60)
                   : fmt::format("{}:{:02}", left / 60, left % 60);
  const std::string text = fmt::format(
      "[{:>{}}/{}] {}  {:3.0f} %  {} cycles  {}MACs/s  {} left", number, std::to_string(of).size(),
      of, layer, 100 * fraction_of_all, report::grouped(cycles),
      report::with_unit_prefix(macs_per_second), macs_per_second > 0 ? time : std::string("?"));
  return text.substr(0, columns);
}

ProgressLine::ProgressLine(std::vector<Work> tasks)
    : layers_(std::move(tasks)), fractions_(layers_.size(), 0), cycles_(layers_.size(), 0) {
  if (!layers_.empty()) draw(0);
}

ProgressLine::~ProgressLine() { std::fputs("\r\033[K", stderr); }

void ProgressLine::progressed(std::size_t task, double fraction, std::uint64_t cycles) {
  fractions_[task] = std::clamp(fraction, 0.0, 1.0);
  cycles_[task] = cycles;
  draw(task);
}

void ProgressLine::finished(std::size_t task) {
  fractions_[task] = 1;
  ++finished_;
  draw(task);
}

void ProgressLine::draw(std::size_t task) {
  double all = 0;
  double done = 0;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    all += layers_[i].macs;
    done += layers_[i].macs * fractions_[i];
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const double speed = seconds > 0 ? done / seconds : 0;
  const std::uint64_t cycles = std::accumulate(cycles_.begin(), cycles_.end(), std::uint64_t{0});
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  const std::string text =
      progress_text(layers_[task].name, std::min(finished_ + 1, layers_.size()), layers_.size(),
                    all > 0 ? done / all : 0, cycles, speed, speed > 0 ? (all - done) / speed : 0,
                    known ? static_cast<std::size_t>(size.ws_col) - 1 : 79);
  fmt::print(stderr, "\r\033[K{}", text);
  std::fflush(stderr);
}

}  // namespace uvea::tb
