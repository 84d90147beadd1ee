// The vector writer and rtl/tb/pe_tb.v together: a scenario worked out by hand passes, and
// whatever is wrong with a file fails.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "sw/user_error.h"
#include "tb/cosim/pe/icarus.h"
#include "tb/tests/cosim_icarus/hand_scenario.h"

namespace uvea::cosim {
namespace {

namespace fs = std::filesystem;

class VectorBench : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!IcarusBench::installed())
      GTEST_SKIP() << "Icarus Verilog is not installed; scripts/setup installs it";
    folder_ = fs::temp_directory_path() / ("uvea_vectors_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  std::string path() const { return (folder_ / "vectors").string(); }

  void write(const std::vector<Vector>& vectors, const hw::PeConfig& pe = {}, bool reset = true) {
    VectorWriter writer(path(), pe, 3);
    if (reset) writer.reset();
    for (const Vector& v : vectors) writer.cycle(v.in, v.out);
    writer.finish();
    cycles_ = writer.cycles();
    values_ = writer.values();
  }

  IcarusResult play(const std::vector<std::string>& parameters = {}) const {
    return IcarusBench(folder_.string(), parameters).play(path());
  }

  void fails(const std::string& why) const {
    const IcarusResult result = play();
    EXPECT_FALSE(result.passed) << result.output;
    EXPECT_NE(result.output.find(why), std::string::npos) << result.output << "lacks: " << why;
    EXPECT_NE(result.output.find("FAIL "), std::string::npos) << result.output;
    EXPECT_EQ(result.output.find("PASS"), std::string::npos) << result.output;
  }

  /// The hand-made scenario with one expectation changed.
  void fails_when(const std::function<void(std::vector<Vector>&)>& change, const std::string& why) {
    std::vector<Vector> vectors = hand_scenario(8);
    change(vectors);
    write(vectors);
    fails(why);
  }

  fs::path folder_;
  std::uint64_t cycles_ = 0, values_ = 0;
};

TEST_F(VectorBench, HandScenarioPasses) {
  write(hand_scenario(8));
  const IcarusResult result = play();
  EXPECT_TRUE(result.passed) << result.output;
  EXPECT_EQ(result.cycles, 29U);
  EXPECT_EQ(result.cycles, cycles_);
  // 27 cycles of port 0 and four flags, 7 cycles of port 1, 8 valid cycles of two psums and last.
  EXPECT_EQ(result.values, 27U * 5 + 7 + 8 * 3);
  EXPECT_EQ(result.values, values_);
}

TEST_F(VectorBench, HandScenarioPassesWithNineBitWeights) {
  hw::PeConfig pe;
  pe.weight_bits = 9;
  write(hand_scenario(9), pe);
  const IcarusResult result = play({"WEIGHT_BITS=9"});
  EXPECT_TRUE(result.passed) << result.output;
  EXPECT_EQ(result.values, values_);
}

// Cycles in messages count from the file's first line: two of reset come before cycle 0.
TEST_F(VectorBench, EveryOutputIsCompared) {
  fails_when([](auto& v) { v[2].out.iact_ready ^= 2; },
             "cycle 4: iact_ready_o[1]: expected 1, got 0\n1 of 166 values differ");
  fails_when([](auto& v) { v[5].out.weight_ready = false; },
             "cycle 7: weight_ready_o: expected 0, got 1");
  fails_when([](auto& v) { v[20].out.psum_in_ready = true; },
             "cycle 22: psum_in_ready_o: expected 1, got 0");
  fails_when([](auto& v) { v[17].out.psum_out_valid = true; },
             "cycle 19: psum_out_valid_o: expected 1, got 0");
  fails_when([](auto& v) { v[23].out.psum_out_last = false; },
             "cycle 25: psum_out_last_o: expected 0, got 1");
  fails_when([](auto& v) { v[20].out.psum_out[0] = -5; },
             "cycle 22: psum_out_data_o[0]: expected ffffb, got ffffa");
  fails_when([](auto& v) { v[22].out.psum_out[1] = 29; },
             "cycle 24: psum_out_data_o[1]: expected 0001d, got 0001c");
  fails_when([](auto& v) { v[13].out.window = false; }, "cycle 15: window_o: expected 0, got 1");
}

TEST_F(VectorBench, InputsReachThePe) {
  fails_when([](auto& v) { v[7].in.iact_word[1] = 5; },
             "psum_out_data_o[1]: expected 0001c, got 00023");
  fails_when([](auto& v) { v[24].in.psum_in[1] = -201; }, "cycle 26: psum_out_data_o[1]");
  fails_when([](auto& v) { v[0].in.config_valid = false; }, "cycle 3: weight_ready_o");
}

TEST_F(VectorBench, UnknownOutputFails) {
  std::vector<Vector> one(1);
  one[0].out.weight_ready = false;
  write(one, {}, false);
  fails("cycle 0: weight_ready_o: expected 0, got x");
}

TEST_F(VectorBench, NothingComparedFails) {
  write(std::vector<Vector>(5));
  fails("FAIL nothing was compared");
  write({});
  fails("FAIL nothing was compared");
}

TEST_F(VectorBench, DamagedFilesFail) {
  write(hand_scenario(8));
  std::stringstream text;
  text << std::ifstream(path()).rdbuf();
  const std::string good = text.str();
  const auto fails_as = [&](const std::string& damaged, const std::string& why) {
    std::ofstream(path(), std::ios::binary) << damaged;
    fails(why);
  };
  fails_as("", "FAIL the file does not begin as a vector file does");
  fails_as(good.substr(0, good.rfind("end")), "FAIL the file ends before its end line");
  fails_as(good.substr(0, good.rfind("end") - 4), "FAIL a line is not complete");
  std::string other = good;
  const std::size_t second = other.find('v', other.find('\n'));
  fails_as(other.erase(second, other.find('\n', second) + 1 - second), "FAIL lines are missing");
  other = good;
  other[other.find('v', other.find('\n')) + 2] = 'x';
  fails_as(other, "FAIL an input is X");
  fs::remove(path());
  fails("FAIL the vector file cannot be read");
}

TEST_F(VectorBench, OtherSizesFail) {
  hw::PeConfig pe;
  pe.psum_bits = 24;
  write(hand_scenario(8), pe);
  fails("FAIL the vectors are for other sizes");
}

TEST_F(VectorBench, WriterRefusesWhatDoesNotFit) {
  EXPECT_THROW(VectorWriter(path() + "/none", {}, 3), UserError);
  EXPECT_THROW(VectorWriter(path(), {}, 17), std::invalid_argument);
  VectorWriter writer(path(), {}, 3);
  RtlInputs in;
  in.weight_word = 1U << 24;
  EXPECT_THROW(writer.cycle(in, {}), std::invalid_argument);
  in = {};
  in.iact_word[2] = 1U << 24;
  EXPECT_THROW(writer.cycle(in, {}), std::invalid_argument);
}

}  // namespace
}  // namespace uvea::cosim
