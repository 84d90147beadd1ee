// A trained network that is run as if it were pruned: each layer has the density asked for, and what
// the chip makes of the weights left is still compared, oact for oact.

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tb/tests/app/program.h"

namespace uvea::test {
namespace {

/// Layers of a run; what it says it was pruned to is the argument behind --prune.
nlohmann::json layers_of(const Folder& folder, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"run",   "--batch",          "1",
                                        "--out", folder.path("out"), "--quiet"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ended run = run_program(arguments);
  EXPECT_EQ(run.status, 0) << run.err;
  const auto results = nlohmann::json::parse(content_of(folder.path("out/results.json")));
  EXPECT_EQ(results.value("pruned", ""), more.empty() ? "" : more.back());
  return results.at("layers");
}

TEST(PruneRun, EachLayerKeepsTheShareAskedFor) {
  const Folder folder;
  const nlohmann::json whole = layers_of(folder, {});
  // Types of the embedded network's layers as it runs them; sizes do not matter.
  std::string table =
      "name,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad,groups,macs,weight_density\n";
  int rows = 0;
  for (const nlohmann::json& layer : whole) {
    if (!layer.at("on_chip").get<bool>()) continue;
    const bool depthwise = layer.at("type") == "depthwise";
    table += "l" + std::to_string(rows) + (depthwise ? ",depthwise" : ",conv") +
             ",1,1,2,2,1,1,1,same," + (depthwise ? "2,2," : "1,4,") +
             std::to_string(0.1 + 0.05 * rows) + "\n";
    ++rows;
  }
  ASSERT_EQ(rows, 10);
  for (const std::string& pruning : {std::string("0.2"), folder.file("t.csv", table)}) {
    const nlohmann::json pruned = layers_of(folder, {"--prune", pruning});
    ASSERT_EQ(pruned.size(), whole.size());
    int row = 0;
    for (std::size_t i = 0; i < pruned.size(); ++i) {
      if (!pruned[i].at("on_chip").get<bool>()) continue;
      const double asked = pruning == "0.2" ? 0.2 : 0.1 + 0.05 * row;
      ++row;
      const double before = whole[i].at("weight_density").get<double>();
      // The smallest layer has 72 weights: a whole number of them stays.
      EXPECT_NEAR(pruned[i].at("weight_density").get<double>(), std::min(asked, before), 0.5 / 72)
          << pruning << ", layer " << i;
      EXPECT_EQ(pruned[i].at("mismatches"), 0);
    }
  }
}

TEST(PruneRun, ATableThatIsOfOtherLayersIsRefused) {
  const Folder folder;
  std::string table =
      "name,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad,groups,macs,weight_density\n";
  for (int i = 0; i < 10; ++i)
    table += "l" + std::to_string(i) + ",conv,1,1,2,2,1,1,1,same,1,4,0.5\n";
  const Ended run = run_program({"run", "--prune", folder.file("t.csv", table)});
  EXPECT_EQ(run.status, 2);
  EXPECT_NE(run.err.find("layer 2 (l1) is not depthwise, but dw1 of the network is depthwise"),
            std::string::npos)
      << run.err;
}

}  // namespace
}  // namespace uvea::test
