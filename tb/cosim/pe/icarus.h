#pragma once
// Plays vector files (vector_file.h) with Icarus Verilog and rtl/tb/pe_tb.v.

#include <cstdint>
#include <string>
#include <vector>

namespace uvea::cosim {

struct IcarusResult {
  bool passed = false;
  std::uint64_t cycles = 0, values = 0;  ///< when passed: played, compared
  std::string output;                    ///< all that the bench said
};

class IcarusBench {
 public:
  static bool installed();

  /// Compiles the bench into `folder`, which must be there. Parameters of pe_tb other than the
  /// defaults as "NAME=VALUE". Throws std::runtime_error with the compiler's words when it fails or
  /// warns.
  explicit IcarusBench(const std::string& folder, const std::vector<std::string>& parameters = {});

  IcarusResult play(const std::string& vector_file) const;

 private:
  std::string program_;
};

}  // namespace uvea::cosim
