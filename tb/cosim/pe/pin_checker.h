#pragma once
// The handshake rules of docs/pe_timing.md, watched on the PE's pins cycle by cycle.
//
//   valid, once up, stays up until the word is taken; data and last do not change meanwhile
//     (iact, weight and psum_in, which the bench drives; psum_out, which the PE drives)
//   ready, once up for a burst's first word that lies on the wires, stays up until it is taken
//     (iact, weight)
//   psums come in only together with psums that leave

#include <string>

#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::cosim {

/// Plain data, so that it can be kept and taken back with the rest of a run.
class PinChecker {
 public:
  /// The settled pins of a cycle that a clock edge ends. `first_words`: iact ports, and above them
  /// the weight stream (bit `ports`), on whose wires a burst's first word lies. Returns the rule
  /// that was broken, or nothing.
  std::string step(const RtlInputs& in, const RtlOutputs& out, std::uint32_t first_words,
                   unsigned ports);

 private:
  struct Waiting {
    bool valid = false;  ///< up and not taken in the last cycle
    bool last = false;
    std::int32_t data[2] = {};
  };
  static const char* compare(Waiting& was, bool valid, bool taken, std::int32_t low,
                             std::int32_t high, bool last);

  Waiting iact_[kMaxIactPorts], weight_, psum_in_, psum_out_;
  std::uint32_t ready_ = 0;  ///< like first_words: was ready for one that was not taken
};

}  // namespace uvea::cosim
