#pragma once
// The Verilog PE under Verilator, behind plain C++: no Verilated header and no <systemc> here.
//
// A cycle is settle() as often as inputs change within it, then clock(). save() and restore() keep
// the whole state of the RTL, so that a run can be taken back.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "tb/cosim/pe/pe_events.h"

namespace uvea::cosim {

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

class RtlPe {
 public:
  virtual ~RtlPe() = default;
  virtual void reset() = 0;
  virtual void settle(const RtlInputs& in, RtlOutputs& out) = 0;
  /// The rising edge that ends a cycle; its number only dates a waveform.
  virtual void clock(std::uint64_t cycle) = 0;
  virtual void save(std::vector<std::uint8_t>& state) = 0;
  virtual void restore(const std::vector<std::uint8_t>& state) = 0;
};

/// A Verilated PE of exactly these sizes. Throws UserError, naming the option that differs, when
/// none was built: the program has the default sizes and those with 9-bit weights.
std::unique_ptr<RtlPe> make_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports);

/// How RTL is made; make_rtl_pe, but for tests.
using RtlFactory =
    std::function<std::unique_ptr<RtlPe>(const hw::PeConfig& pe, unsigned iact_ports)>;

/// The same, writing a waveform (FST) of all signals; one cycle is 1 ns.
std::unique_ptr<RtlPe> make_traced_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports,
                                          const std::string& file);

/// Empty when make_rtl_pe() would succeed, else what differs.
std::string why_no_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports);

}  // namespace uvea::cosim
