// The harness itself: what must fail a test does.

#include "tb/testing/systemc_test.h"

#include <gtest/gtest-spi.h>

#include <functional>

namespace uvea::tb {
namespace {

class Worker : public sc_core::sc_module {
 public:
  std::function<void()> body = [] {};
  explicit Worker(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(Worker);
    SC_THREAD(run);
  }

 private:
  void run() { body(); }
};

const sc_core::sc_time ten(10, sc_core::SC_NS), hundred(100, sc_core::SC_NS);

// EXPECT_FATAL_FAILURE runs its statement in a static function, which sees no locals.
SystemcTest* harness = nullptr;

class Harness : public SystemcTest {
 public:
  Harness() { harness = this; }
  Worker worker{"worker"};
};

TEST_F(Harness, AWarningFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(SC_REPORT_WARNING("/test", "something odd"), "something odd");
}
TEST_F(Harness, AnErrorFailsTheTestAndEndsTheRun) {
  worker.body = [] {
    EXPECT_NONFATAL_FAILURE(
        try { SC_REPORT_ERROR("/test", "broken"); } catch (const sc_core::sc_report&){}, "broken");
  };
  run(End::starved, hundred);
}
TEST_F(Harness, AnExceptionOutOfAProcessFailsTheTest) {
  worker.body = [] { throw std::runtime_error("thrown"); };
  EXPECT_NONFATAL_FAILURE({ EXPECT_FATAL_FAILURE(harness->run(End::starved, hundred), "thrown"); },
                          "thrown");
}
TEST_F(Harness, AnAnnouncedErrorPassesOnce) {
  expect_report(sc_core::SC_ERROR, "broken");
  SC_REPORT_ERROR("/test", "broken");
  EXPECT_NONFATAL_FAILURE(SC_REPORT_WARNING("/test", "broken"), "broken");
}
TEST_F(Harness, AnAnnouncedReportThatNeverComesFails) {
  class Inner : public SystemcTest {
   public:
    void TestBody() override {}
    void go() {
      expect_report(sc_core::SC_WARNING, "never");
      TearDown();
    }
  };
  EXPECT_NONFATAL_FAILURE(Inner().go(), "never");
}
TEST_F(Harness, StopIsNotStarvation) {
  worker.body = [] {
    sc_core::wait(ten);
    sc_core::sc_stop();
  };
  EXPECT_FATAL_FAILURE(harness->run(End::starved, hundred), "sc_stop() was called");
}
TEST_F(Harness, StarvationIsNotStop) {
  worker.body = [] { sc_core::wait(ten); };
  EXPECT_FATAL_FAILURE(harness->run(End::stopped, hundred), "sc_stop() was not called");
}
TEST_F(Harness, ALimitIsNotAnEnd) {
  worker.body = [] {
    while (true) sc_core::wait(ten);
  };
  EXPECT_FATAL_FAILURE(harness->run(End::starved, hundred), "still active");
}
TEST_F(Harness, TheMomentOfTheEndCounts) {
  worker.body = [] {
    sc_core::wait(ten);
    sc_core::sc_stop();
  };
  EXPECT_FATAL_FAILURE(harness->run(End::stopped, hundred, hundred), "another time");
}
TEST_F(Harness, AStopAtTheExpectedTimePasses) {
  worker.body = [] {
    sc_core::wait(ten);
    sc_core::sc_stop();
  };
  run(End::stopped, hundred, ten);
}

}  // namespace
}  // namespace uvea::tb
