#include "tb/program/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <cmath>
#include <locale>
#include <set>
#include <sstream>

#include "sw/user_error.h"
#include "tb/config/near_name.h"

namespace po = boost::program_options;

namespace uvea::tb {
namespace {

using Text = std::string;

constexpr int largest_batch = 1024;
constexpr int largest_jobs = 1024;

po::options_description described() {
  po::options_description all("options");
  const auto text = [](const char* shown) { return po::value<Text>()->value_name(shown); };
  all.add_options()("help,h", "this text")("version", "the version")(
      "chip", text("FILE"), "chip file; see configs/chips/")(
      "set", po::value<std::vector<Text>>()->composing()->value_name("section.key=value"),
      "one option of the chip; repeatable, wins over --chip")(
      "input", text("FILE"),
      "PNG, JPEG, BMP or raw tensor; default: the network's own images, else "
      "seeded random codes")("layers", text("A-B"),
                             "only these layers (numbers from 1, or names); inputs come from the "
                             "reference")("batch", text("N"), "images at once, 1..1024")(
      "mapping", text("FILE"), "mapping file as written by uvea map")(
      "seed", text("N"), "of synthetic tensors; default 1")(
      "weight-density", text("X"), "tables: non-zero share of every layer's weights, 0..1")(
      "jobs", text("N"), "layers simulated at the same time, 1..1024; default 1; same results")(
      "out", text("DIR"), "writes results.json and layers.csv there")(
      "dump-output", text("FILE"), "the final tensor (of the last layer run), raw bytes")(
      "rtl", text("shadow|drive"),
      "the Verilog PE beside the model's (shadow: compared) or in its place (drive)")(
      "rtl-pe", text("all|C.R.K[,...]"),
      "with --rtl: which PEs, by cluster, PE row and column; default all")(
      "keep-going", "with --rtl shadow: does not stop at the first divergence")(
      "trace", text("FILE.fst"), "replay: the RTL's waveform")(
      "strict", "a psum overflow is a model fault")("quiet", "prints errors only")(
      "output", text("FILE"), "map: the mapping file; default: standard output")(
      "ini", "config: as a chip file");
  return all;
}

std::vector<std::pair<Text, Command>> commands() {
  return {{"run", Command::run},
          {"map", Command::map},
          {"networks", Command::networks},
          {"config", Command::config},
          {"replay", Command::replay}};
}

std::set<Text> options_of(Command command) {
  const std::set<Text> chip{"chip", "set"};
  std::set<Text> own;
  if (command == Command::run) {
    own = {"input", "layers", "batch",       "mapping", "seed", "weight-density", "jobs",
           "out",   "quiet",  "dump-output", "strict",  "rtl",  "rtl-pe",         "keep-going"};
  } else if (command == Command::map) {
    own = {"layers", "batch", "seed", "weight-density", "output", "quiet"};
  } else if (command == Command::config) {
    own = {"ini"};
  } else if (command == Command::replay) {
    own = {"trace"};
  }
  if (command != Command::networks && command != Command::replay)
    own.insert(chip.begin(), chip.end());
  return own;
}

template <typename Number>
Number whole(const Text& option, const Text& text, Number lowest, Number highest) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < lowest || value > highest) {
    throw UserError(fmt::format("--{} '{}' is not allowed: expected a whole number in {}..{}",
                                option, text.substr(0, 40), lowest, highest));
  }
  return value;
}

double share(const Text& option, const Text& text) {
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  double value = -1;
  if (!(in >> value) || in.peek() != std::istringstream::traits_type::eof() ||
      !std::isfinite(value) || value < 0 || value > 1) {
    throw UserError(fmt::format("--{} '{}' is not allowed: expected a number in 0..1", option,
                                text.substr(0, 40)));
  }
  return value;
}

[[noreturn]] void refuse_unknown(const Text& option, const po::options_description& all) {
  std::vector<Text> names;
  for (const auto& known : all.options()) names.push_back("--" + known->long_name());
  Text name = option.substr(0, option.find('='));
  if (name.rfind("--", 0) != 0) name = (name.rfind('-', 0) == 0 ? "-" : "--") + name;
  throw UserError(fmt::format("unknown option '{}'{} (uvea --help lists them)", name.substr(0, 60),
                              did_you_mean(name, names)));
}

po::variables_map parse(int argc, const char* const* argv, const po::options_description& all) {
  po::options_description with_positional;
  with_positional.add(all);
  with_positional.add_options()("words", po::value<std::vector<Text>>());
  po::positional_options_description positional;
  positional.add("words", -1);
  po::variables_map values;
  try {
    namespace style = po::command_line_style;
    po::store(po::command_line_parser(argc, argv)
                  .options(with_positional)
                  .positional(positional)
                  .style(style::unix_style & ~style::allow_guessing)
                  .run(),
              values);
  } catch (const po::unknown_option& e) {
    refuse_unknown(e.get_option_name(), all);
  } catch (const po::error_with_option_name& e) {
    throw UserError(fmt::format("{} (uvea --help)", e.what()));
  } catch (const po::error& e) {
    throw UserError(fmt::format("command line: {} (uvea --help)", e.what()));
  }
  return values;
}

}  // namespace

Arguments parse_arguments(int argc, const char* const* argv) {
  const po::options_description all = described();
  const po::variables_map values = parse(argc, argv, all);
  Arguments arguments;
  std::vector<Text> words;
  if (values.count("words") != 0) words = values["words"].as<std::vector<Text>>();
  if (values.count("help") != 0) return arguments;
  if (values.count("version") != 0) {
    arguments.command = Command::version;
    return arguments;
  }
  if (words.empty()) {
    throw UserError(
        "no command given: expected run, map, networks, config or replay (uvea --help)");
  }
  std::vector<Text> names;
  for (const auto& [name, command] : commands()) {
    names.push_back(name);
    if (name == words.front()) arguments.command = command;
  }
  if (arguments.command == Command::help) {
    throw UserError(fmt::format(
        "unknown command '{}'{} expected run, map, networks, config or replay (uvea --help)",
        words.front().substr(0, 60),
        near_name(words.front(), names).empty() ? ":" : did_you_mean(words.front(), names)));
  }
  const bool replays = arguments.command == Command::replay;
  const bool takes_network = arguments.command == Command::run || arguments.command == Command::map;
  if (words.size() > (takes_network || replays ? 2u : 1u)) {
    throw UserError(fmt::format("uvea {}: unexpected '{}' (uvea --help)", words.front(),
                                words.back().substr(0, 60)));
  }
  if (replays) {
    if (words.size() < 2 || words[1].empty())
      throw UserError("uvea replay: no file given: expected one that --rtl shadow wrote");
    arguments.replay_file = words[1];
  } else if (words.size() == 2) {
    arguments.network = words[1];
    if (arguments.network.empty()) throw UserError("the network's name is empty");
  }
  const std::set<Text> allowed = options_of(arguments.command);
  for (const auto& known : all.options()) {
    const Text name = known->long_name();
    if (values.count(name) != 0 && allowed.count(name) == 0) {
      throw UserError(
          fmt::format("uvea {} takes no option --{} (uvea --help)", words.front(), name));
    }
  }
  const auto check_value = [](const char* name, const Text& text) {
    if (text.empty()) throw UserError(fmt::format("--{}: the value is empty", name));
    // What follows is the next option, not a value.
    if (text.rfind("--", 0) == 0) {
      throw UserError(fmt::format("--{}: the value is missing, '{}' follows (uvea --help)", name,
                                  text.substr(0, 40)));
    }
  };
  const auto given = [&](const char* name) -> std::optional<Text> {
    if (values.count(name) == 0) return std::nullopt;
    Text text = values[name].as<Text>();
    check_value(name, text);
    return text;
  };
  arguments.chip_file = given("chip").value_or("");
  if (values.count("set") != 0) arguments.settings = values["set"].as<std::vector<Text>>();
  for (const Text& setting : arguments.settings) check_value("set", setting);
  arguments.input = given("input").value_or("");
  arguments.layers = given("layers").value_or("");
  arguments.mapping_file = given("mapping").value_or("");
  arguments.out = given("out");
  arguments.output = given("output");
  arguments.dump_output = given("dump-output");
  if (const auto text = given("batch")) arguments.batch = whole("batch", *text, 1, largest_batch);
  if (const auto text = given("jobs")) arguments.jobs = whole("jobs", *text, 1, largest_jobs);
  if (const auto text = given("seed")) {
    arguments.seed = whole<std::uint64_t>("seed", *text, 0, UINT64_MAX);
  }
  if (const auto text = given("weight-density")) {
    arguments.weight_density = share("weight-density", *text);
  }
  arguments.rtl = given("rtl");
  arguments.rtl_pes = given("rtl-pe");
  arguments.trace = given("trace");
  arguments.keep_going = values.count("keep-going") != 0;
  if (arguments.rtl_pes && !arguments.rtl) throw UserError("--rtl-pe needs --rtl shadow or drive");
  if (arguments.keep_going && arguments.rtl != Text("shadow"))
    throw UserError("--keep-going needs --rtl shadow");
  arguments.strict = values.count("strict") != 0;
  arguments.quiet = values.count("quiet") != 0;
  arguments.ini = values.count("ini") != 0;
  return arguments;
}

std::string help_text() {
  std::ostringstream text;
  text
      << "uvea: a SystemC TLM-2.0 model of an Eyeriss-v2-class accelerator\n\n"
         "  uvea run [NETWORK]   simulates a network layer by layer, checks every oact, reports\n"
         "  uvea map [NETWORK]   writes the mapping of each layer as a file that run obeys\n"
         "  uvea networks        lists the shipped networks\n"
         "  uvea config          every option of the chip: value, unit, range, source\n"
         "  uvea replay FILE     runs a PE and its RTL alone on what --rtl shadow kept\n\n"
         "NETWORK is a .tflite (int8, uint8) or a layer table (.csv), or a name of uvea networks;\n"
         "without it, the embedded Fashion-MNIST classifier runs on its images.\n\n"
      << described()
      << "\nexit status: 0 fine, 1 model fault or mismatch, 2 user's mistake, 130 interrupted\n";
  return text.str();
}

}  // namespace uvea::tb
