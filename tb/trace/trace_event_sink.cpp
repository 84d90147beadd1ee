#include "tb/trace/trace_event_sink.h"

#include <fmt/format.h>

#include <algorithm>

namespace uvea::trace {
namespace {

/// "chip.cluster_0_0" of "chip.cluster_0_0.pes.pe_0_0", and the rest.
std::pair<std::string, std::string> split(const std::string& path) {
  const std::size_t first = path.find('.');
  const std::size_t second = first == std::string::npos ? first : path.find('.', first + 1);
  if (second == std::string::npos) return {path, ""};
  return {path.substr(0, second), path.substr(second + 1)};
}

std::string text_of(const std::string& rest, const std::string& name) {
  return rest.empty() ? name : rest + "." + name;
}

const char* category_of(RowKind kind) {
  switch (kind) {
    case RowKind::states:
      return "state";
    case RowKind::control:
      return "control";
    case RowKind::items:
      break;
  }
  return "item";
}

std::string json_of(const std::vector<TransactionAttribute>& attributes) {
  std::string json = "{";
  for (const TransactionAttribute& attribute : attributes) {
    const auto* number = std::get_if<std::uint64_t>(&attribute.value);
    json += fmt::format(R"({}"{}":{})", json.size() == 1 ? "" : ",", attribute.name,
                        number != nullptr ? std::to_string(*number)
                                          : json_text(std::get<std::string>(attribute.value)));
  }
  return json + "}";
}

}  // namespace

int TraceEventSink::process(const std::string& name) {
  const auto [at, fresh] = processes_.try_emplace(name, static_cast<int>(processes_.size()) + 1);
  if (fresh) file_.name_process(at->second, name);
  return at->second;
}

TransactionSink::Row TraceEventSink::row(RowKind kind, const std::string& path,
                                         const std::string& name) {
  const auto [at, fresh] = rows_.try_emplace({path, name}, places_.size());
  if (fresh) {
    const auto [process, rest] = split(path);
    places_.push_back({category_of(kind), process, text_of(rest, name), {}});
  }
  return at->second;
}

TraceEventSink::Lane& TraceEventSink::lane(Place& place, link::Cycle from) {
  const auto free = std::find_if(place.lanes.begin(), place.lanes.end(),
                                 [from](const Lane& lane) { return lane.end <= from; });
  if (free != place.lanes.end()) return *free;
  const TraceEventFile::Row row{process(place.process), ++lanes_};
  const std::size_t number = place.lanes.size() + 1;
  file_.name_row(row, place.text + (number == 1 ? "" : fmt::format(" ({})", number)));
  return place.lanes.emplace_back(Lane{row, 0});
}

TransactionSink::Slice TraceEventSink::slice(const SliceInfo& slice) {
  Place& place = places_[slice.row];
  Lane& found = lane(place, slice.from);
  found.end = slice.to;
  file_.slice(found.row, slice.name, place.category, slice.from, slice.to,
              json_of(slice.attributes));
  shown_.push_back({found.row, slice.from, slice.to});
  return first_ + shown_.size() - 1;
}

void TraceEventSink::arrow(const char* name, Slice from, Slice to) {
  const Shown &a = shown_.at(from - first_), &b = shown_.at(to - first_);
  // Within both slices, and never back in time.
  const link::Cycle end = std::min(std::max(a.from, b.from), b.to - 1);
  file_.arrow(name, a.row, std::min(a.to - 1, end), b.row, end);
}

TransactionSink::Curve TraceEventSink::curve(const std::string& path, const std::string& name,
                                             const std::string& unit) {
  const auto [of, rest] = split(path);
  counters_.push_back({process(of), text_of(rest, name), unit});
  return counters_.size() - 1;
}

void TraceEventSink::value(Curve curve, link::Cycle at, double value) {
  const Counter& counter = counters_[curve];
  file_.counter(counter.process, counter.name, counter.unit, at, value);
}

void TraceEventSink::end_piece() {
  first_ += shown_.size();
  shown_.clear();
}

void TraceEventSink::close(std::optional<link::Cycle> cut) {
  file_.close(fmt::format(R"({{"time":"1 us is 1 cycle of the chip","clock_mhz":{},"cut":{}}})",
                          clock_mhz_, cut ? std::to_string(*cut) : "null"));
}

}  // namespace uvea::trace
