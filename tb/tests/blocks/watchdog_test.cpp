// The watchdog fires when nothing is done for its span, and only then.

#include "hw/control/watchdog.h"

#include "tb/tests/blocks/block_bench.h"

namespace uvea::test {
namespace {

constexpr int kSpan = 1000;  // cycles

/// Does something every `every` cycles, so many times.
struct Subject : sc_core::sc_module, hw::WatchdogSubject {
  Subject(const sc_core::sc_module_name& module_name, const link::Clock& of)
      : sc_module(module_name), clock(of) {
    link::spawn_method(
        "work_process", [this] { work(); }, step);
  }
  void begin(link::Cycle cycles, int count) {
    every = cycles;
    left = count;
    runs = true;
    changed.notify(sc_core::SC_ZERO_TIME);
    step.notify(clock.span(every));
  }
  void work() {
    ++done;
    if (--left > 0) {
      step.notify(clock.span(every));
    } else if (ends) {
      runs = false;
      changed.notify(sc_core::SC_ZERO_TIME);
    }
  }
  bool running() const override { return runs; }
  std::vector<std::uint64_t> progress() const override { return {3, done}; }
  std::vector<hw::Waiting> waiting_for() const override {
    return {{"chip.a", {"iacts", "chip.b", 17}}};
  }

  const link::Clock& clock;
  link::Cycle every = 1;
  int left = 0;
  bool runs = false, ends = true;
  std::uint64_t done = 0;
  sc_core::sc_event changed{"changed"}, step{"step"};
};

class WatchdogTest : public BlockTest {
 protected:
  Subject subject{"subject", clock};
  hw::Watchdog watchdog{"watchdog", subject, subject.changed, kSpan, clock};
};

TEST_F(WatchdogTest, LetsASlowRunEnd) {
  subject.begin(kSpan - 1, 20);
  run_out();
  EXPECT_EQ(subject.done, 20U);
}

TEST_F(WatchdogTest, NamesWhatARunThatStandsStillWaitsFor) {
  subject.ends = false;
  subject.begin(100, 3);
  expect_report(sc_core::SC_ERROR, "chip.a waits for iacts from chip.b since cycle 17");
  run_out();
}

TEST_F(WatchdogTest, LooksOnlyWhileARunIsUnderWay) {
  int looks = 0;
  watchdog.on_look = [&looks] { ++looks; };
  run_out();
  EXPECT_EQ(looks, 0);
}

}  // namespace
}  // namespace uvea::test
