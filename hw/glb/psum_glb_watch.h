#pragma once
// What a psum GLB tells a probe. There is one only while the GLB is watched.
//
// Tracks     for each bank at <glb>.bank<x>:
//            read    bursts sent from it, words = beats
//            write   bursts written to it; a column's final psums pass it by:
//            final   bursts handed on to the output stage
//            dropped bursts of final psums that are of no oact: they end here
//            fill    words of two psums in it, those on their way in included
//            pass    of the burst that came last
//            read_pass  for which the last burst was read
//            The words of write, final and dropped are what its way in is busy with.
// Relations  a burst that is read was made from the one that was written.

#include <string>
#include <vector>

#include "hw/block/fill_track.h"
#include "hw/block/pass_track.h"
#include "tlm/burst.h"
#include "tlm/probe.h"

namespace uvea::hw {

class PsumGlbWatch {
 public:
  /// Bank x sends bursts of Burst::source first_source + x.
  PsumGlbWatch(link::Probe& probe, const std::string& path, std::size_t banks,
               std::uint32_t first_source);

  /// A new layer: empty, with so many slots a bank.
  void begin(link::Cycle at, std::size_t slots);
  void wrote(std::size_t bank, std::size_t slot, const link::Burst& burst, link::Cycle first_beat,
             std::int64_t pass);
  /// Final psums; `handed`: to the output stage, else they are of no oact.
  void passed(std::size_t bank, const link::Burst& burst, link::Cycle first_beat, std::int64_t pass,
              bool handed);
  /// A burst was made from a slot, and starts.
  void made(std::size_t bank, std::size_t slot, const link::Burst& burst);
  /// It starts, for `pass`.
  void read(std::size_t bank, const link::Burst& burst, link::Cycle first_beat, std::int64_t pass);
  void rest();

 private:
  using Track = link::Probe::Track;
  struct Bank {
    Track read, write, final, dropped;
    PassTrack pass, read_pass;
    FillTrack fill;
    std::vector<link::Probe::Item> slots;
  };

  link::Probe& probe_;
  std::vector<Bank> banks_;
};

}  // namespace uvea::hw
