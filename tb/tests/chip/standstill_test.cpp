// A chip that stands still says at once who waits for whom: faults planted in one PE of a random
// layer, each the loss of one message.

#include <gtest/gtest.h>

#include "hw/pe/sparse_pe.h"
#include "tb/config/chip_file.h"
#include "tb/tests/chip/hooked_run.h"

namespace uvea::test {
namespace {

enum class Lost {
  ready_for_iacts,    ///< an offer of iacts is forgotten
  ready_for_weights,  ///< an offer of weights is forgotten
  iacts,              ///< the data of an iact burst that it said to take
  psums,              ///< the receiver's ready for its psums
  weights,            ///< the data of a weight burst that it said to take
};

class LossyPe : public hw::SparsePe {
 public:
  LossyPe(const char* name, const hw::PePlace& place, const hw::ChipConfig& config,
          const link::Clock& clock, link::BurstPool& pool, std::uint32_t source_id, Lost lost)
      : SparsePe(name, place, config, clock, pool, source_id), lost_(lost) {}

 private:
  // Of weights there may be one burst.
  bool strikes(Lost now) { return lost_ == now && ++seen_ == (now == Lost::weights ? 1 : 3); }

  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override {
    if (port < iact.size() ? strikes(Lost::ready_for_iacts)
                           : port == iact.size() && strikes(Lost::ready_for_weights))
      return std::nullopt;
    return SparsePe::on_offer(port, payload, at);
  }
  void on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) override {
    if (port < iact.size() && strikes(Lost::iacts)) return;
    if (port == iact.size() && strikes(Lost::weights)) return;
    SparsePe::on_data(port, payload, first_beat);
  }
  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override {
    if (strikes(Lost::psums)) return;
    SparsePe::on_accept(port, payload, ready);
  }

  const Lost lost_;
  int seen_ = 0;
};

/// What a run of this layer says with such a PE in place 0.0.0; "unmappable" where the mapper refuses.
std::string faults_with(std::uint64_t seed, Lost lost) {
  LayerCase c = random_case_on_default_chip(seed);
  c.chip.mesh.rows = c.chip.mesh.cols = 2;
  return in_own_process([&]() -> std::string {
    mapper::Mapping mapping;
    try {
      mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
      // One PE column, so that every wait of the cluster leads to its PEs.
      mapper::Mapping column = mapping;
      column.pe_cols = {};
      if (mapper::why_illegal(c.layer, column, tb::sizes_of(c.chip)).empty()) mapping = column;
    } catch (const std::exception&) {
      return "unmappable";
    }
    tb::RunHooks hooks;
    hooks.make_pe = [lost, model = hw::model_pes()](
                        const char* name, const hw::PePlace& place, const hw::ChipConfig& config,
                        const link::Clock& clock, link::BurstPool& pool,
                        std::uint32_t source_id) -> std::unique_ptr<hw::Pe> {
      if (place.cluster_row + place.cluster_col + place.row + place.col > 0)
        return model(name, place, config, clock, pool, source_id);
      return std::make_unique<LossyPe>(name, place, config, clock, pool, source_id, lost);
    };
    return run_hooked(c, mapping, hooks, [] { return ""; });
  });
}

/// In most layers the fault strikes; each time the chain must hold one of `parts`.
void expect_chain(Lost lost, const std::vector<std::string>& parts) {
  const std::string pe = "chip.cluster_0_0.pes.pe_0_0";
  int struck = 0;
  for (std::uint64_t seed = 1; seed <= 16; ++seed) {
    const std::string said = faults_with(seed, lost);
    if (said.empty() || said == "unmappable") continue;
    ++struck;
    const auto line_at = said.find("chip.watchdog");
    ASSERT_NE(line_at, std::string::npos) << "seed " << seed << ":\n" << said;
    const std::string line = said.substr(line_at, said.find('\n', line_at) - line_at);
    EXPECT_NE(line.find("no progress for "), std::string::npos) << line;
    EXPECT_TRUE(line.find("deadlock: ") != std::string::npos ||
                line.find("starvation: ") != std::string::npos)
        << line;
    EXPECT_NE(line.find(pe), std::string::npos) << "seed " << seed << ":\n" << line;
    bool found = false;
    for (const std::string& part : parts) found = found || line.find(part) != std::string::npos;
    EXPECT_TRUE(found) << "seed " << seed << ":\n" << line;
  }
  EXPECT_GE(struck, 4);
}

TEST(Standstill, ALostReadyForIacts) {
  expect_chain(Lost::ready_for_iacts,
               {"to take a burst from local from chip.cluster_0_0.pes.pe_0_0",
                "from chip.cluster_0_0.pes.pe_0_0"});
}
TEST(Standstill, ALostReadyForWeights) {
  expect_chain(Lost::ready_for_weights, {"from chip.cluster_0_0.pes.pe_0_0"});
}
TEST(Standstill, LostIacts) {
  expect_chain(Lost::iacts, {"chip.cluster_0_0.pes.pe_0_0 waits for iacts from",
                             "chip.cluster_0_0.pes.pe_0_0 for iacts from"});
}
TEST(Standstill, LostWeightsAreFollowedThroughBlocksThatHaveNothing) {
  // Its router has no psums and knows of none: who waits for them is led on to the PEs, whose waits lead
  // to the lost weights. Only the controller cannot be followed: it waits for the whole chip.
  int circles = 0, chains = 0;
  for (std::uint64_t seed = 1; seed <= 16; ++seed) {
    const std::string said = faults_with(seed, Lost::weights);
    if (said.empty() || said == "unmappable") continue;
    const bool circle = said.find("deadlock: ") != std::string::npos;
    if (circle) {
      EXPECT_NE(said.find("chip.cluster_0_0.pes.pe_0_0 waits for weights from "), std::string::npos)
          << said;
      EXPECT_EQ(said.find("starvation: "), std::string::npos) << said;
      EXPECT_NE(said.find("; and 1 waits elsewhere "), std::string::npos) << said;
    } else {
      EXPECT_NE(said.find("for psums to hand on from chip.cluster_0_0.pes.pe_"), std::string::npos)
          << said;
      EXPECT_NE(said.find("chip.cluster_0_0.pes.pe_0_0 for weights from "), std::string::npos)
          << said;
    }
    ++(circle ? circles : chains);
  }
  EXPECT_GE(circles, 3);
  EXPECT_GE(chains, 1);
}
TEST(Standstill, ALostReadyForPsums) {
  expect_chain(Lost::psums, {"chip.cluster_0_0.pes.pe_0_0 waits for psum_out to be taken",
                             "chip.cluster_0_0.pes.pe_0_0 for psum_out to be taken"});
}

}  // namespace
}  // namespace uvea::test
