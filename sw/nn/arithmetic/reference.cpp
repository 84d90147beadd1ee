#include "sw/nn/arithmetic/reference.h"

#include <algorithm>
#include <stdexcept>

#include "sw/nn/arithmetic/fixed_point.h"
#include "sw/nn/arithmetic/host_ops.h"
#include "sw/nn/iact_code.h"
#include "sw/user_error.h"

namespace uvea::nn {
namespace {

std::size_t size(int n) { return static_cast<std::size_t>(n); }

void check_sizes(const ConvLayer& layer, const Tensor& in) {
  const ConvGeometry& g = layer.geo;
  const std::size_t iacts = size(g.batch) * size(g.in_h) * size(g.in_w) * size(g.in_c);
  const std::size_t weights =
      size(g.out_c) * size(g.kernel_h) * size(g.kernel_w) * size(g.in_c_per_group());
  if (in.bytes.size() != iacts)
    throw std::invalid_argument("iacts do not fit the layer's geometry");
  if (layer.weights.size() != weights || layer.bias.size() != size(g.out_c) ||
      layer.requant.size() != size(g.out_c))
    throw std::invalid_argument("weights do not fit the layer's geometry");
}

/// One image of one group's channels with its padding: [rows][cols][channels].
struct PaddedImage {
  int rows = 0, cols = 0, channels = 0;
  std::vector<std::int16_t> values;

  const std::int16_t* at(int row, int col) const {
    return values.data() + (size(row) * size(cols) + size(col)) * size(channels);
  }
};

/// How codes become values: code - offset, and what padding is.
struct Values {
  int offset = 0, pad = 0;
};

/// `copies` repeats each channel, so that a depthwise layer finds the iact of output channel m at
/// m.
PaddedImage pad_image(const ConvGeometry& g, const Tensor& in, const Values& as, int n,
                      int first_channel, int channels, int copies) {
  PaddedImage image;
  image.rows = std::max((g.out_h - 1) * g.stride_h + g.reach_h(), g.pad_top + g.in_h);
  image.cols = std::max((g.out_w - 1) * g.stride_w + g.reach_w(), g.pad_left + g.in_w);
  image.channels = channels * copies;
  image.values.assign(size(image.rows) * size(image.cols) * size(image.channels),
                      static_cast<std::int16_t>(as.pad));
  for (int h = 0; h < g.in_h; ++h) {
    for (int w = 0; w < g.in_w; ++w) {
      std::size_t from =
          ((size(n) * size(g.in_h) + size(h)) * size(g.in_w) + size(w)) * size(g.in_c) +
          size(first_channel);
      std::size_t to =
          (size(h + g.pad_top) * size(image.cols) + size(w + g.pad_left)) * size(image.channels);
      for (int c = 0; c < channels; ++c, ++from)
        for (int k = 0; k < copies; ++k)
          image.values[to++] = static_cast<std::int16_t>(in.code(from) - as.offset);
    }
  }
  return image;
}

/// Products are at most 255 * 256; so many of them fit a 32-bit sum.
constexpr std::size_t kDotBlock = 32768;

std::int64_t dot(const std::int16_t* a, const std::int16_t* b, std::size_t count) {
  std::int64_t sum = 0;
  for (std::size_t start = 0; start < count; start += kDotBlock) {
    const std::size_t end = std::min(count, start + kDotBlock);
    std::int32_t block = 0;
    for (std::size_t i = start; i < end; ++i)
      block += static_cast<std::int32_t>(a[i]) * static_cast<std::int32_t>(b[i]);
    sum += block;
  }
  return sum;
}

/// Writes output codes; m counts over all groups.
class OutputWriter {
 public:
  OutputWriter(const ConvLayer& layer, Tensor& out) : layer_(layer), out_(out) {}
  void put(int n, int e, int f, int m, std::int64_t acc) const {
    const int code =
        requantize(static_cast<std::int32_t>(acc), layer_.bias[size(m)], layer_.requant[size(m)],
                   layer_.out.zero_point, layer_.act_min, layer_.act_max, layer_.rounding);
    out_.bytes[out_.index(n, e, f, m)] = static_cast<std::uint8_t>(code);
  }

 private:
  const ConvLayer& layer_;
  Tensor& out_;
};

void convolve_group(const ConvLayer& layer, const Tensor& in, int n, int group,
                    const OutputWriter& out) {
  const ConvGeometry& g = layer.geo;
  const int channels = g.in_c_per_group();
  const PaddedImage image =
      pad_image(g, in, {in.quant.zero_point, 0}, n, group * channels, channels, 1);
  // Taps that lie side by side are one run of products.
  const int runs = g.dilation_w == 1 ? 1 : g.kernel_w;
  const std::size_t run_length = size(g.kernel_w / runs) * size(channels);
  for (int k = 0; k < g.out_c_per_group(); ++k) {
    const int m = group * g.out_c_per_group() + k;
    for (int e = 0; e < g.out_h; ++e) {
      for (int f = 0; f < g.out_w; ++f) {
        std::int64_t acc = 0;
        for (int r = 0; r < g.kernel_h; ++r)
          for (int s = 0; s < runs; ++s)
            acc +=
                dot(image.at(e * g.stride_h + r * g.dilation_h, f * g.stride_w + s * g.dilation_w),
                    layer.weights.data() + layer.weight_index(m, r, s, 0), run_length);
        out.put(n, e, f, m, acc);
      }
    }
  }
}

/// One input channel per group: runs over the output channels innermost.
void convolve_depthwise(const ConvLayer& layer, const Tensor& in, int n, const OutputWriter& out) {
  const ConvGeometry& g = layer.geo;
  const PaddedImage image =
      pad_image(g, in, {in.quant.zero_point, 0}, n, 0, g.in_c, g.out_c_per_group());
  const int taps = g.kernel_h * g.kernel_w;
  std::vector<std::int16_t> weights(layer.weights.size());  // [tap][m]
  for (int m = 0; m < g.out_c; ++m)
    for (int t = 0; t < taps; ++t)
      weights[size(t) * size(g.out_c) + size(m)] = layer.weights[size(m) * size(taps) + size(t)];
  std::vector<std::int32_t> acc(size(g.out_c));
  for (int e = 0; e < g.out_h; ++e) {
    for (int f = 0; f < g.out_w; ++f) {
      std::fill(acc.begin(), acc.end(), 0);
      for (int r = 0; r < g.kernel_h; ++r) {
        for (int s = 0; s < g.kernel_w; ++s) {
          const std::int16_t* iact =
              image.at(e * g.stride_h + r * g.dilation_h, f * g.stride_w + s * g.dilation_w);
          const std::int16_t* weight = weights.data() + size(r * g.kernel_w + s) * size(g.out_c);
          for (std::size_t m = 0; m < acc.size(); ++m)
            acc[m] += static_cast<std::int32_t>(iact[m]) * static_cast<std::int32_t>(weight[m]);
        }
      }
      for (int m = 0; m < g.out_c; ++m) out.put(n, e, f, m, acc[size(m)]);
    }
  }
}

}  // namespace

Tensor conv_reference(const ConvLayer& layer, const Tensor& in) {
  check_sizes(layer, in);
  const ConvGeometry& g = layer.geo;
  Tensor out;
  out.shape = {g.batch, g.out_h, g.out_w, g.out_c};
  out.quant = layer.out;
  out.bytes.resize(out.shape.elements());
  const OutputWriter writer(layer, out);
  const bool depthwise =
      g.in_c_per_group() == 1 && g.groups > 1 && size(g.kernel_h) * size(g.kernel_w) <= kDotBlock;
  for (int n = 0; n < g.batch; ++n) {
    if (depthwise) {
      convolve_depthwise(layer, in, n, writer);
    } else {
      for (int group = 0; group < g.groups; ++group) convolve_group(layer, in, n, group, writer);
    }
  }
  return out;
}

std::int64_t effectual_macs(const ConvLayer& layer, const Tensor& in) {
  check_sizes(layer, in);
  const ConvGeometry& g = layer.geo;
  const int channels = g.in_c_per_group();
  const std::size_t taps = size(g.kernel_h) * size(g.kernel_w) * size(channels);
  const IactCode code = iact_code(in.quant);
  const Values represented{code.offset, code.pad_value};
  // For each tap of a group's window: output channels with a weight there, times output positions
  // with an iact there.
  std::int64_t total = 0;
  for (int group = 0; group < g.groups; ++group) {
    std::vector<std::int64_t> weights(taps, 0), iacts(taps, 0);
    for (int k = 0; k < g.out_c_per_group(); ++k) {
      const std::int16_t* filter =
          layer.weights.data() + layer.weight_index(group * g.out_c_per_group() + k, 0, 0, 0);
      for (std::size_t t = 0; t < taps; ++t) weights[t] += filter[t] != 0 ? 1 : 0;
    }
    for (int n = 0; n < g.batch; ++n) {
      const PaddedImage image = pad_image(g, in, represented, n, group * channels, channels, 1);
      for (int e = 0; e < g.out_h; ++e) {
        for (int f = 0; f < g.out_w; ++f) {
          for (int r = 0; r < g.kernel_h; ++r) {
            for (int s = 0; s < g.kernel_w; ++s) {
              const std::int16_t* tap =
                  image.at(e * g.stride_h + r * g.dilation_h, f * g.stride_w + s * g.dilation_w);
              std::int64_t* count = iacts.data() + size(r * g.kernel_w + s) * size(channels);
              for (std::size_t i = 0; i < size(channels); ++i) count[i] += tap[i] != 0 ? 1 : 0;
            }
          }
        }
      }
    }
    for (std::size_t t = 0; t < taps; ++t) total += weights[t] * iacts[t];
  }
  return total;
}

namespace {

void take_inputs(const Network& network, const std::vector<Tensor>& inputs,
                 std::vector<Tensor>& tensors) {
  if (inputs.size() != network.inputs.size())
    throw UserError(network.name + ": " + std::to_string(inputs.size()) +
                    " inputs given, the network takes " + std::to_string(network.inputs.size()));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const TensorInfo& info = network.tensors.at(size(network.inputs[i]));
    if (inputs[i].bytes.size() != info.bytes())
      throw UserError("input " + info.name + " of " + network.name + ": " +
                      std::to_string(inputs[i].bytes.size()) + " bytes, the network takes " +
                      std::to_string(info.bytes()));
    tensors[size(network.inputs[i])] = {info.shape, info.quant, inputs[i].bytes, info.type};
  }
}

}  // namespace

double weight_density(const ConvLayer& layer) {
  const auto zeros = std::count(layer.weights.begin(), layer.weights.end(), std::int16_t{0});
  const auto all = static_cast<double>(layer.weights.size());
  return all == 0.0 ? 0.0 : 1.0 - static_cast<double>(zeros) / all;
}

double iact_density(const Tensor& in) {
  const auto zero = static_cast<std::uint8_t>(in.quant.zero_point);
  const auto zeros = std::count(in.bytes.begin(), in.bytes.end(), zero);
  const auto all = static_cast<double>(in.bytes.size());
  return all == 0.0 ? 0.0 : 1.0 - static_cast<double>(zeros) / all;
}

std::vector<Tensor> run_reference(const Network& network, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> tensors(network.tensors.size());
  const bool table = !network.layer_inputs.empty();
  if (!table) take_inputs(network, inputs, tensors);
  for (const auto& [index, constant] : network.constants) tensors.at(size(index)) = constant;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    Tensor& out = tensors.at(size(layer.output));
    const TensorInfo& info = network.tensors[size(layer.output)];
    if (layer.on_chip()) {
      const Tensor& in = table ? network.layer_inputs.at(static_cast<int>(i))
                               : tensors.at(size(layer.inputs.at(0)));
      out = conv_reference(layer.conv(), in);
      out.shape = info.shape;
    } else {
      std::vector<const Tensor*> operands;
      for (const int t : layer.inputs) operands.push_back(&tensors.at(size(t)));
      out = run_host_layer(std::get<HostLayer>(layer.op), operands, info);
    }
  }
  return tensors;
}

namespace {

void widen_host_layers(Network& network, int batch) {
  if (batch == 1) return;
  for (Layer& layer : network.layers) {
    if (layer.on_chip()) continue;
    auto& host = std::get<HostLayer>(layer.op);
    std::vector<OperandShape> operands;
    for (const int t : layer.inputs)
      operands.push_back({network.tensors[size(t)].shape, network.constants.count(t) != 0});
    if (!widen_batch(host, batch, operands, network.tensors[size(layer.output)].shape))
      throw UserError("batch " + std::to_string(batch) + ": layer " + layer.name + " (" +
                      host_layer_name(host) +
                      ") would mix the images of a batch; run them one by one");
  }
}

}  // namespace

void set_batch(Network& network, int batch) {
  if (batch < 1 || batch > 1024)
    throw UserError("batch " + std::to_string(batch) + ": must be from 1 to 1024");
  if (!network.layer_inputs.empty())
    throw UserError("network " + network.name +
                    ": the batch of a layer table is chosen when it is loaded");
  constexpr std::size_t limit = std::size_t{1} << 30;
  widen_host_layers(network, batch);
  for (std::size_t i = 0; i < network.tensors.size(); ++i) {
    TensorInfo& tensor = network.tensors[i];
    if (network.constants.count(static_cast<int>(i)) != 0) continue;
    if (tensor.shape.elements() > limit / size(batch))
      throw UserError("batch " + std::to_string(batch) + ": tensor " + tensor.name +
                      " would have more than 2^30 elements; choose a smaller batch");
    if (tensor.shape.rank() > 0) tensor.shape[0] *= batch;
  }
  for (Layer& layer : network.layers)
    if (layer.on_chip()) layer.conv().geo.batch *= batch;
}

}  // namespace uvea::nn
