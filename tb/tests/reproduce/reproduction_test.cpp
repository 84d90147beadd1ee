// What `uvea reproduce` compares: that its rows and experiments belong together, that figures are
// worked out as they say, and that an experiment's figures are those of its run.

#include "tb/reproduce/reproduction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "hw/config/chip_config.h"
#include "sw/mapper/mapping_file.h"
#include "sw/nn/tables/table_import.h"
#include "tb/config/chip_file.h"
#include "tb/reproduce/sensitivity.h"

namespace uvea::tb {
namespace {

const std::string kConfigs = UVEA_CONFIGS_DIR "/";

Figures figures_of(std::vector<std::uint64_t> cycles) {
  Figures figures;
  figures.pes = 10;
  figures.clock_hz = 200e6;
  for (const std::uint64_t c : cycles) {
    LayerFigures& layer = figures.layers.emplace_back();
    layer.name = "CONV" + std::to_string(figures.layers.size());
    layer.cycles = c;
    layer.macs = static_cast<std::int64_t>(c) * 3;
    layer.active_pes = 5;
    layer.dram_bytes = 1000000;
    layer.glb_bytes = 2000000;
    layer.stalls.at(hw::Stall::mac_useful) = c * 4;
    layer.stalls.at(hw::Stall::wait_iact, hw::Place::port) = c * 6;
  }
  return figures;
}

/// The row whose text begins so.
ComparedRow row_of(const std::vector<ComparedRow>& rows, const std::string& what) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const ComparedRow& row) {
    return row.row.what.rfind(what, 0) == 0;
  });
  if (found == rows.end()) {
    ADD_FAILURE() << "no row " << what;
    return rows.at(0);
  }
  return *found;
}

TEST(Reproduction, EveryRowNeedsExperimentsOfItsTopic) {
  std::map<std::string, std::vector<Topic>> topics;
  for (const Experiment& experiment : experiments()) {
    EXPECT_TRUE(topics.emplace(experiment.key, experiment.topics).second) << experiment.key;
  }
  std::set<std::string> needed;
  for (const PublishedRow& row : published_rows()) {
    EXPECT_GT(row.published, 0) << row.what;
    EXPECT_STRNE(row.source, "") << row.what;
    for (const std::string& key : row.needs) {
      ASSERT_EQ(topics.count(key), 1U) << row.what;
      const std::vector<Topic>& of = topics[key];
      EXPECT_NE(std::find(of.begin(), of.end(), row.topic), of.end()) << row.what << ": " << key;
      needed.insert(key);
    }
  }
  for (const Experiment& experiment : sensitivity_experiments(experiments()))
    needed.insert(experiment.key);
  EXPECT_EQ(needed.size(), topics.size()) << "an experiment that no row needs";
}

TEST(Reproduction, TheFilesOfEveryExperimentAreThere) {
  for (const Experiment& experiment : experiments()) {
    std::vector<std::string> chips;
    for (const std::string& file : experiment.chips) chips.push_back(kConfigs + file);
    EXPECT_NO_THROW(load_chip(chips, {})) << experiment.key;
    const nn::Network network =
        nn::load_table(kConfigs + "networks/" + experiment.network + ".csv", {});
    EXPECT_LE(experiment.layer, network.layers.size()) << experiment.key;
    if (!experiment.mapping.empty()) {
      const mapper::NetworkMapping given = mapper::read_mapping_file(kConfigs + experiment.mapping);
      const std::string& name = network.layers.at(experiment.layer - 1).name;
      EXPECT_TRUE(std::any_of(given.begin(), given.end(), [&](const auto& layer) {
        return layer.first == name;
      })) << name;
    }
  }
}

TEST(Reproduction, PublishedPEsAndClocks) {
  const auto chip = [](const char* file) { return load_chip({kConfigs + "chips/" + file}, {}); };
  EXPECT_EQ(chip("eyeriss_v1.cfg").pes(), 192);
  EXPECT_EQ(chip("eyeriss_v1_5.cfg").macs(), 192);
  EXPECT_EQ(chip("eyeriss_v1_168.cfg").pes(), 168);
  EXPECT_EQ(chip("eyeriss_v2_256.cfg").macs(), 256);
  EXPECT_EQ(chip("eyeriss_v2_1024.cfg").macs(), 1024);
  EXPECT_EQ(chip("eyeriss_v2_16384.cfg").macs(), 16384);
}

TEST(Reproduction, RatiosAreOfSecondsAnImage) {
  FiguresByKey figures;
  figures["v1_mobilenet"] = figures_of({3000, 2600});
  figures["v1_5_mobilenet"] = figures_of({1000});
  figures["v1_5_mobilenet"].clock_hz = 100e6;
  figures["v1_5_mobilenet"].batch = 2;
  const ComparedRow row = row_of(compared({Topic::family}, figures), "v1 to v1.5");
  EXPECT_DOUBLE_EQ(row.model, 5.6);
  EXPECT_DOUBLE_EQ(row.ratio(), 1.0);
}

TEST(Reproduction, LossIsOfThroughput) {
  FiguresByKey figures;
  figures["v2_sparse_alexnet"] = figures_of({84});
  figures["ddr4_sparse_alexnet"] = figures_of({100});
  const auto rows = compared({Topic::memory}, figures);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_NEAR(rows[0].model, 16, 1e-9);
}

TEST(Reproduction, ScalingIsAShareOfLinear) {
  FiguresByKey figures;
  figures["scaled_alexnet_256"] = figures_of({6400});
  figures["scaled_alexnet_1024"] = figures_of({1600});
  figures["scaled_alexnet_16384"] = figures_of({125});
  const auto rows = compared({Topic::scaling}, figures);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_DOUBLE_EQ(rows[0].model, 100);
  EXPECT_DOUBLE_EQ(rows[1].model, 80);
}

TEST(Reproduction, OnlyRowsWhoseExperimentsRan) {
  FiguresByKey figures;
  figures["v2_mobilenet"] = figures_of({155994});
  figures["v2_mobilenet"].layers[0].name = "DW13";
  for (const ComparedRow& row : compared({Topic::v2, Topic::family}, figures))
    EXPECT_EQ(row.row.needs, std::vector<std::string>{"v2_mobilenet"});
  EXPECT_TRUE(compared({Topic::memory}, figures).empty());
}

TEST(Reproduction, TextsSayWhatWasCompared) {
  FiguresByKey figures;
  figures["v1_conv1"] = figures_of({3300000});
  figures["v1_conv1"].batch = 4;
  figures["v1_conv1"].layers[0].moving_cycles = 660000;
  const auto rows = compared({Topic::v1}, figures);
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_DOUBLE_EQ(rows[0].model, 16.5);
  EXPECT_DOUBLE_EQ(rows[1].model, 13.2);
  EXPECT_EQ(reproduction_text(rows, figures),
            "the original Eyeriss v1, convolutions of AlexNet, batch 4\n"
            "what                  unit  published  model  ratio\n"
            "---------------------------------------------------\n"
            "CONV1: total          ms         20.9   16.5  0.789\n"
            "CONV1: processing     ms         16.5   13.2  0.800\n"
            "CONV1: active PEs     PEs       154.0   5.00  0.032\n"
            "CONV1: GLB accesses   MB         18.5   2.00  0.108\n"
            "CONV1: DRAM accesses  MB         5.00   1.00  0.200\n");
  const std::string markdown = reproduction_markdown(rows, figures);
  EXPECT_NE(markdown.find("| CONV1: processing | ms | 16.5 | 13.2 | 0.800 |\n"), std::string::npos);
  EXPECT_NE(markdown.find("### AlexNet CONV1 on the original v1: 3,300,000 cycles\n\n"
                          "| layer | cycles | MACs/cycle | MAC | iact |\n"
                          "|---|--:|--:|--:|--:|\n"
                          "| CONV1 | 3,300,000 | 3.0 | 40.0 | 60.0 |\n"),
            std::string::npos)
      << markdown;
  const auto json = nlohmann::json::parse(reproduction_json(rows, figures, 7));
  EXPECT_EQ(json["seed"], 7);
  EXPECT_EQ(json["rows"].size(), 5U);
  EXPECT_DOUBLE_EQ(json["rows"][1]["ratio"].get<double>(), 0.8);
  EXPECT_EQ(json["experiments"]["v1_conv1"]["layers"][0]["moving_cycles"], 660000);
  EXPECT_EQ(json["experiments"]["v1_conv1"]["layers"][0]["stalls"]["wait_iact"], 19800000);
}

TEST(Reproduction, EveryFreeConstantIsHalvedAndDoubled) {
  std::set<std::string> names;
  for (const FreeConstant& constant : free_constants()) {
    names.insert(constant.name);
    ASSERT_FALSE(constant.settings.empty()) << constant.name;
    for (const std::string& setting : constant.settings) {
      EXPECT_EQ(setting.rfind(constant.name + "=", 0), 0U) << setting;
      const double changed = std::stod(setting.substr(setting.find('=') + 1));
      const double factor = changed / std::stod(constant.value);
      EXPECT_TRUE(factor == 0.5 || factor == 2.0) << setting;
      EXPECT_NO_THROW(load_chip({kConfigs + "chips/eyeriss_v2.cfg"}, {setting})) << setting;
    }
  }
  for (const char* name : {"control.dma_outstanding", "noc.hop_cycles", "port.csc_head_bytes",
                           "pe.psum_banks", "dram.ideal_latency_cycles", "dram.queue_depth"})
    EXPECT_EQ(names.count(name), 1U) << name;
  EXPECT_EQ(names.count("pe.psum_entries"), 0U) << "published";
  EXPECT_EQ(names.count("control.watchdog_cycles"), 0U) << "takes no part";
}

TEST(Reproduction, SensitivityIsTheChangeOfCycles) {
  FiguresByKey figures;
  figures["v2_mobilenet"] = figures_of({1000, 1000});
  figures["v2_mobilenet control.dma_outstanding=2"] = figures_of({1500, 1000});
  figures["v2_mobilenet control.dma_outstanding=8"] = figures_of({1000, 900});
  figures["v2_alexnet control.dma_outstanding=8"] = figures_of({1});  // with what to compare it?
  const auto rows = sensitivity_rows(figures);
  ASSERT_EQ(rows.size(), 1U);
  ASSERT_EQ(rows[0].changes.size(), 2U);
  EXPECT_NEAR(rows[0].changes[0].percent, 25, 1e-9);
  EXPECT_NEAR(rows[0].changes[1].percent, -5, 1e-9);
  const std::string text = reproduction_text({}, figures);
  EXPECT_NE(text.find("control.dma_outstanding  4            2      +25.0"), std::string::npos)
      << text;
  // Its layers are not among those that are shown.
  EXPECT_EQ(reproduction_markdown({}, figures).find(", control.dma_outstanding"),
            std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(reproduction_json({}, figures, 1))["sensitivity"].size(), 2U);
}

TEST(Reproduction, FiguresAreThoseOfTheRun) {
  Experiment experiment;
  experiment.words = "a depthwise layer";
  experiment.network = "mobilenet_v1_0.5_128";
  experiment.chips = {"chips/eyeriss_v1.cfg"};
  experiment.layer = 26;  // DW13
  const auto figures = run_experiment(experiment, 1, 1);
  ASSERT_TRUE(figures.has_value());
  ASSERT_EQ(figures->layers.size(), 1U);
  const LayerFigures& layer = figures->layer("DW13");
  EXPECT_EQ(layer.macs, 73728);
  EXPECT_GT(layer.cycles, 0U);
  EXPECT_EQ(layer.stalls.total(), layer.cycles * 192);
  EXPECT_GT(layer.active_pes, 0U);
  EXPECT_LE(layer.active_pes, 192U);
  // Each iact, weight and oact crosses the DRAM's socket once at least.
  EXPECT_GE(layer.dram_bytes, 512U * (16 + 9 + 16));
  EXPECT_THROW(figures->layer("DW14"), std::out_of_range);
}

}  // namespace
}  // namespace uvea::tb
