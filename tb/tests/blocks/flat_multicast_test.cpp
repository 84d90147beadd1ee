// The flat NoC: one burst after another on each bus, at all of its receivers at once, and all bursts
// together exactly as fast as the bus is wide.

#include "hw/noc/flat_multicast.h"

#include "hw/command/stream_format.h"
#include "tb/tests/blocks/noc_site.h"

namespace uvea::test {
namespace {

using link::Cycle;

constexpr Cycle kHop = 2;

class FlatMulticastTest : public NocTest {
 protected:
  FlatMulticastTest() {
    config.noc.hop_cycles = kHop;
    config.noc.kind = hw::NocKind::flat;
    layer.mapping.csc = false;
  }
  /// Raw iacts, from a sender that the bus knows by `source`.
  static void send_iacts(BurstSource& from, int entries, std::uint32_t source) {
    link::Burst& burst = from.add();
    hw::IactHeader header;
    header.entries = entries;
    burst.words.assign(1 + static_cast<std::size_t>(entries + 2) / 3, source);
    burst.words[0] = pack(header);
    burst.beats = static_cast<unsigned>(burst.words.size());
    burst.source = source;
  }
  /// A raw tile of one channel.
  static void send_weights(BurstSource& from, int columns, std::uint32_t source) {
    link::Burst& burst = from.add();
    hw::WeightHeader header;
    header.columns = header.data_words = columns;
    append(header, burst.words);
    burst.words.resize(burst.words.size() + static_cast<std::size_t>(columns), source);
    burst.beats = static_cast<unsigned>(burst.words.size());
    burst.source = source;
  }
  static void send_psums(BurstSource& from, std::size_t psums, std::uint32_t source) {
    link::Burst& burst = from.add();
    burst.type = link::DataType::psum;
    burst.psums.assign(psums, 1);
    burst.beats = static_cast<unsigned>((psums + 1) / 2);
    burst.source = source;
  }
  static void expect_at(const BurstSink& sink, Cycle at) {
    ASSERT_EQ(sink.taken.size(), 1U) << sink.name();
    EXPECT_EQ(sink.taken[0].at, at) << sink.name();
  }
  hw::FlatMulticast& flat() { return dynamic_cast<hw::FlatMulticast&>(*noc); }
  const hw::Resource& bus(const hw::MulticastBus& asked) {
    used.clear();
    asked.use(used);
    return used.at(0);
  }
  std::vector<hw::Resource> used;
};

TEST_F(FlatMulticastTest, ABroadcastIsEverywhereAtOnce) {
  config.noc.iact_bus_bits = 24;
  build(hw::configured_noc());
  layer.mapping.mesh_rows.m = 2;
  layer.mapping.mesh_cols.m = 3;
  layer.mapping.iact_mode = mapper::NocMode::broadcast;
  give(layer);
  send(site(0, 0).iact, 5);
  run_out();
  for (int r = 0; r < kRows; ++r)
    for (int c = 0; c < kCols; ++c) expect(site(r, c).iact_pe, 5, kFirst + kHop);
}

TEST_F(FlatMulticastTest, UnicastsOfAllClustersGoOneAfterAnother) {
  config.noc.iact_bus_bits = 8;  // a cycle each
  build(hw::configured_noc());
  layer.mapping.mesh_cols.e = 3;
  layer.mapping.mesh_rows.e = 2;
  give(layer);
  constexpr int kIacts = 12;  // five words
  for (int c = kCols - 1; c >= 0; --c)
    for (int r = 0; r < kRows; ++r)
      send_iacts(site(r, c).iact, kIacts, static_cast<std::uint32_t>(r * kCols + c));
  run_out();
  for (int r = 0; r < kRows; ++r)
    for (int c = 0; c < kCols; ++c) {
      const auto number = static_cast<Cycle>(r * kCols + c);
      const BurstSink& sink = site(r, c).iact_pe;
      ASSERT_EQ(sink.taken.size(), 1U) << sink.name();
      EXPECT_EQ(sink.taken[0].at, kFirst + kHop + number * kIacts) << sink.name();
      // The sender is busy for as long as its words take.
      EXPECT_EQ(site(r, c).iact.started.at(0), kFirst + number * kIacts);
    }
  EXPECT_EQ(bus(flat().iact_bus).busy, 6U * kIacts);
  EXPECT_EQ(bus(flat().iact_bus).held, 5U * kIacts);
}

TEST_F(FlatMulticastTest, ANarrowBusSpreadsTheBeatsOfABurst) {
  config.noc.iact_bus_bits = 4;  // two cycles each
  build(hw::configured_noc());
  layer.mapping.mesh_cols.e = 3;
  give(layer);
  send_iacts(site(0, 0).iact, 6, 1);
  send_iacts(site(0, 0).iact, 6, 1);
  run_out();
  EXPECT_EQ(site(0, 0).iact.started, (std::vector<Cycle>{kFirst, kFirst + 12}));
  ASSERT_EQ(site(0, 0).iact_pe.taken.size(), 2U);
  // Three words in twelve cycles.
  EXPECT_EQ(site(0, 0).iact_pe.taken[0].gaps, (std::vector<std::uint16_t>{0, 4, 5}));
}

TEST_F(FlatMulticastTest, AWideBusCarriesSeveralBurstsAtOnce) {
  config.noc.weight_bus_bits = 32;
  build(hw::configured_noc());
  layer.mapping.mesh_cols.e = 3;
  layer.mapping.mesh_rows.e = 2;
  layer.mapping.weight_mode = mapper::NocMode::unicast;
  give(layer);
  for (int r = 0; r < kRows; ++r)
    for (int c = 0; c < kCols; ++c)
      send_weights(site(r, c).weight, 6, static_cast<std::uint32_t>(r * kCols + c));
  run_out();
  // 48 bits each: the n-th has the bus from bit 48 n on.
  for (int r = 0; r < kRows; ++r)
    for (int c = 0; c < kCols; ++c)
      EXPECT_EQ(site(r, c).weight.started.at(0),
                kFirst + static_cast<Cycle>(r * kCols + c) * 48 / 32);
  EXPECT_EQ(bus(flat().weight_bus).busy, 9U);
}

TEST_F(FlatMulticastTest, ABurstWhoseReceiversAreNotReadyHoldsNoBus) {
  config.noc.iact_bus_bits = 24;
  build(hw::configured_noc());
  layer.mapping.mesh_cols.e = 3;
  give(layer);
  site(0, 0).iact_pe.delay = 50;
  site(0, 1).iact_pe.delay = 9;
  site(0, 1).iact_pe.tells_late = true;
  for (int c = 0; c < kCols; ++c) send_iacts(site(0, c).iact, 3, static_cast<std::uint32_t>(c));
  run_out();
  EXPECT_EQ(site(0, 0).iact.started.at(0), kFirst + 50);
  EXPECT_EQ(site(0, 1).iact.started.at(0), kFirst + 9);
  EXPECT_EQ(site(0, 2).iact.started.at(0), kFirst);
}

TEST_F(FlatMulticastTest, PsumsCrossABusAtTheEndsOfAChainOnly) {
  config.noc.psum_bus_bits = 40;
  build(hw::configured_noc());
  layer.mapping.chain = 2;
  layer.mapping.mesh_cols.e = 3;
  give(layer);
  for (int c = 0; c < kCols; ++c) {
    send_psums(site(0, c).psum, 8, 1);
    send_psums(site(1, c).psum, 8, static_cast<std::uint32_t>(10 + c));
  }
  run_out();
  for (int c = 0; c < kCols; ++c) {
    expect_at(site(1, c).psum_pe, kFirst);
    expect_at(site(1, c).psum_glb, kFirst + kHop + static_cast<Cycle>(c) * 4);
    EXPECT_TRUE(site(0, c).psum_glb.taken.empty());
  }
  EXPECT_EQ(bus(flat().psum_bus_out).busy, 12U);
  EXPECT_EQ(bus(flat().psum_bus_in).busy, 0U);
}

TEST_F(FlatMulticastTest, TheBusIsNamedByWhoWaitsForIt) {
  config.noc.iact_bus_bits = 1;
  build(hw::configured_noc());
  layer.mapping.mesh_cols.e = 3;
  give(layer);
  for (int c = 0; c < kCols; ++c) send_iacts(site(0, c).iact, 31, static_cast<std::uint32_t>(c));
  sc_core::sc_start(clock.span(kFirst + 20));
  int waits = 0;
  for (int c = 0; c < kCols; ++c)
    for (const hw::LayerBlock* block : site(0, c).node.blocks())
      if (const hw::Wait wait = block->waiting_for()) {
        EXPECT_EQ(wait.peer, flat().iact_bus.name());
        ++waits;
      }
  EXPECT_EQ(waits, 2);
  EXPECT_EQ(flat().iact_bus.leftovers().size(), 1U);
}

}  // namespace
}  // namespace uvea::test
