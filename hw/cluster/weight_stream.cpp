#include "hw/cluster/weight_stream.h"

#include <algorithm>

#include "hw/command/little_endian.h"
#include "hw/command/stream_format.h"
#include "hw/config/chip_limits.h"

namespace uvea::hw {
namespace {

constexpr std::uint64_t kLengthBytes = 4;    // of a segment's length
constexpr std::size_t kTileLengthBytes = 1;  // of a tile's
constexpr std::uint64_t kSegmentGrain = 4;

/// The largest power of two that is not above either.
std::size_t read_bytes(std::size_t block, std::size_t room) {
  std::size_t bytes = block;
  while (bytes > room && bytes > kWeightStreamGrain) bytes /= 2;
  return bytes;
}

}  // namespace

WeightStream::WeightStream(const ChipConfig& config)
    : sizes_{static_cast<std::size_t>(weight_word_bytes(config.pe)),
             static_cast<std::size_t>(config.pe.weight_data_words),
             static_cast<std::size_t>(config.port.weight_buffer_bytes), 0} {
  const auto longest = static_cast<std::size_t>(longest_weight_tile(config.pe));
  sizes_.read_bytes = read_bytes(static_cast<std::size_t>(config.control.block_bytes()),
                                 sizes_.buffer_bytes - longest);
}

void WeightStream::begin(std::uint64_t address, std::uint64_t longest_segment, std::int64_t rounds,
                         std::size_t address_words) {
  begin();
  reading_ = true;
  place_ = address;
  segment_ = address + kLengthBytes;
  longest_segment_ = longest_segment;
  rounds_ = rounds_left_ = rounds;
  address_words_ = address_words;
}

std::optional<WeightStream::Read> WeightStream::next_read() {
  if (!reading_) return std::nullopt;
  if (!end_ && reads_ > 0) return std::nullopt;
  if (end_ && place_ == *end_ && !next_segment()) return std::nullopt;
  std::uint64_t bytes = sizes_.read_bytes - place_ % sizes_.read_bytes;
  bytes = std::min(
      bytes, end_ ? *end_ - place_
                  : std::max<std::uint64_t>(kLengthBytes + longest_segment_, kWeightStreamGrain));
  if (held_ + bytes > sizes_.buffer_bytes) return std::nullopt;
  Chunk chunk;
  chunk.size = static_cast<std::size_t>(bytes);
  chunk.begins_segment = reads_ == 0 || place_ == segment_;
  chunks_.push_back(std::move(chunk));
  const Read read{place_, static_cast<std::size_t>(bytes)};
  ++reads_;
  held_ += read.bytes;
  place_ += bytes;
  return read;
}

/// At the end of a segment: another round of it, or the next one. False at the end of the stream,
/// and while the next one's length is not known.
bool WeightStream::next_segment() {
  if (rounds_left_ > 1) {
    --rounds_left_;
    place_ = segment_ + kLengthBytes;
    // A segment without tiles has no rounds.
    return place_ < *end_;
  }
  if (!next_segment_bytes_) return false;
  if (*next_segment_bytes_ == 0) {
    reading_ = false;
    return false;
  }
  segment_ = place_ = (*end_ + kSegmentGrain - 1) / kSegmentGrain * kSegmentGrain;
  end_ = segment_ + *next_segment_bytes_;
  next_segment_bytes_.reset();
  rounds_left_ = rounds_;
  return true;
}

void WeightStream::arrived(std::uint64_t n, const std::vector<std::uint8_t>& bytes,
                           const link::Journey& way, const link::Probe::Item& request) {
  Chunk& chunk = chunks_[n - first_chunk_];
  chunk.bytes = bytes;
  chunk.here = true;
  chunk.way = way;
  chunk.request = request;
  if (chunk.begins_segment) read_header(chunk);
  for (; arrived_ < chunks_.size() && chunks_[arrived_].here; ++arrived_)
    here_ += chunks_[arrived_].bytes.size();
}

void WeightStream::read_header(Chunk& chunk) {
  const std::uint8_t* from = chunk.bytes.data();
  if (!end_) {
    // The begin of the stream; what was read past the first segment will be read in its place.
    const std::uint64_t segment = little_endian(from);
    if (segment <= kLengthBytes) return broken("a first segment without tiles");
    end_ = segment_ + segment;
    coming_ = segment;
    const auto whole = static_cast<std::size_t>(kLengthBytes + segment);
    if (chunk.bytes.size() > whole) {
      held_ -= chunk.bytes.size() - whole;
      chunk.bytes.resize(whole);
      place_ = *end_;
    }
    from += kLengthBytes;
  }
  const std::uint64_t next = little_endian(from);
  if (next != 0 && next <= kLengthBytes) return broken("a segment without tiles");
  next_segment_bytes_ = next;
}

bool WeightStream::take(std::int64_t round, Tile& tile) {
  while (round_ < round) {
    if (!enter(round)) return false;
  }
  if (here_ < kTileLengthBytes || !wrong_.empty()) return false;
  const std::size_t data_words = *front(kTileLengthBytes);
  const std::size_t words = address_words_ + data_words;
  const std::size_t size = kTileLengthBytes + words * sizes_.word_bytes;
  if (size > left_ || data_words > sizes_.longest_words) {
    broken("a tile of " + std::to_string(data_words) + " data words where the segment has " +
           std::to_string(left_) + " bytes left and a PE holds " +
           std::to_string(sizes_.longest_words) + " words");
    return false;
  }
  if (here_ < size) return false;
  tile.data_words = static_cast<int>(data_words);
  tile.bytes = size;
  tile.words.clear();
  tile.reads.clear();
  const std::uint8_t* from = front(size) + kTileLengthBytes;
  for (std::size_t w = 0; w < words; ++w, from += sizes_.word_bytes)
    tile.words.push_back(little_endian(from, sizes_.word_bytes));
  tile.way = chunks_.front().way;
  std::size_t reached = 0;
  for (std::size_t i = 0; reached < used_ + size; ++i) {
    const Chunk& chunk = chunks_[i];
    reached += chunk.bytes.size();
    if (chunk.way.answered > tile.way.answered) tile.way = chunk.way;
    tile.reads.push_back(chunk.request);
  }
  left_ -= size;
  drop(size);
  return true;
}

/// One round further. False while the segment's header is not here, or the round before has tiles
/// left.
bool WeightStream::enter(std::int64_t round) {
  if (!wrong_.empty()) return false;
  if (left_ > 0) {
    broken(std::to_string(left_) + " bytes of tiles that are not used in their round");
    return false;
  }
  if ((round_ + 1) % rounds_ != 0) {
    ++round_;
    left_ = round_bytes_;
    return true;
  }
  const bool first = round_ < 0;
  const std::size_t header = static_cast<std::size_t>(first ? 2 * kLengthBytes : kLengthBytes);
  if (!first && coming_ == 0) {
    broken("no tiles for round " + std::to_string(round));
    return false;
  }
  if (here_ < header) return false;
  round_bytes_ = left_ = coming_ - kLengthBytes;
  coming_ = little_endian(front(header) + header - kLengthBytes);
  drop(header);
  held_ -= header;
  ++round_;
  return true;
}

/// The next bytes, side by side; they are here.
const std::uint8_t* WeightStream::front(std::size_t bytes) {
  const std::vector<std::uint8_t>& first = chunks_.front().bytes;
  if (used_ + bytes <= first.size()) return &first[used_];
  scratch_.assign(first.begin() + static_cast<std::ptrdiff_t>(used_), first.end());
  for (std::size_t i = 1; scratch_.size() < bytes; ++i)
    scratch_.insert(scratch_.end(), chunks_[i].bytes.begin(), chunks_[i].bytes.end());
  return scratch_.data();
}

void WeightStream::drop(std::size_t bytes) {
  here_ -= bytes;
  used_ += bytes;
  while (!chunks_.empty() && chunks_.front().here && used_ >= chunks_.front().bytes.size()) {
    used_ -= chunks_.front().bytes.size();
    chunks_.pop_front();
    ++first_chunk_;
    --arrived_;
  }
}

void WeightStream::broken(const std::string& what) {
  wrong_ = what;
  reading_ = false;
}

}  // namespace uvea::hw
