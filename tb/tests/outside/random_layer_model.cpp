// RandomLayer::model(): the layer as a flatbuffer. Slots and codes as in the .tflite schema,
// version 3.

#include <flatbuffers/flatbuffers.h>

#include <cstring>

#include "tb/tests/outside/random_layer.h"

namespace uvea::tb {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::Table;
using flatbuffers::voffset_t;

enum TensorType : std::int8_t { type_int32 = 2, type_uint8 = 3, type_int8 = 9 };

voffset_t slot(int i) { return static_cast<voffset_t>(4 + 2 * i); }

class ModelBuilder {
 public:
  ModelBuilder() { buffers_.push_back(finish_table(fbb_.StartTable())); }

  int tensor(const std::string& name, const std::vector<std::int32_t>& shape, TensorType type,
             const std::vector<float>& scales, int zero_point, int dimension = 0,
             const std::vector<std::uint8_t>* data = nullptr) {
    std::uint32_t buffer = 0;
    if (data != nullptr) {
      fbb_.ForceVectorAlignment(data->size(), 1, 16);
      const auto bytes = fbb_.CreateVector(*data);
      const auto start = fbb_.StartTable();
      fbb_.AddOffset(slot(0), bytes);
      buffer = static_cast<std::uint32_t>(buffers_.size());
      buffers_.push_back(finish_table(start));
    }
    const auto scale_list = fbb_.CreateVector(scales);
    const auto zero_list = fbb_.CreateVector(std::vector<std::int64_t>(scales.size(), zero_point));
    auto start = fbb_.StartTable();
    fbb_.AddOffset(slot(2), scale_list);
    fbb_.AddOffset(slot(3), zero_list);
    fbb_.AddElement<std::int32_t>(slot(6), dimension, 0);
    const auto quantization = finish_table(start);
    const auto shape_list = fbb_.CreateVector(shape);
    const auto name_text = fbb_.CreateString(name);
    start = fbb_.StartTable();
    fbb_.AddOffset(slot(0), shape_list);
    fbb_.AddElement<std::int8_t>(slot(1), type, 0);
    fbb_.AddElement<std::uint32_t>(slot(2), buffer, 0);
    fbb_.AddOffset(slot(3), name_text);
    fbb_.AddOffset(slot(4), quantization);
    tensors_.push_back(finish_table(start));
    return static_cast<int>(tensors_.size()) - 1;
  }

  /// options: values of the options table's slots, as the schema's type of each slot.
  struct Option {
    int slot;
    bool is_byte;
    std::int32_t value;
  };

  std::vector<std::uint8_t> single(std::int8_t code, int version, std::int8_t options_kind,
                                   const std::vector<Option>& options,
                                   const std::vector<std::int32_t>& inputs, std::int32_t output) {
    auto start = fbb_.StartTable();
    for (const Option& o : options) {
      if (o.is_byte) {
        fbb_.AddElement<std::int8_t>(slot(o.slot), static_cast<std::int8_t>(o.value), 0);
      } else {
        fbb_.AddElement<std::int32_t>(slot(o.slot), o.value, 0);
      }
    }
    const auto option_table = finish_table(start);
    const auto op_inputs = fbb_.CreateVector(inputs);
    const auto op_outputs = fbb_.CreateVector(std::vector<std::int32_t>{output});
    start = fbb_.StartTable();
    fbb_.AddElement<std::uint32_t>(slot(0), 0, 1);  // a default of 1 makes the 0 be written
    fbb_.AddOffset(slot(1), op_inputs);
    fbb_.AddOffset(slot(2), op_outputs);
    fbb_.AddElement<std::int8_t>(slot(3), options_kind, 0);
    fbb_.AddOffset(slot(4), option_table);
    const auto operators = fbb_.CreateVector(std::vector<Offset<Table>>{finish_table(start)});

    const auto tensors = fbb_.CreateVector(tensors_);
    const auto graph_inputs = fbb_.CreateVector(std::vector<std::int32_t>{inputs[0]});
    const auto graph_outputs = fbb_.CreateVector(std::vector<std::int32_t>{output});
    start = fbb_.StartTable();
    fbb_.AddOffset(slot(0), tensors);
    fbb_.AddOffset(slot(1), graph_inputs);
    fbb_.AddOffset(slot(2), graph_outputs);
    fbb_.AddOffset(slot(3), operators);
    const auto graphs = fbb_.CreateVector(std::vector<Offset<Table>>{finish_table(start)});

    start = fbb_.StartTable();
    fbb_.AddElement<std::int8_t>(slot(0), code, 0);
    fbb_.AddElement<std::int32_t>(slot(2), version, 1);
    const auto codes = fbb_.CreateVector(std::vector<Offset<Table>>{finish_table(start)});

    const auto buffers = fbb_.CreateVector(buffers_);
    const auto text = fbb_.CreateString("random layer");
    start = fbb_.StartTable();
    fbb_.AddElement<std::uint32_t>(slot(0), 3, 0);
    fbb_.AddOffset(slot(1), codes);
    fbb_.AddOffset(slot(2), graphs);
    fbb_.AddOffset(slot(3), text);
    fbb_.AddOffset(slot(4), buffers);
    fbb_.Finish(finish_table(start), "TFL3");
    return {fbb_.GetBufferPointer(), fbb_.GetBufferPointer() + fbb_.GetSize()};
  }

 private:
  Offset<Table> finish_table(flatbuffers::uoffset_t start) {
    return Offset<Table>(fbb_.EndTable(start));
  }

  FlatBufferBuilder fbb_;
  std::vector<Offset<Table>> buffers_;
  std::vector<Offset<Table>> tensors_;
};

}  // namespace

std::vector<std::uint8_t> RandomLayer::model() const {
  const TensorType type = is_signed ? type_int8 : type_uint8;
  const bool fc = kind == LayerKind::fully_connected;
  const bool dw = kind == LayerKind::depthwise;
  using Dims = std::vector<std::int32_t>;

  ModelBuilder builder;
  const int x = builder.tensor("in", fc ? Dims{batch, in_c} : Dims{batch, in_h, in_w, in_c}, type,
                               {in_scale}, in_zero);
  const Dims weight_shape = fc   ? Dims{out_c, in_c}
                            : dw ? Dims{1, kernel_h, kernel_w, out_c}
                                 : Dims{out_c, kernel_h, kernel_w, in_c};
  const int w = builder.tensor("weight", weight_shape, type, weight_scales, weight_zero, dw ? 3 : 0,
                               &weights);
  std::vector<std::int32_t> inputs{x, w};
  if (has_bias) {
    std::vector<float> scales;
    for (const float scale : weight_scales) scales.push_back(in_scale * scale);
    std::vector<std::uint8_t> bytes(bias.size() * sizeof(std::int32_t));
    std::memcpy(bytes.data(), bias.data(), bytes.size());
    inputs.push_back(builder.tensor("bias", {out_c}, type_int32, scales, 0, 0, &bytes));
  } else if (fc) {
    inputs.push_back(-1);  // the fully connected operator has three inputs, the last one optional
  }
  const int y =
      builder.tensor("out", fc ? Dims{batch, out_c} : Dims{batch, out_h(), out_w(), out_c}, type,
                     {out_scale}, out_zero);
  const int padding = same ? 0 : 1;
  if (fc) return builder.single(9, is_signed ? 4 : 1, 8, {{0, true, activation}}, inputs, y);
  if (dw) {
    return builder.single(4, is_signed ? 3 : 1, 2,
                          {{0, true, padding},
                           {1, false, stride_w},
                           {2, false, stride_h},
                           {3, false, out_c / in_c},
                           {4, true, activation},
                           {5, false, dilation_w},
                           {6, false, dilation_h}},
                          inputs, y);
  }
  return builder.single(3, is_signed ? 3 : 1, 1,
                        {{0, true, padding},
                         {1, false, stride_w},
                         {2, false, stride_h},
                         {3, true, activation},
                         {4, false, dilation_w},
                         {5, false, dilation_h}},
                        inputs, y);
}

}  // namespace uvea::tb
