#include "tb/tests/app/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "tb/testing/json_schema.h"

namespace uvea::test {
namespace {

namespace fs = std::filesystem;

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

[[noreturn]] void become_program(const std::string& binary,
                                 const std::vector<std::string>& arguments) {
  std::vector<std::string> words{binary};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

void take_status(pid_t pid, Ended& ended) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status)) ended.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
}

/// False at the end of the stream; a terminal whose other side is closed gives EIO.
bool append_from(int fd, std::string& text) {
  char buffer[4096];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.append(buffer, static_cast<std::size_t>(n));
    return true;
  }
}

}  // namespace

namespace {

/// `output`: where standard output goes to; empty: into the result.
Ended run(const std::string& binary, const std::vector<std::string>& arguments,
          const std::string& output) {
  int out[2], err[2];
  require(::pipe2(out, O_CLOEXEC) == 0 && ::pipe2(err, O_CLOEXEC) == 0, "no pipe");
  const pid_t pid = ::fork();
  require(pid >= 0, "no process");
  if (pid == 0) {
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output.empty() ? out[1] : ::open(output.c_str(), O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    ::dup2(err[1], STDERR_FILENO);
    become_program(binary, arguments);
  }
  ::close(out[1]);
  ::close(err[1]);
  Ended ended;
  bool out_open = true, err_open = true;
  while (out_open || err_open) {
    pollfd both[2] = {{out_open ? out[0] : -1, POLLIN, 0}, {err_open ? err[0] : -1, POLLIN, 0}};
    if (::poll(both, 2, -1) < 0) continue;
    if (both[0].revents != 0) out_open = append_from(out[0], ended.out);
    if (both[1].revents != 0) err_open = append_from(err[0], ended.err);
  }
  ::close(out[0]);
  ::close(err[0]);
  take_status(pid, ended);
  return ended;
}

}  // namespace

namespace {

/// What a run wrote into the folder after --out is as the schemas say.
void expect_as_schemas_say(const std::vector<std::string>& arguments) {
  const auto out = std::find(arguments.begin(), arguments.end(), "--out");
  if (arguments.empty() || arguments.front() != "run" || arguments.end() - out < 2) return;
  for (const std::string name : {"results", "resources"}) {
    const fs::path file = fs::path(*(out + 1)) / (name + ".json");
    if (!fs::is_regular_file(file)) continue;
    const auto read = [](const std::string& path) {
      return nlohmann::json::parse(content_of(path), nullptr, false);
    };
    for (const std::string& wrong :
         schema_violations(read(file.string()), read(UVEA_DOCS_DIR "/" + name + ".schema.json")))
      ADD_FAILURE() << file << ": " << wrong;
  }
}

}  // namespace

Ended run_program(const std::vector<std::string>& arguments) {
  return run_binary(UVEA_BINARY, arguments);
}

Ended run_binary(const std::string& binary, const std::vector<std::string>& arguments) {
  Ended ended = run(binary, arguments, "");
  expect_as_schemas_say(arguments);
  return ended;
}

Ended run_onto(const std::string& device, const std::vector<std::string>& arguments) {
  return run(UVEA_BINARY, arguments, device);
}

Ended run_in_shell(const std::string& folder, const std::string& line) {
  return run("/bin/sh", {"-c", "cd \"$0\" && " + line, folder}, "");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

OnTerminal::OnTerminal(const std::vector<std::string>& arguments) {
  int out[2], alive[2];
  require(::pipe2(out, O_CLOEXEC) == 0 && ::pipe2(alive, O_CLOEXEC) == 0, "no pipe");
  terminal_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  require(terminal_ >= 0 && ::grantpt(terminal_) == 0 && ::unlockpt(terminal_) == 0, "no terminal");
  const std::string name = ::ptsname(terminal_);
  pid_ = ::fork();
  require(pid_ >= 0, "no process");
  if (pid_ == 0) {
    ::setsid();
    const int slave = ::open(name.c_str(), O_RDWR);  // becomes the controlling terminal
    ::ioctl(slave, TIOCSCTTY, 0);
    ::dup2(slave, STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(slave, STDERR_FILENO);
    if (slave > STDERR_FILENO) ::close(slave);
    ::fcntl(alive[1], F_SETFD, 0);  // inherited by the program and its children
    become_program(UVEA_BINARY, arguments);
  }
  ::close(out[1]);
  ::close(alive[1]);
  out_ = out[0];
  alive_ = alive[0];
}

OnTerminal::~OnTerminal() {
  if (!ended_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (const int fd : {terminal_, out_, alive_}) ::close(fd);
}

bool OnTerminal::read_some() { return append_from(terminal_, shown_); }

bool OnTerminal::wait_for(const std::string& text) {
  while (shown_.find(text) == std::string::npos)
    if (!read_some()) return false;
  return true;
}

void OnTerminal::type(const std::string& keys) {
  require(::write(terminal_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()),
          "the terminal takes no keys");
}

Ended OnTerminal::wait() {
  Ended ended;
  while (read_some()) continue;
  while (append_from(out_, ended.out)) continue;
  take_status(pid_, ended);
  ended_ = true;
  ended.err = shown_;
  return ended;
}

bool OnTerminal::survivors() const {
  pollfd alive{alive_, POLLIN, 0};
  return ::poll(&alive, 1, 0) != 1 || (alive.revents & POLLHUP) == 0;
}

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "uvea_test_XXXXXX").string();
  require(::mkdtemp(name.data()) != nullptr, "no folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code error;
  fs::remove_all(path_, error);
}

std::string Folder::file(const std::string& name, const std::string& content) const {
  std::ofstream out(path_ / name, std::ios::binary);
  out << content;
  require(out.flush().good(), "no file");
  return path(name);
}

std::vector<std::string> Folder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(path_))
    names.push_back(fs::relative(entry.path(), path_).string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace uvea::test
