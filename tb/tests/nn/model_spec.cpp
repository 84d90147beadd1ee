#include "tb/tests/nn/model_spec.h"

#include <flatbuffers/flatbuffers.h>

namespace uvea::tb {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::Table;
using flatbuffers::voffset_t;
using Tables = std::vector<Offset<Table>>;

voffset_t slot(int i) { return static_cast<voffset_t>(4 + 2 * i); }

class Writer {
 public:
  explicit Writer(const ModelSpec& spec) : spec_(spec) {
    fbb_.ForceDefaults(true);
    buffers_.push_back(end(fbb_.StartTable()));
  }

  std::vector<std::uint8_t> write() {
    Tables tensors, operators, codes;
    for (const TensorSpec& t : spec_.tensors) tensors.push_back(tensor(t));
    for (const OperatorSpec& op : spec_.operators) {
      operators.push_back(add_operator(op, static_cast<std::uint32_t>(codes.size())));
      codes.push_back(code(op));
    }
    const auto tensor_list = fbb_.CreateVector(tensors);
    const auto operator_list = fbb_.CreateVector(operators);
    const auto inputs = fbb_.CreateVector(spec_.inputs);
    const auto outputs = fbb_.CreateVector(spec_.outputs);
    Tables graphs;
    for (int i = 0; i < spec_.subgraphs; ++i) {
      const auto start = fbb_.StartTable();
      fbb_.AddOffset(slot(0), tensor_list);
      fbb_.AddOffset(slot(1), inputs);
      fbb_.AddOffset(slot(2), outputs);
      fbb_.AddOffset(slot(3), operator_list);
      graphs.push_back(end(start));
    }
    const auto graph_list = fbb_.CreateVector(graphs);
    const auto code_list = fbb_.CreateVector(codes);
    const auto buffer_list = fbb_.CreateVector(buffers_);
    const auto start = fbb_.StartTable();
    fbb_.AddElement<std::uint32_t>(slot(0), 3, 0);
    fbb_.AddOffset(slot(1), code_list);
    fbb_.AddOffset(slot(2), graph_list);
    fbb_.AddOffset(slot(4), buffer_list);
    fbb_.Finish(end(start), "TFL3");
    return {fbb_.GetBufferPointer(), fbb_.GetBufferPointer() + fbb_.GetSize()};
  }

 private:
  Offset<Table> end(flatbuffers::uoffset_t start) { return Offset<Table>(fbb_.EndTable(start)); }

  Offset<Table> tensor(const TensorSpec& t) {
    std::uint32_t buffer = 0;
    if (!t.data.empty()) {
      fbb_.ForceVectorAlignment(t.data.size(), 1, 16);
      const auto data = fbb_.CreateVector(t.data);
      const auto start = fbb_.StartTable();
      fbb_.AddOffset(slot(0), data);
      buffer = static_cast<std::uint32_t>(buffers_.size());
      buffers_.push_back(end(start));
    }
    const auto scales = fbb_.CreateVector(t.scales);
    const auto zero_points = fbb_.CreateVector(t.zero_points);
    auto start = fbb_.StartTable();
    if (!t.scales.empty()) fbb_.AddOffset(slot(2), scales);
    if (!t.zero_points.empty()) fbb_.AddOffset(slot(3), zero_points);
    fbb_.AddElement<std::int32_t>(slot(6), t.quantized_dimension, 0);
    const auto quantization = end(start);
    const auto shape = fbb_.CreateVector(t.shape);
    const auto name = fbb_.CreateString(t.name);
    start = fbb_.StartTable();
    fbb_.AddOffset(slot(0), shape);
    fbb_.AddElement<std::int8_t>(slot(1), t.type, 0);
    fbb_.AddElement<std::uint32_t>(slot(2), buffer, 0);
    fbb_.AddOffset(slot(3), name);
    fbb_.AddOffset(slot(4), quantization);
    return end(start);
  }

  Offset<Table> add_operator(const OperatorSpec& op, std::uint32_t opcode) {
    auto start = fbb_.StartTable();
    for (const OptionSpec& o : op.options) {
      if (o.kind == OptionSpec::byte) {
        fbb_.AddElement<std::int8_t>(slot(o.slot), static_cast<std::int8_t>(o.value), 0);
      } else if (o.kind == OptionSpec::integer) {
        fbb_.AddElement<std::int32_t>(slot(o.slot), static_cast<std::int32_t>(o.value), 0);
      } else {
        fbb_.AddElement<float>(slot(o.slot), static_cast<float>(o.value), 0);
      }
    }
    const auto options = end(start);
    const auto inputs = fbb_.CreateVector(op.inputs);
    const auto outputs = fbb_.CreateVector(op.outputs);
    start = fbb_.StartTable();
    fbb_.AddElement<std::uint32_t>(slot(0), opcode, 0);
    fbb_.AddOffset(slot(1), inputs);
    fbb_.AddOffset(slot(2), outputs);
    if (op.options_type != 0) {
      fbb_.AddElement<std::uint8_t>(slot(3), static_cast<std::uint8_t>(op.options_type), 0);
      fbb_.AddOffset(slot(4), options);
    }
    return end(start);
  }

  /// Codes above 127 stand in the wide field only, behind the placeholder 127.
  Offset<Table> code(const OperatorSpec& op) {
    const auto custom = fbb_.CreateString(op.custom);
    const auto start = fbb_.StartTable();
    fbb_.AddElement<std::int8_t>(slot(0), static_cast<std::int8_t>(op.code > 127 ? 127 : op.code),
                                 0);
    if (!op.custom.empty()) fbb_.AddOffset(slot(1), custom);
    fbb_.AddElement<std::int32_t>(slot(2), op.version, 1);
    if (op.code > 127) fbb_.AddElement<std::int32_t>(slot(3), op.code, 0);
    return end(start);
  }

  const ModelSpec& spec_;
  FlatBufferBuilder fbb_;
  Tables buffers_;
};

}  // namespace

std::vector<std::uint8_t> ModelSpec::bytes() const { return Writer(*this).write(); }

std::vector<std::uint8_t> int32_bytes(const std::vector<std::int32_t>& values) {
  std::vector<std::uint8_t> bytes;
  for (const std::int32_t value : values)
    for (int b = 0; b < 4; ++b)
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(value) >> (8 * b)));
  return bytes;
}

ModelSpec conv_spec() {
  ModelSpec spec;
  std::vector<std::uint8_t> weights;
  for (int i = 0; i < 4 * 3 * 3 * 2; ++i)
    weights.push_back(static_cast<std::uint8_t>(static_cast<std::int8_t>((i * 37) % 255 - 127)));
  spec.tensors = {
      {"in", {1, 5, 5, 2}, spec_int8, {0.05F}, {-128}},
      {"weights", {4, 3, 3, 2}, spec_int8, {0.01F, 0.02F, 0.03F, 0.04F}, {0, 0, 0, 0}, weights, 0},
      {"bias", {4}, spec_int32, {0.0005F}, {0}, int32_bytes({100, -200, 300, -400})},
      {"out", {1, 5, 5, 4}, spec_int8, {0.1F}, {-128}}};
  spec.operators = {{3,
                     {0, 1, 2},
                     {3},
                     1,
                     {{0, OptionSpec::byte, 0},
                      {1, OptionSpec::integer, 1},
                      {2, OptionSpec::integer, 1},
                      {3, OptionSpec::byte, 1},
                      {4, OptionSpec::integer, 1},
                      {5, OptionSpec::integer, 1}},
                     3}};
  spec.outputs = {3};
  return spec;
}

}  // namespace uvea::tb
