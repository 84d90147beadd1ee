#include "tb/tests/cosim_rtl/traced_layer.h"

#include <unistd.h>

#include <algorithm>

#include "hw/chip.h"
#include "sw/mapper/mapping.h"
#include "tb/config/chip_file.h"
#include "tb/trace/fst_trace.h"
#include "tb/trace/trace_probe.h"

namespace uvea::test {

TracedLayer trace_layer(const LayerCase& c, const cosim::RtlChoice& choice,
                        const cosim::RtlFactory& make_rtl, const cosim::RtlFactory& make_inside) {
  TracedLayer traced;
  tb::LayerJob job;
  try {
    job = c.job(mapper::map_layer(c.layer, tb::sizes_of(c.chip)));
  } catch (const std::exception&) {
    traced.mapped = false;
    return traced;
  }
  const std::string name = "rtl_wave_test." + std::to_string(::getpid()) + ".fst";
  const int file = trace::make_scratch_file(name);
  trace::EventLog::Options options;
  options.file = file;
  const trace::TraceChoice all;
  trace::TraceProbe probe(all, "chip", options);
  cosim::RtlSession session(choice, c.chip, "the layer", make_rtl, make_inside);
  tb::RunHooks hooks = session.hooks();
  trace::Cycle now = 0;
  hooks.on_built = [&, before = hooks.on_built](hw::Chip& chip) {
    if (before) before(chip);
    chip.watch(&probe);
    for (std::size_t n = 0; n < chip.clusters().size(); ++n) {
      const auto& pes = chip.clusters()[n]->pes.pes();
      for (std::size_t i = 0; i < pes.size(); ++i) {
        const int number = static_cast<int>(i), cols = c.chip.cluster.pe_cols;
        if (choice.takes({static_cast<int>(n), number / cols, number % cols}))
          traced.pes.emplace_back(pes[i]->name());
      }
    }
  };
  hooks.on_ended = [&, before = hooks.on_ended](hw::Chip& chip) {
    now = chip.clock().now();
    if (before) before(chip);
  };
  auto outcomes = tb::run_layers_with(hooks, c.chip, {job}, c.input);
  tb::LayerOutcome& outcome = outcomes.front();
  traced.findings = session.finish(outcome.faults);
  traced.faults = outcome.faults;
  traced.counters = outcome.record.counters;
  // From the chip's first cycle on. A run that was stopped has no end.
  const trace::Cycle end = std::max(outcome.record.end, now + 1);
  const std::uint64_t chunks = probe.finish(0, end);
  trace::write_info(file, chunks, {probe.kept(), probe.sources(), {{0, 0, end, false}}, 0});
  traced.disordered = probe.log().disordered();
  const trace::Fragment fragment(file);
  ::close(file);
  trace::FstTrace::Options form;
  form.file = name;
  form.period_ps = 1000;
  form.layers = {{"1 layer", ""}};
  trace::FstTrace waveform(form, fragment.info());
  waveform.append(fragment, 0, 0, end);
  waveform.close(end);
  traced.waveform = read_waveform(name);
  ::unlink(name.c_str());
  return traced;
}

}  // namespace uvea::test
