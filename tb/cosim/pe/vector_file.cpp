#include "tb/cosim/pe/vector_file.h"

#include <algorithm>
#include <stdexcept>

#include "hw/config/chip_limits.h"
#include "sw/user_error.h"

namespace uvea::cosim {

namespace {

constexpr unsigned kConfigBits = 26;

void append_hex(std::string& text, std::uint64_t value, unsigned digits) {
  while (digits-- > 0) text += "0123456789abcdef"[(value >> (4 * digits)) & 15U];
}

std::uint64_t low_bits(unsigned bits) { return (std::uint64_t{1} << bits) - 1; }

}  // namespace

VectorWriter::VectorWriter(const std::string& path, const hw::PeConfig& pe, unsigned iact_ports)
    : path_(path),
      file_(path, std::ios::binary),
      ports_(iact_ports),
      word_bits_(static_cast<unsigned>(hw::weight_word_bits(pe))),
      psum_bits_(static_cast<unsigned>(pe.psum_bits)) {
  if (ports_ == 0 || ports_ > kMaxIactPorts)
    throw std::invalid_argument("VectorWriter: 1 to " + std::to_string(kMaxIactPorts) +
                                " iact ports");
  if (!file_) throw UserError("cannot write '" + path + "': is its folder there, and writable?");
  file_ << "pe_vectors 1 " << ports_ << ' ' << word_bits_ << ' ' << psum_bits_ << '\n';
}

void VectorWriter::reset(unsigned cycles) {
  while (cycles-- > 0) line(true, {}, {});
}

void VectorWriter::cycle(const RtlInputs& in, const ExpectedOutputs& expected) {
  line(false, in, expected);
}

void VectorWriter::finish() {
  file_ << "end " << cycles_ << '\n';
  file_.close();
  if (!file_) throw UserError("cannot write all of '" + path_ + "': is the disk full?");
}

void VectorWriter::field(std::uint64_t value, unsigned bits) {
  if (bits < 64 && value > low_bits(bits))
    throw std::invalid_argument("VectorWriter: a value does not fit its " + std::to_string(bits) +
                                " bits in cycle " + std::to_string(cycles_));
  text_ += ' ';
  append_hex(text_, value, (bits + 3) / 4);
}

void VectorWriter::flag(const std::optional<bool>& expected) {
  field(expected.value_or(false), 1);
  field(expected.has_value(), 1);
  values_ += expected.has_value();
}

void VectorWriter::line(bool in_reset, const RtlInputs& in, const ExpectedOutputs& expected) {
  const std::uint64_t psum_mask = low_bits(psum_bits_);
  const auto two_psums = [&](std::int32_t low, std::int32_t high) {
    return (static_cast<std::uint64_t>(low) & psum_mask) |
           (static_cast<std::uint64_t>(high) & psum_mask) << psum_bits_;
  };
  text_ = "v";
  field(in_reset ? 0 : 1, 1);
  field(in.config_valid, 1);
  field(in.config, kConfigBits);
  field(in.iact_valid, ports_);
  // All ports' words side by side, the last one on top.
  std::uint64_t words[kMaxIactPorts / 2 + 1] = {};
  for (unsigned p = 0; p < ports_; ++p) {
    if (in.iact_word[p] > low_bits(word_bits_))
      throw std::invalid_argument("VectorWriter: an iact word is too wide");
    const unsigned bit = p * word_bits_;
    const std::uint64_t word = in.iact_word[p];
    words[bit / 64] |= word << (bit % 64);
    if (bit % 64 + word_bits_ > 64) words[bit / 64 + 1] |= word >> (64 - bit % 64);
  }
  text_ += ' ';
  for (unsigned i = (ports_ * word_bits_ + 63) / 64; i-- > 0;) append_hex(text_, words[i], 16);
  field(in.weight_valid, 1);
  field(in.weight_word, word_bits_);
  field(in.psum_in_valid, 1);
  field(in.psum_in_last, 1);
  field(two_psums(in.psum_in[0], in.psum_in[1]), 2 * psum_bits_);
  field(in.psum_out_ready, 1);

  field(expected.iact_ready & expected.iact_ready_mask, ports_);
  field(expected.iact_ready_mask, ports_);
  for (unsigned p = 0; p < ports_; ++p) values_ += expected.iact_ready_mask >> p & 1U;
  flag(expected.weight_ready);
  flag(expected.psum_in_ready);
  flag(expected.psum_out_valid);
  flag(expected.psum_out_last);
  const auto& psum = expected.psum_out;
  field(two_psums(psum[0].value_or(0), psum[1].value_or(0)), 2 * psum_bits_);
  field(two_psums(psum[0] ? -1 : 0, psum[1] ? -1 : 0), 2 * psum_bits_);
  values_ += psum[0].has_value() + psum[1].has_value();
  flag(expected.window);
  text_ += '\n';
  file_ << text_;
  ++cycles_;
}

}  // namespace uvea::cosim
