#include "tb/trace/fst_file.h"

#include <gtkwave/fstapi.h>

#include "sw/user_error.h"

namespace uvea::trace {
namespace {

constexpr const char* kNoDate = "Thu Jan  1 00:00:00 1970";

unsigned bits_of(std::size_t count) {
  unsigned bits = 1;
  while ((std::size_t{1} << bits) < count) ++bits;
  return bits;
}

}  // namespace

FstFile::FstFile(const std::string& file, int exponent, const std::string& writer)
    : file_(fstWriterCreate(file.c_str(), 1)) {
  if (file_ == nullptr) throw UserError("cannot write the waveform " + file);
  fstWriterSetPackType(file_, FST_WR_PT_LZ4);
  fstWriterSetTimescale(file_, exponent);
  fstWriterSetVersion(file_, writer.c_str());
  // The same run writes the same bytes, whenever it is made.
  fstWriterSetDate(file_, kNoDate);
  fstWriterSetFileType(file_, FST_FT_VERILOG);
}

FstFile::~FstFile() { close(); }

void FstFile::close() {
  if (file_ != nullptr) fstWriterClose(file_);
  file_ = nullptr;
}

void FstFile::open_scope(const std::string& name, bool struct_like) {
  fstWriterSetScope(file_, struct_like ? FST_ST_VCD_STRUCT : FST_ST_VCD_MODULE, name.c_str(), "");
}

void FstFile::close_scope() { fstWriterSetUpscope(file_); }

FstFile::EnumTable FstFile::add_names(const std::string& name,
                                      const std::vector<std::string>& names) {
  const unsigned bits = bits_of(names.size());
  std::vector<std::string> values;
  std::vector<const char*> literals, value_texts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string value;
    for (unsigned bit = bits; bit-- > 0;) value += (i >> bit & 1) != 0 ? '1' : '0';
    values.push_back(std::move(value));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    literals.push_back(names[i].c_str());
    value_texts.push_back(values[i].c_str());
  }
  return fstWriterCreateEnumTable(file_, name.c_str(), static_cast<std::uint32_t>(names.size()),
                                  bits, literals.data(), value_texts.data());
}

FstFile::Signal FstFile::add(const std::string& name, Kind kind, unsigned bits, EnumTable names,
                             bool is_signed) {
  if (names != 0) fstWriterEmitEnumTableRef(file_, names);
  fstVarType type = FST_VT_VCD_WIRE;
  std::uint32_t size = bits;
  switch (kind) {
    case Kind::bit:
      break;
    case Kind::number:
      type = is_signed ? FST_VT_VCD_INTEGER : FST_VT_VCD_WIRE;
      break;
    case Kind::state:
      type = FST_VT_SV_ENUM;
      break;
    case Kind::real:
      type = FST_VT_VCD_REAL;
      size = 8;
      break;
    case Kind::text:
      type = FST_VT_GEN_STRING;
      size = 0;
      break;
  }
  return fstWriterCreateVar(file_, type, FST_VD_IMPLICIT, size, name.c_str(), 0);
}

void FstFile::add_alias(const std::string& name, Signal of) {
  fstWriterCreateVar(file_, FST_VT_VCD_WIRE, FST_VD_IMPLICIT, 1, name.c_str(), of);
}

void FstFile::time(std::uint64_t time) { fstWriterEmitTimeChange(file_, time); }

void FstFile::set(Signal signal, unsigned bits, std::uint64_t value) {
  fstWriterEmitValueChange64(file_, signal, bits, value);
}

void FstFile::set_unknown(Signal signal, unsigned bits) {
  set_bits(signal, std::string(bits, 'x').c_str());
}

void FstFile::set_real(Signal signal, double value) {
  fstWriterEmitValueChange(file_, signal, &value);
}

void FstFile::set_text(Signal signal, const std::string& value) {
  fstWriterEmitVariableLengthValueChange(file_, signal, value.data(),
                                         static_cast<std::uint32_t>(value.size()));
}

void FstFile::set_bits(Signal signal, const char* bits) {
  fstWriterEmitValueChange(file_, signal, bits);
}

}  // namespace uvea::trace
