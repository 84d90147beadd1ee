// A memory of one's own at the chip's DRAM socket, in the library's testbench.
#include "own_memory.h"

#include <uvea/config/chip_file.h>
#include <uvea/nn/arithmetic/reference.h>
#include <uvea/nn/tables/synthetic.h>
#include <uvea/nn/tables/table_import.h>
#include <uvea/sim/hooks.h>

#include <iostream>

using namespace uvea;

int sc_main(int, char*[]) {
  auto network = nn::load_table_text(
      "name,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad\nL,conv,14,14,16,32,3,3,1,1\n",
      "own", {});
  nn::fill_layer(network, 0);
  const nn::ConvLayer& layer = network.layers[0].conv();
  const auto mapping = mapper::map_layer(layer, tb::sizes_of({}));
  const auto tensors = driver::plan_alone(layer, mapping, false, false);
  tb::RunHooks hooks;
  hooks.make_memory = [](std::uint64_t size, const sc_core::sc_time&, auto& initiator) {
    auto memory = std::make_unique<OwnMemory>("memory", size);
    initiator.bind(memory->socket);
    return memory;
  };
  const nn::Tensor& input = network.layer_inputs.at(0);
  const auto done = tb::run_layers_with(hooks, {}, {{&layer, mapping, tensors}}, input)[0];
  const bool equal = done.output.bytes == nn::conv_reference(layer, input).bytes;
  std::cout << done.record.cycles() << " cycles, " << (equal ? "equal to" : "NOT")
            << " the reference\n";
  return equal && done.faults.empty() ? 0 : 1;
}
