#include "tb/cosim/random_stimulus.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "hw/command/stream_format.h"
#include "hw/config/chip_limits.h"
#include "sw/csc/weight_stream.h"
#include "sw/driver/descriptor.h"

namespace uvea::cosim {
namespace {

using link::Cycle;
using link::DataType;

/// Draws from a seed; the same on every platform.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
  int in(int low, int high) {
    const auto span = static_cast<std::uint64_t>(std::int64_t{high} - low + 1);
    return static_cast<int>(low + static_cast<std::int64_t>(engine_() % span));
  }
  bool chance(int percent) { return in(1, 100) <= percent; }
  int of(std::initializer_list<int> list) {
    return *(list.begin() + in(0, static_cast<int>(list.size()) - 1));
  }

 private:
  std::mt19937_64 engine_;
};

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// Mode and shape of a layer on the PE.
struct Shape {
  bool csc = true, iact_signed = false, single_lane = false, double_buffer = false;
  int c0 = 1, kernel = 1, stride = 1, m0 = 1, windows = 1, row = 1;  ///< windows: T; row: F

  int seg_cols() const { return std::min(stride, kernel); }
  int segments() const { return (kernel + seg_cols() - 1) / seg_cols(); }
  int seg_len() const { return c0 * seg_cols(); }
  int columns() const { return c0 * kernel; }
  int resident() const { return segments() - 1 + windows; }
  int chunks() const { return (row + windows - 1) / windows; }
  int windows_of(int chunk) const { return chunk + 1 < chunks() ? windows : row - chunk * windows; }
  int weight_words(const hw::PeConfig& pe) const {
    return std::min(csc ? 127 : 255, pe.weight_data_words / (double_buffer ? 2 : 1));
  }

  bool legal(const hw::PeConfig& pe) const {
    if (resident() * seg_len() > pe.iact_data_entries || resident() > 15) return false;
    if (columns() > 31 || windows * m0 > pe.psum_entries) return false;
    if (!csc) return columns() * ((m0 + 2) / 3) <= weight_words(pe);
    return resident() <= pe.iact_addr_entries &&
           segments() * seg_len() <= pe.weight_addr_entries / (double_buffer ? 2 : 1);
  }
};

Shape random_shape(Dice& dice, const RandomLimits& limits) {
  const hw::PeConfig& pe = limits.config;
  for (int tries = 0; tries < 10000; ++tries) {
    Shape s;
    s.csc = pe.sparse && limits.csc.value_or(dice.chance(75));
    s.iact_signed = dice.chance(40);
    s.single_lane = dice.chance(25);
    s.double_buffer = dice.chance(50);
    s.kernel = dice.chance(30) ? 1 : dice.chance(70) ? dice.in(2, 5) : dice.in(6, 15);
    s.stride = dice.chance(60) ? 1 : dice.in(1, 5);
    if (!s.legal(pe)) continue;
    // Grow each size at random, now and then as far as it goes.
    const auto grow = [&](int& size, int highest) {
      const int wanted = dice.chance(35) ? highest : dice.in(1, highest);
      Shape tried = s;
      int& field = &size == &s.c0 ? tried.c0 : &size == &s.m0 ? tried.m0 : tried.windows;
      while (size < wanted) {
        field = size + 1;
        if (!tried.legal(pe)) return;
        ++size;
      }
    };
    const int order = dice.in(0, 2);
    for (int i = 0; i < 3; ++i) {
      switch ((order + i) % 3) {
        case 0:
          grow(s.c0, 31);
          break;
        case 1:
          grow(s.m0, std::min(pe.psum_entries, hw::kMaxTileChannels));
          break;
        default:
          grow(s.windows, 15);
          break;
      }
    }
    s.row = dice.chance(20) ? 1 : dice.in(1, std::min(4 * s.windows, 40));
    return s;
  }
  throw std::invalid_argument("no layer fits a PE of this config");
}

std::vector<std::uint8_t> descriptor_of(const Shape& s) {
  nn::ConvLayer layer;
  layer.kind = s.single_lane ? nn::ConvKind::depthwise : nn::ConvKind::conv;
  layer.geo.in_c = s.c0;
  layer.geo.out_c = s.m0;
  layer.geo.kernel_w = s.kernel;
  layer.geo.stride_w = s.stride;
  layer.geo.out_w = s.row;
  layer.geo.in_w = (s.row - 1) * s.stride + s.kernel;
  layer.in.is_signed = true;
  layer.in.zero_point = s.iact_signed ? 0 : layer.in.lowest();
  mapper::Mapping mapping;
  mapping.csc = s.csc;
  mapping.c0 = s.c0;
  mapping.m0 = s.m0;
  mapping.windows = s.windows;
  mapping.weight_double_buffer = s.double_buffer;
  // Slots that nobody fetches, but long enough to be legal.
  driver::TensorLayout iacts, oacts;
  iacts.pitch = static_cast<std::uint32_t>(layer.geo.in_w);
  oacts.pitch = static_cast<std::uint32_t>(s.row * s.m0);
  return driver::encode_descriptor(layer, mapping, iacts, oacts, driver::DescriptorAddresses{});
}

/// When somebody is late: each style draws the cycles that pass before the next thing happens.
class Stalls {
 public:
  enum class Style { none, light, heavy, bursty };

  Stalls(Dice& dice, Style style) : dice_(dice), style_(style) {}
  Cycle next() {
    switch (style_) {
      case Style::none:
        return 0;
      case Style::light:
        return dice_.chance(60) ? 0 : static_cast<Cycle>(dice_.in(1, 12));
      case Style::heavy:
        return static_cast<Cycle>(dice_.in(0, 150));
      case Style::bursty:
        if (left_ == 0) {
          left_ = dice_.in(1, 6);
          return static_cast<Cycle>(dice_.in(50, 600));
        }
        --left_;
        return 0;
    }
    return 0;
  }
  bool any() const { return style_ != Style::none; }
  /// Idle cycles before each beat but the first; empty: none.
  std::vector<std::uint16_t> gaps(std::size_t beats) {
    std::vector<std::uint16_t> gaps;
    if (beats < 2 || !any() || !dice_.chance(40)) return gaps;
    const int likely = dice_.of({10, 40, 100});
    const int longest = dice_.of({1, 3, 25});
    gaps.assign(beats, 0);
    for (std::size_t i = 1; i < beats; ++i) {
      if (dice_.chance(likely)) gaps[i] = static_cast<std::uint16_t>(dice_.in(1, longest));
    }
    return gaps;
  }

 private:
  Dice& dice_;
  Style style_;
  int left_ = 0;
};

/// Draws a whole stimulus.
class Author {
 public:
  Author(std::uint64_t seed, const RandomLimits& limits)
      : dice_(seed),
        pe_(limits.config),
        limits_(limits),
        shape_(random_shape(dice_, limits)),
        tag_(dice_.chance(50) ? dice_.in(110, 127) : dice_.in(0, 127)),
        extreme_(dice_.chance(15)) {
    const bool stall = limits.stalls.value_or(dice_.chance(80));
    const int one_starved = dice_.chance(25) ? dice_.in(0, 3) : -1;
    for (int stream = 0; stream < 4; ++stream) {
      auto style = Stalls::Style::none;
      if (stall && (one_starved < 0 || one_starved == stream)) {
        style = one_starved == stream ? Stalls::Style::heavy
                                      : static_cast<Stalls::Style>(dice_.in(0, 3));
      }
      if (limits.stalls.value_or(false) && one_starved < 0 && style == Stalls::Style::none)
        style = Stalls::Style::light;
      stalls_.emplace_back(dice_, style);
    }
  }

  RandomWork write() {
    work_.stimulus.config = pe_;
    work_.stimulus.iact_ports = limits_.iact_ports;
    work_.stimulus.descriptor = descriptor_of(shape_);
    port_clock_.assign(index(static_cast<int>(limits_.iact_ports)), 0);
    const int epochs = dice_.in(1, 8);
    std::string kinds;
    for (int e = 0; e < epochs && (e == 0 || work_.windows < limits_.windows) && rows_ < 90; ++e) {
      const int kind = dice_.in(1, 100);
      if (kind <= 68) {
        kinds += weights_epoch() ? "+" : "w";
      } else if (kind <= 82) {
        kinds += "n";
        null_epoch();
      } else {
        kinds += "i";
        idle_epoch(kind <= 96);
      }
    }
    if (dice_.chance(30) && !work_.stimulus.sinks.empty())
      work_.stimulus.sinks.resize(
          index(dice_.in(0, static_cast<int>(work_.stimulus.sinks.size()))));
    const Shape& s = shape_;
    work_.description =
        fmt::format("{}{}{}{} C0 {} S {} U {} M0 {} T {} F {} epochs {}", s.csc ? "csc" : "raw",
                    s.iact_signed ? " signed" : "", s.single_lane ? " single lane" : "",
                    s.double_buffer ? " double buffer" : "", s.c0, s.kernel, s.stride, s.m0,
                    s.windows, s.row, kinds);
    return std::move(work_);
  }

 private:
  enum Stream { kIact, kWeight, kPsum, kSink };

  InputBurst& add(DataType stream, unsigned port, Stream from, Cycle& clock, std::size_t beats) {
    InputBurst input;
    input.stream = stream;
    input.port = port;
    clock += stalls_[from].next();
    input.offer = clock;
    if (stalls_[from].any() && dice_.chance(30))
      input.not_before = clock + static_cast<Cycle>(dice_.in(0, dice_.of({3, 40, 300})));
    if (stream != DataType::psum) input.gaps = stalls_[from].gaps(beats);
    work_.stimulus.inputs.push_back(std::move(input));
    return work_.stimulus.inputs.back();
  }

  void add_weights(const hw::WeightHeader& header, const std::vector<std::uint32_t>& tile) {
    std::vector<std::uint32_t> words;
    hw::append(header, words);
    words.insert(words.end(), tile.begin(), tile.end());
    add(DataType::weight, 0, kWeight, weight_clock_, words.size()).words = std::move(words);
  }

  /// One psum burst leaves: how it is taken.
  void add_sink(std::size_t psums) {
    Sink sink;
    sink_clock_ += stalls_[kSink].next();
    sink.not_before = sink_clock_;
    if (stalls_[kSink].any()) {
      sink.cycles_per_beat = dice_.chance(30) ? 2 : 1;
      sink.gaps = stalls_[kSink].gaps((psums + 1) / 2);
    }
    work_.stimulus.sinks.push_back(std::move(sink));
  }

  std::vector<std::int32_t> psums_from_below(std::size_t count) {
    const std::int32_t half = std::int32_t{1} << (pe_.psum_bits - 1);
    std::vector<std::int32_t> psums(count);
    for (auto& p : psums) {
      p = dice_.in(-half, half - 1);
      if (dice_.chance(50)) p /= 1 << std::min(12, pe_.psum_bits - 2);
      if (extreme_ && dice_.chance(50)) p = dice_.chance(50) ? half - 1 : -half;
    }
    add(DataType::psum, 0, kPsum, psum_clock_, (count + 1) / 2).psums = psums;
    return psums;
  }

  std::int32_t wrapping_add(std::int32_t a, std::int32_t b) {
    const std::int64_t half = std::int64_t{1} << (pe_.psum_bits - 1);
    std::int64_t sum = std::int64_t{a} + b;
    if (sum < -half || sum >= half) ++work_.overflows;
    while (sum >= half) sum -= 2 * half;
    while (sum < -half) sum += 2 * half;
    return static_cast<std::int32_t>(sum);
  }

  hw::WeightHeader header(int rows) {
    hw::WeightHeader h;
    h.tag = tag_ & hw::kTagMask;
    h.chunks = static_cast<std::uint32_t>(rows * shape_.chunks());
    return h;
  }

  /// Weights [column][m0] that fit the SPad, and their words.
  std::vector<std::uint32_t> draw_weights(std::vector<std::int16_t>& weights) {
    const int columns = shape_.columns();
    const csc::Widths widths{pe_.weight_bits, pe_.count_bits};
    const int low = -(1 << (pe_.weight_bits - 1));
    const int density = dice_.of({0, 5, 20, 50, 80, 100, 100});
    const int empty_columns = dice_.of({0, 0, 20, 60});
    weights.assign(index(columns * shape_.m0), 0);
    for (int col = 0; col < columns; ++col) {
      if (dice_.chance(empty_columns)) continue;
      const bool at_the_end = dice_.chance(10);  // long runs of zeros
      for (int m = 0; m < shape_.m0; ++m) {
        if (at_the_end ? m + 1 < shape_.m0 : !dice_.chance(density)) continue;
        int w = dice_.in(low, -low - 1);
        if (extreme_) w = dice_.chance(80) ? low : -low - 1;
        weights[index(col * shape_.m0 + m)] = static_cast<std::int16_t>(w);
      }
    }
    // Thin it out until it fits: what is dense fills the SPad to the last word. A zero more saves a
    // word at most.
    const int address_words = shape_.csc ? (columns + 2) / 3 : 0;
    while (true) {
      auto words = csc::encode_weights(weights, columns, shape_.m0, shape_.csc, widths);
      const int excess = static_cast<int>(words.size()) - address_words - shape_.weight_words(pe_);
      if (excess <= 0) return words;
      for (int i = 0; i < excess; ++i) weights[index(dice_.in(0, columns * shape_.m0 - 1))] = 0;
    }
  }

  /// One row's iacts, [segment][seg_len]; some chunks may be all zero.
  std::vector<std::int16_t> draw_row() {
    const int segments = shape_.segments() - 1 + shape_.row;
    const int len = shape_.seg_len();
    std::vector<std::int16_t> row(index(segments * len), 0);
    const int density = dice_.of({0, 10, 30, 50, 80, 100, 100});
    const int empty_segments = dice_.of({0, 0, 20, 60});
    const int low = shape_.iact_signed ? -128 : 0;
    for (int s = 0; s < segments; ++s) {
      if (dice_.chance(empty_segments)) continue;
      for (int i = 0; i < len; ++i) {
        if (!dice_.chance(density)) continue;
        int v = dice_.in(low, low + 255);
        if (extreme_) v = dice_.chance(80) ? (shape_.iact_signed ? -128 : 255) : low + 255;
        row[index(s * len + i)] = static_cast<std::int16_t>(v);
      }
    }
    return row;
  }

  /// Sends a row's chunks; all of them on one port.
  void add_row(const std::vector<std::int16_t>& row) {
    const unsigned port =
        static_cast<unsigned>(dice_.in(0, static_cast<int>(limits_.iact_ports) - 1));
    const hw::StreamWidths widths(pe_);
    const int len = shape_.seg_len();
    int segment = 0;
    for (int j = 0; j < shape_.chunks(); ++j) {
      hw::IactHeader h;
      h.first = j == 0;
      h.last = j + 1 == shape_.chunks();
      h.tag = tag_ & hw::kTagMask;
      h.segments = shape_.windows_of(j) + (h.first ? shape_.segments() - 1 : 0);
      const std::int16_t* values = &row[index(segment * len)];
      const bool zero =
          std::all_of(values, values + h.segments * len, [](std::int16_t v) { return v == 0; });
      h.null = zero && dice_.chance(70);
      std::vector<std::uint32_t> words;
      hw::encode_iact_chunk(h, values, len, shape_.csc, widths, words);
      add(DataType::iact, port, kIact, port_clock_[port], words.size()).words = std::move(words);
      segment += h.segments;
    }
    ++tag_;
    ++rows_;
  }

  /// Returns whether psums come in from below.
  bool weights_epoch() {
    const int rows = dice_.in(1, 3);
    hw::WeightHeader h = header(rows);
    h.psum_in = dice_.chance(50);
    h.columns = shape_.columns();
    std::vector<std::int16_t> weights;
    const auto tile = draw_weights(weights);
    h.data_words = static_cast<int>(tile.size()) - (shape_.csc ? (h.columns + 2) / 3 : 0);
    add_weights(h, tile);
    for (int r = 0; r < rows; ++r) {
      const auto row = draw_row();
      add_row(row);
      for (int j = 0; j < shape_.chunks(); ++j) expect_chunk(row, weights, j, h.psum_in);
    }
    work_.windows += static_cast<std::uint64_t>(rows * shape_.row);
    if (dice_.chance(10)) tag_ += dice_.in(1, 3);
    return h.psum_in;
  }

  void expect_chunk(const std::vector<std::int16_t>& row, const std::vector<std::int16_t>& weights,
                    int chunk, bool psum_in) {
    std::vector<std::int32_t> psums;
    const int first = chunk * shape_.windows;
    for (int w = first; w < first + shape_.windows_of(chunk); ++w) {
      std::vector<std::int32_t> sums(index(shape_.m0), 0);
      for (int col = 0; col < shape_.columns(); ++col) {
        const int iact = row[index(w * shape_.seg_len() + col)];
        for (int m = 0; m < shape_.m0; ++m)
          sums[index(m)] = wrapping_add(sums[index(m)], iact * weights[index(col * shape_.m0 + m)]);
      }
      psums.insert(psums.end(), sums.begin(), sums.end());
    }
    if (psum_in) {
      const auto below = psums_from_below(psums.size());
      for (std::size_t i = 0; i < psums.size(); ++i) psums[i] = wrapping_add(below[i], psums[i]);
    }
    work_.psums.insert(work_.psums.end(), psums.begin(), psums.end());
    add_sink(psums.size());
  }

  void null_epoch() {
    hw::WeightHeader h = header(1);
    h.null = h.psum_in = true;
    h.tag = dice_.in(0, 127);
    h.chunks = static_cast<std::uint32_t>(dice_.in(1, 4));
    add_weights(h, {});
    for (std::uint32_t j = 0; j < h.chunks; ++j) {
      const int windows = dice_.in(1, shape_.windows);
      const auto psums = psums_from_below(index(windows * shape_.m0));
      work_.psums.insert(work_.psums.end(), psums.begin(), psums.end());
      add_sink(psums.size());
    }
  }

  void idle_epoch(bool with_chunks) {
    const int rows = with_chunks ? dice_.in(1, 2) : 0;
    hw::WeightHeader h = header(rows);
    h.null = h.idle = true;
    h.psum_in = dice_.chance(50);
    add_weights(h, {});
    for (int r = 0; r < rows; ++r) add_row(draw_row());
  }

  Dice dice_;
  const hw::PeConfig pe_;
  const RandomLimits limits_;
  const Shape shape_;
  int tag_;
  int rows_ = 0;  ///< fewer than tags, so that a tag says which row
  const bool extreme_;
  std::vector<Stalls> stalls_;
  std::vector<Cycle> port_clock_;
  Cycle weight_clock_ = 0, psum_clock_ = 0, sink_clock_ = 0;
  RandomWork work_;
};

}  // namespace

RandomWork random_work(std::uint64_t seed, const RandomLimits& limits) {
  return Author(seed, limits).write();
}

PeStimulus random_stimulus(std::uint64_t seed, const RandomLimits& limits) {
  return random_work(seed, limits).stimulus;
}

}  // namespace uvea::cosim
