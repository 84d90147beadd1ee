#pragma once
// The Verilog PE behind plain C++: its pins per cycle, no Verilated header and no <systemc>.
//
// A cycle is settle() as often as inputs change within it, then clock(). save() and restore() keep
// the whole state of the RTL, so that a run can be taken back.

#include <cstdint>
#include <string>
#include <vector>

#include "tb/cosim/rtl/rtl_activity.h"

namespace uvea::cosim {

constexpr unsigned kMaxIactPorts = 16;

struct RtlInputs {
  bool config_valid = false;
  std::uint32_t config = 0;
  std::uint32_t iact_valid = 0;  ///< one bit per port
  std::uint32_t iact_word[kMaxIactPorts] = {};
  bool weight_valid = false;
  std::uint32_t weight_word = 0;
  bool psum_in_valid = false, psum_in_last = false;
  std::int32_t psum_in[2] = {};
  bool psum_out_ready = false;
};

struct RtlOutputs {
  bool config_ready = false;
  std::uint32_t iact_ready = 0;
  bool weight_ready = false;
  bool psum_in_ready = false;
  bool psum_out_valid = false, psum_out_last = false;
  std::int32_t psum_out[2] = {};
  bool active = false, window = false, forward = false, error = false;
  unsigned overflows = 0, macs = 0;
};

/// A signal inside of the RTL.
struct RtlSignal {
  std::string module;  ///< instance path below the PE, with dots; empty: the PE itself
  std::string name;    ///< an element of an array, or a part of more than 64 bits, by its number
  unsigned bits = 1;   ///< 64 at most
};

class RtlPe {
 public:
  virtual ~RtlPe() = default;
  virtual void reset() = 0;
  virtual void settle(const RtlInputs& in, RtlOutputs& out) = 0;
  /// What goes on inside in this cycle, as it was settled last.
  virtual RtlActivity activity() const = 0;
  /// What the MACs do in this cycle, as it was settled last.
  virtual RtlMacs macs() const = 0;
  /// The rising edge that ends a cycle; its number only dates a waveform.
  virtual void clock(std::uint64_t cycle) = 0;
  virtual void save(std::vector<std::uint8_t>& state) = 0;
  virtual void restore(const std::vector<std::uint8_t>& state) = 0;
  /// Signals that can be looked at: those of an RTL PE that was made for it, else none. Pins are not
  /// among them.
  virtual std::vector<RtlSignal> inside() const { return {}; }
  /// Their values in this cycle, as it was settled last.
  virtual void look(std::uint64_t* /*values*/) const {}
};

}  // namespace uvea::cosim
