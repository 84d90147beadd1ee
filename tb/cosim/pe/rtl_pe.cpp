#include "tb/cosim/pe/rtl_pe.h"

#include <verilated_fst_c.h>

#include "Vsparse_pe.h"
#include "Vsparse_pe_traced.h"
#include "Vsparse_pe_w9.h"
#include "Vsparse_pe_w9_traced.h"
#include "sw/user_error.h"
#include "tb/cosim/pe/verilated_pe.h"

namespace uvea::cosim {

namespace {

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
    if (!trace_.isOpen()) throw UserError("cannot write the waveform " + file);
  }
  ~TracedPe() override { trace_.close(); }

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

}  // namespace

std::string why_no_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports) {
  // What the two models below were Verilated with.
  const hw::PeConfig built;
  const auto differs = [](const char* option, int have, int want) {
    return have == want ? std::string()
                        : std::string(option) + " = " + std::to_string(have) +
                              ", but the RTL PE was built for " + std::to_string(want);
  };
  for (const std::string& why :
       {differs("glb.iact_banks", static_cast<int>(iact_ports), 3),
        differs("pe.iact_addr_entries", pe.iact_addr_entries, built.iact_addr_entries),
        differs("pe.iact_data_entries", pe.iact_data_entries, built.iact_data_entries),
        differs("pe.weight_addr_entries", pe.weight_addr_entries, built.weight_addr_entries),
        differs("pe.weight_data_words", pe.weight_data_words, built.weight_data_words),
        differs("pe.psum_entries", pe.psum_entries, built.psum_entries),
        differs("pe.iact_bits", pe.iact_bits, built.iact_bits),
        differs("pe.weight_bits", pe.weight_bits == 9 ? 8 : pe.weight_bits, built.weight_bits),
        differs("pe.count_bits", pe.count_bits, built.count_bits),
        differs("pe.psum_bits", pe.psum_bits, built.psum_bits),
        differs("pe.simd", pe.simd, built.simd),
        differs("pe.pipeline_stages", pe.pipeline_stages, built.pipeline_stages)}) {
    if (!why.empty()) return why;
  }
  if (!pe.sparse) return "pe.sparse = false, but the RTL PE was built with the compressed mode";
  return {};
}

std::unique_ptr<RtlPe> make_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports) {
  const std::string why = why_no_rtl_pe(pe, iact_ports);
  if (!why.empty()) throw UserError(why);
  if (pe.weight_bits == 9)
    return std::make_unique<VerilatedPe<Vsparse_pe_w9>>(iact_ports, 27, pe.psum_bits);
  return std::make_unique<VerilatedPe<Vsparse_pe>>(iact_ports, 24, pe.psum_bits);
}

std::unique_ptr<RtlPe> make_traced_rtl_pe(const hw::PeConfig& pe, unsigned iact_ports,
                                          const std::string& file) {
  const std::string why = why_no_rtl_pe(pe, iact_ports);
  if (!why.empty()) throw UserError(why);
  if (pe.weight_bits == 9)
    return std::make_unique<TracedPe<Vsparse_pe_w9_traced>>(iact_ports, 27, pe.psum_bits, file);
  return std::make_unique<TracedPe<Vsparse_pe_traced>>(iact_ports, 24, pe.psum_bits, file);
}

}  // namespace uvea::cosim
