#include "tb/app/traced_replay.h"

#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "hw/config/chip_limits.h"
#include "sw/user_error.h"
#include "tb/app/waveform_file.h"
#include "tb/cosim/rtl/rtl_sizes.h"
#include "tb/sim/byte_packer.h"
#include "tb/trace/fst_trace.h"
#include "tb/trace/trace_plan.h"
#include "tb/trace/trace_probe.h"

namespace uvea::tb {
namespace {

constexpr const char* kRoot = "replay";
constexpr std::uint64_t kPeriodPs =
    1000;  // a cycle is 1 ns: the cycles of the file can be read off

class ScratchFile {
 public:
  explicit ScratchFile(const std::string& beside) try : file_(trace::make_scratch_file(beside)) {
  } catch (const std::system_error& error) {
    throw UserError("--trace: no temporary file beside it: " + error.code().message());
  }
  ~ScratchFile() { ::close(file_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  int number() const { return file_; }

 private:
  const int file_;
};

template <typename Archive>
void end_fields(Archive& archive, ReplayEnd& end) {
  archive.field(end.status);
  archive.field(end.out);
  archive.field(end.err);
}

/// Runs the pair, writes the waveform into `part`.
WrittenWaveform write_part(const TracedReplay& what, const ToldReplay& told,
                           const std::string& part) {
  const ScratchFile scratch(part);
  trace::TraceChoice choice;
  choice.groups &= ~trace::TraceChoice::kChip;  // there is one PE
  trace::EventLog::Options options;
  options.file = scratch.number();
  trace::TraceProbe probe(choice, kRoot, options);

  const cosim::PeStimulus& stimulus = what.stimulus;
  cosim::TlmPeBench bench(kRoot, stimulus.config, stimulus.iact_ports);
  bench.watch(probe);
  const trace::Cycle begin = bench.next_begin();
  const cosim::RtlWatch::Shape shape{
      stimulus.iact_ports, static_cast<unsigned>(hw::weight_word_bits(stimulus.config)), true};
  cosim::RtlWatch watch(probe, bench.path(), shape,
                        what.make_inside(stimulus.config, stimulus.iact_ports), begin);
  const auto rtl = what.make_rtl(stimulus.config, stimulus.iact_ports);
  const cosim::PairRun run =
      cosim::run_pair(bench, *rtl, stimulus, what.title, cosim::TlmPeBench::Calls::early, &watch);

  const trace::Cycle cycles = std::max<trace::Cycle>(run.end, 1);
  const std::uint64_t chunks = probe.finish(begin, begin + cycles);
  int error = probe.log().error();
  if (error == 0)
    error = trace::write_info(scratch.number(), chunks,
                              {probe.kept(),
                               probe.sources(),
                               {{0, begin, begin + cycles, !run.agree}},
                               probe.log().disordered()});
  if (error != 0)
    throw UserError("--trace '" + what.trace +
                    "' cannot be written: temporary file: " + std::strerror(error));
  const trace::Fragment fragment(scratch.number());
  trace::FstTrace::Options form;
  form.file = part;
  form.period_ps = kPeriodPs;
  form.root = kRoot;
  form.layers = {{what.name, ""}};
  form.writer = "uvea";
  trace::FstTrace waveform(form, fragment.info());
  waveform.append(fragment, 0, 0, cycles);
  waveform.close(cycles);

  trace::ViewInput view;
  view.waveform = std::filesystem::absolute(what.trace).string();
  view.root = kRoot;
  view.period_ps = kPeriodPs;
  view.to = cycles;
  view.moment = run.differs;
  view.about = bench.path();
  view.tracks = fragment.info().tracks;
  view.source_bits = waveform.source_bits();
  ReplayEnd end = told(bench, run);
  Packer packer;
  end_fields(packer, end);
  return {trace::view_files(view), packer.take()};
}

}  // namespace

ReplayEnd traced_replay(const TracedReplay& what, const ToldReplay& told) {
  require_waveform(what.trace);
  const std::vector<std::uint8_t> payload = write_waveform(
      what.trace, [&](const std::string& part) { return write_part(what, told, part); });
  ReplayEnd end;
  Unpacker unpacker(payload);
  end_fields(unpacker, end);
  end.out += waveform_line(what.trace);
  return end;
}

}  // namespace uvea::tb
