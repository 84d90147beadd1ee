#pragma once
// A Verilated PE whose signals can be looked at. Included once per class, as verilated_pe.h.

#include <verilated_syms.h>

#include <algorithm>
#include <string>

#include "tb/cosim/rtl/verilated_pe.h"

namespace uvea::cosim {

/// Of a class Verilated with --public-flat-rw: it then keeps a table of all its variables. `Closed`:
/// VerilatedSparsePe or VerilatedDensePe.
template <class Closed>
class OpenPe : public Closed {
 public:
  OpenPe(unsigned ports, int word_bits, int psum_bits) : Closed(ports, word_bits, psum_bits) {
    const VerilatedScopeNameMap& scopes = *this->context_.scopeNameMap();
    // INSTANCE.TOP has the pins, INSTANCE.MODULE what the module declares, its pins too.
    const std::string instance = std::string(this->model_->name()) + ".";
    const std::string top = instance + Closed::kModule;
    const VerilatedVarNameMap& pins = *scopes.at((instance + "TOP").c_str())->varsp();
    for (const auto& [path, scope] : scopes) {
      const std::string name = path;
      if (name.rfind(top, 0) != 0 || scope->varsp() == nullptr) continue;
      const std::string module = name == top ? "" : name.substr(top.size() + 1);
      for (const auto& [variable, known] : *scope->varsp()) {
        // Clock and reset are not shown: they are looked at between two edges.
        const bool is_pin = module.empty() && pins.find(variable) != pins.end();
        const std::string called = variable;
        if (!is_pin && !known.isParam() && called != "clk_i" && called != "rst_ni")
          add(module, known);
      }
    }
  }

  std::vector<RtlSignal> inside() const override {
    std::vector<RtlSignal> signals;
    for (const Part& part : parts_) signals.push_back(part.signal);
    return signals;
  }
  void look(std::uint64_t* values) const override {
    for (const Part& part : parts_) {
      std::uint64_t value = 0;
      // Smaller than 64 bits they lie in the low bytes.
      std::memcpy(&value, part.data, part.bytes);
      *values++ = value;
    }
  }

 private:
  static constexpr int kMostElements = 32;  // of arrays; larger ones are memories
  static constexpr int kPartBits = 64;

  struct Part {
    RtlSignal signal;
    const std::uint8_t* data = nullptr;
    std::size_t bytes = 0;
  };

  void add(const std::string& module, const VerilatedVar& variable) {
    const std::string name = variable.name();
    if (variable.udims() == 0) return add(module, name, variable, 0);
    if (variable.udims() > 1 || variable.elements(1) > kMostElements) return;
    for (int n = 0; n < variable.elements(1); ++n)
      add(module, name + "_" + std::to_string(variable.low(1) + n), variable, n);
  }

  void add(const std::string& module, const std::string& name, const VerilatedVar& variable,
           int element) {
    const int bits = variable.packed().elements();
    const auto* data =
        static_cast<const std::uint8_t*>(variable.datap()) + element * variable.entSize();
    for (int low = 0; low < bits; low += kPartBits) {
      const int part_bits = std::min(kPartBits, bits - low);
      Part part;
      part.signal = {module, name, static_cast<unsigned>(part_bits)};
      if (bits > kPartBits)
        part.signal.name += "_" + std::to_string(low + part_bits - 1) + "_" + std::to_string(low);
      part.data = data + low / 8;
      part.bytes = std::min<std::size_t>(sizeof(std::uint64_t), variable.entSize() - low / 8);
      parts_.push_back(std::move(part));
    }
  }

  std::vector<Part> parts_;
};

}  // namespace uvea::cosim
