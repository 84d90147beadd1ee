#include "tb/cosim/pe/pin_checker.h"

namespace uvea::cosim {

const char* PinChecker::compare(Waiting& was, bool valid, bool taken, std::int32_t low,
                                std::int32_t high, bool last) {
  const char* broken = nullptr;
  if (was.valid && !valid) broken = "valid went down before the word was taken";
  if (was.valid && valid && (was.data[0] != low || was.data[1] != high || was.last != last))
    broken = "the word changed before it was taken";
  was = Waiting{valid && !taken, last, {low, high}};
  return broken;
}

std::string PinChecker::step(const RtlInputs& in, const RtlOutputs& out, std::uint32_t first_words,
                             unsigned ports) {
  std::string broken;
  const auto note = [&broken](const std::string& stream, const char* rule) {
    if (rule != nullptr && broken.empty()) broken = stream + ": " + rule;
  };
  std::uint32_t ready_now = 0, taken_now = 0;
  for (unsigned p = 0; p < ports; ++p) {
    const bool valid = ((in.iact_valid >> p) & 1U) != 0;
    const bool ready = ((out.iact_ready >> p) & 1U) != 0;
    note("iact " + std::to_string(p),
         compare(iact_[p], valid, valid && ready, static_cast<std::int32_t>(in.iact_word[p]), 0,
                 false));
    if (ready) ready_now |= 1U << p;
    if (valid && ready) taken_now |= 1U << p;
  }
  note("weight", compare(weight_, in.weight_valid, in.weight_valid && out.weight_ready,
                         static_cast<std::int32_t>(in.weight_word), 0, false));
  if (out.weight_ready) ready_now |= 1U << ports;
  if (in.weight_valid && out.weight_ready) taken_now |= 1U << ports;
  note("psum_in", compare(psum_in_, in.psum_in_valid, in.psum_in_valid && out.psum_in_ready,
                          in.psum_in[0], in.psum_in[1], in.psum_in_last));
  const bool leaves = out.psum_out_valid && in.psum_out_ready;
  note("psum_out", compare(psum_out_, out.psum_out_valid, leaves, out.psum_out[0], out.psum_out[1],
                           out.psum_out_last));
  if (in.psum_in_valid && out.psum_in_ready && !leaves)
    note("psum_in", "taken without psums that leave");
  if ((ready_ & first_words & ~ready_now) != 0)
    note((ready_ & first_words & ~ready_now) >> ports != 0 ? "weight" : "iact",
         "ready went down before the burst was taken");
  ready_ = ready_now & first_words & ~taken_now;
  return broken;
}

}  // namespace uvea::cosim
