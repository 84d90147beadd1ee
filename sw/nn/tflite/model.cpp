#include "sw/nn/tflite/model.h"

#include <algorithm>
#include <map>

#include "sw/user_error.h"

namespace uvea::nn::tflite {
namespace {

// Bounds far above any network that this program can run in a lifetime; they keep a broken file
// from asking for absurd amounts of memory.
constexpr std::size_t kMaxTensors = 20000;
constexpr std::size_t kMaxOperators = 10000;
constexpr std::size_t kMaxOperands = 256;
constexpr std::size_t kMaxRank = 6;
constexpr std::size_t kMaxElements = std::size_t{1} << 28;
constexpr std::size_t kLongestName = 1024;

class Parser {
 public:
  Parser(const FlatFile& file, const std::string& name) : file_(file), name_(name) {}

  RawModel parse() {
    const FlatTable model = FlatTable::root(file_);
    const std::size_t subgraphs = model.table_count(2);
    if (subgraphs != 1)
      fail("has " + std::to_string(subgraphs) +
           " subgraphs; only models with one are supported (no control flow)");
    const FlatTable graph = model.table_at(2, 0);
    read_opcodes(model);
    RawModel raw;
    read_tensors(model, graph, raw);
    read_operators(graph, raw);
    raw.inputs = ends(graph.numbers<std::int32_t>(1), raw, "input");
    raw.outputs = ends(graph.numbers<std::int32_t>(2), raw, "output");
    return raw;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw UserError(name_ + ": " + what); }

  void read_opcodes(const FlatTable& model) {
    const std::size_t count = model.table_count(1);
    if (count > kMaxOperators) fail("has " + std::to_string(count) + " operator codes; corrupted?");
    for (std::size_t i = 0; i < count; ++i) {
      const FlatTable code = model.table_at(1, i);
      // Newer files hold codes above 127 in the wide field only; the larger one is meant.
      opcodes_.push_back(
          std::max<int>(code.number<std::int8_t>(0, 0), code.number<std::int32_t>(3, 0)));
      customs_.push_back(printable(code.text(1, kLongestName)));
    }
  }

  void read_tensors(const FlatTable& model, const FlatTable& graph, RawModel& raw) const {
    const std::size_t count = graph.table_count(0);
    const std::size_t buffers = model.table_count(4);
    if (count == 0 || count > kMaxTensors)
      fail("has " + std::to_string(count) + " tensors; corrupted?");
    for (std::size_t i = 0; i < count; ++i) {
      const FlatTable table = graph.table_at(0, i);
      RawTensor tensor;
      tensor.name = printable(table.text(3, kLongestName));
      if (tensor.name.empty()) tensor.name = "tensor " + std::to_string(i);
      read_shape(table, tensor);
      tensor.type = table.number<std::int8_t>(1, 0);
      if (const auto quantization = table.table(4)) {
        tensor.scales = quantization->numbers<float>(2);
        tensor.zero_points = quantization->numbers<std::int64_t>(3);
        tensor.quantized_dimension = quantization->number<std::int32_t>(6, 0);
      }
      tensor.sparse = table.table(6).has_value();
      const std::size_t buffer = table.number<std::uint32_t>(2, 0);
      if (buffer >= buffers && buffer != 0)
        fail(tensor.name + " refers to buffer " + std::to_string(buffer) + " of " +
             std::to_string(buffers) + "; corrupted?");
      if (buffer < buffers) tensor.data = model.table_at(4, buffer).numbers<std::uint8_t>(0);
      raw.tensors.push_back(std::move(tensor));
    }
  }

  void read_shape(const FlatTable& table, RawTensor& tensor) const {
    const auto dims = table.numbers<std::int32_t>(0);
    if (dims.size() > kMaxRank)
      fail(tensor.name + " has " + std::to_string(dims.size()) + " dimensions; at most " +
           std::to_string(kMaxRank) + " are supported");
    for (std::size_t d = 0; d < dims.size(); ++d) {
      const std::int32_t dim = dims[d];
      if (dim < 1 || static_cast<std::size_t>(dim) > kMaxElements / tensor.elements)
        fail(tensor.name + ": dimension " + std::to_string(d) + " is " + std::to_string(dim) +
             "; sizes must be at least 1 and a tensor at most 2^28 elements");
      tensor.dims.push_back(dim);
      tensor.elements *= static_cast<std::size_t>(dim);
    }
  }

  void read_operators(const FlatTable& graph, RawModel& raw) const {
    const std::size_t count = graph.table_count(3);
    if (count == 0) fail("has no operators");
    if (count > kMaxOperators) fail("has " + std::to_string(count) + " operators; corrupted?");
    for (std::size_t i = 0; i < count; ++i) {
      const FlatTable table = graph.table_at(3, i);
      RawOperator op;
      const std::size_t opcode = table.number<std::uint32_t>(0, 0);
      if (opcode >= opcodes_.size())
        fail("operator " + std::to_string(i) + " has no operator code; corrupted?");
      op.code = opcodes_[opcode];
      if (op.code == op_custom) op.custom = customs_[opcode];
      op.inputs = operands(table.numbers<std::int32_t>(1), raw, i);
      op.outputs = operands(table.numbers<std::int32_t>(2), raw, i);
      op.options_type = table.number<std::uint8_t>(3, 0);
      op.options = table.table(4);
      raw.operators.push_back(std::move(op));
    }
  }

  std::vector<int> operands(const FlatVector<std::int32_t>& indices, const RawModel& raw,
                            std::size_t op) const {
    std::vector<int> out;
    if (indices.size() > kMaxOperands)
      fail("operator " + std::to_string(op) + " has " + std::to_string(indices.size()) +
           " operands; corrupted?");
    for (std::size_t i = 0; i < indices.size(); ++i) {
      if (indices[i] < -1 || indices[i] >= static_cast<std::int32_t>(raw.tensors.size()))
        fail("operator " + std::to_string(op) + " refers to tensor " + std::to_string(indices[i]) +
             " of " + std::to_string(raw.tensors.size()) + "; corrupted?");
      out.push_back(indices[i]);
    }
    return out;
  }

  /// The graph's inputs or outputs. An output that is named twice is given once.
  std::vector<int> ends(const FlatVector<std::int32_t>& indices, const RawModel& raw,
                        const std::string& what) const {
    if (indices.empty() || indices.size() > kMaxOperands)
      fail("has " + std::to_string(indices.size()) + " " + what + "s; expected from 1 to " +
           std::to_string(kMaxOperands));
    std::vector<int> result;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      if (indices[i] < 0 || indices[i] >= static_cast<std::int32_t>(raw.tensors.size()))
        fail(what + "s: no such tensor " + std::to_string(indices[i]) + "; corrupted?");
      if (std::find(result.begin(), result.end(), indices[i]) == result.end())
        result.push_back(indices[i]);
      else if (what == "input")
        fail(what + " " + raw.tensors[static_cast<std::size_t>(indices[i])].name +
             " is named twice; corrupted?");
    }
    return result;
  }

  /// Names end in messages and reports: plain characters only.
  static std::string printable(std::string text) {
    for (char& c : text)
      if (c < 0x20 || c > 0x7e) c = '_';
    return text;
  }

  const FlatFile& file_;
  const std::string& name_;
  std::vector<int> opcodes_;
  std::vector<std::string> customs_;
};

}  // namespace

RawModel parse_model(const FlatFile& file, const std::string& name) {
  if (file.size() == 0) throw UserError(name + ": the file is empty; expected a .tflite model");
  if (file.size() < 16)
    throw UserError(name + ": only " + std::to_string(file.size()) +
                    " bytes; truncated, or not a .tflite model");
  if (file.size() >= FLATBUFFERS_MAX_BUFFER_SIZE)
    throw UserError(name + ": larger than 2 GB; such models are not supported");
  if (!flatbuffers::BufferHasIdentifier(file.data(), "TFL3"))
    throw UserError(name + ": not a TensorFlow Lite model (the mark TFL3 is missing)");
  try {
    return Parser(file, name).parse();
  } catch (const CorruptFile& place) {
    throw UserError(name + ": truncated or corrupted (" + place.what() +
                    "); get a fresh copy of the model");
  }
}

std::string operator_name(const RawOperator& op) {
  return builtin_name(op.code) + (op.custom.empty() ? "" : " " + op.custom);
}

std::string type_name(int type) {
  static const std::map<int, const char*> names = {
      {0, "FLOAT32"},  {1, "FLOAT16"},     {2, "INT32"},   {3, "UINT8"},     {4, "INT64"},
      {5, "STRING"},   {6, "BOOL"},        {7, "INT16"},   {8, "COMPLEX64"}, {9, "INT8"},
      {10, "FLOAT64"}, {11, "COMPLEX128"}, {12, "UINT64"}, {13, "RESOURCE"}, {14, "VARIANT"},
      {15, "UINT32"},  {16, "UINT16"},     {17, "INT4"},   {18, "BFLOAT16"}};
  const auto found = names.find(type);
  return found == names.end() ? "type " + std::to_string(type) : found->second;
}

std::string builtin_name(int code) {
  static const std::map<int, const char*> names = {{0, "ADD"},
                                                   {1, "AVERAGE_POOL_2D"},
                                                   {2, "CONCATENATION"},
                                                   {3, "CONV_2D"},
                                                   {4, "DEPTHWISE_CONV_2D"},
                                                   {5, "DEPTH_TO_SPACE"},
                                                   {6, "DEQUANTIZE"},
                                                   {7, "EMBEDDING_LOOKUP"},
                                                   {8, "FLOOR"},
                                                   {9, "FULLY_CONNECTED"},
                                                   {10, "HASHTABLE_LOOKUP"},
                                                   {11, "L2_NORMALIZATION"},
                                                   {12, "L2_POOL_2D"},
                                                   {13, "LOCAL_RESPONSE_NORMALIZATION"},
                                                   {14, "LOGISTIC"},
                                                   {15, "LSH_PROJECTION"},
                                                   {16, "LSTM"},
                                                   {17, "MAX_POOL_2D"},
                                                   {18, "MUL"},
                                                   {19, "RELU"},
                                                   {20, "RELU_N1_TO_1"},
                                                   {21, "RELU6"},
                                                   {22, "RESHAPE"},
                                                   {23, "RESIZE_BILINEAR"},
                                                   {24, "RNN"},
                                                   {25, "SOFTMAX"},
                                                   {26, "SPACE_TO_DEPTH"},
                                                   {27, "SVDF"},
                                                   {28, "TANH"},
                                                   {32, "CUSTOM"},
                                                   {34, "PAD"},
                                                   {36, "GATHER"},
                                                   {37, "BATCH_TO_SPACE_ND"},
                                                   {38, "SPACE_TO_BATCH_ND"},
                                                   {39, "TRANSPOSE"},
                                                   {40, "MEAN"},
                                                   {41, "SUB"},
                                                   {42, "DIV"},
                                                   {43, "SQUEEZE"},
                                                   {44, "UNIDIRECTIONAL_SEQUENCE_LSTM"},
                                                   {45, "STRIDED_SLICE"},
                                                   {47, "EXP"},
                                                   {48, "TOPK_V2"},
                                                   {49, "SPLIT"},
                                                   {50, "LOG_SOFTMAX"},
                                                   {51, "DELEGATE"},
                                                   {53, "CAST"},
                                                   {54, "PRELU"},
                                                   {55, "MAXIMUM"},
                                                   {56, "ARG_MAX"},
                                                   {57, "MINIMUM"},
                                                   {58, "LESS"},
                                                   {59, "NEG"},
                                                   {60, "PADV2"},
                                                   {61, "GREATER"},
                                                   {62, "GREATER_EQUAL"},
                                                   {63, "LESS_EQUAL"},
                                                   {64, "SELECT"},
                                                   {65, "SLICE"},
                                                   {66, "SIN"},
                                                   {67, "TRANSPOSE_CONV"},
                                                   {68, "SPARSE_TO_DENSE"},
                                                   {69, "TILE"},
                                                   {70, "EXPAND_DIMS"},
                                                   {71, "EQUAL"},
                                                   {72, "NOT_EQUAL"},
                                                   {73, "LOG"},
                                                   {74, "SUM"},
                                                   {75, "SQRT"},
                                                   {76, "RSQRT"},
                                                   {77, "SHAPE"},
                                                   {78, "POW"},
                                                   {79, "ARG_MIN"},
                                                   {80, "FAKE_QUANT"},
                                                   {81, "REDUCE_PROD"},
                                                   {82, "REDUCE_MAX"},
                                                   {83, "PACK"},
                                                   {84, "LOGICAL_OR"},
                                                   {85, "ONE_HOT"},
                                                   {86, "LOGICAL_AND"},
                                                   {87, "LOGICAL_NOT"},
                                                   {88, "UNPACK"},
                                                   {89, "REDUCE_MIN"},
                                                   {90, "FLOOR_DIV"},
                                                   {91, "REDUCE_ANY"},
                                                   {92, "SQUARE"},
                                                   {93, "ZEROS_LIKE"},
                                                   {94, "FILL"},
                                                   {95, "FLOOR_MOD"},
                                                   {96, "RANGE"},
                                                   {97, "RESIZE_NEAREST_NEIGHBOR"},
                                                   {98, "LEAKY_RELU"},
                                                   {99, "SQUARED_DIFFERENCE"},
                                                   {100, "MIRROR_PAD"},
                                                   {101, "ABS"},
                                                   {102, "SPLIT_V"},
                                                   {103, "UNIQUE"},
                                                   {104, "CEIL"},
                                                   {105, "REVERSE_V2"},
                                                   {106, "ADD_N"},
                                                   {107, "GATHER_ND"},
                                                   {108, "COS"},
                                                   {109, "WHERE"},
                                                   {110, "RANK"},
                                                   {111, "ELU"},
                                                   {112, "REVERSE_SEQUENCE"},
                                                   {113, "MATRIX_DIAG"},
                                                   {114, "QUANTIZE"},
                                                   {116, "ROUND"},
                                                   {117, "HARD_SWISH"},
                                                   {118, "IF"},
                                                   {119, "WHILE"},
                                                   {126, "BATCH_MATMUL"},
                                                   {128, "CUMSUM"},
                                                   {129, "CALL_ONCE"},
                                                   {130, "BROADCAST_TO"},
                                                   {131, "RFFT2D"},
                                                   {132, "CONV_3D"},
                                                   {140, "REDUCE_ALL"},
                                                   {141, "CONV_3D_TRANSPOSE"},
                                                   {142, "VAR_HANDLE"},
                                                   {143, "READ_VARIABLE"},
                                                   {144, "ASSIGN_VARIABLE"},
                                                   {145, "BROADCAST_ARGS"},
                                                   {150, "GELU"}};
  const auto found = names.find(code);
  return found == names.end() ? "builtin operator " + std::to_string(code) : found->second;
}

}  // namespace uvea::nn::tflite
