#include "tb/tests/trace/trace_events.h"

#include <algorithm>
#include <optional>
#include <set>

namespace uvea::test {

using Json = nlohmann::json;

namespace {

class Reader {
 public:
  TraceEvents read(const Json& file) {
    if (!file.is_object() || !file.contains("traceEvents") || !file["traceEvents"].is_array()) {
      fault("no array traceEvents");
      return std::move(told_);
    }
    for (const Json& event : file["traceEvents"]) take(event);
    check_rows();
    join();
    return std::move(told_);
  }

 private:
  struct End {
    std::int64_t process, thread;
    std::uint64_t at;
    std::string name;
  };

  void fault(const std::string& what) { told_.faults.push_back(what); }

  void take(const Json& event) {
    const auto text = [&event](const char* key) {
      return event.contains(key) && event[key].is_string();
    };
    const auto whole = [&event](const char* key) {
      return event.contains(key) && event[key].is_number_integer() && event[key] >= 0;
    };
    if (!event.is_object() || !text("ph")) return fault("an event without a phase");
    const std::string phase = event["ph"];
    if (!text("name") || !whole("pid"))
      return fault("an event of phase " + phase + " without name or pid");
    if (phase == "M") return take_name(event);
    if (!whole("tid") || !whole("ts"))
      return fault("an event of phase " + phase + " without tid or ts");
    const End end{event["pid"], event["tid"], event["ts"], event["name"]};
    if (phase == "X") {
      if (!whole("dur") || event["dur"] == 0) return fault("a slice without duration");
      if (!event.contains("args") || !event["args"].is_object())
        return fault("a slice without args");
      told_.slices.push_back({end.process, end.thread, end.at,
                              end.at + event["dur"].get<std::uint64_t>(), end.name, event["args"]});
    } else if (phase == "C") {
      ++told_.counters;
      if (!event.contains("args") || event["args"].empty()) return fault("a counter without value");
      for (const Json& value : event["args"])
        if (!value.is_number()) return fault("a counter whose value is no number");
    } else if (phase == "s" || phase == "f") {
      if (!event.contains("id")) return fault("an arrow without id");
      auto& ends = (phase == "s" ? begins_ : ends_);
      if (phase == "f" && (!text("bp") || event["bp"] != "e"))
        fault("an arrow's end that is not bound to the slice around it");
      if (!ends.emplace(event["id"].dump(), end).second) fault("an arrow with two ends alike");
    } else {
      fault("unknown phase " + phase);
    }
  }

  void take_name(const Json& event) {
    const std::string name = event["name"];
    if (name == "process_name") told_.processes[event["pid"]] = event["args"]["name"];
    if (name == "thread_name") told_.rows[{event["pid"], event["tid"]}] = event["args"]["name"];
  }

  void check_rows() {
    for (std::size_t i = 0; i < told_.slices.size(); ++i) {
      const TraceEvents::Slice& slice = told_.slices[i];
      of_row_[{slice.process, slice.thread}].push_back(i);
    }
    for (auto& [row, slices] : of_row_) {
      if (told_.processes.count(row.first) == 0 || told_.rows.count(row) == 0)
        fault("a row without a name");
      std::sort(slices.begin(), slices.end(), [this](std::size_t a, std::size_t b) {
        return told_.slices[a].from < told_.slices[b].from;
      });
      for (std::size_t i = 1; i < slices.size(); ++i)
        if (told_.slices[slices[i]].from < told_.slices[slices[i - 1]].to)
          fault("slices overlap in " + told_.row_of(told_.slices[slices[i]]));
    }
  }

  std::optional<std::size_t> slice_at(const End& end) const {
    const auto row = of_row_.find({end.process, end.thread});
    if (row == of_row_.end()) return std::nullopt;
    const auto after = std::upper_bound(
        row->second.begin(), row->second.end(), end.at,
        [this](std::uint64_t at, std::size_t i) { return at < told_.slices[i].from; });
    if (after == row->second.begin()) return std::nullopt;
    const std::size_t slice = *std::prev(after);
    if (end.at >= told_.slices[slice].to) return std::nullopt;
    return slice;
  }

  void join() {
    for (const auto& [id, begin] : begins_) {
      const auto end = ends_.find(id);
      if (end == ends_.end()) {
        fault("an arrow without an end");
        continue;
      }
      if (end->second.name != begin.name) fault("an arrow with two names");
      if (end->second.at < begin.at) fault("an arrow back in time");
      const auto from = slice_at(begin), to = slice_at(end->second);
      if (!from || !to) {
        fault("an arrow that is bound to no slice");
        continue;
      }
      told_.arrows.push_back({begin.name, *from, *to});
    }
    for (const auto& [id, end] : ends_)
      if (begins_.count(id) == 0) fault("an arrow without a begin");
  }

  TraceEvents told_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::size_t>> of_row_;
  std::map<std::string, End> begins_, ends_;
};

}  // namespace

std::string TraceEvents::row_of(const Slice& slice) const {
  const auto process = processes.find(slice.process);
  const auto row = rows.find({slice.process, slice.thread});
  return (process == processes.end() ? "?" : process->second) + "/" +
         (row == rows.end() ? "?" : row->second);
}

TraceEvents read_trace_events(const Json& file) { return Reader().read(file); }

bool is_control(const TraceEvents& events, const TraceEvents::Slice& slice) {
  const std::string row = events.row_of(slice);
  return row == "chip/layer" || row == "chip/pass";
}

std::string taker_faults_of(const TraceEvents& events) {
  const auto block_of = [&events](const TraceEvents::Slice& slice) {
    std::string row = events.row_of(slice);
    std::replace(row.begin(), row.end(), '/', '.');
    return row.substr(0, row.rfind("." + slice.name));
  };
  const auto key_of = [](const TraceEvents::Slice& slice) {
    return slice.args["source"].get<std::string>() + "#" + slice.args["serial"].dump();
  };
  std::map<std::string, std::set<std::string>> takers;  // PEs, by burst
  for (const TraceEvents::Slice& slice : events.slices)
    if (slice.name == "iact" || slice.name == "weight" || slice.name == "psum_in")
      takers[key_of(slice)].insert(block_of(slice));
  for (const TraceEvents::Slice& slice : events.slices) {
    if (is_control(events, slice)) continue;
    const std::string where = events.row_of(slice) + " from " + std::to_string(slice.from) + ": ";
    // A row that is written is no burst, though it counts like one.
    const bool sent = slice.name == "read" || slice.name == "nulls" || slice.name == "bursts" ||
                      slice.name == "psum_out";
    const auto taken = takers.find(key_of(slice));
    const bool expected = sent && slice.args["source"] == block_of(slice) && taken != takers.end();
    if (slice.args.contains("to") != expected)
      return where + (expected ? "no takers\n" : "takers of what it did not send\n");
    if (!expected) continue;
    const std::string named = slice.args["to"];
    const std::string first = named.substr(0, named.find(','));
    if (taken->second.count(first) == 0) return where + first + " did not take it\n";
    const std::size_t most = 8;
    const std::size_t commas =
        static_cast<std::size_t>(std::count(named.begin(), named.end(), ','));
    if (commas + 1 != std::min(taken->second.size(), most))
      return where + std::to_string(taken->second.size()) + " took it: " + named + "\n";
  }
  return "";
}

}  // namespace uvea::test
