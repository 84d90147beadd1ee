#pragma once
// Writes what rtl/tb/pe_tb.v plays: one line per clock cycle, with every input of the PE and
// what its outputs must be just before the clock edge that ends the cycle. An output of which
// nothing is said is not compared.
//
//   VectorWriter vectors(path, pe, iact_ports);
//   vectors.reset();                  // else everything is X
//   vectors.cycle(inputs, expected);  // once per cycle, from the cycle after the reset on
//   vectors.finish();                 // a file without its end line fails in the bench
//
// The file: "pe_vectors 1 PORTS WORD_BITS PSUM_BITS", then per cycle "v" and in hexadecimal
//   rst_ni  config_valid config  iact_valid iact_data  weight_valid weight_data
//   psum_in_valid psum_in_last psum_in_data  psum_out_ready
// and, each followed by its mask,
//   iact_ready weight_ready psum_in_ready psum_out_valid psum_out_last psum_out_data window
// and at last "end CYCLES".

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "hw/config/chip_config.h"
#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::cosim {

/// What is known of the outputs in one cycle.
struct ExpectedOutputs {
  std::uint32_t iact_ready = 0;       ///< one bit per port
  std::uint32_t iact_ready_mask = 0;  ///< the ports that are compared
  std::optional<bool> weight_ready, psum_in_ready, psum_out_valid, psum_out_last, window;
  std::optional<std::int32_t> psum_out[2];  ///< low and high half of the beat
};

class VectorWriter {
 public:
  /// Throws UserError when the file cannot be made.
  VectorWriter(const std::string& path, const hw::PeConfig& pe, unsigned iact_ports);

  /// Cycles with the reset held and nothing offered; nothing is compared.
  void reset(unsigned cycles = 2);
  void cycle(const RtlInputs& in, const ExpectedOutputs& expected);
  /// Ends the file. Throws UserError when not all of it could be written.
  void finish();

  std::uint64_t cycles() const { return cycles_; }  ///< so far, the reset's included
  std::uint64_t values() const { return values_; }  ///< values to be compared so far

 private:
  void line(bool in_reset, const RtlInputs& in, const ExpectedOutputs& expected);
  void field(std::uint64_t value, unsigned bits);
  void flag(const std::optional<bool>& expected);

  std::string path_;
  std::ofstream file_;
  std::string text_;  ///< the line being put together
  unsigned ports_, word_bits_, psum_bits_;
  std::uint64_t cycles_ = 0, values_ = 0;
};

}  // namespace uvea::cosim
