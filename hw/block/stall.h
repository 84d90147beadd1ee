#pragma once
// Where a PE's cycles go: every cycle of a layer is in exactly one class (docs/stalls.md). A new
// class is one row here, its row in docs/stalls.md, and the place that spends cycles on it
// (StallAccount::spend; for the most part account_...() of hw/pe/sparse_pe.h). Reports follow.
//
// Slots         a class of the examine and issue stages is a field of SlotMix (stall_account.h) too
// Waits         one for bursts, divided by place, is named by has_places() below, and its data by
//               tb/sim/layer_counters.cpp
// Meaning       a class whose meaning changes gets another name: stored runs keep the old one
// RTL           the PE of RTL has an account of its own, held to this one cycle by cycle

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>

#include "tlm/cycle.h"

namespace uvea::hw {

// clang-format off
//    class            name               brief             words                          help
#define UVEA_STALLS(ROW)                                                                              \
  ROW(mac_useful,      "mac_useful",      "MAC",            "useful MACs",                 "every lane did a MAC with neither operand zero")                                                             \
  ROW(lane_idle,       "lane_idle",       "lane idle",      "idle lanes",                  "a lane had no weight (odd column, single lane), the other did a useful MAC")                                 \
  ROW(mac_gated,       "mac_gated",       "gated",          "gated MACs",                  "a lane was fed with a zero operand")                                                                         \
  ROW(examine,         "examine",         "examine",        "iacts without weights",       "an iact with an empty weight column, or a window without iacts, was examined and nothing was issued")        \
  ROW(pipeline,        "pipeline",        "pipeline",       "pipeline fill and drain",     "the stages before the examine stage or behind the issue stage")                                              \
  ROW(wait_iact,       "wait_iact",       "iact",           "waiting for iacts",           "the iacts of the next chunk were what came last")                                                            \
  ROW(wait_weight,     "wait_weight",     "weight",         "waiting for weights",         "the weight tile of the next chunk was what came last")                                                       \
  ROW(wait_psum_in,    "wait_psum_in",    "psum in",        "waiting for psums from below","a finished chunk could not leave its bank before psums came in")                                             \
  ROW(wait_psum_out,   "wait_psum_out",   "psum out",       "psum drain",                  "a finished chunk was leaving its bank, or could not")                                                        \
  ROW(imbalance,       "imbalance",       "imbalance",      "imbalance",                   "the PE was through with the layer, others were not")                                                         \
  ROW(not_mapped,      "not_mapped",      "unmapped",       "PEs without work",            "the mapping had nothing for the PE, in the layer or in this pass")                                           \
  ROW(reconfiguration, "reconfiguration", "config",         "reconfiguration",             "the layer command was fetched and handed out")

// Where what was waited for spent that time.
//    place            name               words                          help
#define UVEA_PLACES(ROW)                                                                              \
  ROW(none,            "",                "",                            "not a wait for a burst")                                                                                     \
  ROW(dram_latency,    "dram_latency",    "DRAM latency",                "in the DRAM, as long as its fastest transaction, or before it while as many as may be were under way")                                                            \
  ROW(dram_bandwidth,  "dram_bandwidth",  "DRAM bandwidth",              "at or in the DRAM, longer than its fastest transaction")                                                     \
  ROW(dma,             "dma",             "DMA",                         "asked for, not yet given to the DRAM")                                                                       \
  ROW(fifo,            "fifo",            "off-chip FIFO",               "not yet asked for: no room in the bank or FIFO")                                                             \
  ROW(port,            "port",            "GLB port",                    "at or on the port of the bank, FIFO or weight port, one word a cycle")                                       \
  ROW(router,          "router",          "router",                      "at a router or port until the slowest receiver was ready")                                                   \
  ROW(hop,             "hop",             "hop",                         "in the routers' registers")                                                                                  \
  ROW(pe,              "pe",              "PE",                          "in another PE of the chain")
// clang-format on

enum class Stall : std::uint8_t {
#define UVEA_ENUMERATOR(id, ...) id,
  UVEA_STALLS(UVEA_ENUMERATOR)
};
enum class Place : std::uint8_t { UVEA_PLACES(UVEA_ENUMERATOR) };
#undef UVEA_ENUMERATOR

/// An enumerator for files and people: `name` in results.json, `brief` in tables, `words` in
/// sentences.
struct StallRow {
  const char* name;
  const char* brief;
  const char* words;
  const char* help;
};
struct PlaceRow {
  const char* name;
  const char* words;
  const char* help;
};
#define UVEA_ROW(id, ...) {__VA_ARGS__},
inline constexpr StallRow kStallTable[] = {UVEA_STALLS(UVEA_ROW)};
inline constexpr PlaceRow kPlaceTable[] = {UVEA_PLACES(UVEA_ROW)};
#undef UVEA_ROW
inline constexpr std::size_t kStalls = std::size(kStallTable);
inline constexpr std::size_t kPlaces = std::size(kPlaceTable);

/// Waits for bursts are divided by place.
constexpr bool has_places(Stall stall) {
  return stall == Stall::wait_iact || stall == Stall::wait_weight || stall == Stall::wait_psum_in ||
         stall == Stall::wait_psum_out;
}

constexpr bool in_dram(Place place) {
  return place == Place::dram_latency || place == Place::dram_bandwidth;
}
/// In the DRAM or before it. The DMA has no cycles of its own: whoever waits there waits for others'
/// transactions in the DRAM to end, or for the DRAM to take one.
constexpr bool at_dram(Place place) { return in_dram(place) || place == Place::dma; }

constexpr const StallRow& row_of(Stall stall) {
  return kStallTable[static_cast<std::size_t>(stall)];
}
constexpr const PlaceRow& row_of(Place place) {
  return kPlaceTable[static_cast<std::size_t>(place)];
}

/// A moment that something waits for, and what the wait is when it is the last one.
struct Moment {
  link::Cycle at = 0;
  Stall stall = Stall::pipeline;
};
/// The one that comes last: it is what the wait was for. Of equals the one that is named first.
constexpr Moment latest(std::initializer_list<Moment> moments) {
  Moment last = *moments.begin();
  for (const Moment& moment : moments)
    if (moment.at > last.at) last = moment;
  return last;
}

/// Cycles by class and place.
class StallCounts {
 public:
  std::uint64_t& at(Stall stall, Place place = Place::none) {
    return counts_[static_cast<std::size_t>(place)][static_cast<std::size_t>(stall)];
  }
  std::uint64_t at(Stall stall, Place place = Place::none) const {
    return counts_[static_cast<std::size_t>(place)][static_cast<std::size_t>(stall)];
  }
  /// Of a class, all places.
  std::uint64_t of(Stall stall) const;
  std::uint64_t total() const;
  StallCounts& operator+=(const StallCounts& other);
  bool operator==(const StallCounts& other) const { return counts_ == other.counts_; }

 private:
  // By place, then class: those that have no place, the most frequent, lie together.
  std::array<std::array<std::uint64_t, kStalls>, kPlaces> counts_{};
};

}  // namespace uvea::hw
