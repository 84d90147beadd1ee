#pragma once
// VerilatedPe that writes a waveform (FST) of all signals. Included once per class, as verilated_pe.h.

#include <verilated_fst_c.h>

#include <string>

#include "tb/cosim/rtl/verilated_pe.h"

namespace uvea::cosim {

/// Of a class Verilated with --trace-fst. A cycle is 1 ns. opened() is false when the file cannot be
/// written; then there is nothing to run.
template <class Model>
class TracedPe : public VerilatedPe<Model> {
 public:
  TracedPe(unsigned ports, int word_bits, int psum_bits, const std::string& file)
      : VerilatedPe<Model>(ports, word_bits, psum_bits) {
    this->context_.traceEverOn(true);
    this->model_->trace(&trace_, 99);
    trace_.set_time_unit("1ps");
    trace_.set_time_resolution("1ps");
    trace_.open(file.c_str());
  }
  ~TracedPe() override { trace_.close(); }
  bool opened() { return trace_.isOpen(); }

  void settle(const RtlInputs& in, RtlOutputs& out) override {
    configured_ = in.config_valid;
    VerilatedPe<Model>::settle(in, out);
  }

  void clock(std::uint64_t cycle) override {
    if (configured_) {
      // This edge ends the cycle before the first one, which has no place in the waveform.
      VerilatedPe<Model>::clock(cycle);
      return;
    }
    // The cycle's settled values, then the edge that ends it.
    this->model_->eval();
    trace_.dump(cycle * kPicoseconds + kPicoseconds / 2);
    VerilatedPe<Model>::clock(cycle);
    trace_.dump((cycle + 1) * kPicoseconds);
  }

 private:
  static constexpr std::uint64_t kPicoseconds = 1000;  // of a cycle
  VerilatedFstC trace_;
  bool configured_ = false;  ///< in the cycle that clock() ends
};

}  // namespace uvea::cosim
