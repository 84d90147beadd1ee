#include "tb/trace/chip_sink.h"

#include <algorithm>

#include "hw/chip.h"
#include "tb/sim/hooks.h"
#include "tb/trace/fan_out_probe.h"

namespace uvea::trace {
namespace {

/// The sinks of one chip.
class Watch {
 public:
  Watch(const std::vector<SinkMaker>& makers, const tb::ChipTask& task)
      : makers_(makers), task_(task) {}

  void begin(hw::Chip& chip) {
    const WatchedChip about{task_, chip.name(), [&chip] { return chip.clock().now(); }};
    std::vector<link::Probe*> probes;
    for (const SinkMaker& make : makers_) {
      sinks_.push_back(make(about));
      probes.push_back(&sinks_.back()->probe());
    }
    if (probes.size() > 1) fan_out_ = std::make_unique<FanOutProbe>(probes);
    chip.watch(fan_out_ ? fan_out_.get() : probes.front());
  }
  void watched() {
    for (const auto& sink : sinks_) sink->begin();
  }
  void ended(const hw::Chip& chip) { now_ = chip.clock().now(); }
  void end(const std::vector<tb::LayerOutcome>& outcomes, bool stopped) {
    std::vector<LayerSpan> layers;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const hw::LayerRecord& record = outcomes[i].record;
      LayerSpan layer{task_.layers.at(i), record.begin, record.end, !outcomes[i].faults.empty()};
      const bool done = record.end > record.begin;
      if (!done) {
        // It was broken off.
        layer.begin = std::max(record.begin, layers.empty() ? 0 : layers.back().end);
        layer.end = std::max(now_ + 1, layer.begin);
        layer.faulty = layer.faulty || stopped;
      }
      layers.push_back(layer);
      if (!done) break;
    }
    for (const auto& sink : sinks_) sink->end(layers);
  }

 private:
  const std::vector<SinkMaker>& makers_;
  const tb::ChipTask task_;
  std::vector<std::unique_ptr<ChipSink>> sinks_;
  std::unique_ptr<FanOutProbe> fan_out_;
  Cycle now_ = 0;
};

}  // namespace

tb::HookMaker watched(tb::HookMaker inner, std::vector<SinkMaker> makers) {
  if (makers.empty()) return inner;
  return [inner = std::move(inner), makers = std::move(makers)](const tb::ChipTask& task) {
    tb::RunHooks hooks = inner ? inner(task) : tb::RunHooks{};
    const auto watch = std::make_shared<Watch>(makers, task);
    hooks.on_built = [watch, before = hooks.on_built](hw::Chip& chip) {
      if (before) before(chip);
      watch->begin(chip);
    };
    hooks.on_watched = [watch, before = hooks.on_watched] {
      if (before) before();
      watch->watched();
    };
    hooks.on_ended = [watch, before = hooks.on_ended](hw::Chip& chip) {
      watch->ended(chip);
      if (before) before(chip);
    };
    hooks.finish = [watch, before = hooks.finish](std::vector<tb::LayerOutcome>& outcomes) {
      tb::HookFindings found;
      if (before) found = before(outcomes);
      watch->end(outcomes, found.stopped);
      return found;
    };
    return hooks;
  };
}

}  // namespace uvea::trace
