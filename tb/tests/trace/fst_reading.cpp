#include "tb/tests/trace/fst_reading.h"

#include <gtkwave/fstapi.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace uvea::test {
namespace {

struct Reading {
  std::vector<std::vector<ReadSignal*>> by_handle;
  ReadWaveform* waveform = nullptr;
  std::uint64_t last = 0;

  void take(std::uint64_t time, fstHandle handle, std::string value) {
    if (time < last) waveform->in_order = false;
    last = time;
    for (ReadSignal* signal : by_handle[handle]) {
      if (!signal->changes.empty() && signal->changes.back().first == time)
        signal->changes.back().second = value;
      else
        signal->changes.emplace_back(time, value);
    }
  }
};

void see(void* user, std::uint64_t time, fstHandle handle, const unsigned char* value) {
  static_cast<Reading*>(user)->take(time, handle, reinterpret_cast<const char*>(value));
}
void see_text(void* user, std::uint64_t time, fstHandle handle, const unsigned char* value,
              std::uint32_t size) {
  static_cast<Reading*>(user)->take(time, handle,
                                    std::string(reinterpret_cast<const char*>(value), size));
}

std::map<std::string, std::string> names_of(const char* text) {
  std::map<std::string, std::string> names;
  fstETab* const table = fstUtilityExtractEnumTableFromString(text);
  if (table == nullptr) return names;
  for (std::uint32_t i = 0; i < table->elem_count; ++i)
    names[table->val_arr[i]] = table->literal_arr[i];
  fstUtilityFreeEnumTable(table);
  return names;
}

}  // namespace

std::string ReadSignal::at(std::uint64_t time) const {
  const auto after =
      std::upper_bound(changes.begin(), changes.end(), time,
                       [](std::uint64_t t, const auto& change) { return t < change.first; });
  return after == changes.begin() ? "" : std::prev(after)->second;
}

std::string ReadSignal::named_at(std::uint64_t time) const {
  const std::string value = at(time);
  const auto name = names.find(value);
  return name == names.end() ? value : name->second;
}

std::int64_t ReadSignal::number_at(std::uint64_t time) const {
  const std::string value = at(time);
  if (value.empty() || value.find_first_not_of("01") != std::string::npos)
    throw std::runtime_error("no number: '" + value + "'");
  std::uint64_t number = value[0] == '1' && bits == 32 ? ~std::uint64_t{0} : 0;
  for (const char bit : value) number = number << 1 | static_cast<std::uint64_t>(bit == '1');
  return static_cast<std::int64_t>(number);
}

ReadWaveform read_waveform(const std::string& file) {
  const std::unique_ptr<void, void (*)(void*)> reader(fstReaderOpen(file.c_str()), fstReaderClose);
  if (!reader) throw std::runtime_error(file + " is no FST file");
  ReadWaveform waveform;
  Reading reading;
  reading.waveform = &waveform;
  reading.by_handle.resize(fstReaderGetMaxHandle(reader.get()) + 1);
  std::vector<std::string> scopes;
  std::map<std::uint64_t, std::map<std::string, std::string>> tables;
  std::uint64_t table = 0;
  while (const fstHier* entry = fstReaderIterateHier(reader.get())) {
    if (entry->htyp == FST_HT_SCOPE) scopes.emplace_back(entry->u.scope.name);
    if (entry->htyp == FST_HT_UPSCOPE) scopes.pop_back();
    if (entry->htyp == FST_HT_ATTRBEGIN && entry->u.attr.typ == FST_AT_MISC &&
        entry->u.attr.subtype == FST_MT_ENUMTABLE) {
      // With a table it is defined, without one it is referred to.
      if (entry->u.attr.name_length > 0)
        tables[entry->u.attr.arg] = names_of(entry->u.attr.name);
      else
        table = entry->u.attr.arg;
    }
    if (entry->htyp != FST_HT_VAR) continue;
    std::string name;
    for (const std::string& scope : scopes) name += scope + ".";
    name += std::string(entry->u.var.name).substr(0, std::string(entry->u.var.name).find(' '));
    ReadSignal& signal = waveform.signals[name];
    signal.bits = entry->u.var.length;
    signal.real = entry->u.var.typ == FST_VT_VCD_REAL;
    signal.integer = entry->u.var.typ == FST_VT_VCD_INTEGER;
    signal.text = entry->u.var.typ == FST_VT_GEN_STRING;
    if (table != 0) signal.names = tables.at(table);
    table = 0;
    reading.by_handle[entry->u.var.handle].push_back(&signal);
  }
  waveform.begin = fstReaderGetStartTime(reader.get());
  waveform.end = fstReaderGetEndTime(reader.get());
  waveform.date = fstReaderGetDateString(reader.get());
  waveform.exponent = fstReaderGetTimescale(reader.get());
  fstReaderSetFacProcessMaskAll(reader.get());
  fstReaderIterBlocks2(reader.get(), see, see_text, &reading, nullptr);
  return waveform;
}

}  // namespace uvea::test
