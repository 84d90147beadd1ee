#include "sw/report/psum_overflow.h"

#include <fmt/format.h>

namespace uvea::report {

std::string sentence(const PsumOverflow& o) {
  std::string text =
      fmt::format("psum overflow: {} additions wrapped at {} bits; ", o.wrapped, o.psum_bits);
  if (o.not_fitting > 0) {
    text += fmt::format("{} of {} psums do not fit, {}; ", o.not_fitting, o.psums,
                        o.mismatches == 0 ? "though no oact differs"
                                          : fmt::format("{} oacts differ", o.mismatches));
  } else {
    text += fmt::format("all {} psums came back into range and are right; ", o.psums);
  }
  if (o.bits_for_results > o.widest)
    return text + fmt::format("they need {} bits, more than pe.psum_bits can be ({})",
                              o.bits_for_results, o.widest);
  const bool all = o.bits_for_all <= o.widest;
  text += o.bits_for_results == o.bits_for_all
              ? fmt::format("{} bits are enough for every addition", o.bits_for_all)
              : fmt::format("{} bits make every psum right, {} are enough for every addition",
                            o.bits_for_results, o.bits_for_all);
  text += fmt::format(" (exact for this input and mapping): --set pe.psum_bits={}",
                      all ? o.bits_for_all : o.bits_for_results);
  return text;
}

nlohmann::ordered_json to_json(const PsumOverflow& o) {
  return {{"psum_bits", o.psum_bits},
          {"wrapped_additions", o.wrapped},
          {"psums", o.psums},
          {"psums_not_fitting", o.not_fitting},
          {"bits_for_results", o.bits_for_results},
          {"bits_for_all", o.bits_for_all},
          {"option", "pe.psum_bits"}};
}

}  // namespace uvea::report
