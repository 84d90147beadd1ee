#pragma once
// RtlPe over one Verilated class. Included by the files that make it.

#include <verilated.h>
#ifndef UVEA_RTL_COVERAGE
#include <verilated_save.h>
#endif

#include <cstring>
#include <memory>
#include <stdexcept>
#include <type_traits>

#include "tb/cosim/rtl/rtl_coverage.h"
#include "tb/cosim/rtl/rtl_pins.h"

namespace uvea::cosim {

#ifndef UVEA_RTL_COVERAGE
/// Verilator's serializer, into memory. A PE's state is a few kB and stays inside the buffer.
class StateWriter : public VerilatedSerialize {
 public:
  StateWriter() { m_isOpen = true; }
  template <class Model>
  void save(Model& model, std::vector<std::uint8_t>& to) {
    m_cp = m_bufp;
    *this << model;
    to.assign(m_bufp, m_cp);
  }
  void flush() override { throw std::length_error("the RTL's state is larger than expected"); }
};

class StateReader : public VerilatedDeserialize {
 public:
  StateReader() { m_isOpen = true; }
  template <class Model>
  void restore(Model& model, const std::vector<std::uint8_t>& from) {
    std::memcpy(m_bufp, from.data(), from.size());
    m_cp = m_bufp;
    m_endp = m_bufp + from.size();
    *this >> model;
  }
  void fill() override {}  // all of it is in the buffer
  void flush() override {}
};
#else
/// Verilator does not save the state of a class that counts coverage.
struct StateWriter {
  template <class Model>
  void save(Model&, std::vector<std::uint8_t>&) {
    throw std::logic_error("an RTL PE that counts coverage cannot keep its state");
  }
};
struct StateReader {
  template <class Model>
  void restore(Model&, const std::vector<std::uint8_t>&) {
    throw std::logic_error("an RTL PE that counts coverage cannot go back to a state");
  }
};
#endif

inline std::int32_t sign_extended(std::uint64_t field, int bits) {
  const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
  return static_cast<std::int32_t>(static_cast<std::int64_t>((field & (2 * sign - 1)) ^ sign) -
                                   static_cast<std::int64_t>(sign));
}

/// Words to a port of the RTL, whose type depends on its width.
template <class Port>
void put_words(Port& port, const std::uint32_t* words, unsigned count) {
  if constexpr (std::is_integral_v<Port>) {
    std::uint64_t value = words[0];
    if (count > 1) value |= std::uint64_t{words[1]} << 32;
    port = static_cast<Port>(value);
  } else {
    for (unsigned i = 0; i < count; ++i) port[i] = words[i];
  }
}

/// `Model` has the ports of rtl/pe/sparse_pe.v or dense_pe.v, of any sizes.
template <class Model>
class VerilatedPe : public RtlPe {
 public:
  VerilatedPe(const char* module, unsigned ports, int word_bits, int psum_bits)
      : model_(std::make_unique<Model>(&context_, module)),
        ports_(ports),
        word_bits_(static_cast<unsigned>(word_bits)),
        psum_bits_(psum_bits) {
    VerilatedPe::reset();
  }
  ~VerilatedPe() override {
    model_->final();
    write_coverage(context_);
    // The model takes its scopes out of the thread's context, which is that of the last PE that did
    // anything: it may be gone.
    Verilated::threadContextp(&context_);
    model_.reset();
  }

  void reset() override {
    RtlInputs none;
    RtlOutputs ignored;
    model_->clk_i = 0;
    model_->rst_ni = 0;
    settle(none, ignored);
    model_->clk_i = 1;
    model_->eval();
    model_->clk_i = 0;
    model_->rst_ni = 1;
  }

  void settle(const RtlInputs& in, RtlOutputs& out) override {
    Model& m = *model_;
    m.config_valid_i = in.config_valid;
    m.config_data_i = in.config;
    put_words(m.iact_valid_i, &in.iact_valid, 1);
    for (auto& word : wide_) word = 0;
    for (unsigned p = 0; p < ports_; ++p) {
      const unsigned bit = p * word_bits_;
      const std::uint64_t field = std::uint64_t{in.iact_word[p]} << (bit % 32);
      wide_[bit / 32] |= static_cast<std::uint32_t>(field);
      wide_[bit / 32 + 1] |= static_cast<std::uint32_t>(field >> 32);
    }
    put_words(m.iact_data_i, wide_, (ports_ * word_bits_ + 31) / 32);
    m.weight_valid_i = in.weight_valid;
    m.weight_data_i = in.weight_word;
    m.psum_in_valid_i = in.psum_in_valid;
    m.psum_in_last_i = in.psum_in_last;
    const std::uint64_t mask = (std::uint64_t{1} << psum_bits_) - 1;
    m.psum_in_data_i = (static_cast<std::uint64_t>(in.psum_in[0]) & mask) |
                       ((static_cast<std::uint64_t>(in.psum_in[1]) & mask) << psum_bits_);
    m.psum_out_ready_i = in.psum_out_ready;
    m.eval();
    out.config_ready = m.config_ready_o;
    out.iact_ready = m.iact_ready_o;
    out.weight_ready = m.weight_ready_o;
    out.psum_in_ready = m.psum_in_ready_o;
    out.psum_out_valid = m.psum_out_valid_o;
    out.psum_out_last = m.psum_out_last_o;
    out.psum_out[0] = sign_extended(m.psum_out_data_o, psum_bits_);
    out.psum_out[1] = sign_extended(m.psum_out_data_o >> psum_bits_, psum_bits_);
    out.active = m.active_o;
    out.window = m.window_o;
    out.forward = m.forward_o;
    out.error = m.error_o;
    out.overflows = m.overflows_o;
    out.macs = m.macs_o;
  }

  void clock(std::uint64_t) override {
    model_->clk_i = 1;
    model_->eval();
    // The falling edge does nothing; the next settle() evaluates it together with new inputs.
    model_->clk_i = 0;
  }

  void save(std::vector<std::uint8_t>& state) override { writer_.save(*model_, state); }
  void restore(const std::vector<std::uint8_t>& state) override { reader_.restore(*model_, state); }

 protected:
  StateWriter writer_;
  StateReader reader_;
  VerilatedContext context_;
  std::unique_ptr<Model> model_;
  unsigned ports_, word_bits_;
  int psum_bits_;
  std::uint32_t wide_[kMaxIactPorts + 1] = {};
};

/// `Model` is sparse_pe, with the signals inside that account_signals.vlt makes readable.
template <class Model>
class VerilatedSparsePe : public VerilatedPe<Model> {
 public:
  static constexpr const char* kModule = "sparse_pe";
  VerilatedSparsePe(unsigned ports, int word_bits, int psum_bits)
      : VerilatedPe<Model>(kModule, ports, word_bits, psum_bits) {}

  RtlActivity activity() const override {
    const auto& top = *this->model_->rootp;
    RtlActivity a;
    a.chunks = top.sparse_pe__DOT__i_epochs__DOT__chunks;
    a.finish = top.sparse_pe__DOT__i_epochs__DOT__finish;
    a.writing = top.sparse_pe__DOT__i_epochs__DOT__writing;
    a.rx = top.sparse_pe__DOT__i_epochs__DOT__rx;
    a.pass_ends = top.sparse_pe__DOT__i_epochs__DOT__pass_ends;
    a.idle_ends = top.sparse_pe__DOT__i_epochs__DOT__idle_ends;
    a.head = top.sparse_pe__DOT__i_receive__DOT__head;
    a.commit = top.sparse_pe__DOT__i_receive__DOT__commit_o;
    a.fire = top.sparse_pe__DOT__i_issue__DOT__fire;
    a.first = top.sparse_pe__DOT__i_issue__DOT__x_first;
    a.place = (top.sparse_pe__DOT__i_issue__DOT__x_slot >> 9) & 1U;
    a.bank = top.sparse_pe__DOT__i_issue__DOT__bank;
    a.valid = top.sparse_pe__DOT__i_macs__DOT__valid_i;
    a.second = top.sparse_pe__DOT__i_macs__DOT__second_i;
    a.active = top.sparse_pe__DOT__i_macs__DOT__active0 |
               static_cast<unsigned>(top.sparse_pe__DOT__i_macs__DOT__active1) << 1;
    a.done = top.sparse_pe__DOT__i_psums__DOT__done_i;
    a.move = top.sparse_pe__DOT__i_psums__DOT__move;
    a.first_beat = top.sparse_pe__DOT__i_psums__DOT__beat_at == 0;
    a.last_beat = this->model_->psum_out_last_o;
    a.pass = top.sparse_pe__DOT__i_psums__DOT__pass_i;
    a.drain = top.sparse_pe__DOT__i_psums__DOT__drain;
    return a;
  }

  RtlMacs macs() const override {
    const auto& top = *this->model_->rootp;
    RtlMacs m;
    m.bank = top.sparse_pe__DOT__i_psums__DOT__mac_bank_i;
    m.value = top.sparse_pe__DOT__i_macs__DOT__value_i;
    m.lanes[0] = {top.sparse_pe__DOT__i_macs__DOT__active0 != 0,
                  top.sparse_pe__DOT__i_macs__DOT__read0_addr_o,
                  top.sparse_pe__DOT__i_macs__DOT__weight0,
                  sign_extended(top.sparse_pe__DOT__i_macs__DOT__sum0, this->psum_bits_)};
    m.lanes[1] = {top.sparse_pe__DOT__i_macs__DOT__active1 != 0,
                  top.sparse_pe__DOT__i_macs__DOT__read1_addr_o,
                  top.sparse_pe__DOT__i_macs__DOT__weight1,
                  sign_extended(top.sparse_pe__DOT__i_macs__DOT__sum1, this->psum_bits_)};
    return m;
  }
};

/// `Model` is dense_pe, with the signals inside that account_signals.vlt makes readable.
template <class Model>
class VerilatedDensePe : public VerilatedPe<Model> {
 public:
  static constexpr const char* kModule = "dense_pe";
  VerilatedDensePe(unsigned ports, int word_bits, int psum_bits)
      : VerilatedPe<Model>(kModule, ports, word_bits, psum_bits) {}

  RtlActivity activity() const override {
    const auto& top = *this->model_->rootp;
    RtlActivity a;
    a.chunks = top.dense_pe__DOT__i_epochs__DOT__chunks;
    a.finish = top.dense_pe__DOT__i_epochs__DOT__finish;
    a.writing = top.dense_pe__DOT__i_epochs__DOT__writing;
    a.rx = top.dense_pe__DOT__i_epochs__DOT__rx;
    a.pass_ends = top.dense_pe__DOT__i_epochs__DOT__pass_ends;
    a.idle_ends = top.dense_pe__DOT__i_epochs__DOT__idle_ends;
    a.head = top.dense_pe__DOT__i_receive__DOT__head;
    a.commit = top.dense_pe__DOT__i_receive__DOT__commit_o;
    a.done = top.dense_pe__DOT__i_psums__DOT__done_i;
    a.move = top.dense_pe__DOT__i_psums__DOT__move;
    a.first_beat = top.dense_pe__DOT__i_psums__DOT__beat_at == 0;
    a.last_beat = this->model_->psum_out_last_o;
    a.pass = top.dense_pe__DOT__i_psums__DOT__pass_i;
    a.drain = top.dense_pe__DOT__i_psums__DOT__drain;
    a.fire = top.dense_pe__DOT__i_scan__DOT__slot_o;
    a.first = top.dense_pe__DOT__i_scan__DOT__first_o;
    a.place = top.dense_pe__DOT__i_epochs__DOT__scan_slot_o;
    a.bank = top.dense_pe__DOT__i_scan__DOT__bank_o;
    a.valid = top.dense_pe__DOT__i_mac__DOT__valid_i;
    a.active = top.dense_pe__DOT__i_mac__DOT__active;
    return a;
  }

  RtlMacs macs() const override {
    const auto& top = *this->model_->rootp;
    RtlMacs m;
    m.bank = top.dense_pe__DOT__i_psums__DOT__mac_bank_i;
    m.value = top.dense_pe__DOT__i_mac__DOT__value_i;
    m.lanes[0] = {top.dense_pe__DOT__i_mac__DOT__active != 0, top.dense_pe__DOT__i_mac__DOT__psum_i,
                  top.dense_pe__DOT__i_mac__DOT__weight,
                  sign_extended(top.dense_pe__DOT__i_mac__DOT__sum, this->psum_bits_)};
    return m;
  }
};

}  // namespace uvea::cosim
