// own_layer [SEED]: a random layer on the chip, compared with the reference, and where its PE cycles went.
#include <uvea/config/chip_file.h>
#include <uvea/nn/arithmetic/reference.h>
#include <uvea/nn/tables/synthetic.h>
#include <uvea/nn/tables/table_import.h>
#include <uvea/sim/layer_run.h>

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
  nn::Network network = nn::load_table_text(table.str(), "random", {seed, 1, {}});
  nn::fill_layer(network, 0);
  return network;
}

int sc_main(int argc, char* argv[]) {
  const nn::Network network = random_layer(argc > 1 ? std::stoull(argv[1]) : 1);
  const nn::ConvLayer& layer = network.layers[0].conv();
  const nn::Tensor& input = network.layer_inputs.at(0);
  const hw::ChipConfig chip = tb::load_chip({}, {});
  const auto mapping = mapper::map_layer(layer, tb::sizes_of(chip));
  const driver::LayerJob job{&layer, mapping, driver::plan_alone(layer, mapping, true, false)};
  const tb::LayerOutcome outcome = tb::run_layers(chip, {job}, input)[0];
  const hw::LayerRecord& record = outcome.record;
  for (const std::string& fault : outcome.faults) std::cout << fault << '\n';
  const bool equal = outcome.output.bytes == nn::conv_reference(layer, input).bytes;
  std::cout << record.cycles() << " cycles, " << (equal ? "equal to" : "NOT") << " the reference\n";
  for (std::size_t i = 0; i < hw::kStalls; ++i) {
    std::cout << record.stalls.of(static_cast<hw::Stall>(i)) << "  " << hw::kStallTable[i].words
              << '\n';
  }
  std::cout << record.stalls.total() << "  PE cycles in all\n";
  return equal && outcome.faults.empty() ? 0 : 1;
}
