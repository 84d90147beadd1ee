#include "tb/trace/fst_check.h"

#include <gtkwave/fstapi.h>

#include <cstdint>
#include <memory>

namespace uvea::trace {
namespace {

struct Seen {
  std::uint64_t changes = 0, last_time = 0;
};

void see(void* user, std::uint64_t time, fstHandle, const unsigned char*) {
  auto& seen = *static_cast<Seen*>(user);
  ++seen.changes;
  seen.last_time = time;
}

}  // namespace

std::string why_broken_waveform(const std::string& file) {
  const std::unique_ptr<void, void (*)(void*)> reader(fstReaderOpen(file.c_str()), fstReaderClose);
  if (!reader) return "it has no head";
  std::uint64_t signals = 0;
  while (const fstHier* entry = fstReaderIterateHier(reader.get()))
    signals += entry->htyp == FST_HT_VAR ? 1 : 0;
  if (signals == 0 || signals != fstReaderGetVarCount(reader.get())) return "signals are missing";
  Seen seen;
  fstReaderSetFacProcessMaskAll(reader.get());
  if (fstReaderIterBlocks(reader.get(), see, &seen, nullptr) == 0) return "values are missing";
  // The clock changes at every time that is written.
  if (seen.changes == 0 || seen.last_time != fstReaderGetEndTime(reader.get()))
    return "its end is missing";
  return {};
}

}  // namespace uvea::trace
