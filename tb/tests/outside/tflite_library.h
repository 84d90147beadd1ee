#pragma once
// The TensorFlow Lite C library as an outside interpreter, opened at run time. Only the functions
// that are used are declared, so no header of it is needed to build.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace uvea::tb {

/// The opened library. Throws std::runtime_error when the file cannot be opened or lacks a
/// function.
class TfliteLibrary {
 public:
  explicit TfliteLibrary(const std::string& path);
  ~TfliteLibrary();
  TfliteLibrary(const TfliteLibrary&) = delete;
  TfliteLibrary& operator=(const TfliteLibrary&) = delete;

  /// As the library states it, for instance "2.2.0".
  std::string version() const;

  struct Api;
  const Api& api() const { return *api_; }

 private:
  void* handle_ = nullptr;
  std::unique_ptr<Api> api_;
};

/// One model, ready to run. Keeps its own copy of the file; the library must outlive it.
/// Every member throws std::runtime_error with the interpreter's own text when it refuses.
class TfliteSession {
 public:
  TfliteSession(const TfliteLibrary& library, std::vector<std::uint8_t> model);
  ~TfliteSession();
  TfliteSession(const TfliteSession&) = delete;
  TfliteSession& operator=(const TfliteSession&) = delete;

  /// Bytes of graph output 0 for the bytes of graph input 0.
  std::vector<std::uint8_t> run(const std::vector<std::uint8_t>& input);
  /// Bytes of every graph output for those of every graph input.
  std::vector<std::vector<std::uint8_t>> run_all(
      const std::vector<std::vector<std::uint8_t>>& inputs);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace uvea::tb
