#include "tb/trace/trace_plan.h"

#include <algorithm>

#include "tb/trace/pass_begins.h"

namespace uvea::trace {
namespace {

constexpr Cycle kEndless = ~Cycle{0};

/// The cycle of the chip in which a pass of a layer, or a later one, begins anywhere; the layer's end
/// when it has none.
Cycle pass_begin(const Fragment& fragment, const LayerSpan& layer, std::uint32_t pass) {
  for (const auto& [at, begun] : pass_begins(fragment, layer))
    if (begun >= pass) return at;
  return layer.end;
}

/// A moment as a cycle of the run.
Cycle cycle_of(const TraceMoment& moment, const std::vector<const Fragment*>& fragments,
               const std::vector<Cycle>& offsets) {
  if (!moment.layer) return moment.cycle;
  Cycle before = 0;
  for (std::size_t i = 0; i < fragments.size(); ++i) {
    if (fragments[i] == nullptr) continue;
    const std::vector<LayerSpan>& layers = fragments[i]->info().layers;
    for (const LayerSpan& layer : layers) {
      const Cycle begin = layer.begin - layers.front().begin + offsets[i];
      if (layer.layer > *moment.layer) return begin;  // it was not run
      before = begin + layer.end - layer.begin;
      if (layer.layer < *moment.layer) continue;
      const Cycle within =
          moment.pass ? pass_begin(*fragments[i], layer, *moment.pass) - layer.begin : moment.cycle;
      return begin + std::min(within, layer.end - layer.begin);
    }
  }
  return before;
}

}  // namespace

TracePlan plan_trace(const std::vector<const Fragment*>& fragments, const TraceChoice& choice) {
  TracePlan plan;
  std::vector<Cycle> offsets;
  Cycle total = 0;
  std::optional<Cycle> fault;
  for (const Fragment* fragment : fragments) {
    offsets.push_back(total);
    if (fragment == nullptr) continue;
    const std::vector<LayerSpan>& layers = fragment->info().layers;
    for (const LayerSpan& layer : layers)
      if (layer.faulty && !fault) fault = total + layer.end - layers.front().begin;
    total += layers.back().end - layers.front().begin;
  }
  Cycle from = choice.from ? cycle_of(*choice.from, fragments, offsets) : 0;
  Cycle to = choice.to ? cycle_of(*choice.to, fragments, offsets) : kEndless;
  plan.from = from;
  plan.to = to;
  plan.total = total;
  to = std::min(to, total);
  if (choice.last) {
    // The marked cycle is the last one that is shown.
    if (choice.marker) {
      to = std::min(to, cycle_of(*choice.marker, fragments, offsets) + 1);
    } else if (fault) {
      to = std::min(to, *fault);
    }
    if (to > *choice.last) from = std::max(from, to - *choice.last);
  }
  for (std::size_t i = 0; i < fragments.size(); ++i) {
    if (fragments[i] == nullptr) continue;
    const std::vector<LayerSpan>& layers = fragments[i]->info().layers;
    const Cycle begin = std::max(from, offsets[i]);
    const Cycle end = std::min(to, offsets[i] + layers.back().end - layers.front().begin);
    if (begin < end) plan.pieces.push_back({i, offsets[i], begin, end});
  }
  if (!plan.pieces.empty()) plan.end = plan.pieces.back().to;
  const std::optional<Cycle> marker =
      choice.marker ? cycle_of(*choice.marker, fragments, offsets) : fault;
  // A layer that ends where the waveform begins is not in it.
  const bool inside = marker && *marker <= plan.end && *marker >= from + (choice.marker ? 0 : 1);
  if (!plan.pieces.empty() && inside) plan.moment = marker;
  return plan;
}

}  // namespace uvea::trace
