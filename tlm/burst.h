#pragma once
// What travels on the chip's streams: a generic payload from a pool, with one Burst extension.

#include <cstdint>
#include <tlm>
#include <vector>

#include "tlm/cycle.h"
#include "tlm/data_type.h"
#include "tlm/journey.h"
#include "tlm/payload_pool.h"
#include "tlm/pe_set.h"

namespace uvea::link {

using Payload = ::tlm::tlm_generic_payload;

/// One burst on a stream. Beats are port words: one per cycle unless the receiver slows it down or
/// somebody leaves gaps (in the chip a bus that is narrower than a word).
class Burst : public ::tlm::tlm_extension<Burst> {
 public:
  DataType type = DataType::iact;
  std::vector<std::uint32_t> words;  ///< iact and weight port words
  std::vector<std::int32_t> psums;   ///< psum values; two to a beat
  unsigned beats = 0;                ///< port words
  unsigned cycles_per_beat = 1;      ///< set by the receiver when it accepts
  /// Idle cycles before beat i, from beat 1 on; empty: none. Set by the sender of iacts and
  /// weights or by whoever accepts them, by the receiver of psums when it accepts.
  std::vector<std::uint16_t> gaps;
  PeSet pes;                 ///< that take it, in each cluster that it reaches
  std::uint32_t source = 0;  ///< who sent it, a number unique in the chip
  std::uint64_t serial = 0;  ///< n-th burst of that source
  Journey way;               ///< up to its first port; nothing of it reaches the silicon

  /// Cycles from the first beat to beat i.
  Cycle offset(unsigned beat) const {
    Cycle at = Cycle{beat} * cycles_per_beat;
    for (std::size_t i = 1; i <= beat && i < gaps.size(); ++i) at += gaps[i];
    return at;
  }
  /// The cycle after the last beat.
  Cycle end(Cycle first_beat) const {
    return beats == 0 ? first_beat : first_beat + offset(beats - 1) + 1;
  }

  void reset();
  ::tlm::tlm_extension_base* clone() const override { return new Burst(*this); }
  void copy_from(const ::tlm::tlm_extension_base& other) override {
    *this = static_cast<const Burst&>(other);
  }
};

inline Burst& burst_of(const Payload& payload) { return *payload.get_extension<Burst>(); }

using BurstPool = PayloadPool<Burst>;

}  // namespace uvea::link
