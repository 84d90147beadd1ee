#include "tb/app/waveform_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "sw/user_error.h"
#include "tb/app/safe_file.h"
#include "tb/sim/byte_packer.h"
#include "tb/sim/process_pool.h"
#include "tb/trace/fst_check.h"

namespace uvea::tb {
namespace {

/// The waveform while it is being written, and the writer's file beside it.
class PartFile {
 public:
  explicit PartFile(const std::string& path) : name_(fmt::format("{}.{}.part", path, ::getpid())) {}
  ~PartFile() {
    ::unlink(name_.c_str());
    ::unlink((name_ + ".hier").c_str());
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  const std::string& name() const { return name_; }

 private:
  const std::string name_;
};

TaskResult in_process(const Task& task) {
  PoolObserver nobody;
  PoolOutcome outcome = run_in_processes({task}, 1, false, nobody);
  if (outcome.interrupted) throw Interrupted("while the waveform was written: there is none");
  if (outcome.results.front().kind == TaskResult::Kind::user_error)
    throw UserError(outcome.results.front().error);
  return std::move(outcome.results.front());
}

[[noreturn]] void refuse(const std::string& option, const std::string& trace,
                         const std::string& reason) {
  throw UserError(
      fmt::format("{} '{}' cannot be written: {}: is there room for it, and for temporary "
                  "files in " P_tmpdir "?",
                  option, trace, reason));
}

template <typename Archive>
void waveform_fields(Archive& archive, WrittenWaveform& waveform) {
  archive.all(waveform.views, [](auto& each, auto& view) {
    each.field(view.ending);
    each.field(view.text);
  });
  archive.field(waveform.payload);
}

void write_views(const std::string& trace, const std::vector<trace::ViewFile>& views,
                 const std::string& option) {
  const auto remove = [&](const char* ending) { ::unlink(trace::beside(trace, ending).c_str()); };
  for (const char* ending : trace::kViewEndings) remove(ending);  // of an earlier waveform
  try {
    for (const trace::ViewFile& view : views)
      write_whole(trace::beside(trace, view.ending), view.text, option);
  } catch (const UserError&) {
    for (const char* ending : trace::kViewEndings) remove(ending);
    ::unlink(trace.c_str());
    throw;
  }
}

}  // namespace

void require_waveform(const std::string& trace, const std::string& option) {
  if (std::filesystem::path(trace).extension() != ".fst")
    throw UserError(
        fmt::format("{} '{}' is not allowed: expected FILE.fst (a waveform, for GTKWave or Surfer)",
                    option, trace));
  require_writable(trace, option);
  struct stat info {};
  if (::stat(trace.c_str(), &info) == 0 && !S_ISREG(info.st_mode))
    throw UserError(fmt::format("{} '{}' cannot be written: not a regular file", option, trace));
  for (const char* ending : trace::kViewEndings)
    require_writable(trace::beside(trace, ending), option);
}

std::vector<std::uint8_t> write_waveform(
    const std::string& trace, const std::function<WrittenWaveform(const std::string& part)>& write,
    const std::string& option) {
  const PartFile part(trace);
  TaskResult written = in_process([&](const ReportProgress&) {
    // The writer does not look at what its calls return: die here, not later of what is missing.
    for (const int number : {SIGXFSZ, SIGBUS}) std::signal(number, SIG_DFL);
    WrittenWaveform waveform = write(part.name());
    Packer packer;
    waveform_fields(packer, waveform);
    return packer.take();
  });
  // The writer maps its files: on a full disk the memory has nothing behind it.
  if (written.signal == SIGBUS) refuse(option, trace, "the disk is full");
  if (written.signal == SIGXFSZ) refuse(option, trace, "a file would exceed the limit on its size");
  if (written.kind != TaskResult::Kind::done) throw std::runtime_error(written.error);

  const TaskResult read = in_process([&](const ReportProgress&) {
    const std::string why = trace::why_broken_waveform(part.name());
    return std::vector<std::uint8_t>(why.begin(), why.end());
  });
  if (read.kind != TaskResult::Kind::done) refuse(option, trace, "it came out broken");
  if (!read.payload.empty())
    refuse(option, trace, std::string(read.payload.begin(), read.payload.end()));
  if (std::rename(part.name().c_str(), trace.c_str()) != 0)
    refuse(option, trace, std::strerror(errno));
  WrittenWaveform waveform;
  Unpacker unpacker(written.payload);
  waveform_fields(unpacker, waveform);
  write_views(trace, waveform.views, option);
  return std::move(waveform.payload);
}

std::string waveform_line(const std::string& trace, const std::string& about) {
  return fmt::format("waveform: {}{}; open it with 'gtkwave {}' or 'surfer -c {} {}'\n", trace,
                     about.empty() ? "" : " (" + about + ")",
                     trace::beside(trace, trace::kGtkwaveView),
                     trace::beside(trace, trace::kSurferView), trace);
}

}  // namespace uvea::tb
