#include "tb/tests/outside/tflite_file.h"

#include <flatbuffers/flatbuffers.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace uvea::tb {
namespace {

using flatbuffers::Offset;
using flatbuffers::Table;
using flatbuffers::Vector;
using Tables = Vector<Offset<Table>>;
using Ints = Vector<std::int32_t>;

template <typename T>
const T& member(const Table& table, int slot, const char* what) {
  const auto* found = table.GetPointer<const T*>(static_cast<flatbuffers::voffset_t>(4 + 2 * slot));
  if (found == nullptr) throw std::runtime_error(std::string("tflite file: no ") + what);
  return *found;
}

}  // namespace

TfliteFile::TfliteFile(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {
  if (bytes_.size() < 8 || !flatbuffers::BufferHasIdentifier(bytes_.data(), "TFL3")) {
    throw std::runtime_error("tflite file: no identifier TFL3");
  }
  const auto& model = *flatbuffers::GetRoot<Table>(bytes_.data());
  const auto& graph = *member<Tables>(model, 2, "subgraphs").Get(0);
  for (const Table* tensor : member<Tables>(graph, 0, "tensors")) {
    tensor_names_.push_back(member<flatbuffers::String>(*tensor, 3, "tensor name").str());
  }
  for (const Table* op : member<Tables>(graph, 3, "operators")) {
    operator_outputs_.push_back(member<Ints>(*op, 2, "operator outputs").Get(0));
  }
  const auto& outputs = member<Ints>(graph, 2, "graph outputs");
  if (outputs.size() == 0) throw std::runtime_error("tflite file: no graph output");
  output_position_ = static_cast<std::size_t>(outputs.Data() - bytes_.data());
}

TfliteFile TfliteFile::read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return TfliteFile(std::vector<std::uint8_t>(std::istreambuf_iterator<char>(in), {}));
}

std::vector<std::uint8_t> TfliteFile::with_output(int tensor) const {
  std::vector<std::uint8_t> patched = bytes_;
  flatbuffers::WriteScalar(patched.data() + output_position_, static_cast<std::int32_t>(tensor));
  return patched;
}

}  // namespace uvea::tb
