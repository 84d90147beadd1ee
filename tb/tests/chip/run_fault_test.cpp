// What of a run is a fault, and whose: clock periods, descriptors, reports of other models.

#include <gtest/gtest.h>

#include "tb/config/chip_file.h"
#include "tb/tests/chip/foreign_memory.h"
#include "tb/tests/chip/hooked_run.h"
#include "tlm/clock_period.h"

namespace uvea::test {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ClockPeriod, IsRefusedWhenItStandsForAnotherFrequency) {
  constexpr std::uint64_t kPs = 1000, kNs = 1000000;
  for (const int mhz : {1, 200, 300, 333, 700, 1000, 10000})
    EXPECT_EQ(link::clock_fault(mhz, kPs), "") << mhz;
  EXPECT_EQ(link::clock_fault(200, kNs), "");
  EXPECT_TRUE(has(link::clock_fault(300, kNs), "control.clock_mhz = 300"));
  EXPECT_TRUE(has(link::clock_fault(300, kNs), "becomes 333.333 MHz at a time resolution of 1 ns"));
  EXPECT_TRUE(has(link::clock_fault(200, 100 * kNs), "less than a time resolution of 100 ns"));
  EXPECT_NE(link::clock_fault(9999, kPs), "");
  EXPECT_NE(link::clock_fault(0, kPs), "");
}

TEST(ClockPeriod, AChipIsNotBuiltOnAResolutionThatCannotHoldIt) {
  for (const double ns : {1.0, 100.0}) {
    const std::string thrown = in_own_process([ns]() -> std::string {
      sc_core::sc_set_time_resolution(ns, sc_core::SC_NS);
      hw::ChipConfig config;
      config.control.clock_mhz = 300;
      const hw::Chip chip("chip", config);
      return "built";
    });
    EXPECT_TRUE(has(thrown, "thrown: control.clock_mhz = 300")) << thrown;
  }
}

TEST(RunFault, ABadDescriptorIsSaidInWordsAndInTheErrorRegister) {
  LayerCase c = random_case_on_default_chip(3);
  const mapper::Mapping mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
  ASSERT_GT(mapping.m0, 1);
  c.chip.pe.psum_entries = mapping.m0 - 1;  // a chip that the mapping is not for
  const std::string wrong = in_own_process([&]() -> std::string {
    const tb::LayerJob job = c.job(mapping);
    std::string all;
    const auto outcomes = tb::run_layers(c.chip, {job}, c.input);
    for (const auto& fault : outcomes[0].faults) all += fault + "\n";
    return all;
  });
  EXPECT_TRUE(has(wrong, "chip.controller at ")) << wrong;
  EXPECT_TRUE(has(wrong, "layer 0: bad descriptor at 0x1000: ")) << wrong;
  EXPECT_TRUE(has(wrong, "the chip reports error 1")) << wrong;
}

/// Reports something once, at 100 ns.
class Talker : public sc_core::sc_module {
 public:
  Talker(const sc_core::sc_module_name& name, sc_core::sc_severity severity) : sc_module(name) {
    sc_core::sc_spawn([severity] {
      sc_core::wait(100, sc_core::SC_NS);
      sc_core::sc_report_handler::report(severity, "/foreign/model", "hear me", __FILE__, __LINE__);
    });
  }
};

std::string* heard() {
  static std::string text;
  return &text;
}

std::string run_beside(sc_core::sc_severity severity, bool throws) {
  const LayerCase c = random_case_on_default_chip(3);
  const mapper::Mapping mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
  return in_own_process([&] {
    sc_core::sc_report_handler::set_handler(
        [](const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
          *heard() += std::string("heard ") + report.get_msg_type() + "\n";
          if ((actions & sc_core::SC_THROW) != 0) throw report;
        });
    const Talker talker("talker", severity);
    tb::RunHooks hooks;
    const std::string wrong = run_hooked(c, mapping, hooks, [] { return ""; });
    return (throws ? std::string(has(wrong, "another model ended the simulation") ? "ended\n" : "")
                   : wrong) +
           *heard();
  });
}

TEST(RunFault, ReportsOfOtherModelsArePassedOnAndAreNotOurs) {
  EXPECT_EQ(run_beside(sc_core::SC_WARNING, false), "heard /foreign/model\n");
  EXPECT_EQ(run_beside(sc_core::SC_INFO, false), "heard /foreign/model\n");
  EXPECT_EQ(run_beside(sc_core::SC_ERROR, true), "ended\nheard /foreign/model\n");
}

}  // namespace
}  // namespace uvea::test
