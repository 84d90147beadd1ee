#include "tb/cosim/pe/random_stimulus.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw/command/stream_format.h"
#include "tb/cosim/pe/random_dice.h"
#include "tb/cosim/pe/random_shape.h"
#include "tb/cosim/pe/random_stalls.h"
#include "tb/cosim/pe/random_tensors.h"

namespace uvea::cosim {
namespace {

using link::Cycle;
using link::DataType;

/// Draws a whole stimulus.
class Author {
 public:
  Author(std::uint64_t seed, const RandomLimits& limits)
      : dice_(seed),
        pe_(limits.config),
        limits_(limits),
        shape_(random_shape(dice_, limits)),
        tag_(dice_.chance(50) ? dice_.in(110, 127) : dice_.in(0, 127)),
        tensors_(dice_, pe_, shape_, dice_.chance(15)) {
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
    const auto psums = tensors_.psums(count);
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
    const auto tile = tensors_.weights(weights);
    h.data_words = static_cast<int>(tile.size()) - (shape_.csc ? (h.columns + 2) / 3 : 0);
    add_weights(h, tile);
    for (int r = 0; r < rows; ++r) {
      const auto row = tensors_.row();
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
    for (int r = 0; r < rows; ++r) add_row(tensors_.row());
  }

  Dice dice_;
  const hw::PeConfig pe_;
  const RandomLimits limits_;
  const Shape shape_;
  int tag_;
  RandomTensors tensors_;
  int rows_ = 0;  ///< fewer than tags, so that a tag says which row
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
