// Which cycles of which layers a waveform shows.

#include "tb/trace/trace_plan.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace uvea::test {
namespace {

using namespace trace;

Fragment with_layers(const std::vector<LayerSpan>& layers) {
  const int file = make_scratch_file("plan");
  EventLog log(EventLog::Options{file, 1 << 30, 0, {}});
  TrackInfo pass;
  pass.kind = TrackKind::values;
  pass.path = "chip.controller";
  pass.name = kPassTrack;
  const auto track = log.add(pass.kind);
  for (const LayerSpan& layer : layers)
    for (Cycle p = 0; p < 3; ++p)
      log.value(track, layer.begin + 2 + 3 * p, static_cast<std::int64_t>(p));
  const std::uint64_t chunks = log.finish(layers.back().end);
  EXPECT_EQ(write_info(file, chunks, {{pass}, {}, layers, 0}), 0);
  Fragment fragment(file);
  ::close(file);
  return fragment;
}

class TracePlanTest : public ::testing::Test {
 protected:
  // Layers 0 (10 cycles), 2 and 3 (chained, 20 and 15), 5 (none left), 6 (30).
  Fragment a = with_layers({{0, 5, 15, false}});
  Fragment b = with_layers({{2, 7, 27, false}, {3, 27, 42, false}});
  Fragment c = with_layers({{6, 0, 30, false}});

  std::string pieces(const TraceChoice& choice) {
    std::string text;
    for (const TracePiece& p : plan_trace({&a, &b, nullptr, &c}, choice).pieces)
      text += std::to_string(p.fragment) + "@" + std::to_string(p.offset) + ":" +
              std::to_string(p.from) + "-" + std::to_string(p.to) + " ";
    return text;
  }
  static TraceMoment in(std::size_t layer, Cycle cycle) { return {layer, cycle, {}}; }
};

TEST_F(TracePlanTest, Everything) { EXPECT_EQ(pieces({}), "0@0:0-10 1@10:10-45 3@45:45-75 "); }

TEST_F(TracePlanTest, FromAndTo) {
  TraceChoice choice;
  choice.from = TraceMoment{{}, 9, {}};
  EXPECT_EQ(pieces(choice), "0@0:9-10 1@10:10-45 3@45:45-75 ");
  choice.to = in(3, 1);
  EXPECT_EQ(pieces(choice), "0@0:9-10 1@10:10-31 ");
  choice.from = in(2, 19);
  EXPECT_EQ(pieces(choice), "1@10:29-31 ");
  choice.from = in(2, 1000);  // its end
  EXPECT_EQ(pieces(choice), "1@10:30-31 ");
  choice.from = in(5, 3);  // left nothing
  EXPECT_EQ(pieces(choice), "");
  choice.to.reset();
  EXPECT_EQ(pieces(choice), "3@45:45-75 ");
  choice.from = TraceMoment{{}, 75, {}};
  EXPECT_EQ(pieces(choice), "");
}

TEST_F(TracePlanTest, Passes) {
  TraceChoice choice;
  choice.from = TraceMoment{3, 0, 1};
  choice.to = TraceMoment{3, 0, 2};
  EXPECT_EQ(pieces(choice), "1@10:35-38 ");
  choice.to = TraceMoment{3, 0, 9};  // the layer's end
  EXPECT_EQ(pieces(choice), "1@10:35-45 ");
}

TEST_F(TracePlanTest, LastCyclesBeforeTheEndOrTheFirstFault) {
  TraceChoice choice;
  choice.last = 40;
  EXPECT_EQ(pieces(choice), "1@10:35-45 3@45:45-75 ");
  EXPECT_FALSE(plan_trace({&a, &b, nullptr, &c}, choice).moment);
  b = with_layers({{2, 7, 27, true}, {3, 27, 42, true}});
  EXPECT_EQ(pieces(choice), "0@0:0-10 1@10:10-30 ");
  EXPECT_EQ(plan_trace({&a, &b, nullptr, &c}, choice).moment, 30u);
  choice.last = 4;
  EXPECT_EQ(pieces(choice), "1@10:26-30 ");
}

TEST_F(TracePlanTest, LastCyclesUpToTheMarker) {
  TraceChoice choice;
  choice.last = 4;
  b = with_layers({{2, 7, 27, true}, {3, 27, 42, true}});
  choice.marker = in(2, 11);
  EXPECT_EQ(pieces(choice), "1@10:18-22 ");
  EXPECT_EQ(plan_trace({&a, &b, nullptr, &c}, choice).moment, 21u);
  choice.last = 15;
  EXPECT_EQ(pieces(choice), "0@0:7-10 1@10:10-22 ");
  // What was asked for ends before it.
  choice.to = in(2, 5);
  EXPECT_EQ(pieces(choice), "0@0:0-10 1@10:10-15 ");
  EXPECT_FALSE(plan_trace({&a, &b, nullptr, &c}, choice).moment);
  // Without a ring it ends nothing.
  choice.to.reset();
  choice.last.reset();
  EXPECT_EQ(pieces(choice), "0@0:0-10 1@10:10-45 3@45:45-75 ");
}

}  // namespace
}  // namespace uvea::test
