#pragma once
// The built program as a user runs it: a process with arguments, without a shell between.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace uvea::test {

/// What an ended process left.
struct Ended {
  int status = -1;  ///< exit status; -1 when a signal ended it
  int signal = 0;
  std::string out, err;
};

/// Runs the program to its end. Standard input is empty. What `run --out FOLDER` left in the folder
/// is held to the JSON schemas of docs/.
Ended run_program(const std::vector<std::string>& arguments);
/// The same for another program.
Ended run_binary(const std::string& binary, const std::vector<std::string>& arguments);
/// The program with its standard output on a device or file; `out` stays empty.
Ended run_onto(const std::string& device, const std::vector<std::string>& arguments);
/// A line as a person types it, in `folder`.
Ended run_in_shell(const std::string& folder, const std::string& line);

/// The lines of a text, without their ends.
std::vector<std::string> lines_of(const std::string& text);

/// The program on a terminal of its own: its stderr and its controlling terminal, so that what is
/// typed there reaches it as a person's keys do.
class OnTerminal {
 public:
  explicit OnTerminal(const std::vector<std::string>& arguments);
  ~OnTerminal();
  OnTerminal(const OnTerminal&) = delete;
  OnTerminal& operator=(const OnTerminal&) = delete;

  pid_t pid() const { return pid_; }
  /// Reads until the terminal has shown `text`; false when the program ends before.
  bool wait_for(const std::string& text);
  void type(const std::string& keys);
  /// Waits for the end; `err` is all that the terminal showed.
  Ended wait();
  /// The program or a child of it is still there.
  bool survivors() const;

 private:
  bool read_some();

  pid_t pid_ = -1;
  int terminal_ = -1, out_ = -1;
  int alive_ = -1;  ///< reads end-of-file once the program and all its children are gone
  std::string shown_;
  bool ended_ = false;
};

/// A folder that goes away with the test, and files in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string file(const std::string& name, const std::string& content) const;
  /// Names of everything in it, folders included, sorted.
  std::vector<std::string> names() const;

 private:
  std::filesystem::path path_;
};

/// A file's content; fails the test when it is not there.
std::string content_of(const std::string& path);

}  // namespace uvea::test
