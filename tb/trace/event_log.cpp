#include "tb/trace/event_log.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "tb/trace/varint.h"

namespace uvea::trace {
namespace {

constexpr std::size_t large_chunk = 16384, small_chunk = 512;
constexpr std::size_t write_bytes = std::size_t{1} << 20;
constexpr std::size_t longest_event = 50;  // five numbers

}  // namespace

EventLog::EventLog(Options options)
    : options_(std::move(options)),
      chunk_bytes_(options_.keep == 0 ? large_chunk : small_chunk),
      room_at_(options_.memory) {}

std::uint32_t EventLog::add(TrackKind kind, bool each) {
  Track& track = tracks_.emplace_back();
  track.kind = kind;
  track.each = each;
  return static_cast<std::uint32_t>(tracks_.size() - 1);
}

void EventLog::state(std::uint32_t track, unsigned state, Cycle from, Cycle to) {
  if (to <= from || from >= options_.until) return;
  Track& t = tracks_[track];
  if (t.pending) {
    const Cycle until = t.to == Probe::kOpen ? from : t.to;
    if (from < t.from || from < until) {
      ++disordered_;
      return;
    }
    if (t.number == state && until == from) {
      t.to = to;
      return;
    }
    if (until > t.from) put_state(track, until);
  } else if (from < t.base) {
    ++disordered_;
    return;
  }
  t.pending = true;
  t.from = from;
  t.to = to;
  t.number = state;
}

void EventLog::value(std::uint32_t track, Cycle at, std::int64_t value) {
  if (at >= options_.until) return;
  Track& t = tracks_[track];
  if (at < (t.pending ? t.from : t.base)) {
    ++disordered_;
    return;
  }
  if (t.pending && at > t.from) put_value(track);
  t.pending = true;
  t.from = at;
  t.number = static_cast<std::uint64_t>(value);
}

void EventLog::item(std::uint32_t track, const Probe::Item& item, std::uint64_t words, Cycle from,
                    Cycle to) {
  if (from >= options_.until) return;
  Track& t = tracks_[track];
  if (from < t.base) {
    ++disordered_;
    return;
  }
  Chunk& chunk = open_chunk(track, from);
  const std::size_t before = chunk.bytes.size();
  put_varint(chunk.bytes, from - t.base);
  put_varint(chunk.bytes, to > from ? to - from : 0);
  put_varint(chunk.bytes, words);
  put_varint(chunk.bytes, item.source);
  put_varint(chunk.bytes, zigzag(item.serial - t.value));
  t.base = from;
  t.value = item.serial;
  close_event(chunk, before, to);
}

EventLog::Chunk& EventLog::open_chunk(std::uint32_t track, Cycle from) {
  Track& t = tracks_[track];
  if (t.chunks.empty() || t.chunks.back().bytes.size() + longest_event > chunk_bytes_) {
    Chunk& chunk = t.chunks.emplace_back();
    chunk.head.track = track;
    chunk.head.first = from;
    chunk.head.base = t.base;
    chunk.head.value = t.value;
    chunk.head.any = t.any ? 1 : 0;
    held_ += sizeof(Chunk);
  }
  return t.chunks.back();
}

void EventLog::close_event(Chunk& chunk, std::size_t before, Cycle to) {
  chunk.head.last = std::max(chunk.head.last, to);
  held_ += chunk.bytes.size() - before;
  if (held_ > room_at_) make_room();
}

void EventLog::put_state(std::uint32_t track, Cycle to) {
  Track& t = tracks_[track];
  Chunk& chunk = open_chunk(track, t.from);
  const std::size_t before = chunk.bytes.size();
  put_varint(chunk.bytes, t.from - t.base);
  put_varint(chunk.bytes, to - t.from);
  put_varint(chunk.bytes, t.number);
  t.base = to;
  t.pending = false;
  close_event(chunk, before, to);
}

void EventLog::put_value(std::uint32_t track) {
  Track& t = tracks_[track];
  t.pending = false;
  if (t.any && !t.each && t.number == t.value) return;
  Chunk& chunk = open_chunk(track, t.from);
  const std::size_t before = chunk.bytes.size();
  put_varint(chunk.bytes, t.from - t.base);
  put_varint(chunk.bytes, zigzag(t.number - t.value));
  t.base = t.from;
  t.value = t.number;
  t.any = true;
  close_event(chunk, before, t.from);
}

void EventLog::make_room() {
  if (options_.keep > 0) {
    prune(options_.now ? options_.now() : 0);
    // Not asked again for every event when nothing could go.
    room_at_ = std::max<std::uint64_t>(options_.memory, held_ + held_ / 2);
  } else if (options_.file >= 0) {
    spill();
  } else {
    room_at_ = ~std::uint64_t{0};
  }
}

void EventLog::prune(Cycle now) {
  now = std::min(now, options_.until);
  if (now <= options_.keep) return;
  const Cycle horizon = now - options_.keep;
  for (Track& t : tracks_) {
    // The last one may be in use.
    while (t.chunks.size() > 1 && t.chunks.front().head.last < horizon) {
      held_ -= sizeof(Chunk) + t.chunks.front().bytes.size();
      t.chunks.pop_front();
    }
  }
}

void EventLog::spill() {
  for (Track& t : tracks_) {
    for (Chunk& chunk : t.chunks) {
      chunk.head.bytes = static_cast<std::uint32_t>(chunk.bytes.size());
      write(&chunk.head, sizeof chunk.head);
      write(chunk.bytes.data(), chunk.bytes.size());
    }
    t.chunks.clear();
  }
  held_ = 0;
  if (options_.file >= 0) flush();
}

void EventLog::flush() {
  for (std::size_t done = 0; done < out_.size() && error_ == 0;) {
    const ssize_t n = ::write(options_.file, out_.data() + done, out_.size() - done);
    if (n > 0) done += static_cast<std::size_t>(n);
    if (n < 0 && errno != EINTR) error_ = errno;
  }
  out_.clear();
}

void EventLog::write(const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  if (error_ == 0) out_.insert(out_.end(), bytes, bytes + size);
  written_ += size;
  if (options_.file >= 0 && out_.size() > write_bytes) flush();
}

std::uint64_t EventLog::finish(Cycle end) {
  for (std::uint32_t track = 0; track < tracks_.size(); ++track) {
    const Track& t = tracks_[track];
    if (!t.pending) continue;
    if (t.kind == TrackKind::values) {
      put_value(track);
    } else if (const Cycle to = t.to == Probe::kOpen ? end : t.to; to > t.from) {
      put_state(track, to);
    }
  }
  if (options_.keep > 0) prune(end);
  spill();
  return written_;
}

}  // namespace uvea::trace
