#include "tb/trace/event_reader.h"

#include "tb/trace/varint.h"

namespace uvea::trace {

EventReader::EventReader(const Fragment& fragment, std::size_t track)
    : kind_(fragment.info().tracks[track].kind), chunks_(fragment.chunks(track)) {}

bool EventReader::read(TrackEvent& event) {
  while (at_ == end_) {
    if (chunk_ == chunks_.size()) return false;
    const Fragment::ChunkView& chunk = chunks_[chunk_++];
    at_ = chunk.bytes;
    end_ = chunk.bytes + chunk.head.bytes;
    base_ = chunk.head.base;
    value_ = chunk.head.value;
  }
  event.from = event.to = base_ + get_varint(at_, end_);
  if (kind_ == TrackKind::values) {
    base_ = event.from;
    event.value = value_ += unzigzag(get_varint(at_, end_));
    return true;
  }
  event.to += get_varint(at_, end_);
  if (kind_ == TrackKind::states) {
    event.value = get_varint(at_, end_);
    base_ = event.to;
    return true;
  }
  event.words = get_varint(at_, end_);
  event.source = static_cast<std::uint32_t>(get_varint(at_, end_));
  event.serial = value_ += unzigzag(get_varint(at_, end_));
  base_ = event.from;
  return true;
}

}  // namespace uvea::trace
