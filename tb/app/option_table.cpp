#include "tb/app/option_table.h"

#include <algorithm>

#include "sw/user_error.h"
#include "tb/app/option_values.h"
#include "tb/trace/trace_choice.h"

namespace uvea::tb {
namespace {

using Text = std::string;

constexpr int largest_jobs = 1024;
constexpr int largest_effort = 64;
/// What numbers for the channels of an input are.
const Text kPerChannel = "a number, or one per channel separated by commas";

std::vector<double> deviations(const Text& option, const Text& text) {
  std::vector<double> values = numbers(option, text, kPerChannel);
  for (const double value : values)
    if (value <= 0)
      throw UserError("--" + option + " '" + text.substr(0, 40) +
                      "' is not allowed: expected positive numbers");
  return values;
}

mapper::Objective objective(const Text& text) {
  const auto& names = mapper::kObjectiveNames;
  const auto at = std::find(names.begin(), names.end(), text);
  if (at == names.end())
    throw UserError("--objective '" + text.substr(0, 40) +
                    "' is not allowed: expected cycles, traffic or energy-delay");
  return static_cast<mapper::Objective>(at - names.begin());
}

mapper::EnergyCosts energy(const Text& text) {
  const Text expected = "five numbers from 0 up, for DRAM, GLB, NoC, SPad and MAC";
  const std::vector<double> v = numbers("energy", text, expected);
  if (v.size() != 5 || std::any_of(v.begin(), v.end(), [](double e) { return e < 0; }))
    throw UserError("--energy '" + text.substr(0, 40) + "' is not allowed: expected " + expected);
  return {v[0], v[1], v[2], v[3], v[4]};
}

Text trace_kinds() {
  Text kinds;
  for (const trace::GroupName& group : trace::group_names())
    kinds += (kinds.empty() ? "" : ", ") + Text(group.name);
  return kinds;
}

}  // namespace

std::vector<OptionRow> option_table() {
  const auto run = Command::run, map = Command::map, convert = Command::convert,
             config = Command::config, replay = Command::replay, compare = Command::compare,
             report = Command::report, reproduce = Command::reproduce;
  return {
      {"chip",
       "FILE",
       "chip file; see configs/chips/; repeatable, later ones win",
       {run, map, config},
       [](Arguments& to, const Text& text) { to.chip_files.push_back(text); },
       true},
      {"set",
       "section.key=value",
       "one option of the chip; repeatable, wins over --chip",
       {run, map, config},
       [](Arguments& to, const Text& text) { to.settings.push_back(text); },
       true},
      {"input",
       "[NAME=]FILE",
       "picture, folder of pictures or raw tensor; repeatable with the name of each input; "
       "default: "
       "the network's own images, else seeded random codes",
       {run},
       [](Arguments& to, const Text& text) { to.inputs.push_back(text); },
       true},
      {"input-mean",
       "M[,M...]",
       "pictures: a pixel (0..255) stands for (pixel - mean) / std",
       {run},
       [](Arguments& to, const Text& text) {
         to.input_mean = numbers("input-mean", text, kPerChannel);
       }},
      {"input-std",
       "S[,S...]",
       "the same; one for all channels or one each; docs/formats.md",
       {run},
       [](Arguments& to, const Text& text) { to.input_std = deviations("input-std", text); }},
      {"labels",
       "FILE",
       "names of the classes, one a line; the five best are then shown",
       {run},
       [](Arguments& to, const Text& text) { to.labels = text; }},
      {"layers",
       "A-B",
       "only these layers (numbers from 1, or names); inputs come from the reference",
       {run, map},
       [](Arguments& to, const Text& text) { to.layers = text; }},
      {"batch",
       "N",
       "images at once, 1..1024",
       {run, map},
       [](Arguments& to, const Text& text) { to.batch = whole("batch", text, 1, largest_batch); }},
      {"mapping",
       "FILE",
       "mapping file as written by uvea map",
       {run},
       [](Arguments& to, const Text& text) { to.mapping_file = text; }},
      {"map-effort",
       "N",
       "simulates the mapper's N best candidates of each layer, 1..64, and takes the fastest",
       {run, map},
       [](Arguments& to, const Text& text) {
         to.map_effort = whole("map-effort", text, 1, largest_effort);
       }},
      {"objective",
       "cycles|traffic|energy-delay",
       "what the mapper makes small: cycles (default), DRAM bytes, or energy times cycles",
       {run, map},
       [](Arguments& to, const Text& text) { to.map_options.objective = objective(text); }},
      {"map-slack",
       "PERCENT",
       "of a layer's mappings that are predicted to take up to PERCENT more cycles than the "
       "fastest "
       "one, the mapper takes that with the least DRAM traffic; default 2, 0..100; only with "
       "--objective cycles, and not with --map-effort from 2 on",
       {run, map},
       [](Arguments& to, const Text& text) {
         to.map_options.slack = number_in("map-slack", text, 0, 100) / 100;
         to.map_slack = true;
       }},
      {"energy",
       "DRAM,GLB,NOC,SPAD,MAC",
       "with --objective energy-delay: energy of a 16-bit access or MAC; default 200,6,2,1,1 "
       "(Eyeriss, ISCA 2016, table IV); scaled with the widths",
       {run, map},
       [](Arguments& to, const Text& text) {
         to.map_options.energy = energy(text);
         to.energy = true;
       }},
      {"no-map-cache",
       "",
       "searches each mapping anew and keeps none; otherwise mappings are kept from run to run in "
       "${UVEA_CACHE:-${XDG_CACHE_HOME:-~/.cache}/uvea}/mappings; same results",
       {run, map},
       [](Arguments& to, const Text&) { to.map_cache = false; }},
      {"seed",
       "N",
       "of synthetic tensors; default 1",
       {run, map, reproduce},
       [](Arguments& to, const Text& text) {
         to.seed = whole<std::uint64_t>("seed", text, 0, UINT64_MAX);
       }},
      {"weight-density",
       "X",
       "tables: non-zero share of every layer's weights, 0..1",
       {run, map},
       [](Arguments& to, const Text& text) {
         to.weight_density = number_in("weight-density", text, 0, 1);
       }},
      {"prune",
       "X|TABLE",
       "trained networks: in every layer on the chip only this share of the weights stays, 0..1, "
       "the largest in magnitude; or what a layer table's weight_density says, a row for each "
       "layer",
       {run, map},
       [](Arguments& to, const Text& text) { to.prune = text; }},
      {"jobs",
       "N",
       "layers simulated at the same time, 1..1024; default 1; same results",
       {run, map, reproduce},
       [](Arguments& to, const Text& text) { to.jobs = whole("jobs", text, 1, largest_jobs); }},
      {"chained",
       "",
       "consecutive layers on the chip run in one chip from linked descriptors, without the host",
       {run},
       [](Arguments& to, const Text&) { to.chained = true; }},
      {"out",
       "DIR",
       "writes results.json, layers.csv and resources.json there; docs/results.md; reproduce: "
       "reproduction.json and reproduction.md; docs/reproduction.md",
       {run, reproduce},
       [](Arguments& to, const Text& text) { to.out = text; }},
      {"report",
       "",
       "writes report.html there as well, as uvea report does; docs/report.md",
       {run},
       [](Arguments& to, const Text&) { to.report = true; }},
      {"dump-output",
       "FILE",
       "the final tensor (of the last layer run), raw bytes; of a network with several outputs a "
       "folder with a file for each",
       {run},
       [](Arguments& to, const Text& text) { to.dump_output = text; }},
      {"rtl",
       "shadow|drive",
       "the Verilog PE beside the model's (shadow: compared) or in its place (drive)",
       {run},
       [](Arguments& to, const Text& text) { to.rtl = text; }},
      {"rtl-pe",
       "all|C.R.K[,...]",
       "with --rtl: which PEs, by cluster, PE row and column; default all",
       {run},
       [](Arguments& to, const Text& text) { to.rtl_pes = text; }},
      {"keep-going",
       "",
       "with --rtl shadow: does not stop at the first divergence",
       {run},
       [](Arguments& to, const Text&) { to.keep_going = true; }},
      {"trace",
       "FILE.fst",
       "a waveform: run: of the chip and its RTL PEs; replay: of the model's PE and the RTL; with "
       "views "
       "for GTKWave and Surfer beside it; docs/waveforms.md",
       {run, replay},
       [](Arguments& to, const Text& text) { to.trace = text; }},
      {"transactions",
       "FILE.json|FILE.ftr",
       "bursts, requests and transactions, with arrows: FILE.json as trace events for Perfetto or "
       "chrome://tracing, FILE.ftr in FTR for Surfer or SCViewer; docs/waveforms.md",
       {run},
       [](Arguments& to, const Text& text) { to.transactions = text; }},
      {"trace-scope",
       "PATTERN",
       "only blocks whose instance path or a parent's fits, as *.pe_1_?; repeatable",
       {run},
       [](Arguments& to, const Text& text) { to.trace_scopes.push_back(text); },
       true},
      {"trace-signals",
       "KIND[,...]",
       "only these kinds: " + trace_kinds(),
       {run},
       [](Arguments& to, const Text& text) { to.trace_signals = text; }},
      {"trace-from",
       "MOMENT",
       "from there on: CYCLE of the run, LAYER:CYCLE or LAYER:pPASS",
       {run},
       [](Arguments& to, const Text& text) { to.trace_from = text; }},
      {"trace-to",
       "MOMENT",
       "up to there",
       {run},
       [](Arguments& to, const Text& text) { to.trace_to = text; }},
      {"trace-last",
       "N",
       "only the last N cycles: before the end of the run, or up to the first fault",
       {run},
       [](Arguments& to, const Text& text) {
         to.trace_last = whole<std::uint64_t>("trace-last", text, 1, UINT64_MAX);
       }},
      {"strict",
       "",
       "a psum overflow is a model fault",
       {run},
       [](Arguments& to, const Text&) { to.strict = true; }},
      {"quiet",
       "",
       "prints errors only",
       {run, map, convert, compare, report, reproduce},
       [](Arguments& to, const Text&) { to.quiet = true; }},
      {"output",
       "FILE",
       "the file to write; default: standard output",
       {map, convert},
       [](Arguments& to, const Text& text) { to.output = text; }},
      {"csv",
       "FILE",
       "everything that was counted, as a table",
       {compare},
       [](Arguments& to, const Text& text) { to.csv = text; }},
      {"ini", "", "as a chip file", {config}, [](Arguments& to, const Text&) { to.ini = true; }},
  };
}

namespace {

/// What the mapper would not look at.
void check_mapper(const Arguments& arguments) {
  const mapper::Objective objective = arguments.map_options.objective;
  if (arguments.map_slack && objective != mapper::Objective::cycles)
    throw UserError("--map-slack needs --objective cycles: it is of the predicted cycles");
  if (arguments.map_slack && arguments.map_effort >= 2)
    throw UserError(
        "--map-slack and --map-effort from 2 on do not go together: the fastest of the mappings "
        "that are simulated is taken");
  if (arguments.energy && objective != mapper::Objective::energy_delay)
    throw UserError("--energy needs --objective energy-delay");
}

}  // namespace

void check_together(const Arguments& arguments) {
  check_mapper(arguments);
  const bool traced = arguments.trace || arguments.transactions;
  if (!traced && !arguments.trace_scopes.empty())
    throw UserError("--trace-scope needs --trace or --transactions");
  if (!traced && arguments.trace_signals)
    throw UserError("--trace-signals needs --trace or --transactions");
  if (!traced && arguments.trace_from)
    throw UserError("--trace-from needs --trace or --transactions");
  if (!traced && arguments.trace_to) throw UserError("--trace-to needs --trace or --transactions");
  if (!traced && arguments.trace_last)
    throw UserError("--trace-last needs --trace or --transactions");
  if (arguments.rtl_pes && !arguments.rtl) throw UserError("--rtl-pe needs --rtl shadow or drive");
  if (arguments.report && !arguments.out) throw UserError("--report needs --out DIR");
  if (arguments.keep_going && arguments.rtl != Text("shadow"))
    throw UserError("--keep-going needs --rtl shadow");
  if (arguments.chained && arguments.rtl)
    throw UserError("--chained and --rtl do not go together: the RTL is compared layer by layer");
}

}  // namespace uvea::tb
