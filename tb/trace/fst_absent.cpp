// In place of fst_file.cpp and fst_check.cpp, where the library is missing.

#include "sw/user_error.h"
#include "tb/trace/fst_check.h"
#include "tb/trace/fst_file.h"

namespace uvea::trace {

FstFile::FstFile(const std::string& file, int, const std::string&) {
  throw UserError("cannot write the waveform " + file +
                  ": this program was built without Verilator, whose FST library it takes");
}
FstFile::~FstFile() = default;
void FstFile::open_scope(const std::string&, bool) {}
void FstFile::close_scope() {}
FstFile::EnumTable FstFile::add_names(const std::string&, const std::vector<std::string>&) {
  return 0;
}
FstFile::Signal FstFile::add(const std::string&, Kind, unsigned, EnumTable, bool) { return 0; }
void FstFile::add_alias(const std::string&, Signal) {}
void FstFile::time(std::uint64_t) {}
void FstFile::set(Signal, unsigned, std::uint64_t) {}
void FstFile::set_unknown(Signal, unsigned) {}
void FstFile::set_real(Signal, double) {}
void FstFile::set_text(Signal, const std::string&) {}
void FstFile::set_bits(Signal, const char*) {}
void FstFile::close() {}

std::string why_broken_waveform(const std::string&) { return "waveforms are not built in"; }

}  // namespace uvea::trace
