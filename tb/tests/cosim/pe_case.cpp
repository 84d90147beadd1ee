#include "tb/tests/cosim/pe_case.h"

#include <algorithm>

#include "hw/command/stream_format.h"
#include "sw/csc/weight_stream.h"
#include "sw/driver/descriptor.h"

namespace uvea::test {

using cosim::PeEvent;
using cosim::PeEventKind;

PeCase::PeCase(const PeLayer& layer, const hw::PeConfig& config) : layer_(layer) {
  nn::ConvLayer conv;
  conv.kind = layer.single_lane ? nn::ConvKind::depthwise : nn::ConvKind::conv;
  conv.geo.in_c = layer.c0;
  conv.geo.out_c = layer.m0;
  conv.geo.kernel_w = layer.kernel;
  conv.geo.stride_w = layer.stride;
  conv.geo.out_w = layer.row;
  conv.in.is_signed = true;
  conv.in.zero_point = -128;  // unsigned iacts
  mapper::Mapping mapping;
  mapping.csc = layer.csc;
  mapping.c0 = layer.c0;
  mapping.m0 = layer.m0;
  mapping.windows = layer.windows;
  mapping.weight_double_buffer = layer.double_buffer;
  stimulus.config = config;
  // Slots that nobody fetches, but long enough to be legal.
  driver::TensorLayout iacts, oacts;
  iacts.pitch = static_cast<std::uint32_t>(conv.geo.in_w);
  oacts.pitch = static_cast<std::uint32_t>(layer.row * layer.m0);
  stimulus.descriptor = driver::encode_descriptor(conv, mapping, iacts, oacts, {});
}

cosim::InputBurst& PeCase::weights(const PeWeights& w) {
  hw::WeightHeader header;
  header.psum_in = w.psum_in;
  header.null = w.null || w.idle;
  header.idle = w.idle;
  header.tag = w.tag;
  header.chunks = static_cast<std::uint32_t>(w.chunks);
  std::vector<std::uint32_t> tile;
  if (!header.null) {
    std::vector<std::int16_t> flat;
    for (const auto& column : w.columns)
      for (const int v : column) flat.push_back(static_cast<std::int16_t>(v));
    header.columns = static_cast<int>(w.columns.size());
    tile = csc::encode_weights(flat, header.columns, layer_.m0, layer_.csc,
                               {stimulus.config.weight_bits, stimulus.config.count_bits});
    header.data_words = static_cast<int>(tile.size()) - (layer_.csc ? (header.columns + 2) / 3 : 0);
  }
  cosim::InputBurst burst;
  burst.stream = link::DataType::weight;
  hw::append(header, burst.words);
  burst.words.insert(burst.words.end(), tile.begin(), tile.end());
  stimulus.inputs.push_back(burst);
  return stimulus.inputs.back();
}

cosim::InputBurst& PeCase::iacts(const std::vector<int>& values, const std::string& place, int tag,
                                 unsigned port) {
  const int segment_len = layer_.c0 * std::min(layer_.stride, layer_.kernel);
  hw::IactHeader header;
  header.first = place == "first" || place == "only";
  header.last = place == "last" || place == "only";
  header.tag = tag;
  header.segments = static_cast<int>(values.size()) / segment_len;
  std::vector<std::int16_t> flat;
  for (const int v : values) flat.push_back(static_cast<std::int16_t>(v));
  cosim::InputBurst burst;
  burst.port = port;
  hw::encode_iact_chunk(header, flat.data(), segment_len, layer_.csc,
                        hw::StreamWidths(stimulus.config), burst.words);
  stimulus.inputs.push_back(burst);
  return stimulus.inputs.back();
}

cosim::InputBurst& PeCase::psums(const std::vector<std::int32_t>& values) {
  cosim::InputBurst burst;
  burst.stream = link::DataType::psum;
  burst.psums = values;
  stimulus.inputs.push_back(burst);
  return stimulus.inputs.back();
}

cosim::Sink& PeCase::sink() {
  stimulus.sinks.emplace_back();
  return stimulus.sinks.back();
}

std::vector<link::Cycle> cycles(const cosim::PeTrace& trace, PeEventKind kind, unsigned port) {
  std::vector<link::Cycle> found;
  for (const PeEvent& event : trace.events)
    if (event.kind == kind && event.port == port) found.push_back(event.cycle);
  return found;
}

std::vector<std::int32_t> psum_values(const cosim::PeTrace& trace) {
  std::vector<std::int32_t> found;
  for (const PeEvent& event : trace.events)
    if (event.kind == PeEventKind::psum) found.push_back(event.value);
  return found;
}

std::string difference(const cosim::PeTrace& a, const cosim::PeTrace& b) {
  const auto sorted = [](const cosim::PeTrace& trace) {
    std::vector<PeEvent> events = trace.events;
    std::stable_sort(events.begin(), events.end(), [](const PeEvent& x, const PeEvent& y) {
      return x.kind != y.kind ? x.kind < y.kind : x.port < y.port;
    });
    return events;
  };
  const auto text = [](const std::vector<PeEvent>& events, std::size_t i) -> std::string {
    if (i >= events.size()) return "nothing";
    const PeEvent& e = events[i];
    return "kind " + std::to_string(static_cast<int>(e.kind)) + " port " + std::to_string(e.port) +
           " value " + std::to_string(e.value) + " cycle " + std::to_string(e.cycle);
  };
  const auto one = sorted(a);
  const auto other = sorted(b);
  for (std::size_t i = 0; i < std::max(one.size(), other.size()); ++i) {
    if (i < one.size() && i < other.size() && one[i] == other[i]) continue;
    return text(one, i) + " against " + text(other, i);
  }
  return {};
}

}  // namespace uvea::test
