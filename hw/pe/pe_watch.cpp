#include "hw/pe/pe_watch.h"

#include "hw/command/stream_format.h"
#include "tlm/burst_item.h"

namespace uvea::hw {

using link::Cycle;
using link::Probe;

namespace {

std::vector<std::string> stall_names() {
  std::vector<std::string> names;
  for (const StallRow& row : kStallTable) names.emplace_back(row.name);
  return names;
}

}  // namespace

PeWatch::PeWatch(Probe& probe, const std::string& path, bool inside)
    : probe_(probe),
      inside_(inside),
      stall_(probe.add_states(path, "stall", Probe::Group::stall, stall_names())),
      window_(probe.add_values(path, "window", Probe::Group::window, "windows")),
      epoch_(inside ? probe.add_values(path, "epoch", Probe::Group::window, "weight tiles")
                    : Probe::kNone),
      chunks_(inside ? probe.add_items(path, "chunks", Probe::Group::window) : Probe::kNone),
      lanes_(inside ? probe.add_values(path, "mac_lanes", Probe::Group::mac, "lanes")
                    : Probe::kNone),
      iact_(probe.add_items(path, "iact", Probe::Group::links)),
      weight_(probe.add_items(path, "weight", Probe::Group::links)),
      psum_in_(add_psums(path, "psum_in")),
      psum_out_(add_psums(path, "psum_out")) {
  if (!inside) return;
  iact_fill_ = {probe, probe.add_values(path, "iact_entries", Probe::Group::spad, "entries")};
  weight_fill_ = {probe, probe.add_values(path, "weight_words", Probe::Group::spad, "words")};
}

PeWatch::PsumTracks PeWatch::add_psums(const std::string& path, const std::string& name) {
  return {probe_.add_items(path, name, Probe::Group::psum),
          probe_.add_values(path, name + "_0", Probe::Group::psum, "psum"),
          probe_.add_values(path, name + "_1", Probe::Group::psum, "psum")};
}

void PeWatch::name_source(std::uint32_t source, const std::string& path) {
  source_ = source;
  probe_.name_source(source, path);
  probe_.name_source(Probe::kChunks + source, path);
}

bool PeWatch::wants_order() const { return stall_ != Probe::kNone || lanes_ != Probe::kNone; }

void PeWatch::value(Track track, Cycle at, std::uint64_t value) {
  if (track != Probe::kNone) probe_.value(track, at, static_cast<std::int64_t>(value));
}

void PeWatch::begin(Cycle at) {
  stall(Stall::reconfiguration, layer_begin_, at);
  windows_ = epochs_ = 0;
  value(window_, at, 0);
  value(epoch_, at, 0);
  value(lanes_, at, 0);
  lanes_until_ = at;
  iact_fill_.clear(at);
  weight_fill_.clear(at);
  tiles_.clear();
  arrived_.clear();
  done_.clear();
}

void PeWatch::stall(Stall stall, Cycle from, Cycle to) {
  if (stall_ != Probe::kNone && from < to)
    probe_.state(stall_, static_cast<unsigned>(stall), from, to);
}

void PeWatch::weights(const link::Burst& burst, Cycle first_beat) {
  tell_burst(probe_, weight_, burst, first_beat);
  if (!inside_) return;
  const WeightHeader header = unpack_weight_header(burst.words);
  const auto words = header.null ? 0 : static_cast<std::uint64_t>(header.data_words);
  tiles_.push_back({item_of(burst), words});
  weight_fill_.put(first_beat, words);
}

void PeWatch::iacts(const link::Burst& burst, Cycle first_beat, bool dropped) {
  tell_burst(probe_, iact_, burst, first_beat);
  if (dropped || !inside_) return;
  arrived_.push_back(item_of(burst));
  iact_fill_.put(first_beat,
                 static_cast<std::uint64_t>(unpack_iact_header(burst.words[0]).entries));
}

void PeWatch::chunk(Cycle start, const ChunkTiming& timing) {
  const Item chunk{Probe::kChunks + source_, chunk_serial_++};
  probe_.carries(chunk, tiles_.front().burst);
  probe_.carries(chunk, arrived_.front());
  arrived_.pop_front();
  done_.push_back(chunk);
  probe_.item(chunks_, chunk, timing.window_slots.size(), start, timing.work_end);
  for (const Cycle slot : timing.window_slots) value(window_, slot + 1, ++windows_);
  for (const SegmentRelease& release : timing.releases)
    iact_fill_.take(release.at, static_cast<std::uint64_t>(release.entries));
  if (lanes_ != Probe::kNone) lanes(timing.fed);
}

void PeWatch::windowed(Cycle examined) { value(window_, examined + 1, ++windows_); }

void PeWatch::lanes(const std::vector<ChunkTiming::Fed>& fed) {
  for (const ChunkTiming::Fed& part : fed) {
    if (part.from > lanes_until_) probe_.value(lanes_, lanes_until_, 0);
    probe_.value(lanes_, part.from, part.lanes);
    lanes_until_ = part.to;
  }
}

void PeWatch::retired(Cycle at) {
  value(epoch_, at, ++epochs_);
  weight_fill_.take(at, tiles_.front().words);
  tiles_.pop_front();
}

void PeWatch::psums_below(const link::Burst& burst) { below_ = burst.psums; }

void PeWatch::psums_out(const link::Burst& burst, Cycle first_beat, bool below, bool passing) {
  if (below) psums(psum_in_, burst, passing ? leaving_ : below_, first_beat);
  psums(psum_out_, burst, leaving_, first_beat);
  if (passing || !inside_) return;
  probe_.carries(item_of(burst), done_.front());
  done_.pop_front();
}

void PeWatch::psums(const PsumTracks& tracks, const link::Burst& burst,
                    const std::vector<std::int32_t>& values, Cycle first_beat) {
  tell_burst(probe_, tracks.bursts, burst, first_beat);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Track track = i % 2 == 0 ? tracks.low : tracks.high;
    if (track != Probe::kNone)
      probe_.value(track, first_beat + burst.offset(static_cast<unsigned>(i / 2)), values[i]);
  }
}

void PeWatch::end() {
  value(lanes_, lanes_until_, 0);
  iact_fill_.flush();
  weight_fill_.flush();
}

}  // namespace uvea::hw
