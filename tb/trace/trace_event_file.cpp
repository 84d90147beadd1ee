#include "tb/trace/trace_event_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "sw/user_error.h"

namespace uvea::trace {
namespace {

[[noreturn]] void refuse(const std::string& path, int error) {
  throw UserError(
      fmt::format("--transactions '{}' cannot be written: {}", path, std::strerror(error)));
}

}  // namespace

std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

TraceEventFile::TraceEventFile(const std::string& path)
    : path_(path),
      part_(fmt::format("{}.{}.part", path, ::getpid())),
      file_(std::fopen(part_.c_str(), "w")) {
  if (file_ == nullptr) refuse(path_, errno);
  std::fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", file_);
}

TraceEventFile::~TraceEventFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  ::unlink(part_.c_str());
}

void TraceEventFile::put(const std::string& event) {
  if (std::fputs(events_++ == 0 ? "\n" : ",\n", file_) < 0 ||
      std::fwrite(event.data(), 1, event.size(), file_) != event.size())
    failed_ = true;
}

void TraceEventFile::name_process(int process, const std::string& name) {
  put(fmt::format(R"({{"ph":"M","name":"process_name","pid":{},"args":{{"name":{}}}}})", process,
                  json_text(name)));
  put(fmt::format(
      R"({{"ph":"M","name":"process_sort_index","pid":{0},"args":{{"sort_index":{0}}}}})",
      process));
}

void TraceEventFile::name_row(const Row& row, const std::string& name) {
  put(fmt::format(R"({{"ph":"M","name":"thread_name","pid":{},"tid":{},"args":{{"name":{}}}}})",
                  row.process, row.thread, json_text(name)));
  put(fmt::format(
      R"({{"ph":"M","name":"thread_sort_index","pid":{0},"tid":{1},"args":{{"sort_index":{1}}}}})",
      row.process, row.thread));
}

void TraceEventFile::slice(const Row& row, const std::string& name, const char* category,
                           link::Cycle from, link::Cycle to, const std::string& args) {
  put(fmt::format(
      R"({{"ph":"X","name":{},"cat":"{}","pid":{},"tid":{},"ts":{},"dur":{},"args":{}}})",
      json_text(name), category, row.process, row.thread, from, std::max(to, from + 1) - from,
      args));
}

void TraceEventFile::arrow(const char* name, const Row& from_row, link::Cycle from,
                           const Row& to_row, link::Cycle to) {
  ++arrows_;
  put(fmt::format(R"({{"ph":"s","id":{},"name":"{}","cat":"flow","pid":{},"tid":{},"ts":{}}})",
                  arrows_, name, from_row.process, from_row.thread, from));
  put(fmt::format(
      R"({{"ph":"f","bp":"e","id":{},"name":"{}","cat":"flow","pid":{},"tid":{},"ts":{}}})",
      arrows_, name, to_row.process, to_row.thread, to));
}

void TraceEventFile::counter(int process, const std::string& name, const std::string& unit,
                             link::Cycle at, double value) {
  put(fmt::format(R"({{"ph":"C","name":{},"pid":{},"tid":0,"ts":{},"args":{{{}:{}}}}})",
                  json_text(name), process, at, json_text(unit), value));
}

void TraceEventFile::close(const std::string& about) {
  const std::string end = "\n],\"otherData\":" + about + "}\n";
  if (std::fwrite(end.data(), 1, end.size(), file_) != end.size()) failed_ = true;
  if (std::fflush(file_) != 0) failed_ = true;
  const int error = failed_ ? (errno != 0 ? errno : EIO) : 0;
  std::fclose(file_);
  file_ = nullptr;
  if (error == 0 && std::rename(part_.c_str(), path_.c_str()) == 0) return;
  const int reason = error != 0 ? error : errno;
  ::unlink(part_.c_str());
  refuse(path_, reason);
}

}  // namespace uvea::trace
