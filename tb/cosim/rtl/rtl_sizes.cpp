#include "tb/cosim/rtl/rtl_sizes.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw/config/chip_limits.h"

namespace uvea::cosim {
namespace {

struct Size {
  const char* option;
  const char* parameter;  ///< empty: the RTL has it fixed
  int value, lowest, highest;
};

/// The limits are those of the modules' headers.
std::vector<Size> sizes_of(const hw::PeConfig& pe, unsigned iact_ports) {
  const bool dense = pe.kind == hw::PeKind::dense;
  std::vector<Size> sizes = {{"glb.iact_banks", "PORTS", static_cast<int>(iact_ports), 1, 16},
                             {"pe.iact_data_entries", "ENTRIES", pe.iact_data_entries, 2, 31},
                             {"pe.weight_data_words", "WORDS", pe.weight_data_words, 2, 255},
                             {"pe.psum_entries", "PSUMS", pe.psum_entries, 3, 64},
                             // The RTL has two and is configured to use one.
                             {"pe.psum_banks", "", pe.psum_banks, 1, 2},
                             {"pe.iact_bits", "IACT_BITS", pe.iact_bits, 1, 8},
                             {"pe.weight_bits", "WEIGHT_BITS", pe.weight_bits, 1, 9},
                             // The pins carry two psums in 64 bits.
                             {"pe.psum_bits", "PSUM_BITS", pe.psum_bits, 2, 32}};
  // A chip's port words have room for pairs; a word of the pins is 32 bits at most.
  sizes.push_back({"pe.count_bits", dense ? "" : "COUNT_BITS", pe.count_bits, 1, 7});
  if (dense) {
    sizes.push_back({"pe.pipeline_stages", "", pe.pipeline_stages, 3, 3});
    return sizes;
  }
  sizes.push_back({"pe.iact_addr_entries", "SEGMENTS", pe.iact_addr_entries, 2, 31});
  sizes.push_back({"pe.weight_addr_entries", "COLUMNS", pe.weight_addr_entries, 2, 31});
  sizes.push_back({"pe.simd", "SIMD", pe.simd, 1, 2});
  sizes.push_back({"pe.pipeline_stages", "", pe.pipeline_stages, 7, 7});
  return sizes;
}

}  // namespace

std::string why_no_rtl_sizes(const hw::PeConfig& pe, unsigned iact_ports) {
  for (const Size& size : sizes_of(pe, iact_ports)) {
    if (size.value >= size.lowest && size.value <= size.highest) continue;
    const std::string taken = size.lowest == size.highest
                                  ? std::to_string(size.lowest)
                                  : fmt::format("{}..{}", size.lowest, size.highest);
    return fmt::format("there is no RTL of {} = {}: rtl/pe takes {}", size.option, size.value,
                       taken);
  }
  return {};
}

std::vector<std::string> rtl_parameters(const hw::PeConfig& pe, unsigned iact_ports) {
  std::vector<std::string> parameters;
  for (const Size& size : sizes_of(pe, iact_ports))
    if (*size.parameter != 0)
      parameters.push_back(fmt::format("{}={}", size.parameter, size.value));
  if (pe.kind == hw::PeKind::dense)
    parameters.push_back(fmt::format("WORD_BITS={}", hw::weight_word_bits(pe)));
  return parameters;
}

hw::PeConfig default_dense_pe() {
  hw::PeConfig pe;
  pe.kind = hw::PeKind::dense;
  pe.weight_data_words = 64;
  pe.simd = 1;
  pe.pipeline_stages = 3;
  return pe;
}

std::string rtl_module(const hw::PeConfig& pe) {
  return pe.kind == hw::PeKind::dense ? "dense_pe" : "sparse_pe";
}

}  // namespace uvea::cosim
