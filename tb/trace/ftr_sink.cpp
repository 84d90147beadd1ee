#include "tb/trace/ftr_sink.h"

namespace uvea::trace {

TransactionSink::Row FtrSink::row(RowKind kind, const std::string& path, const std::string& name) {
  const auto [at, fresh] = rows_.try_emplace({path, name}, places_.size());
  if (fresh) {
    if (kind == RowKind::states)
      places_.push_back({path + "." + name, "state", ""});
    else
      places_.push_back({path, kind == RowKind::control ? "control" : "item", name});
  }
  return at->second;
}

FtrFile::Id FtrSink::generator(const Place& place, const std::string& name) {
  const auto [stream, fresh_stream] = streams_.try_emplace(place.stream, 0);
  if (fresh_stream) stream->second = file_.add_stream(place.stream, place.kind);
  const auto [generator, fresh] = generators_.try_emplace({stream->second, name}, 0);
  if (fresh) generator->second = file_.add_generator(stream->second, name);
  return generator->second;
}

TransactionSink::Slice FtrSink::slice(const SliceInfo& slice) {
  const Place& place = places_[slice.row];
  const FtrFile::Id of = generator(place, place.generator.empty() ? slice.name : place.generator);
  // Slices are numbered from 0, transactions from 1.
  return file_.transaction(of, slice.from * period_, slice.to * period_, slice.attributes) - 1;
}

void FtrSink::arrow(const char* name, Slice from, Slice to) {
  file_.relation(name, from + 1, to + 1);
}

}  // namespace uvea::trace
