#include "tb/trace/trace_event_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace uvea::trace {

std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

TraceEventFile::TraceEventFile(const std::string& path) : file_(path) {
  file_.write("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
}

void TraceEventFile::put(const std::string& event) {
  file_.write(events_++ == 0 ? "\n" : ",\n");
  file_.write(event);
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
  file_.write("\n],\"otherData\":" + about + "}\n");
  file_.close();
}

}  // namespace uvea::trace
