// `uvea run --trace`: the waveform of real layers, read back.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tb/tests/app/program.h"
#include "tb/tests/trace/fst_reading.h"
#include "tb/tests/trace/handshake_checks.h"

namespace uvea::test {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kPeriod = 5000;  // ps at 200 MHz

/// One small layer, some layers: with what follows.
std::vector<std::string> traced(const Folder& folder, const std::vector<std::string>& more) {
  std::vector<std::string> all{"run", "--batch", "1", "--quiet", "--trace", folder.path("w.fst")};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

ReadWaveform waveform_of(const Folder& folder, const std::vector<std::string>& more) {
  const Ended ended = run_program(traced(folder, more));
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  return read_waveform(folder.path("w.fst"));
}

/// A signal's values summed over cycles.
std::uint64_t sum(const ReadSignal& signal, std::uint64_t from, std::uint64_t to) {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < signal.changes.size(); ++i) {
    const std::uint64_t begin = std::max(signal.changes[i].first / kPeriod, from);
    const std::uint64_t end =
        std::min(i + 1 < signal.changes.size() ? signal.changes[i + 1].first / kPeriod : to, to);
    if (begin < end)
      all += static_cast<std::uint64_t>(signal.number_at(begin * kPeriod)) * (end - begin);
  }
  return all;
}

TEST(TraceRun, ClassesAreThoseOfTheResultsCycleForCycle) {
  const Folder folder;
  const ReadWaveform waveform =
      waveform_of(folder, {"--layers", "1-3", "--jobs", "2", "--trace-signals", "chip,stall",
                           "--out", folder.path("out")});
  const Json results = Json::parse(content_of(folder.path("out/results.json")));
  std::uint64_t begin = 0;
  for (const Json& layer : results.at("layers")) {
    const auto cycles = layer.at("cycles").get<std::uint64_t>();
    std::map<std::string, std::uint64_t> classes;
    for (const auto& [key, count] : layer.at("stalls").items())
      classes[key.substr(0, key.find('.'))] += count.get<std::uint64_t>();
    EXPECT_EQ(classes.size(), 12u);
    for (const auto& [name, count] : classes)
      EXPECT_EQ(sum(waveform["chip.pes_" + name + "_PEs"], begin, begin + cycles), count)
          << layer.at("name") << " " << name;
    // And the PEs' own tracks say the same.
    std::map<std::string, std::uint64_t> by_pe;
    for (const auto& [name, signal] : waveform.signals) {
      if (name.size() < 6 || name.compare(name.size() - 6, 6, ".stall") != 0) continue;
      for (std::uint64_t c = begin; c < begin + cycles; ++c) ++by_pe[signal.named_at(c * kPeriod)];
    }
    for (const auto& [name, count] : classes) EXPECT_EQ(by_pe[name], count) << name;
    EXPECT_EQ(by_pe["none"], 0u);
    begin += cycles;
  }
  EXPECT_EQ(waveform.end, begin * kPeriod);
  EXPECT_EQ(waveform["chip.clk"].changes.size(), 2 * begin + 1);
}

TEST(TraceRun, BurstsOnPortsAndLinksAreThoseOfTheCounters) {
  const Folder folder;
  const ReadWaveform waveform = waveform_of(
      folder, {"--layers", "1-3", "--trace-signals", "links,psum", "--out", folder.path("out")});
  const Json results = Json::parse(content_of(folder.path("out/results.json")));
  std::map<std::string, std::int64_t> words;  // by the name of their counter
  std::size_t links = 0;
  for (const auto& [name, signal] : waveform.signals) {
    const std::string ending = ".busy";
    if (name.size() < ending.size() || name.substr(name.size() - ending.size()) != ending) continue;
    const std::string port = name.substr(0, name.size() - ending.size());
    const auto has = [&port](const char* part) { return port.find(part) != std::string::npos; };
    std::int64_t all = 0;
    for (const ShownBurst& burst : bursts_of(waveform, port)) {
      // A word a cycle at most.
      EXPECT_LE(burst.words, static_cast<std::int64_t>(burst.to - burst.from))
          << port << " " << burst.from;
      all += burst.words;
    }
    for (const char* mesh : {"iact", "weight", "psum"})
      if (has((std::string(mesh) + "_router_").c_str()))
        words["noc_" + std::string(mesh) + "_word_hops"] += all;
    if (has(".weight_port.")) words["port_weight_words"] += all;
    if (has(".pes.pe_"))
      for (const char* stream : {"iact", "weight", "psum_out"})
        if (port.substr(port.rfind('.') + 1) == stream)
          words[stream == std::string("psum_out") ? "pe_psum_words"
                                                  : "pe_" + std::string(stream) + "_words"] += all;
    if (!has("_router_")) continue;
    // What the port says it does.
    const std::string at = port.substr(0, port.rfind('.'));
    const ReadSignal& state = waveform[at + ".state"];
    const auto busy = by_cycle(waveform, name);
    for (std::size_t c = 0; c < busy.size(); ++c)
      ASSERT_EQ(busy[c] == 1, state.named_at(c * kPeriod) == "moving") << at << " in cycle " << c;
    ++links;
  }
  EXPECT_GT(links, 100u);
  EXPECT_EQ(words.size(), 7u);
  for (const auto& [counter, count] : words) {
    std::int64_t counted = 0;
    for (const Json& layer : results.at("layers"))
      if (layer.contains("counters"))
        counted += layer.at("counters").at(counter).get<std::int64_t>();
    EXPECT_GT(counted, 0) << counter;
    EXPECT_EQ(count, counted) << counter;
  }
}

TEST(TraceRun, RouterPortsAreBusyForTheCyclesThatTheReportHas) {
  const std::string flat = UVEA_CONFIGS_DIR "/chips/eyeriss_v1_168.cfg";
  // Some passes over the psums, so that banks are read and written; and buses in place of the mesh.
  const std::vector<std::vector<std::string>> runs{
      {"--layers", "5-7"},
      {"--layers", "7", "--set", "mesh.rows=1", "--set", "mesh.cols=1", "--set",
       "cluster.pe_rows=1"},
      {"--layers", "3-5", "--chip", flat}};
  std::map<std::string, std::uint64_t> seen;
  bool slow = false;
  for (const auto& run : runs) {
    const Folder folder;
    std::vector<std::string> more = run;
    more.insert(more.end(), {"--trace-signals", "links", "--out", folder.path("out")});
    const ReadWaveform waveform = waveform_of(folder, more);
    const Json resources = Json::parse(content_of(folder.path("out/resources.json")));
    std::uint64_t begin = 0;
    for (const Json& layer : resources.at("layers")) {
      const auto cycles = layer.at("cycles").get<std::uint64_t>();
      for (const Json& port : layer.at("resources")) {
        const std::string kind = port.at("kind"), mark = ".out_";
        std::string path = port.at("path");
        const std::size_t at = path.find(mark);
        if (path.find("_router_") == std::string::npos || at == std::string::npos) continue;
        path.replace(at, mark.size(), ".");
        const auto busy = port.at("busy").get<std::uint64_t>();
        const std::string bursts = path + ".bursts";
        EXPECT_EQ(sum(waveform[bursts + ".busy"], begin, begin + cycles), busy) << path;
        std::uint64_t moving = 0, words = 0;
        const ReadSignal& state = waveform[path + ".state"];
        for (std::uint64_t c = begin; busy > 0 && c < begin + cycles; ++c)
          moving += state.named_at(c * kPeriod) == "moving" ? 1 : 0;
        EXPECT_EQ(moving, busy) << path;
        for (const ShownBurst& burst : bursts_of(waveform, bursts))
          if (burst.from >= begin && burst.from < begin + cycles)
            words += static_cast<std::uint64_t>(burst.words);
        slow = slow || (kind == "psum router port" && busy > words);
        seen[kind] += busy;
      }
      begin += cycles;
    }
  }
  for (const char* type : {"iact", "weight", "psum"})
    for (const char* what : {" link", " router port"})
      EXPECT_GT(seen[std::string(type) + what], 0U) << type << what;
  EXPECT_TRUE(slow) << "no bank was read and written";
}

TEST(TraceRun, WindowsAndTheRingShowWhatTheWholeShows) {
  const Folder folder;
  const ReadWaveform whole = waveform_of(folder, {"--layers", "1-2"});
  const std::uint64_t end = whole.end / kPeriod;
  const std::map<std::string, std::vector<std::string>> choices{
      {"window", {"--trace-from", "100", "--trace-to", "stem:200"}},
      {"ring", {"--trace-last", "300"}},
      {"scope", {"--trace-scope", "*.pe_0_?", "--trace-from", "dw1:5", "--trace-to", "2:50"}}};
  for (const auto& [name, options] : choices) {
    std::vector<std::string> more{"--layers", "1-2"};
    more.insert(more.end(), options.begin(), options.end());
    const ReadWaveform part = waveform_of(folder, more);
    EXPECT_TRUE(part.in_order);
    if (name == "window") {
      EXPECT_EQ(part.begin, 100 * kPeriod);
      EXPECT_EQ(part.end, 200 * kPeriod);
    } else if (name == "ring") {
      EXPECT_EQ(part.begin, (end - 300) * kPeriod);
      EXPECT_EQ(part.end, whole.end);
    } else {
      EXPECT_EQ(part.end - part.begin, 45 * kPeriod);
      EXPECT_LT(part.signals.size(), whole.signals.size() / 2);
    }
    for (const auto& [signal, values] : part.signals) {
      if (signal == "chip.layer_number") continue;  // 0 at the end
      for (std::uint64_t c = part.begin / kPeriod; c < part.end / kPeriod; ++c)
        ASSERT_EQ(values.at(c * kPeriod), whole[signal].at(c * kPeriod))
            << name << ": " << signal << " in cycle " << c;
    }
  }
}

TEST(TraceRun, FromAPassOn) {
  const Folder folder;
  // SPads too small for the weights of a layer's whole reduction.
  const std::string small = "pe.weight_data_words=24";
  const ReadWaveform whole = waveform_of(folder, {"--set", small, "--trace-signals", "control"});
  // The first moment at which anything is in a second pass.
  std::uint64_t begin = whole.end;
  for (const auto& [name, signal] : whole.signals) {
    if (name.find(".pass") == std::string::npos) continue;
    for (const auto& [time, value] : signal.changes)
      if (value.find('x') == std::string::npos && signal.number_at(time) >= 1)
        begin = std::min(begin, time);
  }
  ASSERT_LT(begin, whole.end) << "no layer has two passes";
  const std::string layer = std::to_string(whole["chip.layer_number"].number_at(begin));
  const ReadWaveform part = waveform_of(
      folder, {"--set", small, "--trace-signals", "chip", "--trace-from", layer + ":p1"});
  EXPECT_EQ(part.begin, begin);
  EXPECT_EQ(part.end, whole.end);
  // Of the chip only: the blocks' were not asked for.
  for (const auto& [name, signal] : part.signals) {
    if (name != "chip.pass") {
      EXPECT_EQ(name.find(".pass"), std::string::npos);
    }
  }
}

TEST(TraceRun, NamesOfAPeAreStable) {
  const Folder folder;
  const ReadWaveform waveform = waveform_of(
      folder, {"--layers", "1", "--trace-scope", "*.cluster_0_0.*.pe_0_0", "--trace-scope",
               "*.cluster_0_0.pe_0_0", "--trace-signals", "stall,window,spad,mac,psum"});
  std::string names;
  for (const auto& [name, signal] : waveform.signals) {
    const std::size_t at = name.find(".pe_0_0.");
    if (at != std::string::npos) names += name.substr(at + 8) + "\n";
  }
  EXPECT_EQ(names,
            "chunks.busy\nchunks.serial\nchunks.who\nchunks.words\nepoch_weight_tiles\n"
            "iact_entries\nmac_lanes\npsum_in.busy\npsum_in.serial\npsum_in.who\npsum_in.words\n"
            "psum_in_0_psum\npsum_in_1_psum\npsum_out.busy\npsum_out.serial\npsum_out.who\n"
            "psum_out.words\npsum_out_0_psum\npsum_out_1_psum\nstall\nweight_words\n"
            "window\n");
}

TEST(TraceRun, TheChipsPassIsTheOneThatTheFiltersKnow) {
  const Folder folder;
  // Layers of several passes, as the chip is small; the pass is told whatever else is.
  const std::vector<std::string> small = {
      "--layers", "4-5", "--set", "mesh.rows=1", "--set", "mesh.cols=1", "--trace-signals", "chip"};
  const ReadWaveform whole = waveform_of(folder, small);
  const auto& changes = whole["chip.pass"].changes;
  int later = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& [at, value] = changes[i];
    if (value.find('x') != std::string::npos) continue;
    const std::string layer = whole["chip.layer"].at(at);
    const std::string number = std::to_string(std::stoull(value, nullptr, 2));
    std::vector<std::string> from = small;
    from.insert(from.end(), {"--trace-from", layer.substr(layer.find(' ') + 1) + ":p" + number});
    const ReadWaveform part = waveform_of(folder, from);
    EXPECT_EQ(part.begin, at) << layer << " pass " << number;
    EXPECT_EQ(part["chip.pass"].at(at), value);
    if (number != "0") ++later;
  }
  EXPECT_GT(later, 0);
}

/// The passes of a layer, as chip.pass has them.
std::vector<std::string> passes_of(const ReadWaveform& waveform, const std::string& layer) {
  std::vector<std::string> passes;
  for (const auto& [at, value] : waveform["chip.pass"].changes)
    if (waveform["chip.layer"].at(at) == layer && value.find('x') == std::string::npos)
      passes.push_back(std::to_string(std::stoull(value, nullptr, 2)));
  return passes;
}

TEST(TraceRun, AChainedLayerBeginsInPass0WhereverTheOneBeforeEnded) {
  const Folder folder;
  // Layers of one pass behind each other, and one of several.
  const ReadWaveform alone = waveform_of(folder, {"--layers", "4-8", "--trace-signals", "chip"});
  const ReadWaveform chained =
      waveform_of(folder, {"--layers", "4-8", "--trace-signals", "chip", "--chained",
                           "--transactions", folder.path("t.json")});
  int after_its_like = 0;
  std::string last;
  std::map<std::string, std::vector<std::string>> expected;
  for (const std::string layer : {"4 dw2", "5 pw2", "6 dw3", "7 pw3", "8 dw4"}) {
    expected[layer] = passes_of(alone, layer);
    ASSERT_FALSE(expected[layer].empty());
    EXPECT_EQ(passes_of(chained, layer), expected[layer]) << layer;
    if (last == expected[layer].front()) ++after_its_like;
    last = expected[layer].back();
  }
  EXPECT_GT(after_its_like, 0);
  // The transactions' row has the same.
  std::map<std::string, std::vector<std::string>> told;
  const Json transactions = Json::parse(content_of(folder.path("t.json")));
  for (const Json& event : transactions.at("traceEvents"))
    if (event.at("ph") == "X" && event.at("name").get<std::string>().rfind("pass ", 0) == 0)
      told[event.at("args").at("layer")].push_back(event.at("name").get<std::string>().substr(5));
  EXPECT_EQ(told, expected);
}

TEST(TraceRun, APortThatIsHeldByPesNamesThePe) {
  const Folder folder;
  const ReadWaveform waveform = waveform_of(folder, {"--layers", "1", "--trace-signals", "links"});
  const std::string ending = ".pe.held_by_pe";
  std::size_t ports = 0, held = 0;
  for (const auto& [name, signal] : waveform.signals) {
    if (name.size() < ending.size() || name.substr(name.size() - ending.size()) != ending) continue;
    ++ports;
    const std::string port = name.substr(0, name.rfind('.'));
    for (std::uint64_t at = 0; at < waveform.end; at += kPeriod) {
      const std::string pe = signal.named_at(at);
      if (waveform[port + ".held_by"].named_at(at) == "pe") {
        ++held;
        ASSERT_EQ(pe.rfind("pe_", 0), 0u) << port << " at " << at;
      } else if (pe != "none") {
        // Another output is still slower.
        ASSERT_EQ(waveform[port + ".state"].named_at(at), "held") << port << " at " << at;
      }
    }
  }
  EXPECT_GT(ports, 50u);
  EXPECT_GT(held, 1000u);
}

TEST(TraceRun, TheSameRunWritesTheSameBytes) {
  const Folder one, other;
  const std::vector<std::string> layers{"--layers", "1-3"};
  const ReadWaveform waveform = waveform_of(one, layers);
  waveform_of(other, {"--layers", "1-3", "--jobs", "3"});
  // Its head has a moment, which is not that of the run.
  EXPECT_EQ(waveform.date, "Thu Jan  1 00:00:00 1970");
  EXPECT_TRUE(content_of(one.path("w.fst")) == content_of(other.path("w.fst")));
}

TEST(TraceRun, ClockIsTheChips) {
  const Folder folder;
  const ReadWaveform waveform = waveform_of(
      folder, {"--layers", "1", "--trace-signals", "chip", "--set", "control.clock_mhz=500"});
  EXPECT_EQ(waveform["chip.clk"].changes.at(2).first, 2000u);
}

TEST(TraceRun, AFullDiskCostsTheWaveformAndNotTheResults) {
  const Folder folder;
  const std::string run = UVEA_BINARY " run --batch 1 --quiet --layers 1-2 --out out --trace w.fst";
  // In blocks of 512 bytes: room for the results, not for the waveform.
  const Ended ended = run_in_shell(folder.path(""), "ulimit -f 900 && " + run);
  EXPECT_EQ(ended.status, 2) << ended.err;
  EXPECT_EQ(ended.signal, 0);
  EXPECT_FALSE(ended.err.empty());
  EXPECT_NE(ended.err.find("--trace"), std::string::npos) << ended.err;
  for (const std::string& name : folder.names()) EXPECT_EQ(name.rfind("out", 0), 0u) << name;
  EXPECT_EQ(Json::parse(content_of(folder.path("out/results.json"))).at("layers").size(), 2u);
}

TEST(TraceRun, ALayerWhoseTemporaryFileFindsNoRoomIsNamed) {
  const Folder folder;
  const std::string run = UVEA_BINARY " run --batch 1 --quiet --layers 9-11 --trace-signals stall ";
  // In blocks of 512 bytes: room for the last layer's PE cycles, not for those of the one before.
  const Ended ended = run_in_shell(folder.path(""), "ulimit -f 300 && " + run + "--trace w.fst");
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.err,
            "uvea: the waveform has nothing of layer 9 (pw4): its temporary file cannot be "
            "written: File too large\n");
  const ReadWaveform waveform = read_waveform(folder.path("w.fst"));
  EXPECT_EQ(run_in_shell(folder.path(""), run + "--trace w.fst").status, 0);
  EXPECT_LT(waveform.end, read_waveform(folder.path("w.fst")).end);
}

TEST(TraceRun, WhereNoTemporaryFileFindsRoomOnlyThatIsTold) {
  const Folder folder;
  const Ended ended = run_in_shell(
      folder.path(""), "ulimit -f 40 && " UVEA_BINARY
                       " run --batch 1 --quiet --layers 9-11 --trace-signals stall --trace w.fst "
                       "--transactions t.json --dump-output dump");
  EXPECT_EQ(ended.status, 2);
  const std::string why = " cannot be written: temporary files beside it: File too large\n";
  EXPECT_EQ(ended.err, "uvea: --trace 'w.fst'" + why + "uvea: --transactions 't.json'" + why);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"dump"});
}

TEST(TraceRun, ALayerWhoseProcessDiedIsNamed) {
  const Folder folder;
  // The first process that the program starts is the first layer's.
  const Ended ended = run_in_shell(
      folder.path(""), UVEA_BINARY
      " run --batch 16 --quiet --jobs 1 --layers 1-2 --trace-signals chip,links --trace w.fst "
      "--transactions t.json & p=$!; c=; "
      "while [ -z \"$c\" ]; do read -r c more < "
      "/proc/$p/task/$p/children; done; kill -9 $c; wait $p");
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_NE(ended.err.find("layer 1 (stem): the simulation died of signal 9"), std::string::npos)
      << ended.err;
  EXPECT_NE(ended.err.find("\nuvea: 1 of 2 layers on the chip were finished\n"), std::string::npos)
      << ended.err;
  EXPECT_EQ(ended.err.find("oacts"), std::string::npos) << ended.err;
  for (const char* what : {"waveform", "file of transactions"})
    EXPECT_NE(ended.err.find(std::string("\nuvea: the ") + what +
                             " has nothing of layer 1 (stem): not simulated to the end\n"),
              std::string::npos)
        << ended.err;
  const ReadWaveform waveform = read_waveform(folder.path("w.fst"));
  EXPECT_EQ(waveform["chip.layer"].at(0), "2 dw1");
}

TEST(TraceRun, NoBlockThatIsAskedForIsThere) {
  const Folder folder;
  const Ended ended = run_program(traced(folder, {"--trace-scope", "*.pe_9_9"}));
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(lines_of(ended.err).size(), 1u) << ended.err;
  EXPECT_NE(ended.err.find("nothing to trace"), std::string::npos) << ended.err;
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
}

}  // namespace
}  // namespace uvea::test
