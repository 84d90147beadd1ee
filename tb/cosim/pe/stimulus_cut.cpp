#include "tb/cosim/pe/stimulus_cut.h"

#include <algorithm>

#include "hw/command/stream_format.h"

namespace uvea::cosim {
namespace {

using link::Cycle;
using link::DataType;

/// A weight burst and what belongs to it.
struct Epoch {
  std::size_t input = 0;  ///< its burst
  hw::WeightHeader header;
  std::vector<std::size_t> iacts;  ///< its bursts that have come in, in order

  bool passes() const { return header.null && !header.idle; }
  std::uint32_t chunks_out() const { return header.idle ? 0 : header.chunks; }
  std::uint32_t chunks_in() const {
    return passes() || (header.psum_in && !header.idle) ? header.chunks : 0;
  }
};

bool has_come(const PeStimulus& stimulus, const InputBurst& burst) {
  return burst.not_before < stimulus.end;
}

std::vector<Epoch> epochs_of(const PeStimulus& stimulus) {
  std::vector<Epoch> epochs;
  std::vector<std::size_t> iacts;
  for (std::size_t i = 0; i < stimulus.inputs.size(); ++i) {
    const InputBurst& burst = stimulus.inputs[i];
    if (burst.stream == DataType::weight)
      epochs.push_back({i, hw::unpack_weight_header(burst.words), {}});
    if (burst.stream == DataType::iact && has_come(stimulus, burst)) iacts.push_back(i);
  }
  // A PE takes one iact burst at a time.
  std::stable_sort(iacts.begin(), iacts.end(), [&](std::size_t a, std::size_t b) {
    return stimulus.inputs[a].not_before < stimulus.inputs[b].not_before;
  });
  std::size_t next = 0;
  for (Epoch& epoch : epochs) {
    if (epoch.passes()) continue;
    const std::size_t end = std::min(iacts.size(), next + epoch.header.chunks);
    epoch.iacts.assign(iacts.begin() + static_cast<std::ptrdiff_t>(next),
                       iacts.begin() + static_cast<std::ptrdiff_t>(end));
    next = end;
  }
  return epochs;
}

bool begins_row(const PeStimulus& stimulus, std::size_t iact) {
  return hw::unpack_iact_header(stimulus.inputs[iact].words[0]).first;
}

/// The weight burst as if its first chunks had not been.
void drop_chunks(InputBurst& weights, std::uint32_t chunks, std::uint32_t rows) {
  constexpr unsigned kTagBit = 2;
  constexpr std::uint32_t kTag = hw::kTagMask;
  std::uint32_t& word = weights.words[0];
  const std::uint32_t tag = ((word >> kTagBit) + rows) & kTag;
  word = (word & ~(kTag << kTagBit)) | tag << kTagBit;
  weights.words[1] -= chunks;
}

}  // namespace

std::vector<RowStart> row_starts(const PeStimulus& stimulus) {
  std::vector<RowStart> starts;
  const std::vector<Epoch> epochs = epochs_of(stimulus);
  for (std::size_t e = 0; e < epochs.size(); ++e) {
    if (epochs[e].iacts.empty() || epochs[e].header.idle) {
      starts.push_back({e, 0});
      continue;
    }
    for (std::size_t c = 0; c < epochs[e].iacts.size(); ++c)
      if (begins_row(stimulus, epochs[e].iacts[c]))
        starts.push_back({e, static_cast<std::uint32_t>(c)});
  }
  return starts;
}

StimulusCut cut_at(const PeStimulus& stimulus, const RowStart& at) {
  const std::vector<Epoch> epochs = epochs_of(stimulus);
  const Epoch& first = epochs.at(at.epoch);
  std::vector<bool> dropped(stimulus.inputs.size(), false);
  std::uint64_t chunks_out = 0, chunks_in = 0;
  for (std::size_t e = 0; e < at.epoch; ++e) {
    dropped[epochs[e].input] = true;
    for (const std::size_t iact : epochs[e].iacts) dropped[iact] = true;
    chunks_out += epochs[e].chunks_out();
    chunks_in += epochs[e].chunks_in();
  }
  std::uint32_t rows = 0;
  for (std::uint32_t c = 0; c < at.chunk; ++c) {
    dropped[first.iacts[c]] = true;
    rows += begins_row(stimulus, first.iacts[c]) ? 1 : 0;
  }
  if (first.chunks_out() > 0) chunks_out += at.chunk;
  if (first.chunks_in() > 0) chunks_in += at.chunk;

  StimulusCut cut;
  cut.stimulus.config = stimulus.config;
  cut.stimulus.iact_ports = stimulus.iact_ports;
  cut.stimulus.descriptor = stimulus.descriptor;
  // From the first beat that counts on; weights that came long before come just before it.
  Cycle begin = stimulus.end;
  for (std::size_t i = 0; i < stimulus.inputs.size(); ++i) {
    const InputBurst& burst = stimulus.inputs[i];
    if (!dropped[i] && burst.stream == DataType::iact) begin = std::min(begin, burst.not_before);
  }
  if (begin == kNever || first.iacts.empty())
    begin = std::min(begin, stimulus.inputs[first.input].not_before);
  constexpr Cycle kMargin = 16;
  Cycle early = kMargin;
  for (const Epoch& epoch : epochs) {
    const InputBurst& burst = stimulus.inputs[epoch.input];
    if (!dropped[epoch.input] && burst.not_before < begin) early += burst.words.size();
  }
  cut.begin = begin > early ? begin - early : 0;
  const auto moved = [&cut](Cycle cycle) { return cycle > cut.begin ? cycle - cut.begin : 0; };

  for (std::size_t i = 0; i < stimulus.inputs.size(); ++i) {
    if (dropped[i]) continue;
    InputBurst burst = stimulus.inputs[i];
    if (burst.stream == DataType::psum && chunks_in > 0) {
      --chunks_in;
      continue;
    }
    if (i == first.input) drop_chunks(burst, at.chunk, rows);
    burst.offer = moved(burst.offer);
    burst.not_before = moved(burst.not_before);
    cut.stimulus.inputs.push_back(std::move(burst));
  }
  for (std::size_t i =
           static_cast<std::size_t>(std::min<std::uint64_t>(chunks_out, stimulus.sinks.size()));
       i < stimulus.sinks.size(); ++i) {
    cut.stimulus.sinks.push_back(stimulus.sinks[i]);
    cut.stimulus.sinks.back().not_before = moved(stimulus.sinks[i].not_before);
  }
  if (stimulus.end != kNever) cut.stimulus.end = moved(stimulus.end);
  return cut;
}

}  // namespace uvea::cosim
