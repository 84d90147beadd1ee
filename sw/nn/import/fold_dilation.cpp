#include "sw/nn/import/fold_dilation.h"

#include <algorithm>
#include <utility>

namespace uvea::nn {
namespace {

class Folder {
 public:
  explicit Folder(Network& network) : network_(network), readers_(network.tensors.size(), 0) {
    for (const Layer& layer : network.layers)
      for (const int t : layer.inputs) ++readers_[index(t)];
    for (const int t : network.outputs) ++readers_[index(t)];
  }

  /// How many were folded.
  int fold() {
    std::vector<std::size_t> dropped;
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      if (!network_.layers[i].on_chip()) continue;
      const std::size_t before = writer(network_.layers[i].inputs.front());
      const std::size_t after = reader(network_.layers[i].output);
      if (before == none || after == none || !fold(before, i, after)) continue;
      dropped.push_back(before);
      dropped.push_back(after);
    }
    drop(dropped);
    return static_cast<int>(dropped.size() / 2);
  }

 private:
  static constexpr auto none = static_cast<std::size_t>(-1);
  static std::size_t index(int t) { return static_cast<std::size_t>(t); }

  std::size_t find(bool (*fits)(const Layer&, int), int tensor) const {
    for (std::size_t i = 0; i < network_.layers.size(); ++i)
      if (fits(network_.layers[i], tensor)) return i;
    return none;
  }
  std::size_t writer(int tensor) const {
    return find([](const Layer& layer, int t) { return layer.output == t; }, tensor);
  }
  std::size_t reader(int tensor) const {
    return find(
        [](const Layer& layer, int t) {
          return std::find(layer.inputs.begin(), layer.inputs.end(), t) != layer.inputs.end();
        },
        tensor);
  }

  bool same_codes(int a, int b) const {
    const Quantization &x = network_.tensors[index(a)].quant, &y = network_.tensors[index(b)].quant;
    return x.scale == y.scale && x.zero_point == y.zero_point && x.is_signed == y.is_signed;
  }

  bool fold(std::size_t before, std::size_t conv, std::size_t after) {
    const Layer &first = network_.layers[before], &last = network_.layers[after];
    Layer& layer = network_.layers[conv];
    if (first.on_chip() || last.on_chip()) return false;
    const auto* apart = std::get_if<host::SpaceToBatch>(&std::get<HostLayer>(first.op));
    const auto* together = std::get_if<host::BatchToSpace>(&std::get<HostLayer>(last.op));
    if (apart == nullptr || together == nullptr) return false;
    ConvGeometry g = layer.conv().geo;
    if (layer.conv().kind == ConvKind::fully_connected || g.stride_h != 1 || g.stride_w != 1 ||
        apart->block_h != together->block_h || apart->block_w != together->block_w ||
        readers_[index(first.output)] != 1 || readers_[index(layer.output)] != 1 ||
        !same_codes(first.inputs.front(), first.output) || !same_codes(layer.output, last.output))
      return false;
    const Shape& in = network_.tensors[index(first.inputs.front())].shape;
    const Shape& out = network_.tensors[index(last.output)].shape;
    g.batch = in.n();
    g.in_h = in.h();
    g.in_w = in.w();
    g.out_h = out.h();
    g.out_w = out.w();
    g.pad_top = g.pad_top * apart->block_h + apart->pad_top - together->crop_top;
    g.pad_left = g.pad_left * apart->block_w + apart->pad_left - together->crop_left;
    g.dilation_h *= apart->block_h;
    g.dilation_w *= apart->block_w;
    if (g.pad_top < 0 || g.pad_left < 0) return false;
    layer.conv().geo = g;
    layer.inputs.front() = first.inputs.front();
    layer.output = last.output;
    return true;
  }

  /// Removes layers; what is kept by layer number follows.
  void drop(const std::vector<std::size_t>& dropped) {
    std::vector<Layer> kept;
    std::map<int, double> sqnr;
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      if (std::find(dropped.begin(), dropped.end(), i) != dropped.end()) continue;
      const auto found = network_.weight_sqnr_db.find(static_cast<int>(i));
      if (found != network_.weight_sqnr_db.end())
        sqnr[static_cast<int>(kept.size())] = found->second;
      kept.push_back(std::move(network_.layers[i]));
    }
    network_.layers = std::move(kept);
    network_.weight_sqnr_db = std::move(sqnr);
  }

  Network& network_;
  std::vector<int> readers_;
};

}  // namespace

void fold_dilation(Network& network) {
  const int folded = Folder(network).fold();
  if (folded == 0) return;
  network.notices.push_back(
      std::to_string(folded) +
      " of the layers between space_to_batch and batch_to_space run as dilated "
      "ones instead, with the same result");
}

}  // namespace uvea::nn
