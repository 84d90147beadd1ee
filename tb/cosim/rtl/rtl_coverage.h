#pragma once
// What the RTL went through, written when a PE ends: with UVEA_RTL_COVERAGE, and only where the
// environment names a folder in UVEA_COVERAGE_DIR. Each PE writes a file of its own there, named
// after the process and the PE's number in it; scripts/coverage merges them.

#ifdef UVEA_RTL_COVERAGE
#include <unistd.h>
#include <verilated_cov.h>

#include <atomic>
#include <cstdlib>
#include <string>
#else
class VerilatedContext;
#endif

namespace uvea::cosim {

#ifdef UVEA_RTL_COVERAGE
inline void write_coverage(VerilatedContext& context) {
  static std::atomic<unsigned> number{0};
  const char* folder = std::getenv("UVEA_COVERAGE_DIR");
  if (folder == nullptr || *folder == 0) return;
  const std::string file = std::string(folder) + "/rtl_" + std::to_string(getpid()) + "_" +
                           std::to_string(number++) + ".dat";
  context.coveragep()->write(file.c_str());
}
#else
inline void write_coverage(VerilatedContext&) {}
#endif

}  // namespace uvea::cosim
