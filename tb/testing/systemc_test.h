#pragma once
// The harness of every test that simulates: derive from SystemcTest (TEST_F), link uvea_testing.
//
// A SystemC warning, error or fatal reported between set-up and tear-down fails the test, unless it
// was announced with expect_report(); one announced that never came fails it too. run() asserts how
// and when the simulation ended. A SystemC kernel is elaborated once per process: ctest gives each
// test its own.

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <systemc>
#include <vector>

namespace uvea::tb {

/// How a simulation is expected to end.
enum class End {
  stopped,  ///< somebody called sc_stop()
  starved,  ///< nothing is left to happen
};

class SystemcTest : public ::testing::Test {
 public:
  /// One report of severity SC_WARNING or worse must contain this text in its type or message.
  /// An announced error or fatal is not thrown: the model's call of SC_REPORT_ERROR returns.
  void expect_report(sc_core::sc_severity severity, const std::string& text);

  /// Simulates until the end and asserts that it is the expected one, that it came before limit
  /// and, when given, exactly at this simulated time. Reports thrown out of the kernel fail the
  /// test.
  void run(End expected, const sc_core::sc_time& limit,
           const std::optional<sc_core::sc_time>& at = std::nullopt);

  /// A generator whose seed is printed, so that a failure can be had again.
  static std::mt19937_64 seeded(std::uint64_t seed);

 protected:
  void SetUp() override;
  void TearDown() override;

 private:
  struct Announced {
    sc_core::sc_severity severity;
    std::string text;
    bool seen = false;
  };

  static void on_report(const sc_core::sc_report& report, const sc_core::sc_actions& actions);
  bool take_announced(const sc_core::sc_report& report);

  std::vector<Announced> announced_;
};

}  // namespace uvea::tb
