// A PE that keeps its book of cycles wrongly is a fault of the run.

#include <gtest/gtest.h>

#include "hw/pe/sparse_pe.h"
#include "tb/config/chip_file.h"
#include "tb/tests/chip/hooked_run.h"

namespace uvea::test {
namespace {

enum class Slip { none, not_counted, counted_twice };

/// The model's PE, but for one cycle that is in no class or in two.
class SlippingPe : public hw::SparsePe {
 public:
  SlippingPe(const sc_core::sc_module_name& name, const hw::PePlace& place,
             const hw::ChipConfig& config, const link::Clock& clock, link::BurstPool& pool,
             std::uint32_t source_id, Slip slip)
      : SparsePe(name, place, config, clock, pool, source_id), slip_(slip) {}

  void close_layer(link::Cycle end) override {
    if (slip_ == Slip::not_counted) account_.spend(hw::SlotMix{}, account_.until() + 1);
    if (slip_ == Slip::counted_twice) account_.spend(hw::SlotMix{1, 0, 0, 0}, account_.until());
    SparsePe::close_layer(end);
  }

 private:
  const Slip slip_;
};

/// The faults of a run in which the PE of cluster 0, row 1, column 0 slips.
std::string faults_of(Slip slip) {
  const LayerCase c = random_case_on_default_chip(3);
  const mapper::Mapping mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
  return in_own_process([&]() -> std::string {
    tb::RunHooks hooks;
    hooks.make_pe = [slip](const char* name, const hw::PePlace& place, const hw::ChipConfig& config,
                           const link::Clock& clock, link::BurstPool& pool,
                           std::uint32_t source_id) -> std::unique_ptr<hw::Pe> {
      const bool slips =
          place.cluster_row == 0 && place.cluster_col == 0 && place.row == 1 && place.col == 0;
      return std::make_unique<SlippingPe>(name, place, config, clock, pool, source_id,
                                          slips ? slip : Slip::none);
    };
    return run_hooked(c, mapping, hooks, [] { return std::string(); });
  });
}

TEST(StallFault, ACycleThatIsNotCountedOrCountedTwiceIsFound) {
  EXPECT_EQ(faults_of(Slip::none), "");
  for (const Slip slip : {Slip::not_counted, Slip::counted_twice}) {
    const std::string faults = faults_of(slip);
    EXPECT_NE(faults.find(" PE cycles are in a class, the layer has "), std::string::npos)
        << faults;
    // And whose.
    EXPECT_NE(faults.find("chip.cluster_0_0.pes.pe_1_0: "), std::string::npos) << faults;
  }
}

}  // namespace
}  // namespace uvea::test
