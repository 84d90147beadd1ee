// Every option of the program given wrongly, and commands that do not exist.

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tb/tests/app/listed.h"
#include "tb/tests/app/refusal.h"

namespace uvea::test {
namespace {

struct Mistake {
  std::vector<std::string> arguments;
  std::string part;  ///< of the line that it must be told in
};

/// All options: those that some command's help lists, and the two of the program itself.
std::set<std::string> known_options() {
  std::set<std::string> options{"--help", "--version"};
  for (const std::string& command : listed_commands())
    for (const std::string& option : listed_options(command)) options.insert(option);
  return options;
}

std::vector<Mistake> mistakes(const Folder& folder) {
  const std::string plain = folder.file("plain", "a file where a folder is wanted");
  const std::string wave = folder.path("wave.fst");
  const std::string published = std::string(UVEA_CONFIGS_DIR) + "/mappings/eyeriss_v1_alexnet.map";
  return {
      {{"run", "--help=1"}, "--help"},
      {{"run", "--version=1"}, "--version"},
      {{"run", "--chip", folder.path("none.cfg")}, "none.cfg"},
      {{"run", "--chip", ""}, "--chip"},
      {{"run", "--chip"}, "--chip: the value is missing"},
      {{"config", "--chip", folder.file("sound.cfg", "[mesh]\nrows = 4\n"), "--chip",
        folder.file("bad.cfg", "[mesh]\n\nrows = 0\n")},
       "bad.cfg:3: option mesh.rows = '0'"},
      {{"run", "--set", "pe.weigt_bits=8"}, "did you mean 'pe.weight_bits'"},
      {{"run", "--set", "pe.weight_bits=77"}, "expected 8..9 bits"},
      {{"run", "--set", "pe.weight_bits"}, "expected section.key=value"},
      {{"config", "--set", "mesh.rows=0"}, "expected 1..64 clusters"},
      {{"config", "--set", "control.dma_burst_bytes=48"}, "power of two"},
      {{"run", "--input", folder.path("none.png")}, "none.png"},
      {{"run", "alexnet", "--input", plain}, "--input"},
      {{"run", "--input-mean", "1,two"}, "--input-mean '1,two' is not allowed"},
      {{"run", "--input-mean", "1,"}, "--input-mean '1,' is not allowed"},
      {{"run", "--input-std", "0"}, "expected positive numbers"},
      {{"run", "--input-std", "nan"}, "--input-std"},
      {{"run", "--labels", folder.path("none.txt")}, "none.txt"},
      {{"run", "--layers", "5-2"}, "--layers"},
      {{"run", "--layers", "0"}, "--layers"},
      {{"run", "--layers", "1-99"}, "--layers"},
      {{"run", "--layers", "stm"}, "did you mean 'stem'"},
      {{"run", "--batch", "x"}, "1..1024"},
      {{"run", "--batch", "0"}, "1..1024"},
      {{"run", "--batch", "1025"}, "1..1024"},
      {{"map", "--batch", "-1"}, "1..1024"},
      {{"run", "--mapping", folder.path("none.map")}, "none.map"},
      {{"run", "--seed", "-1"}, "--seed"},
      {{"run", "--seed", "18446744073709551616"}, "--seed"},
      {{"run", "--seed", "1", "--seed", "2"}, "--seed is given more than once"},
      {{"run", "alexnet", "--weight-density", "1.01"}, "0..1"},
      {{"run", "alexnet", "--weight-density", "nan"}, "0..1"},
      {{"run", "--weight-density", "0.5"}, "--weight-density"},
      {{"run", "--prune", "1.5"}, "from 0 to 1"},
      {{"run", "--prune", "nan"}, "from 0 to 1"},
      {{"run", "--prune", ""}, "--prune"},
      {{"run", "--prune", "0.5f"}, "--prune: expected a number from 0 to 1, or a layer table"},
      {{"map", "--prune", "0.5", "alexnet"}, "alexnet.csv is a layer table"},
      {{"run", "--prune", "fashion_mnist"}, "is no layer table"},
      {{"run", "--prune", "alexnt"}, "alexnet"},
      {{"run", "--prune", "alexnet"}, "alexnet.csv has 8 layers"},
      {{"run", "--jobs", "0"}, "1..1024"},
      {{"run", "--jobs", "2x"}, "1..1024"},
      {{"run", "alexnet", "--chained"}, "alexnet is a layer table"},
      {{"run", "--chained", "--rtl", "shadow"}, "--chained and --rtl do not go together"},
      {{"run", "--out", ""}, "--out"},
      {{"run", "--out", plain + "/below"}, "cannot be written"},
      {{"run", "--out", "/proc/none"}, "cannot be written"},
      {{"run", "--report=yes", "--out", folder.path("never")}, "--report"},
      {{"report"}, "expected a results.json, or the folder that --out named"},
      {{"report", plain, "--report"}, "uvea report takes no option --report"},
      {{"run", "--dump-output", folder.path("none") + "/dump"}, "cannot be written"},
      {{"run", "--dump-output", "/"}, "cannot be written"},
      {{"run", "--strict=yes"}, "--strict"},
      {{"run", "--quiet=1"}, "--quiet"},
      {{"map", "--output", folder.path("none") + "/map"}, "cannot be written"},
      {{"config", "--ini=1"}, "--ini"},
      {{"run", "--rtl", "both"}, "expected shadow or drive"},
      {{"run", "--rtl"}, "--rtl"},
      {{"run", "--rtl-pe", "all"}, "--rtl-pe needs --rtl"},
      {{"run", "--rtl", "shadow", "--rtl-pe", "16.0.0"},
       "cluster '16' is not allowed: expected 0..15"},
      {{"run", "--rtl", "shadow", "--rtl-pe", "0.3.0"}, "row '3' is not allowed: expected 0..2"},
      {{"run", "--rtl", "drive", "--rtl-pe", "0.0.-1"},
       "column '-1' is not allowed: expected 0..3"},
      {{"run", "--rtl", "drive", "--rtl-pe", "0.0"}, "expected all, or cluster.row.column"},
      {{"run", "--rtl", "drive", "--rtl-pe", "0.0.0,"}, "expected all, or cluster.row.column"},
      {{"run", "--rtl", "drive", "--rtl-pe", "1.2.3,1.2.3"}, "names 1.2.3 twice"},
      {{"run", "--keep-going"}, "--keep-going needs --rtl shadow"},
      {{"run", "--rtl", "drive", "--keep-going"}, "--keep-going needs --rtl shadow"},
      {{"run", "--trace", ""}, "--trace"},
      {{"run", "--trace", folder.path("none") + "/w.fst"}, "cannot be written"},
      {{"run", "--trace", "/dev/null"}, "expected FILE.fst"},
      {{"run", "--transactions", ""}, "--transactions"},
      {{"run", "--transactions", folder.path("none") + "/t.json"}, "cannot be written"},
      {{"run", "--transactions", folder.path("none") + "/t.ftr"}, "cannot be written"},
      {{"run", "--transactions", wave},
       "expected FILE.json (trace events, for Perfetto or chrome://tracing) or FILE.ftr"},
      {{"run", "--transactions", ".ftr"}, "expected FILE.json"},
      {{"run", "--transactions", folder.path("t.ftr"), "--trace-signals", "state,link"},
       "expected a list of"},
      {{"run", "--trace-scope", "*"}, "--trace-scope needs --trace"},
      {{"run", "--trace-signals", "state"}, "--trace-signals needs --trace"},
      {{"run", "--trace-from", "1"}, "--trace-from needs --trace"},
      {{"run", "--trace-to", "1"}, "--trace-to needs --trace"},
      {{"run", "--trace-last", "1"}, "--trace-last needs --trace"},
      {{"run", "--trace", wave, "--trace-last", "0"}, "expected a whole number in 1.."},
      {{"run", "--trace", wave, "--trace-signals", "state,link"}, "expected a list of chip, state"},
      {{"run", "--trace", wave, "--trace-from", "2:"},
       "expected CYCLE, LAYER:CYCLE or LAYER:pPASS"},
      {{"run", "--trace", wave, "--trace-from", "stm:2"}, "expected a layer before the colon"},
      {{"run", "--trace", wave, "--layers", "2-3", "--trace-from", "4:2"}, "is not run"},
      {{"run", "--trace", wave, "--trace-from", "9", "--trace-to", "9"}, "is not behind"},
      {{"compare", folder.path("none"), plain, "--csv"}, "--csv"},
      {{"compare", plain, plain, "--csv="}, "--csv"},
      {{"run", "alexnet", "--layers", "CONV1-CONV5", "--mapping", published, "--map-effort", "2"},
       "has the mapping of every layer that runs"},
      {{"run", "alexnet", "--layers", "CONV2", "--mapping", published, "--objective", "traffic"},
       "has the mapping of every layer that runs"},
      {{"run", "--map-effort", "0"}, "--map-effort"},
      {{"map", "--map-effort", "many"}, "--map-effort"},
      {{"map", "--objective", "speed"}, "--objective"},
      {{"run", "--no-map-cache=1"}, "--no-map-cache"},
      {{"reproduce", "--no-map-cache"}, "takes no option --no-map-cache"},
      {{"run", "--map-slack", "-1"}, "expected a number in 0..100"},
      {{"map", "--map-slack", "1%"}, "--map-slack"},
      {{"map", "--energy", "dram"}, "--energy"},
      {{"map", "--energy", "dram=-1"}, "--energy"},
      {{"map", "--energy", "200,6,2,1,1"}, "--energy needs --objective energy-delay"},
      {{"run", "--objective", "traffic", "--energy", "200,6,2,1,1"},
       "--energy needs --objective energy-delay"},
      {{"run", "--map-slack", "2", "--map-effort", "2"},
       "--map-slack and --map-effort from 2 on do not go together"},
      {{"map", "--map-effort", "64", "--map-slack", "0"},
       "--map-slack and --map-effort from 2 on do not go together"},
      {{"map", "--map-slack", "5", "--objective", "traffic"},
       "--map-slack needs --objective cycles"},
      {{"run", "--objective", "energy-delay", "--map-slack", "5"},
       "--map-slack needs --objective cycles"},
      {{"reproduce", "v3"}, "no topic 'v3'"},
      {{"reproduce", "scalling"}, "did you mean 'scaling'"},
      {{"reproduce", "v2", "--seed", "-1"}, "--seed"},
      {{"reproduce", "v2", "--out", plain}, "--out"},
      {{"replay"}, "no file given"},
      {{"replay", folder.path("none.txt")}, "none.txt"},
      {{"replay", plain}, "plain:1"},
      {{"replay", plain, "--trace"}, "--trace"},
      {{"replay", plain, "--seed", "1"}, "uvea replay takes no option --seed"},
  };
}

TEST(BadOption, EachIsRefusedInOneLine) {
  const Folder folder;
  std::set<std::string> tried;
  for (const Mistake& mistake : mistakes(folder)) {
    std::vector<std::string> arguments = mistake.arguments;
    for (const std::string& word : arguments)
      if (word.rfind("--", 0) == 0) tried.insert(word.substr(0, word.find('=')));
    const bool has_out = std::count(arguments.begin(), arguments.end(), "--out") != 0;
    if (arguments.front() == "run" && !has_out) {
      arguments.emplace_back("--out");
      arguments.push_back(folder.path("never"));
    }
    expect_refused(folder, arguments, mistake.part);
  }
  // An option that is added without a row here fails.
  const auto known = known_options();
  EXPECT_GE(known.size(), 17U);
  EXPECT_EQ(tried, known);
}

TEST(BadOption, NamesThatDoNotExist) {
  const Folder folder;
  expect_refused(folder, {}, "no command given");
  expect_refused(folder, {"frobnicate"}, "unknown command");
  expect_refused(folder, {"rum"}, "did you mean 'run'");
  expect_refused(folder, {"help", "rum"}, "did you mean 'run'");
  expect_refused(folder, {"rum", "--help"}, "did you mean 'run'");
  expect_refused(folder, {"help", "run", "map"}, "unexpected 'map'");
  expect_refused(folder, {"run", "--job", "2"}, "did you mean '--jobs'");
  expect_refused(folder, {"run", "-x"}, "unknown option");
  expect_refused(folder, {"run", "alexnte"}, "did you mean 'alexnet'");
  expect_refused(folder, {"run", "mobilenet"}, "did you mean 'mobilenet_v1_0.5_128'");
  expect_refused(folder, {"run", "a.tflite", "b.tflite"}, "unexpected 'b.tflite'");
  expect_refused(folder, {"networks", "alexnet"}, "unexpected 'alexnet'");
  expect_refused(folder, {"run", ""}, "name is empty");
}

TEST(BadOption, OptionsOfAnotherCommand) {
  const Folder folder;
  expect_refused(folder, {"map", "--chained"}, "uvea map takes no option --chained");
  expect_refused(folder, {"map", "--out", folder.path("x")}, "takes no option --out");
  expect_refused(folder, {"run", "--output", folder.path("x")}, "takes no option --output");
  expect_refused(folder, {"config", "--seed", "1"}, "takes no option --seed");
  expect_refused(folder, {"networks", "--set", "pe.simd=1"}, "takes no option --set");
}

TEST(BadOption, ValuesThatAreMissing) {
  const Folder folder;
  expect_refused(folder, {"run", "--report"}, "--report needs --out DIR");
  for (const char* option :
       {"--chip", "--set", "--input", "--layers", "--batch", "--mapping", "--seed",
        "--weight-density", "--prune", "--jobs", "--out", "--dump-output"}) {
    expect_refused(folder, {"run", option}, option);
    expect_refused(folder, {"run", option, "--quiet"},
                   std::string(option) + ": the value is missing");
  }
}

/// Failures that expect_refused() reports.
int complaints(const Folder& folder, const std::vector<std::string>& arguments,
               const std::string& part) {
  ::testing::TestPartResultArray results;
  {
    const ::testing::ScopedFakeTestPartResultReporter reporter(&results);
    expect_refused(folder, arguments, part);
  }
  return results.size();
}

TEST(BadOption, TheCheckItselfCanFail) {
  const Folder folder;
  EXPECT_EQ(complaints(folder, {"frobnicate"}, "unknown command"), 0);
  EXPECT_EQ(complaints(folder, {"frobnicate"}, "another reason"), 1);
  EXPECT_EQ(complaints(folder, {"frobnicate"}, ""), 1);
  EXPECT_GE(complaints(folder, {"--version"}, "version"), 3);  // status, stdout, no line
  EXPECT_GE(complaints(folder, {"map", "--quiet", "--output", folder.path("map")}, "map"), 3);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"map"});
}

TEST(BadOption, MapperOptionsThatGoTogetherAreTaken) {
  const std::vector<std::vector<std::string>> calls{
      {"--map-slack", "3"},
      {"--map-slack", "3", "--map-effort", "1"},
      {"--map-effort", "2"},
      {"--no-map-cache"},
      {"--objective", "energy-delay", "--energy", "100,6,2,1,1"}};
  for (std::vector<std::string> call : calls) {
    call.insert(call.begin(), {"map", "--layers", "stem", "--batch", "1"});
    const Ended ended = run_program(call);
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_NE(ended.out.find("[stem]"), std::string::npos) << ended.out;
  }
}

TEST(BadOption, WhatIsInTheWayOfTheResults) {
  const Folder folder;
  std::filesystem::create_directories(folder.path("taken/results.json"));
  expect_refused(folder, {"run", "--out", folder.path("taken")}, "cannot be written");
  expect_refused(folder, {"run", "--out", folder.path("deep/er"), "--layers", "0"}, "--layers");
}

}  // namespace
}  // namespace uvea::test
