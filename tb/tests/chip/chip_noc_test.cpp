// The three meshes under scoreboards, on random layers and chips; and the scoreboards on meshes
// that do wrong.

#include <gtest/gtest.h>

#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/tests/chip/hooked_run.h"
#include "tb/tests/chip/noc_scoreboard.h"
#include "tb/tests/chip/psum_scoreboard.h"

namespace uvea::test {
namespace {

std::string lines(const std::vector<std::string>& faults) {
  std::string all;
  for (const auto& fault : faults) all += fault + "\n";
  return all;
}

TEST(ChipNoc, EveryBurstComesOnceAndInOrder) {
  int multicast = 0, chained = 0, stored = 0, ran = 0;
  for (std::uint64_t seed = 1001; seed <= 1100; ++seed) {
    const LayerCase c = random_case(seed);
    mapper::Mapping mapping;
    try {
      mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    } catch (const UserError&) {
      continue;
    }
    ++ran;
    if (mapping.iact_mode != mapper::NocMode::unicast ||
        mapping.weight_mode != mapper::NocMode::unicast)
      ++multicast;
    if (mapping.chain > 1) ++chained;
    if (mapper::derive(c.layer.geo, mapping, tb::sizes_of(c.chip)).p > 1) ++stored;
    EXPECT_EQ(in_own_process([&] {
                std::unique_ptr<NocScoreboard> board;
                std::unique_ptr<PsumScoreboard> psums;
                tb::RunHooks hooks;
                hooks.on_built = [&](hw::Chip& chip) {
                  board = std::make_unique<NocScoreboard>(chip, c.chip, mapping);
                  psums = std::make_unique<PsumScoreboard>(chip, c.chip, mapping);
                };
                return run_hooked(c, mapping, hooks, [&] {
                  std::string wrong = lines(board->faults()) + lines(psums->faults());
                  if (psums->delivered() == 0) wrong += "no psums came to an end\n";
                  if (mapping.chain > 1 && psums->crossed() == 0) wrong += "no psums crossed\n";
                  if (mapping.chain == 1 && psums->crossed() != 0) wrong += "psums crossed\n";
                  return wrong;
                });
              }),
              "")
        << c.describe();
  }
  EXPECT_GE(ran, 90);
  EXPECT_GE(multicast, 20);
  EXPECT_GE(chained, 5);
  EXPECT_GE(stored, 20);  // psums that come back from a bank
}

/// The first layer, from seed 1 on, whose mapping is as wanted.
LayerCase find_case(const std::function<bool(const LayerCase&, const mapper::Mapping&)>& wanted,
                    mapper::Mapping& mapping) {
  for (std::uint64_t seed = 1; seed < 400; ++seed) {
    LayerCase c = random_case(seed);
    try {
      mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    } catch (const UserError&) {
      continue;
    }
    if (wanted(c, mapping)) return c;
  }
  ADD_FAILURE() << "no such layer among the seeds";
  return random_case(1);
}

TEST(ChipNoc, TheScoreboardSeesAMissingReceiver) {
  // The board is told of a larger multicast group than the routers serve.
  mapper::Mapping mapping;
  const LayerCase c = find_case(
      [](const LayerCase& found, const mapper::Mapping& m) {
        return m.iact_mode == mapper::NocMode::unicast && m.mesh_rows.product() == 1 &&
               m.chain == 1 && found.chip.mesh.rows > 1;
      },
      mapping);
  mapper::Mapping claimed = mapping;
  claimed.iact_mode = mapper::NocMode::vertical;
  claimed.mesh_rows.m = 2;
  const std::string wrong = in_own_process([&] {
    std::unique_ptr<NocScoreboard> board;
    tb::RunHooks hooks;
    hooks.on_built = [&](hw::Chip& chip) {
      board = std::make_unique<NocScoreboard>(chip, c.chip, claimed);
    };
    return run_hooked(c, mapping, hooks, [&] { return lines(board->faults()); });
  });
  EXPECT_NE(wrong.find("iact bursts of source"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("never came to"), std::string::npos) << wrong;
}

/// A chained layer whose bursts a saboteur changes behind the first cluster's psum router; returns
/// what the psum scoreboard, told of `claimed_chain` clusters to a chain, says.
std::string with_saboteur(int claimed_chain, const BurstTap::Body& sabotage) {
  mapper::Mapping mapping;
  const LayerCase c =
      find_case([](const LayerCase&, const mapper::Mapping& m) { return m.chain == 2; }, mapping);
  mapper::Mapping claimed = mapping;
  claimed.chain = claimed_chain;
  return in_own_process([&] {
    std::unique_ptr<PsumScoreboard> board;
    BurstTap saboteur(sabotage);
    tb::RunHooks hooks;
    hooks.on_built = [&](hw::Chip& chip) {
      board = std::make_unique<PsumScoreboard>(chip, c.chip, claimed);
      routers_of(chip.cluster(0, 0)).psum[0]->out(hw::RouterPort::south).observe(&saboteur, 0);
    };
    return run_hooked(c, mapping, hooks, [&] { return lines(board->faults()); });
  });
}

TEST(ChipNoc, ThePsumScoreboardLetsAnHonestChainPass) {
  EXPECT_EQ(with_saboteur(2, [](link::Burst&) {}), "");
}

TEST(ChipNoc, ThePsumScoreboardSeesAnotherChain) {
  const std::string wrong = with_saboteur(1, [](link::Burst&) {});
  EXPECT_NE(wrong.find("never came to"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("was not sent there"), std::string::npos) << wrong;
}

TEST(ChipNoc, ThePsumScoreboardSeesAnotherSerial) {
  int seen = 0;
  const std::string wrong = with_saboteur(2, [seen](link::Burst& burst) mutable {
    if (++seen == 1) burst.serial += 1;
  });
  EXPECT_NE(wrong.find("is out of order"), std::string::npos) << wrong;
}

TEST(ChipNoc, ThePsumScoreboardSeesAnotherSource) {
  const std::string wrong = with_saboteur(2, [](link::Burst& burst) { burst.source += 1; });
  EXPECT_NE(wrong.find("was not sent there"), std::string::npos) << wrong;
}

TEST(ChipNoc, ThePsumScoreboardSeesOtherBeats) {
  const std::string wrong = with_saboteur(2, [](link::Burst& burst) { burst.beats += 1; });
  EXPECT_NE(wrong.find("beats and"), std::string::npos) << wrong;
}

}  // namespace
}  // namespace uvea::test
