#pragma once
// What a sink keeps of a probe's tracks.

#include <cstdint>
#include <string>
#include <vector>

#include "tlm/probe.h"

namespace uvea::trace {

using link::Cycle;
using link::Probe;

/// Value tracks that number a layer's passes, from 0.
inline constexpr const char* kPassTrack = "pass";
/// The same of a block that sends for one pass while it takes from another: of what it sends.
inline constexpr const char* kReadPassTrack = "read_pass";

enum class TrackKind : std::uint8_t { states, values, items };

struct TrackInfo {
  TrackKind kind = TrackKind::states;
  Probe::Group group = Probe::Group::state;
  bool of_chip = false;  ///< a curve of the whole chip, derived from other tracks
  std::string path, name;
  std::string unit;                 ///< values
  std::uint32_t bits = 0;           ///< values: of a signal so wide, without a sign; 0: a number
  std::vector<std::string> states;  ///< names, by number
  bool shown = true;                ///< false: only for the chip's pass, and to find a moment by
  std::int64_t scale = 0;           ///< not 0: the value is a real number in units of 1/scale
};

inline bool numbers_passes(const TrackInfo& track) {
  return track.kind == TrackKind::values &&
         (track.name == kPassTrack || track.name == kReadPassTrack);
}

/// The item track of a fragment that holds relations, at the chip's path: an item for each, the
/// carrier; its words are packed_cargo().
inline constexpr const char* kRelationTrack = "relations";
inline bool is_relations(const TrackInfo& track) { return track.name == kRelationTrack; }
/// Serials below 2^33.
constexpr std::uint64_t packed_cargo(const Probe::Item& cargo) {
  return cargo.serial << 31 | cargo.source;
}
constexpr Probe::Item unpacked_cargo(std::uint64_t words) {
  return {static_cast<std::uint32_t>(words & 0x7FFFFFFF), words >> 31};
}

}  // namespace uvea::trace
