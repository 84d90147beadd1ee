#pragma once
// What travels on the chip's streams: a generic payload from a pool, with one Burst extension.

#include <cstdint>
#include <tlm>
#include <vector>

#include "tlm/payload_pool.h"

namespace uvea::link {

enum class DataType : std::uint8_t { iact, weight, psum };
const char* name_of(DataType type);

using Payload = ::tlm::tlm_generic_payload;

/// One burst on a stream. Beats are port words: one per cycle unless the receiver slows it down.
class Burst : public ::tlm::tlm_extension<Burst> {
 public:
  DataType type = DataType::iact;
  std::vector<std::uint32_t> words;  ///< iact and weight port words
  std::vector<std::int32_t> psums;   ///< psum values; two to a beat
  unsigned beats = 0;                ///< port words
  unsigned cycles_per_beat = 1;      ///< set by the receiver when it accepts
  std::uint64_t pe_mask = 0;  ///< receiving PEs inside each cluster, bit = row * pe_cols + col
  std::uint32_t source = 0;   ///< who sent it, a number unique in the chip
  std::uint64_t serial = 0;   ///< n-th burst of that source

  void reset();
  ::tlm::tlm_extension_base* clone() const override { return new Burst(*this); }
  void copy_from(const ::tlm::tlm_extension_base& other) override {
    *this = static_cast<const Burst&>(other);
  }
};

inline Burst& burst_of(const Payload& payload) { return *payload.get_extension<Burst>(); }

using BurstPool = PayloadPool<Burst>;

}  // namespace uvea::link
