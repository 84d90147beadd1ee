#include "sw/nn/tflite/flat_reader.h"

#include <algorithm>

namespace uvea::nn {
namespace {

[[noreturn]] void corrupt(const char* what, std::size_t offset) {
  throw CorruptFile(std::string(what) + " at byte " + std::to_string(offset));
}

}  // namespace

FlatTable::FlatTable(const FlatFile& file, std::size_t offset) : file_(&file), offset_(offset) {
  flatbuffers::Verifier verifier = file.verifier();
  if (offset % 4 != 0 || !verifier.Verify(offset, 4)) corrupt("broken table", offset);
  // A table begins with the signed distance back to its vtable; FlatBuffers reads vtables in place.
  const auto distance = static_cast<std::size_t>(file.load<flatbuffers::soffset_t>(offset));
  const std::size_t vtable = offset - distance;
  if (vtable % 2 != 0 || !verifier.VerifyTableStart(file.data() + offset) ||
      file.load<flatbuffers::voffset_t>(vtable) < 4)
    corrupt("broken table", offset);
}

FlatTable FlatTable::root(const FlatFile& file) {
  const flatbuffers::uoffset_t offset = file.verifier().VerifyOffset(0);
  if (offset == 0) corrupt("broken root", 0);
  return FlatTable(file, offset);
}

std::size_t FlatTable::field(int slot, std::size_t bytes) const {
  const auto* table = reinterpret_cast<const flatbuffers::Table*>(file_->data() + offset_);
  const auto voffset = static_cast<flatbuffers::voffset_t>(4 + 2 * slot);
  const flatbuffers::voffset_t at = table->GetOptionalFieldOffset(voffset);
  if (at == 0) return 0;
  if (!file_->verifier().Verify(offset_ + at, bytes)) corrupt("field outside of the file", offset_);
  return offset_ + at;
}

std::size_t FlatTable::follow(std::size_t at) const {
  const flatbuffers::uoffset_t distance = file_->verifier().VerifyOffset(at);
  if (distance == 0) corrupt("offset outside of the file", at);
  return at + distance;
}

FlatTable::Span FlatTable::vector(int slot, std::size_t element_bytes) const {
  const std::size_t at = field(slot, 4);
  if (at == 0) return {};
  const std::size_t start = follow(at);
  if (!file_->verifier().Verify(start, 4)) corrupt("vector outside of the file", start);
  const std::size_t count = file_->load<flatbuffers::uoffset_t>(start);
  if (count > (file_->size() - start - 4) / element_bytes) corrupt("vector too long", start);
  return {start + 4, count};
}

std::string FlatTable::text(int slot, std::size_t longest) const {
  const Span span = vector(slot, 1);
  if (span.count == 0) return {};
  return std::string(reinterpret_cast<const char*>(file_->data() + span.first),
                     std::min(span.count, longest));
}

std::optional<FlatTable> FlatTable::table(int slot) const {
  const std::size_t at = field(slot, 4);
  if (at == 0) return std::nullopt;
  return FlatTable(*file_, follow(at));
}

FlatTable FlatTable::table_at(int slot, std::size_t i) const {
  const Span span = vector(slot, 4);
  if (i >= span.count) corrupt("missing table", offset_);
  return FlatTable(*file_, follow(span.first + 4 * i));
}

}  // namespace uvea::nn
