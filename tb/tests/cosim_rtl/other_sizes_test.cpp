// RTL of sizes that are not built in: built here, random work on it against the TLM PE; and the
// limits of what can be built. Libraries go to a cache of the build folder's.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "hw/config/chip_options.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/config/configs_folder.h"
#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/random_stimulus.h"
#include "tb/cosim/rtl/rtl_sizes.h"

namespace uvea::cosim {
namespace {

struct Sized {
  hw::PeConfig pe;
  unsigned ports = 3;
};

Sized small() {
  Sized s;
  s.pe.iact_addr_entries = 4;
  s.pe.iact_data_entries = 5;
  s.pe.weight_addr_entries = 7;
  s.pe.weight_data_words = 24;
  s.pe.psum_entries = 9;
  s.pe.count_bits = 3;
  s.pe.psum_bits = 13;
  s.pe.simd = 1;
  s.ports = 1;
  return s;
}

Sized large() {
  Sized s;
  s.pe.iact_addr_entries = 31;
  s.pe.iact_data_entries = 31;
  s.pe.weight_addr_entries = 31;
  s.pe.weight_data_words = 255;
  s.pe.psum_entries = 64;
  s.pe.weight_bits = 9;
  s.pe.count_bits = 7;
  s.pe.psum_bits = 31;
  s.ports = 16;
  return s;
}

Sized dense() {
  Sized s;
  s.pe.kind = hw::PeKind::dense;
  s.pe.simd = 1;
  s.pe.pipeline_stages = 3;
  s.pe.iact_data_entries = 11;
  s.pe.weight_data_words = 50;
  s.pe.psum_entries = 16;
  s.pe.psum_banks = 1;
  s.ports = 2;
  return s;
}

Sized one_psum_bank() {
  Sized s;
  s.pe.psum_banks = 1;
  return s;
}

void compare(std::uint64_t first, std::uint64_t windows, const Sized& sized) {
  ::setenv("UVEA_CACHE", UVEA_TEST_CACHE, 1);
  RandomLimits limits;
  limits.config = sized.pe;
  limits.iact_ports = sized.ports;
  TlmPeBench bench("pe", limits.config, limits.iact_ports);
  const auto rtl = make_rtl_pe(limits.config, limits.iact_ports);
  std::uint64_t compared = 0, psums = 0, overflows = 0, seed = first;
  for (; compared < windows; ++seed) {
    const RandomWork work = random_work(seed, limits);
    const PairRun run =
        run_pair(bench, *rtl, work.stimulus, fmt::format("seed {}: {}", seed, work.description));
    ASSERT_TRUE(run.agree) << run.report;
    ASSERT_EQ(run.windows, work.windows) << "seed " << seed;
    ASSERT_EQ(run.overflows, work.overflows) << "seed " << seed;
    compared += run.windows;
    psums += run.psums;
    overflows += run.overflows;
  }
  fmt::print("seeds {} to {}: {} windows, {} psums, {} overflows\n", first, seed - 1, compared,
             psums, overflows);
}

TEST(OtherSizes, RandomWindowsOnASmallPe) { compare(1, 4000, small()); }
TEST(OtherSizes, RandomWindowsOnALargePe) { compare(100001, 4000, large()); }
TEST(OtherSizes, RandomWindowsOnADensePe) { compare(200001, 4000, dense()); }

TEST(OtherSizes, RandomWindowsWithOnePsumBank) { compare(300001, 4000, one_psum_bank()); }

/// RTL of so many banks beside a model of others: told, and soon.
void expect_banks_told(int of_rtl, int of_model) {
  ::setenv("UVEA_CACHE", UVEA_TEST_CACHE, 1);
  RandomLimits limits;
  limits.config.psum_banks = of_model;
  TlmPeBench bench("pe", limits.config, limits.iact_ports);
  const auto rtl = make_rtl_pe(limits.config, limits.iact_ports);
  bool found = false;
  for (std::uint64_t seed = 1; seed <= 50 && !found; ++seed) {
    RandomWork work = random_work(seed, limits);
    work.stimulus.config.psum_banks = of_rtl;  // what the RTL is configured by
    found = !run_pair(bench, *rtl, work.stimulus, "").agree;
  }
  EXPECT_TRUE(found);
}

TEST(OtherSizes, APsumBankMoreIsFound) { expect_banks_told(2, 1); }
TEST(OtherSizes, APsumBankLessIsFound) { expect_banks_told(1, 2); }

TEST(OtherSizes, OneFactoryMakesPesOfSeveralSizesAtATime) {
  ::setenv("UVEA_CACHE", UVEA_TEST_CACHE, 1);
  std::vector<std::string> notes;
  const RtlFactory make = rtl_factory([&](const std::string& text) { notes.push_back(text); });
  const auto one = make(small().pe, small().ports);
  const auto other = make(dense().pe, dense().ports);
  const auto built_in = make(hw::PeConfig{}, 3);
  const auto again = make(small().pe, small().ports);
  EXPECT_LE(notes.size(), 2U);  // the cache may have them
  // Each has its own state.
  RtlInputs in;
  in.config_valid = true;
  in.config = 1U << 4 | 1U << 9 | 1U << 13 | 1U << 19;
  RtlOutputs out;
  one->settle(in, out);
  ASSERT_TRUE(out.config_ready);
  one->clock(0);
  in.config_valid = false;
  one->settle(in, out);
  EXPECT_TRUE(out.weight_ready);
  for (RtlPe* unconfigured : {again.get(), other.get(), built_in.get()}) {
    unconfigured->settle(in, out);
    EXPECT_FALSE(out.weight_ready);
  }
  // And keeps it.
  std::vector<std::uint8_t> state;
  one->save(state);
  again->restore(state);
  again->settle(in, out);
  EXPECT_TRUE(out.weight_ready);
}

TEST(OtherSizes, EveryLimitOfTheRtlIsNamedAtItsEnds) {
  int beyond = 0;
  const auto refused = [](const char* option, double value) {
    hw::ChipConfig chip;
    const std::string wrong = hw::chip_option(option).set(chip, fmt::format("{}", value));
    if (!wrong.empty()) return std::string("no chip");  // out of every chip's range
    return why_no_rtl_pe(chip.pe, static_cast<unsigned>(chip.glb.iact_banks));
  };
  for (const auto& [option, lowest, highest] :
       {std::tuple{"glb.iact_banks", 1, 16}, std::tuple{"pe.iact_addr_entries", 2, 31},
        std::tuple{"pe.iact_data_entries", 2, 31}, std::tuple{"pe.weight_addr_entries", 2, 31},
        std::tuple{"pe.weight_data_words", 2, 255}, std::tuple{"pe.psum_entries", 3, 64},
        std::tuple{"pe.psum_banks", 1, 2}, std::tuple{"pe.iact_bits", 8, 8},
        std::tuple{"pe.weight_bits", 8, 9}, std::tuple{"pe.count_bits", 1, 7},
        std::tuple{"pe.psum_bits", 12, 31}, std::tuple{"pe.simd", 1, 2},
        std::tuple{"pe.pipeline_stages", 7, 7}}) {
    EXPECT_EQ(refused(option, lowest), "");
    EXPECT_EQ(refused(option, highest), "");
    for (const int value : {lowest - 1, highest + 1}) {
      const std::string why = refused(option, value);
      if (why == "no chip") continue;
      ++beyond;
      EXPECT_NE(why.find(fmt::format("there is no RTL of {} = {}: rtl/pe takes {}", option, value,
                                     lowest)),
                std::string::npos)
          << why;
    }
  }
  EXPECT_GE(beyond, 8);
}

TEST(OtherSizes, LimitsOfTheDensePesRtlAreNamed) {
  const auto why = [](auto change) {
    hw::PeConfig pe = default_dense_pe();
    change(pe);
    return why_no_rtl_pe(pe, 3);
  };
  EXPECT_EQ(why([](hw::PeConfig&) {}), "");
  // It has no address SPads.
  EXPECT_EQ(why([](hw::PeConfig& pe) { pe.iact_addr_entries = pe.weight_addr_entries = 1; }), "");
  EXPECT_EQ(why([](hw::PeConfig& pe) { pe.pipeline_stages = 7; }),
            "there is no RTL of pe.pipeline_stages = 7: rtl/pe takes 3");
  EXPECT_EQ(why([](hw::PeConfig& pe) { pe.weight_data_words = 1; }),
            "there is no RTL of pe.weight_data_words = 1: rtl/pe takes 2..255");
}

TEST(OtherSizes, TheDensePeOfTheShippedChipIsBuiltIn) {
  const hw::ChipConfig chip = tb::load_chip({tb::configs_folder() + "/chips/eyeriss_v1_5.cfg"}, {});
  const auto ports = static_cast<unsigned>(chip.glb.iact_banks);
  EXPECT_EQ(rtl_parameters(chip.pe, ports), rtl_parameters(default_dense_pe(), 3));
  EXPECT_EQ(rtl_module(chip.pe), "dense_pe");
  std::vector<std::string> notes;
  const auto made = rtl_factory([&](const std::string& text) { notes.push_back(text); });
  EXPECT_NE(made(chip.pe, ports), nullptr);
  EXPECT_TRUE(notes.empty());
}

TEST(OtherSizes, SizesBeyondTheLimitsAreNotMade) {
  hw::PeConfig pe;
  pe.pipeline_stages = 5;
  EXPECT_THROW(make_rtl_pe(pe, 3), UserError);
  EXPECT_THROW(open_rtl_factory()(pe, 3), UserError);
  EXPECT_THROW(make_rtl_pe(hw::PeConfig{}, 17), UserError);
}

}  // namespace
}  // namespace uvea::cosim
