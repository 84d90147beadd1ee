#include "tb/tests/chip/layer_case.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "hw/config/chip_limits.h"
#include "sw/nn/arithmetic/fixed_point.h"
#include "sw/nn/arithmetic/reference.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/tests/chip/foreign_memory.h"

namespace uvea::test {
namespace {

/// Draws from a seed; the same on every platform.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
  int in(int low, int high) {
    const std::int64_t span = std::int64_t{high} - low + 1;
    return static_cast<int>(
        low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(span)));
  }
  bool chance(int percent) { return in(1, 100) <= percent; }
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  template <class T>
  T of(std::initializer_list<T> list) {
    return *(list.begin() + in(0, static_cast<int>(list.size()) - 1));
  }

 private:
  std::mt19937_64 engine_;
};

/// Explicit padding, none, or enough that kernels larger than the input are legal.
void place_windows(Dice& dice, nn::ConvGeometry& g) {
  const auto pad = [&](int size, int reach, int stride, int& before, int& out) {
    int total = dice.chance(40) ? 0 : dice.in(0, reach);
    if (size + total < reach) total = reach - size + dice.in(0, 2);
    before = std::min(dice.chance(50) ? total / 2 : dice.in(0, total), reach - 1);
    out = (size + total - reach) / stride + 1;
  };
  pad(g.in_h, g.reach_h(), g.stride_h, g.pad_top, g.out_h);
  pad(g.in_w, g.reach_w(), g.stride_w, g.pad_left, g.out_w);
}

nn::ConvGeometry random_geometry(Dice& dice, nn::ConvKind kind) {
  nn::ConvGeometry g;
  g.batch = dice.chance(25) ? dice.in(2, 4) : 1;
  if (kind == nn::ConvKind::fully_connected) {
    g.in_c = dice.in(1, 300);
    g.out_c = dice.in(1, 80);
    return g;
  }
  g.kernel_h = dice.chance(30) ? 1 : dice.in(1, dice.chance(20) ? 11 : 5);
  g.kernel_w = dice.chance(60) ? g.kernel_h : dice.in(1, dice.chance(20) ? 11 : 5);
  g.stride_h = dice.in(1, dice.chance(30) ? 4 : 2);
  g.stride_w = dice.chance(70) ? g.stride_h : dice.in(1, 4);
  g.in_h = dice.in(1, 14);
  g.in_w = dice.in(1, 18);
  if (dice.chance(25)) g.dilation_h = dice.in(1, 4);
  if (dice.chance(25)) g.dilation_w = dice.in(1, 6);
  const bool depthwise = kind == nn::ConvKind::depthwise;
  if (depthwise) {
    g.groups = dice.in(1, 20);
    g.in_c = g.groups;
    g.out_c = g.groups * (dice.chance(25) ? dice.in(2, 3) : 1);
  } else {
    g.groups = dice.chance(25) ? dice.in(2, 4) : 1;
    g.in_c = g.groups * dice.in(1, dice.chance(30) ? 48 : 12);
    g.out_c = g.groups * dice.in(1, dice.chance(30) ? 48 : 12);
  }
  place_windows(dice, g);
  return g;
}

/// Signals and other long thin shapes: what only fits in parts.
nn::ConvGeometry long_geometry(Dice& dice, nn::ConvKind kind) {
  nn::ConvGeometry g;
  const int length = dice.chance(15) ? dice.in(500, 3000) : dice.in(30, 300);
  int kernel = dice.chance(30) ? dice.in(20, 256) : dice.in(1, 20);
  if (dice.chance(70)) kernel = std::min(kernel, length);
  const int stride = dice.chance(50) ? 1 : dice.in(2, 8);
  const int dilation = dice.chance(60) ? 1 : dice.in(2, 9);
  const int across = dice.chance(60) ? 1 : dice.in(2, 4);
  const int kernel_across = dice.in(1, across);
  // Few channels where the rest is large: a case is to take milliseconds.
  const int room = std::max(1, 200000 / (length * kernel));
  if (kind == nn::ConvKind::depthwise) {
    g.groups = g.in_c = dice.in(1, std::clamp(room, 1, 12));
    g.out_c = g.groups * (dice.chance(25) ? 2 : 1);
  } else {
    g.groups = dice.chance(20) ? 2 : 1;
    g.in_c = g.groups * dice.in(1, std::clamp(room, 1, 24));
    g.out_c = g.groups * dice.in(1, std::clamp(room / g.in_c, 1, 24));
  }
  if (dice.chance(70)) {
    g.in_w = length;
    g.in_h = across;
    g.kernel_w = kernel;
    g.kernel_h = kernel_across;
    g.stride_w = stride;
    g.dilation_w = dilation;
  } else {
    g.in_h = length;
    g.in_w = across;
    g.kernel_h = kernel;
    g.kernel_w = kernel_across;
    g.stride_h = stride;
    g.dilation_h = dilation;
  }
  place_windows(dice, g);
  return g;
}

nn::Quantization random_quantization(Dice& dice) {
  nn::Quantization q;
  q.is_signed = dice.chance(60);
  const int kind = dice.in(1, 10);
  q.zero_point = kind <= 3   ? q.lowest()
                 : kind <= 5 ? q.lowest() + 128
                             : dice.in(q.lowest(), q.highest());
  return q;
}

void fill(Dice& dice, LayerCase& c) {
  nn::ConvLayer& layer = c.layer;
  const nn::ConvGeometry& g = layer.geo;
  layer.in = random_quantization(dice);
  layer.out = random_quantization(dice);
  const double weight_density = dice.of({0.0, 0.05, 0.3, 0.6, 1.0, 1.0});
  const double iact_density = dice.of({0.0, 0.1, 0.5, 0.9, 1.0});
  const int weight_max = (1 << (c.chip.pe.weight_bits - 1)) - 1;
  // Large operands now and then, but no more than the psums can take.
  const int taps = g.kernel_h * g.kernel_w * g.in_c_per_group();
  const int fitting = (1 << (c.chip.pe.psum_bits - 1)) / (taps * 255 + 1);
  const int magnitude =
      std::clamp(dice.chance(30) ? fitting : 20, 1, std::max(1, std::min(weight_max, fitting)));
  layer.weights.resize(static_cast<std::size_t>(g.out_c) * static_cast<std::size_t>(taps));
  for (auto& w : layer.weights) {
    if (dice.unit() >= weight_density) {
      w = 0;
    } else {
      w = static_cast<std::int16_t>(dice.in(1, magnitude) * (dice.chance(50) ? 1 : -1));
    }
  }
  const double spread = magnitude * 60.0 * std::sqrt(taps + 1.0);
  for (int m = 0; m < g.out_c; ++m) {
    layer.bias.push_back(dice.chance(5) ? dice.in(-(1 << 30), 1 << 30)
                                        : dice.in(-1000, 1000) * magnitude);
    layer.requant.push_back(nn::quantize_multiplier((0.2 + dice.unit()) * 80.0 / spread));
  }
  layer.rounding = c.seed % 3 == 0 ? nn::Rounding::half_even : nn::Rounding::twice;
  layer.act_min = dice.chance(50) ? layer.out.zero_point : layer.out.lowest();
  layer.act_max =
      dice.chance(70) ? layer.out.highest() : dice.in(layer.act_min, layer.out.highest());
  c.input.shape = {g.batch, g.in_h, g.in_w, g.in_c};
  c.input.quant = layer.in;
  c.input.bytes.resize(c.input.shape.elements());
  for (auto& byte : c.input.bytes) {
    const int code = dice.unit() < iact_density ? dice.in(layer.in.lowest(), layer.in.highest())
                                                : layer.in.zero_point;
    byte = static_cast<std::uint8_t>(code & 0xFF);
  }
  c.iact_csc_in_dram = dice.chance(40);
  c.oact_csc_in_dram = dice.chance(40);
}

void random_chip(Dice& dice, hw::ChipConfig& chip) {
  chip.mesh.rows = dice.in(1, 4);
  chip.mesh.cols = dice.in(1, 4);
  chip.cluster.pe_rows = dice.in(1, 4);
  chip.cluster.pe_cols = dice.in(1, 4);
  chip.pe.iact_data_entries = dice.in(12, 24);
  chip.pe.iact_addr_entries = dice.in(9, 12);
  chip.pe.weight_addr_entries = dice.in(12, 24);
  chip.pe.weight_data_words = dice.in(24, 120);
  chip.pe.psum_entries = dice.in(8, 40);
  chip.pe.simd = dice.chance(80) ? 2 : 1;
  if (!dice.chance(85)) {
    chip.pe.kind = hw::PeKind::dense;
    chip.pe.simd = 1;
    chip.pe.pipeline_stages = 3;
  }
  chip.pe.weight_bits = dice.chance(75) ? 8 : 9;
  chip.glb.iact_banks = dice.in(1, 4);
  chip.glb.iact_bank_words = dice.in(128, 700);
  chip.glb.psum_bank_words = dice.in(100, 500);
  chip.glb.io_fifo_words = dice.in(16, 256);
  chip.noc.hop_cycles = dice.in(1, 4);
  chip.control.dma_burst_bytes = 1 << dice.in(3, 10);
  chip.control.dma_outstanding = dice.in(1, 64);
  if (dice.chance(20)) chip.dram.timing = hw::DramTiming::ddr4_3200;
  chip.dram.ideal_latency_cycles = dice.in(1, 40);
}

enum class Shape { any, long_thin };

/// From dice of their own, so that the rest of a case stays as it was.
void random_lines(std::uint64_t seed, hw::ControlConfig& control) {
  Dice dice(~seed);
  if (!dice.chance(35)) return;
  control.dma_line_bytes = 1 << dice.in(3, 9);
  control.dma_partial_write =
      dice.chance(50) ? hw::PartialWrite::byte_enable : hw::PartialWrite::read_modify_write;
  control.dma_end_resp = dice.chance(50) ? hw::EndResp::updated : hw::EndResp::call;
}

void random_noc(std::uint64_t seed, hw::ChipConfig& chip) {
  Dice dice(seed ^ 0xF1A7);
  if (!dice.chance(25)) return;
  chip.noc.kind = hw::NocKind::flat;
  chip.noc.iact_bus_bits = dice.in(1, 60);
  chip.noc.weight_bus_bits = dice.in(4, 120);
  chip.noc.psum_bus_bits = dice.in(2 * chip.pe.psum_bits, 200);
}

/// From dice of their own, too. What binds a buffer to the PE's sizes is drawn last.
void random_ports(std::uint64_t seed, hw::ChipConfig& chip) {
  Dice dice(seed ^ 0x9027);
  if (!dice.chance(60)) return;
  hw::PortConfig& port = chip.port;
  port.iact_units_ahead = dice.in(1, 6);
  port.iact_write_words = 1 << dice.in(0, 7);
  port.csc_head_bytes = dice.of({4, 5, 16, 64, 100, 256});
  port.param_tiles_ahead = dice.in(1, 4);
  port.writes_in_flight = dice.in(1, 40);
  port.write_bytes = 1 << dice.in(3, 8);
  port.output_beat_cycles = dice.in(1, 2);
  port.weight_buffer_bytes =
      hw::longest_weight_tile(chip.pe) + dice.of({8, 9, 40, 300, 1000, 5000});
  chip.control.dma_outstanding = dice.in(1, 8);
  chip.control.command_word_cycles = dice.in(1, 3);
  chip.control.settle_cycles = dice.in(0, 4);
}

int random_psum_banks(std::uint64_t seed) { return Dice(seed ^ 0xBA9C5).chance(40) ? 1 : 2; }
int random_weight_buffers(std::uint64_t seed) { return Dice(seed ^ 0x3B0FF).chance(20) ? 1 : 2; }

LayerCase make_case(std::uint64_t seed, bool vary_chip, Shape shape) {
  Dice dice(seed);
  LayerCase c;
  c.seed = seed;
  if (vary_chip) {
    random_chip(dice, c.chip);
    random_lines(seed, c.chip.control);
    c.chip.pe.psum_banks = random_psum_banks(seed);
    c.chip.pe.weight_buffers = random_weight_buffers(seed);
    random_noc(seed, c.chip);
    random_ports(seed, c.chip);
  }
  const int kind = dice.in(1, 10);
  c.layer.kind = kind <= 5   ? nn::ConvKind::conv
                 : kind <= 8 ? nn::ConvKind::depthwise
                             : nn::ConvKind::fully_connected;
  if (shape == Shape::long_thin && c.layer.kind == nn::ConvKind::fully_connected)
    c.layer.kind = nn::ConvKind::conv;
  c.layer.geo =
      shape == Shape::any ? random_geometry(dice, c.layer.kind) : long_geometry(dice, c.layer.kind);
  fill(dice, c);
  return c;
}

std::string compare(const LayerCase& c, const mapper::Mapping& mapping) {
  const tb::LayerJob job = c.job(mapping);
  // A chip that knows lines runs on a memory that knows nothing else.
  const tb::RunHooks hooks = c.chip.control.dma_line_bytes == 0
                                 ? tb::RunHooks{}
                                 : on_foreign_memory(line_memory(c.chip, c.seed));
  const tb::LayerOutcome outcome = tb::run_layers_with(hooks, c.chip, {job}, c.input).front();
  std::string wrong;
  for (std::size_t i = 0; i < outcome.faults.size() && i < 12; ++i)
    wrong += outcome.faults[i] + "\n";
  const nn::Tensor expected = nn::conv_reference(c.layer, c.input);
  std::size_t mismatches = 0;
  if (outcome.output.bytes.size() != expected.bytes.size())
    return wrong + "output of another size\n";
  for (std::size_t i = 0; i < expected.bytes.size(); ++i)
    if (outcome.output.bytes[i] != expected.bytes[i]) ++mismatches;
  if (mismatches > 0)
    wrong += fmt::format("{} of {} oacts differ\n", mismatches, expected.bytes.size());
  const auto effectual = static_cast<std::uint64_t>(nn::effectual_macs(c.layer, c.input));
  if (outcome.record.counters[hw::Counter::pe_effectual_macs] != effectual)
    wrong += fmt::format("{} effectual MACs, the layer has {}\n",
                         outcome.record.counters[hw::Counter::pe_effectual_macs], effectual);
  if (outcome.record.counters[hw::Counter::pe_overflows] > 0)
    wrong += fmt::format("{} psum overflows\n", outcome.record.counters[hw::Counter::pe_overflows]);
  return wrong;
}

}  // namespace

std::string LayerCase::describe() const {
  const nn::ConvGeometry& g = layer.geo;
  return fmt::format(
      "seed {}: kind {} n{} g{} in {}x{}x{} out {}x{}x{} kernel {}x{} stride {}x{} dilation {}x{} "
      "pad "
      "{},{} zp {} "
      "{} "
      "csc dram {}{} | mesh {}x{} pes {}x{} weight bits {}{} simd {} line {}{} block {} window {} "
      "buffer {} link {}{}",
      seed, static_cast<int>(layer.kind), g.batch, g.groups, g.in_h, g.in_w, g.in_c, g.out_h,
      g.out_w, g.out_c, g.kernel_h, g.kernel_w, g.stride_h, g.stride_w, g.dilation_h, g.dilation_w,
      g.pad_top, g.pad_left, layer.in.zero_point, layer.in.is_signed ? "int8" : "uint8",
      iact_csc_in_dram, oact_csc_in_dram, chip.mesh.rows, chip.mesh.cols, chip.cluster.pe_rows,
      chip.cluster.pe_cols, chip.pe.weight_bits, chip.pe.kind == hw::PeKind::dense ? " dense" : "",
      chip.pe.simd, chip.control.dma_line_bytes,
      chip.control.dma_partial_write == hw::PartialWrite::byte_enable ? "" : " rmw",
      chip.control.block_bytes(), chip.control.dma_outstanding, chip.port.weight_buffer_bytes,
      chip.control.io_link_bits, chip.control.serial_io ? " serial" : "");
}

tb::LayerJob LayerCase::job(const mapper::Mapping& mapping) const {
  tb::LayerJob job;
  job.layer = &layer;
  job.mapping = mapping;
  job.tensors = driver::plan_alone(layer, mapping, iact_csc_in_dram,
                                   oact_csc_in_dram && !mapper::cuts_rows(layer.geo, mapping));
  return job;
}

LayerCase random_case(std::uint64_t seed) { return make_case(seed, true, Shape::any); }
LayerCase random_case_on_default_chip(std::uint64_t seed) {
  return make_case(seed, false, Shape::any);
}
LayerCase serial_case(std::uint64_t seed) {
  LayerCase c = make_case(seed, true, seed % 5 == 0 ? Shape::long_thin : Shape::any);
  Dice dice(seed ^ 0x10AD);
  c.chip.control.serial_io = dice.chance(85);
  c.chip.control.io_link_bits = dice.chance(85) ? dice.in(1, 100) : 0;
  return c;
}
LayerCase long_case(std::uint64_t seed) { return make_case(seed, true, Shape::long_thin); }
LayerCase long_case_on_default_chip(std::uint64_t seed) {
  return make_case(seed, false, Shape::long_thin);
}

namespace {

/// Factors whose product is at most `places`.
mapper::AxisSplit random_axis(Dice& dice, int places) {
  mapper::AxisSplit axis;
  int* factors[] = {&axis.g, &axis.n, &axis.e, &axis.m};
  for (int i = 3; i > 0; --i) std::swap(factors[i], factors[dice.in(0, i)]);
  for (int* factor : factors) {
    if (dice.chance(35)) continue;
    *factor = dice.in(1, places);
    places /= *factor;
  }
  return axis;
}

/// Anything that a mapping can say, near what fits.
mapper::Mapping any_mapping(Dice& dice, const nn::ConvGeometry& geo,
                            const mapper::ChipSizes& sizes) {
  mapper::Mapping mp;
  mp.csc = sizes.sparse && dice.chance(60);
  mp.turned = dice.chance(30);
  const nn::ConvGeometry way = mapper::oriented(geo, mp);
  mp.s0 = dice.chance(40) ? 0 : dice.in(1, std::min(16, way.kernel_w));
  mp.f0 = dice.chance(40) ? 0 : dice.in(1, way.out_w);
  const int span = ((mp.s0 == 0 ? way.kernel_w : mp.s0) - 1) * way.dilation_w + 1;
  const int most_c0 =
      std::max(1, std::min(sizes.limits.weight_columns, sizes.iact_data_entries) / span);
  mp.c0 = dice.in(1, std::min(most_c0, way.in_c_per_group() + 1));
  const int f0 = mp.f0 == 0 ? way.out_w : mp.f0;
  mp.windows = dice.in(1, std::min(f0, dice.chance(50) ? 3 : sizes.limits.chunk_segments));
  const int most_m0 = std::min(sizes.limits.tile_channels, sizes.psum_entries / mp.windows);
  mp.m0 = dice.in(1, std::max(1, std::min(most_m0, way.out_c_per_group() + 1)));
  mp.weight_double_buffer = dice.chance(40);
  mp.chain = 1;
  if (dice.chance(40)) {
    const int q = mapper::derive(way, mp, sizes).q;
    mp.chain = std::min(sizes.mesh_rows,
                        (q + sizes.pe_rows - 1) / sizes.pe_rows + (dice.chance(30) ? 1 : 0));
  }
  mp.mesh_rows = random_axis(dice, sizes.mesh_rows / mp.chain);
  mp.mesh_cols = random_axis(dice, sizes.mesh_cols);
  mp.pe_cols = random_axis(dice, sizes.pe_cols);
  mp.e_block = dice.in(1, std::max(1, mapper::derive(way, mp, sizes).te));
  if (dice.chance(60)) mp.e_block = std::min(mp.e_block, dice.in(1, 6));
  if (dice.chance(50)) mp.m_block = dice.in(1, 5);
  mp.iact_source = static_cast<mapper::IactSource>(dice.in(0, 2));
  if (dice.chance(60)) mp.iact_mode = static_cast<mapper::NocMode>(dice.in(0, 3));
  if (dice.chance(60)) mp.weight_mode = static_cast<mapper::NocMode>(dice.in(0, 1));
  return mp;
}

}  // namespace

mapper::Mapping random_mapping(const LayerCase& c, std::uint64_t seed) {
  Dice dice(seed ^ 0x5EED);
  const mapper::ChipSizes sizes = tb::sizes_of(c.chip);
  for (int draw = 0; draw < 4000; ++draw) {
    const mapper::Mapping mp = any_mapping(dice, c.layer.geo, sizes);
    if (mapper::why_illegal(c.layer, mp, sizes).empty()) return mp;
  }
  return mapper::map_layer(c.layer, sizes);
}

std::string in_own_process(const std::function<std::string()>& body) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child < 0) return "no process";
  if (child == 0) {
    close(ends[0]);
    std::string answer;
    try {
      answer = body();
    } catch (const std::exception& thrown) {
      answer = std::string("thrown: ") + thrown.what();
    }
    answer += '\0';
    for (std::size_t at = 0; at < answer.size();) {
      const ssize_t n = write(ends[1], answer.data() + at, answer.size() - at);
      if (n <= 0) break;
      at += static_cast<std::size_t>(n);
    }
    close(ends[1]);
    _exit(0);
  }
  close(ends[1]);
  std::string answer;
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
    answer.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (answer.empty() || answer.back() != '\0' || status != 0)
    return fmt::format("the process ended with status {:#x} and no answer", status);
  answer.pop_back();
  return answer;
}

std::string run_case(const LayerCase& c, const mapper::Mapping& mapping) {
  return in_own_process([&] { return compare(c, mapping); });
}

std::string run_case(const LayerCase& c) {
  mapper::Mapping mapping;
  try {
    mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
  } catch (const UserError& refused) {
    return std::string("unmappable: ") + refused.what();
  }
  return run_case(c, mapping);
}

}  // namespace uvea::test
