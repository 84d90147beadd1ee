// Transactions of random layers on random chips: the file is of the format, has all that passed, and
// its arrows join what was told to be related, from DRAM reads to windows of PEs.

#include "tb/trace/transactions.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/sim/hooks.h"
#include "tb/tests/chip/layer_case.h"
#include "tb/tests/chip/probe_record.h"
#include "tb/tests/trace/trace_events.h"
#include "tb/trace/fan_out_probe.h"
#include "tb/trace/trace_probe.h"

namespace uvea::test {
namespace {

/// A layer's file of transactions and what its chip told.
struct Traced {
  TraceEvents events;
  nlohmann::json about;
  trace::TransactionSummary summary;
  hw::LayerRecord record;
};

/// In this process: once per process.
Traced run(const LayerCase& c, RecordingProbe& recorded, const trace::TraceChoice& choice,
           std::uint64_t most) {
  const std::string path =
      ::testing::TempDir() + "transactions_test_" + std::to_string(::getpid()) + ".json";
  const int file = trace::make_scratch_file(path);
  std::unique_ptr<trace::TraceProbe> probe;
  std::unique_ptr<trace::FanOutProbe> both;
  tb::RunHooks hooks;
  hooks.on_built = [&](hw::Chip& chip) {
    trace::EventLog::Options options;
    options.file = file;
    options.now = [&chip] { return chip.clock().now(); };
    probe = std::make_unique<trace::TraceProbe>(choice, chip.name(), options, false, true);
    both = std::make_unique<trace::FanOutProbe>(std::vector<link::Probe*>{probe.get(), &recorded});
    chip.watch(both.get());
  };
  const mapper::Mapping mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
  Traced traced;
  traced.record = tb::run_layers_with(hooks, c.chip, {c.job(mapping)}, c.input).front().record;
  const trace::LayerSpan layer{0, traced.record.begin, traced.record.end, false};
  const std::uint64_t chunks = probe->finish(layer.begin, layer.end);
  trace::write_info(file, chunks,
                    {probe->kept(), probe->sources(), {layer}, probe->log().disordered()});
  const trace::Fragment fragment(file);
  ::close(file);
  trace::TransactionOptions options;
  options.file = path;
  options.layers = {"1 layer"};
  options.most = most;
  const std::vector<const trace::Fragment*> fragments{&fragment};
  const trace::TracePlan plan = plan_trace(fragments, choice);
  if (plan.pieces.empty())
    throw std::runtime_error("a layer of " + std::to_string(traced.record.cycles()) +
                             " cycles is too short for this test");
  traced.summary = write_transactions(options, fragments, plan);
  std::ifstream written(path);
  const nlohmann::json read = nlohmann::json::parse(written);
  traced.about = read["otherData"];
  traced.events = read_trace_events(read);
  ::unlink(path.c_str());
  return traced;
}

std::string first_of(const std::vector<std::string>& lines) {
  return lines.empty() ? "" : lines.front() + "\n";
}

/// What is wrong with the rows of the layer and of its passes in the file of a whole run.
std::string control_faults_of(const Traced& traced, const ProbeRecord& told) {
  const std::uint64_t end = traced.record.cycles();
  std::map<std::int64_t, std::uint64_t> begins;  // by pass: of the first block to begin it
  for (const ProbeRecord::Track& track : told.tracks) {
    if (track.name != trace::kPassTrack) continue;
    for (const auto& [at, pass] : track.told_values) {
      const auto from = begins.try_emplace(pass, at - traced.record.begin).first;
      from->second = std::min(from->second, at - traced.record.begin);
    }
  }
  if (begins.empty()) return "no passes\n";
  // From the last pass back: one that does not begin before the next is not to be seen.
  const auto text = [](const char* row, const std::string& name, std::uint64_t from,
                       std::uint64_t to) {
    return std::string(row) + " " + name + ": " + std::to_string(from) + " to " +
           std::to_string(to) + "\n";
  };
  std::string passes;
  std::uint64_t next = end;
  for (auto pass = begins.rbegin(); pass != begins.rend(); ++pass) {
    if (pass->second >= next) continue;
    passes = text("chip/pass", "pass " + std::to_string(pass->first), pass->second, next) + passes;
    next = pass->second;
  }
  const std::string expected = text("chip/layer", "1 layer", 0, end) + passes;
  std::string found;
  for (const TraceEvents::Slice& slice : traced.events.slices)
    if (is_control(traced.events, slice))
      found += text(traced.events.row_of(slice).c_str(), slice.name, slice.from, slice.to);
  return found == expected ? "" : "control:\n" + found + "expected:\n" + expected;
}

/// What lies behind a slice, along the arrows.
class Origins {
 public:
  explicit Origins(const TraceEvents& events) : events_(events) {
    for (const TraceEvents::Arrow& arrow : events.arrows) before_.emplace(arrow.to, arrow.from);
  }

  /// The slice itself and all behind it; not behind those for which `goes_on(slice)` says no.
  template <typename GoesOn>
  void walk(std::size_t slice, GoesOn goes_on) const {
    std::set<std::size_t> seen;
    std::vector<std::size_t> open{slice};
    while (!open.empty()) {
      const std::size_t next = open.back();
      open.pop_back();
      if (!seen.insert(next).second || !goes_on(events_.slices[next])) continue;
      const auto [begin, end] = before_.equal_range(next);
      for (auto at = begin; at != end; ++at) open.push_back(at->second);
    }
  }

 private:
  const TraceEvents& events_;
  std::multimap<std::size_t, std::size_t> before_;
};

/// What is wrong with the pass of what PEs make, and of what is made from that: it is the latest of the
/// iacts and weights behind it.
std::string pass_faults_of(const TraceEvents& events) {
  const Origins origins(events);
  const auto pass_of = [](const TraceEvents::Slice& slice) -> std::int64_t {
    return slice.args.contains("pass") ? slice.args["pass"].get<std::int64_t>() : -1;
  };
  for (std::size_t i = 0; i < events.slices.size(); ++i) {
    const std::string& kind = events.slices[i].name;
    if (kind != "chunks" && kind != "final" && kind != "writes") continue;
    std::int64_t latest = -1;
    origins.walk(i, [&](const TraceEvents::Slice& slice) {
      const bool is_input = slice.name == "iact" || slice.name == "weight";
      if (is_input) latest = std::max(latest, pass_of(slice));
      return !is_input;
    });
    const std::int64_t pass = pass_of(events.slices[i]);
    if (latest < 0 || pass != latest)
      return kind + " from " + std::to_string(events.slices[i].from) + " of pass " +
             std::to_string(pass) + ": made of pass " + std::to_string(latest) + "\n";
  }
  return "";
}

/// What is wrong with the file of a whole run.
std::string faults_of(const Traced& traced, const ProbeRecord& told) {
  std::string wrong = first_of(traced.events.faults) + control_faults_of(traced, told) +
                      pass_faults_of(traced.events) + taker_faults_of(traced.events);
  std::size_t passed = 0;
  for (const ProbeRecord::Track& track : told.tracks)
    for (const ProbeRecord::Passed& p : track.told_items)
      passed += p.from < traced.record.end && p.to > traced.record.begin ? 1 : 0;
  const std::size_t items = static_cast<std::size_t>(
      std::count_if(traced.events.slices.begin(), traced.events.slices.end(),
                    [&](const auto& slice) { return !is_control(traced.events, slice); }));
  if (items != passed || traced.summary.slices != traced.events.slices.size())
    wrong += std::to_string(items) + " slices of " + std::to_string(passed) + " items\n";
  if (traced.summary.cut || !traced.about["cut"].is_null()) wrong += "it was cut\n";
  if (traced.events.counters == 0) wrong += "no curve\n";
  // Chunks and bursts of a PE have its path for their source: arrows "made" tell them apart.
  std::set<std::pair<std::string, std::string>> related;
  const auto name = [&told](const link::Probe::Item& item) {
    return told.sources.at(item.source) + "#" + std::to_string(item.serial);
  };
  for (const auto& [carrier, cargo] : told.relations) related.emplace(name(cargo), name(carrier));
  const auto slice_name = [](const TraceEvents::Slice& slice) {
    return slice.args["source"].get<std::string>() + "#" + slice.args["serial"].dump();
  };
  for (const TraceEvents::Arrow& arrow : traced.events.arrows) {
    const TraceEvents::Slice& from = traced.events.slices[arrow.from];
    const TraceEvents::Slice& to = traced.events.slices[arrow.to];
    if (arrow.name == "moved" && slice_name(from) != slice_name(to))
      return wrong + "an arrow moves " + slice_name(from) + " to " + slice_name(to) + "\n";
    if (arrow.name == "made" && related.count({slice_name(from), slice_name(to)}) == 0)
      return wrong + slice_name(to) + " was not made from " + slice_name(from) + "\n";
  }
  const Origins origins(traced.events);
  // Whether a slice of the name lies behind a slice.
  const auto leads_back = [&](std::size_t slice, const std::string& kind) {
    bool found = false;
    origins.walk(slice, [&](const TraceEvents::Slice& behind) {
      found = found || behind.name == kind;
      return !found;
    });
    return found;
  };
  int fed = 0, unfed = 0, made = 0, unmade = 0;
  for (std::size_t i = 0; i < traced.events.slices.size(); ++i) {
    const std::string& kind = traced.events.slices[i].name;
    if (kind == "chunks") ++(leads_back(i, "reads") ? fed : unfed);
    // The DMA's: what it writes are oacts.
    if (kind == "writes") ++(leads_back(i, "chunks") ? made : unmade);
  }
  if (unmade > 0 || made == 0)
    wrong += std::to_string(unmade) + " writes of oacts without a chunk behind them, " +
             std::to_string(made) + " with\n";
  // Iacts of padding do not, but weights always come from DRAM.
  if (unfed > 0 || fed == 0)
    wrong += std::to_string(unfed) + " chunks without a DRAM read behind them, " +
             std::to_string(fed) + " with one\n";
  return wrong;
}

TEST(Transactions, OfRandomLayersAreOfTheFormatAndJoined) {
  constexpr std::uint64_t kSeeds = 8;
  std::printf("seeds 1 to %d\n", static_cast<int>(kSeeds));
  int layers = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    LayerCase c = random_case(seed);
    c.chip.control.dma_line_bytes = 0;
    if (seed % 3 == 0) c.chip.dram.timing = hw::DramTiming::ddr4_3200;
    const std::string wrong = in_own_process([&]() -> std::string {
      RecordingProbe recorded;
      try {
        const Traced traced = run(c, recorded, {}, ~std::uint64_t{0});
        return faults_of(traced, recorded.record());
      } catch (const UserError&) {
        return "unmappable";
      }
    });
    if (wrong == "unmappable") continue;
    ++layers;
    EXPECT_EQ(wrong, "") << c.describe();
  }
  EXPECT_GE(layers, 4);
}

TEST(Transactions, AWrongLayerOrPassIsFound) {
  const LayerCase c = random_case_on_default_chip(9);
  EXPECT_EQ(
      in_own_process([&]() -> std::string {
        RecordingProbe recorded;
        const Traced sound = run(c, recorded, {}, ~std::uint64_t{0});
        std::string wrong = control_faults_of(sound, recorded.record());
        using Slices = std::vector<TraceEvents::Slice>;
        const auto find = [&](const char* row, Slices& slices) {
          return std::find_if(slices.begin(), slices.end(),
                              [&](const auto& slice) { return sound.events.row_of(slice) == row; });
        };
        const auto expect_found = [&](const char* what, const char* row, auto spoil) {
          Traced spoilt = sound;
          Slices& slices = spoilt.events.slices;
          spoil(slices, find(row, slices));
          if (control_faults_of(spoilt, recorded.record()).empty())
            wrong += std::string(what) + " was not found\n";
        };
        if (std::count_if(
                sound.events.slices.begin(), sound.events.slices.end(),
                [&](const auto& slice) { return sound.events.row_of(slice) == "chip/pass"; }) < 3)
          wrong += "too few passes for this test\n";
        for (const char* row : {"chip/layer", "chip/pass"}) {
          expect_found("a slice less", row, [](Slices& slices, auto at) { slices.erase(at); });
          expect_found("a later begin", row, [](Slices&, auto at) { ++at->from; });
          expect_found("an earlier end", row, [](Slices&, auto at) { --at->to; });
          expect_found("another name", row, [](Slices&, auto at) { at->name += "1"; });
        }
        if (const std::string made = pass_faults_of(sound.events); !made.empty()) wrong += made;
        for (const char* kind : {"chunks", "final", "writes"}) {
          TraceEvents spoilt = sound.events;
          const auto last = std::find_if(spoilt.slices.rbegin(), spoilt.slices.rend(),
                                         [&](const auto& slice) { return slice.name == kind; });
          last->args["pass"] = last->args["pass"].get<std::int64_t>() - 1;
          if (pass_faults_of(spoilt).empty()) wrong += std::string(kind) + ": not found\n";
          last->args.erase("pass");
          if (pass_faults_of(spoilt).empty()) wrong += std::string(kind) + ": none not found\n";
        }
        return wrong;
      }),
      "");
}

TEST(Transactions, TakersStandAtTheMakerOfABurstAlone) {
  const LayerCase c = random_case_on_default_chip(9);
  const auto faults = [&](const trace::TraceChoice& choice) {
    return in_own_process([&]() -> std::string {
      RecordingProbe recorded;
      const TraceEvents sound = run(c, recorded, choice, ~std::uint64_t{0}).events;
      std::string wrong = taker_faults_of(sound);
      std::size_t told = 0, untold = 0;
      for (const TraceEvents::Slice& slice : sound.slices)
        (slice.args.contains("to") ? told : untold) += is_control(sound, slice) ? 0 : 1;
      if (told == 0 || untold == 0) wrong += "too little for this test\n";
      // Each fault must be found: at a PE, none at the maker, another PE, one less.
      const auto expect_found = [&](const char* what, const char* name, bool with, auto spoil) {
        TraceEvents spoilt = sound;
        const auto at = std::find_if(spoilt.slices.begin(), spoilt.slices.end(), [&](auto& slice) {
          return slice.name == name && slice.args.contains("to") == with;
        });
        if (at == spoilt.slices.end()) {
          wrong += std::string("no slice for ") + what + "\n";
          return;
        }
        spoil(at->args);
        if (taker_faults_of(spoilt).empty()) wrong += std::string(what) + " was not found\n";
      };
      expect_found("takers at a PE", "iact", false,
                   [](auto& args) { args["to"] = "chip.cluster_0_0.pes.pe_0_0"; });
      expect_found("no takers", "read", true, [](auto& args) { args.erase("to"); });
      expect_found("another taker", "read", true, [](auto& args) { args["to"] = "chip.dma"; });
      expect_found("one more", "read", true,
                   [](auto& args) { args["to"] = args["to"].template get<std::string>() + ", x"; });
      return wrong;
    });
  };
  EXPECT_EQ(faults({}), "");
  trace::TraceChoice window;
  window.from = trace::TraceMoment{std::nullopt, 200, std::nullopt};
  window.to = trace::TraceMoment{std::nullopt, 400, std::nullopt};
  EXPECT_EQ(faults(window), "");
}

TEST(Transactions, AWindowHasThePassesOfTheWholeFile) {
  constexpr std::uint64_t kFrom = 200, kTo = 400;
  const LayerCase c = random_case_on_default_chip(9);
  // Pass and row of each slice in the window, without its times, which a window cuts.
  const auto passes_of = [&](bool windowed) {
    return in_own_process([&]() -> std::string {
      RecordingProbe recorded;
      trace::TraceChoice choice;
      if (windowed) {
        choice.from = trace::TraceMoment{std::nullopt, kFrom, std::nullopt};
        choice.to = trace::TraceMoment{std::nullopt, kTo, std::nullopt};
      }
      const Traced traced = run(c, recorded, choice, ~std::uint64_t{0});
      std::multiset<std::string> found;
      for (const TraceEvents::Slice& slice : traced.events.slices) {
        if (is_control(traced.events, slice)) continue;
        if (slice.from >= kTo || std::max(slice.to, slice.from + 1) <= kFrom) continue;
        found.insert(slice.name + " " + slice.args["source"].get<std::string>() + " " +
                     slice.args["serial"].dump() + " pass " +
                     (slice.args.contains("pass") ? slice.args["pass"].dump() : "none") + "\n");
      }
      std::string text;
      for (const std::string& line : found) text += line;
      return text;
    });
  };
  const std::string whole = passes_of(false);
  EXPECT_NE(whole.find("chunks "), std::string::npos);
  EXPECT_EQ(passes_of(true), whole);
}

TEST(Transactions, FiltersAndTheLimitKeepWhatTheySay) {
  const LayerCase c = random_case_on_default_chip(9);
  EXPECT_EQ(in_own_process([&]() -> std::string {
              RecordingProbe recorded;
              trace::TraceChoice choice;
              choice.scopes = {"chip.cluster_0_0.pes"};
              choice.from = trace::TraceMoment{std::nullopt, 200, std::nullopt};
              choice.to = trace::TraceMoment{std::nullopt, 400, std::nullopt};
              const Traced traced = run(c, recorded, choice, ~std::uint64_t{0});
              std::string wrong = first_of(traced.events.faults);
              if (traced.events.slices.empty()) wrong += "nothing\n";
              for (const TraceEvents::Slice& slice : traced.events.slices) {
                if (slice.from < 200 || slice.to > 400) wrong += "outside its time\n";
                if (traced.events.row_of(slice).rfind("chip.cluster_0_0/pes.pe_", 0) != 0 &&
                    !is_control(traced.events, slice))
                  wrong += "outside its scope: " + traced.events.row_of(slice) + "\n";
              }
              return wrong;
            }),
            "");
  EXPECT_EQ(in_own_process([&]() -> std::string {
              RecordingProbe recorded;
              const Traced traced = run(c, recorded, {}, 1000);
              std::string wrong = first_of(traced.events.faults);
              if (!traced.summary.cut || traced.about["cut"] != *traced.summary.cut)
                return wrong + "not cut\n";
              if (traced.events.slices.size() > 1000 || traced.events.slices.size() < 100)
                wrong += std::to_string(traced.events.slices.size()) + " slices\n";
              for (const TraceEvents::Slice& slice : traced.events.slices) {
                if (slice.to > *traced.summary.cut + 1) wrong += "behind the cut\n";
                if (traced.events.row_of(slice) == "chip/layer" &&
                    (slice.to != *traced.summary.cut || slice.args["cut"] != slice.to))
                  wrong += "the layer does not tell the cut\n";
              }
              return wrong;
            }),
            "");
}

}  // namespace
}  // namespace uvea::test
