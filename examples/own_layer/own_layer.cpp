// own_layer [SEED]: a random layer on the chip, compared with the reference, and where its PE cycles went.
#include <uvea/config/chip_file.h>
#include <uvea/nn/tables/table_import.h>
#include <uvea/sim/simulation.h>

#include <iostream>
#include <random>
#include <sstream>
#include <systemc>  // what declares sc_main

using namespace uvea;

/// A layer of a table: sizes and shares of non-zeros are drawn, then weights and iacts.
nn::Network random_layer(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto draw = [&random](int low, int high) {
    return std::uniform_int_distribution(low, high)(random);
  };
  const int kernel = draw(1, 5), size = kernel + draw(0, 24);
  std::ostringstream table;
  table
      << "name,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad,weight_density,iact_density\n"
      << "random,conv," << size << ',' << size << ',' << draw(1, 64) << ',' << draw(1, 96) << ','
      << kernel << ',' << kernel << ',' << draw(1, 2) << ',' << draw(0, kernel - 1) << ",0."
      << draw(1, 9) << ",0." << draw(1, 9) << '\n';
  std::cout << "seed " << seed << ": " << table.str().substr(table.str().find('\n') + 1);
  return nn::load_table_text(table.str(), "random", {seed, 1, {}});
}

int sc_main(int argc, char* argv[]) {
  const nn::Network network = random_layer(argc > 1 ? std::stoull(argv[1]) : 1);
  Simulation simulation(tb::load_chip({}, {}), network, {});
  const RunResult result = simulation.run();
  const LayerResult& layer = result.layers[0];
  for (const std::string& fault : layer.faults) std::cout << fault << '\n';
  const bool equal = result.complete && layer.mismatches == 0;
  std::cout << layer.record.cycles() << " cycles, " << (equal ? "equal to" : "NOT")
            << " the reference\n";
  const hw::StallCounts& stalls = layer.record.stalls;
  for (std::size_t i = 0; i < hw::kStalls; ++i)
    std::cout << stalls.of(static_cast<hw::Stall>(i)) << "  " << hw::kStallTable[i].words << '\n';
  std::cout << stalls.total() << "  PE cycles in all\n";
  return equal && layer.faults.empty() ? 0 : 1;
}
