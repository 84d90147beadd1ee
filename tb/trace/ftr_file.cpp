#include "tb/trace/ftr_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace uvea::trace {
namespace {

// Tags of the file.
constexpr std::uint64_t kSelfDescribed = 55799;
constexpr std::uint64_t kInfo = 6, kDictionary = 8, kDirectory = 10, kBlock = 12, kRelations = 14;
// Of a date.
constexpr std::uint64_t kEpoch = 1;
// Of a directory's entries.
constexpr std::uint64_t kStream = 16, kGenerator = 17;
// Of a transaction's parts.
constexpr std::uint64_t kEvent = 6, kBeginAttribute = 7;
// Types of attributes.
constexpr std::uint64_t kUnsigned = 3, kString = 10;

/// Names are whatever a network's file said; of bytes that are no UTF-8 Surfer would refuse the file.
std::string utf8(const std::string& text) {
  using Json = nlohmann::json;
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace))
      .get<std::string>();
}

}  // namespace

FtrFile::FtrFile(const std::string& path) : file_(path) {
  Cbor begin;
  begin.tag(kSelfDescribed);
  begin.open_array();
  file_.write(begin.written());
  Cbor info;
  info.array(2);
  info.negative(static_cast<std::uint64_t>(-1 - kTimescale));
  info.tag(kEpoch);
  info.number(0);
  write_chunk(kInfo, {}, info.written());
  text("");  // number 0
}

FtrFile::Id FtrFile::text(const std::string& text) {
  const auto [at, fresh] = texts_.try_emplace(text, texts_.size());
  if (fresh) {
    dictionary_.number(at->second);
    dictionary_.text(utf8(text));
    ++fresh_texts_;
  }
  return at->second;
}

FtrFile::Id FtrFile::add_stream(const std::string& name, const std::string& kind) {
  const Id id = ++ids_;
  directory_.tag(kStream);
  directory_.array(3);
  directory_.number(id);
  directory_.number(text(name));
  directory_.number(text(kind));
  streams_[id];
  return id;
}

FtrFile::Id FtrFile::add_generator(Id stream, const std::string& name) {
  const Id id = ++ids_;
  directory_.tag(kGenerator);
  directory_.array(3);
  directory_.number(id);
  directory_.number(text(name));
  directory_.number(stream);
  stream_of_[id] = stream;
  return id;
}

void FtrFile::attribute(Cbor& to, const TransactionAttribute& attribute) {
  const auto* number = std::get_if<std::uint64_t>(&attribute.value);
  to.tag(kBeginAttribute);
  to.array(3);
  to.number(text(attribute.name));
  to.number(number != nullptr ? kUnsigned : kString);
  to.number(number != nullptr ? *number : text(std::get<std::string>(attribute.value)));
}

FtrFile::Id FtrFile::transaction(Id generator, std::uint64_t from, std::uint64_t to,
                                 const std::vector<TransactionAttribute>& attributes) {
  const Id stream_id = stream_of_.at(generator);
  const Id id = first_ + streams_since_.size();
  streams_since_.push_back(stream_id);
  Stream& stream = streams_.at(stream_id);
  const bool first = stream.transactions.empty();
  stream.from = first ? from : std::min(stream.from, from);
  stream.to = first ? to : std::max(stream.to, to);
  Cbor& items = stream.transactions;
  items.array(1 + attributes.size());
  items.tag(kEvent);
  items.array(4);
  items.number(id);
  items.number(generator);
  items.number(from);
  items.number(to);
  for (const TransactionAttribute& one : attributes) attribute(items, one);
  return id;
}

void FtrFile::relation(const std::string& name, Id from, Id to) {
  relations_.array(5);
  relations_.number(text(name));
  relations_.number(from);
  relations_.number(to);
  relations_.number(streams_since_.at(from - first_));
  relations_.number(streams_since_.at(to - first_));
}

void FtrFile::write_chunk(std::uint64_t tag, const std::vector<std::uint64_t>& parameters,
                          const std::string& content) {
  Cbor chunk;
  chunk.tag(tag);
  if (!parameters.empty()) chunk.array(parameters.size() + 1);
  for (const std::uint64_t parameter : parameters) chunk.number(parameter);
  chunk.bytes(content);
  file_.write(chunk.written());
}

void FtrFile::write_items(std::uint64_t tag, const std::vector<std::uint64_t>& parameters,
                          Cbor& items) {
  if (items.empty()) return;
  Cbor array;
  array.open_array();
  array.append(items);
  array.end();
  items.clear();
  write_chunk(tag, parameters, array.written());
}

void FtrFile::flush() {
  if (fresh_texts_ > 0) {
    Cbor map;
    map.map(fresh_texts_);
    map.append(dictionary_);
    write_chunk(kDictionary, {}, map.written());
    dictionary_.clear();
    fresh_texts_ = 0;
  }
  write_items(kDirectory, {}, directory_);
  for (auto& [id, stream] : streams_)
    write_items(kBlock, {id, stream.from, stream.to}, stream.transactions);
  // Behind the transactions: a reader that joins them as it reads joins them once.
  write_items(kRelations, {}, relations_);
  first_ += streams_since_.size();
  streams_since_.clear();
}

void FtrFile::close() {
  flush();
  Cbor end;
  end.end();
  file_.write(end.written());
  file_.close();
}

}  // namespace uvea::trace
