#include "tb/testing/systemc_test.h"

#include <iostream>

namespace uvea::tb {
namespace {

const char* name_of(sc_core::sc_severity severity) {
  switch (severity) {
    case sc_core::SC_INFO:
      return "info";
    case sc_core::SC_WARNING:
      return "warning";
    case sc_core::SC_ERROR:
      return "error";
    default:
      return "fatal";
  }
}

// SystemC's report handler is a plain function: this is how it finds the running test.
SystemcTest*& running_test() {
  static SystemcTest* test = nullptr;
  return test;
}

}  // namespace

void SystemcTest::SetUp() {
  running_test() = this;
  sc_core::sc_report_handler::set_handler(&SystemcTest::on_report);
}

void SystemcTest::TearDown() {
  sc_core::sc_report_handler::set_handler(nullptr);
  running_test() = nullptr;
  for (const Announced& report : announced_) {
    EXPECT_TRUE(report.seen) << "no SystemC " << name_of(report.severity) << " with \""
                             << report.text << "\" was reported";
  }
}

void SystemcTest::expect_report(sc_core::sc_severity severity, const std::string& text) {
  announced_.push_back({severity, text});
}

bool SystemcTest::take_announced(const sc_core::sc_report& report) {
  const std::string text = std::string(report.get_msg_type()) + " " + report.get_msg();
  for (Announced& announced : announced_) {
    if (!announced.seen && announced.severity == report.get_severity() &&
        text.find(announced.text) != std::string::npos) {
      announced.seen = true;
      return true;
    }
  }
  return false;
}

void SystemcTest::on_report(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
  const sc_core::sc_severity severity = report.get_severity();
  if (severity == sc_core::SC_INFO) return;
  if (running_test()->take_announced(report)) return;
  ADD_FAILURE() << "SystemC " << name_of(severity) << " at " << report.get_time() << ": "
                << report.get_msg_type() << ": " << report.get_msg();
  // Not displayed again; thrown or aborted as the severity asks.
  sc_core::sc_report_handler::default_handler(report,
                                              actions & ~(sc_core::SC_DISPLAY | sc_core::SC_LOG));
}

void SystemcTest::run(End expected, const sc_core::sc_time& limit,
                      const std::optional<sc_core::sc_time>& at) {
  try {
    sc_core::sc_start(limit, sc_core::SC_EXIT_ON_STARVATION);
  } catch (const std::exception& thrown) {
    FAIL() << "the simulation ended with an exception at " << sc_core::sc_time_stamp() << ": "
           << thrown.what();
  }
  const bool stopped = sc_core::sc_get_status() == sc_core::SC_STOPPED;
  if (expected == End::stopped) {
    ASSERT_TRUE(stopped) << "sc_stop() was not called by " << sc_core::sc_time_stamp();
  } else {
    ASSERT_FALSE(stopped) << "sc_stop() was called at " << sc_core::sc_time_stamp();
    ASSERT_FALSE(sc_core::sc_pending_activity())
        << "still active at the limit of " << limit << ": next in "
        << sc_core::sc_time_to_pending_activity();
  }
  if (at) {
    ASSERT_EQ(sc_core::sc_time_stamp(), *at) << "the simulation ended at another time";
  }
}

std::mt19937_64 SystemcTest::seeded(std::uint64_t seed) {
  std::cout << "seed " << seed << std::endl;
  RecordProperty("seed", std::to_string(seed));
  return std::mt19937_64(seed);
}

}  // namespace uvea::tb
