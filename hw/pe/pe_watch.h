#pragma once
// What a PE tells a probe. There is one only while the PE is watched.
//
// Tracks     stall         class of each cycle of a layer (docs/stalls.md), without a gap
//            window        windows of the layer done so far
//            epoch         weight tiles of the layer used up so far
//            chunks        chunks of iacts: first slot to end of work; words = windows
//            iact_entries  entries in the iact SPads
//            weight_words  words in the weight SPads
//            mac_lanes     lanes fed in a cycle
//            iact, weight  bursts arriving, words = beats
//            psum_in, psum_out          bursts of psums; psum_in_0, psum_in_1, psum_out_0,
//            psum_out_1                 and the two values of a beat
// Relations  a chunk was made from its iact burst and its weight burst, a psum burst from the
//            chunks of the PEs that it passed.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "hw/block/fill_track.h"
#include "hw/block/stall.h"
#include "hw/pe/pe_core.h"
#include "tlm/burst.h"
#include "tlm/probe.h"

namespace uvea::hw {

class PeWatch {
 public:
  /// `inside`: the PE tells what goes on in it; else there are no tracks of epochs, chunks, fills and
  /// lanes, and chunk() and retired() are not called.
  PeWatch(link::Probe& probe, const std::string& path, bool inside = true);

  /// What the PE makes has this Burst::source.
  void name_source(std::uint32_t source, const std::string& path);
  /// Whether anybody wants to know the classes in their order, or the lanes.
  bool wants_order() const;

  /// The layer's descriptor is being fetched from `at` on.
  void layer_begins(link::Cycle at) { layer_begin_ = at; }
  /// The layer command is here; the PE is empty.
  void begin(link::Cycle at);
  void stall(Stall stall, link::Cycle from, link::Cycle to);
  void weights(const link::Burst& burst, link::Cycle first_beat);
  /// `dropped`: for an idle epoch.
  void iacts(const link::Burst& burst, link::Cycle first_beat, bool dropped);
  void chunk(link::Cycle start, const ChunkTiming& timing);
  /// A window's last slot was examined, of a PE that tells no chunks.
  void windowed(link::Cycle examined);
  /// The oldest weight tile is used up.
  void retired(link::Cycle at);
  /// Psums from below, before the PE's own are added.
  void psums_below(const link::Burst& burst);
  /// A psum burst is offered: a PE above adds its own in place.
  void psums_offered(const link::Burst& burst) { leaving_ = burst.psums; }
  /// The psum burst offered last has left. `below`: it came from there; `passing`: unchanged.
  void psums_out(const link::Burst& burst, link::Cycle first_beat, bool below, bool passing);
  /// The layer is over.
  void end();

 private:
  using Track = link::Probe::Track;
  using Item = link::Probe::Item;
  struct PsumTracks {
    Track bursts = link::Probe::kNone, low = link::Probe::kNone, high = link::Probe::kNone;
  };

  PsumTracks add_psums(const std::string& path, const std::string& name);
  void value(Track track, link::Cycle at, std::uint64_t value);
  void lanes(const std::vector<ChunkTiming::Fed>& fed);
  void psums(const PsumTracks& tracks, const link::Burst& burst,
             const std::vector<std::int32_t>& values, link::Cycle first_beat);

  link::Probe& probe_;
  const bool inside_;
  Track stall_, window_, epoch_, chunks_, lanes_, iact_, weight_;
  PsumTracks psum_in_, psum_out_;
  FillTrack iact_fill_, weight_fill_;
  std::uint32_t source_ = 0;
  link::Cycle layer_begin_ = 0;
  std::uint64_t windows_ = 0, epochs_ = 0, chunk_serial_ = 0;
  link::Cycle lanes_until_ = 0;  ///< lanes are told up to here
  struct Tile {
    Item burst;
    std::uint64_t words = 0;  ///< in the SPad
  };
  std::deque<Tile> tiles_;             ///< weights in the PE
  std::deque<Item> arrived_;           ///< iact bursts not yet worked on
  std::deque<Item> done_;              ///< chunks whose psums have not left
  std::vector<std::int32_t> below_;    ///< psums from below as they came
  std::vector<std::int32_t> leaving_;  ///< psums as they were offered
};

}  // namespace uvea::hw
