// A platform of one's own: a CPU and a memory, the chip between them. The CPU has the chip run a whole
// network: chains of layers that read in DRAM what the one before left, between what the CPU does itself.
#include <uvea/config/chip_file.h>
#include <uvea/config/configs_folder.h>
#include <uvea/hw/chip.h>
#include <uvea/nn/arithmetic/reference.h>
#include <uvea/nn/tflite/tflite_import.h>

#include <iostream>

#include "lt_memory.h"
#include "own_cpu.h"

using namespace uvea;

int sc_main(int, char*[]) {
  const auto network = nn::load_tflite(tb::configs_folder() + "/networks/fashion_mnist.tflite", {});
  const hw::ChipConfig config;
  const mapper::ChipSizes sizes = tb::sizes_of(config);
  std::vector<mapper::Mapping> mappings;
  for (const nn::Layer& layer : network.layers)
    mappings.push_back(layer.on_chip() ? mapper::map_layer(layer.conv(), sizes)
                                       : mapper::Mapping());
  const nn::TensorInfo& picture = network.tensors[network.inputs[0]];
  nn::Tensor input{picture.shape, picture.quant, std::vector<std::uint8_t>(picture.bytes())};
  for (std::size_t i = 0; i < input.bytes.size(); ++i) input.bytes[i] = (i * i) % 251;
  const std::vector<nn::Tensor> expected = nn::run_reference(network, {input});
  const driver::ChipJobs work = driver::chip_jobs(network, mappings);
  const driver::DramImage image = driver::make_dram_image(work.jobs, input, sizes);

  hw::Chip chip("chip", config);
  LtMemory memory("memory");
  OwnCpu cpu("cpu");
  sc_core::sc_signal<bool> interrupt("interrupt_line");
  cpu.registers.bind(chip.registers);
  cpu.memory.bind(memory.cpu);
  chip.dram.bind(memory.chip);
  chip.interrupt.bind(interrupt);
  cpu.interrupt.bind(interrupt);
  int wrong = 0;
  sc_core::sc_spawn([&] {
    for (const driver::Region& region : image.writes) cpu.write(region);
    for (std::size_t first = 0, next = 0; first < image.layers.size(); first = next) {
      for (++next; next < image.layers.size() && !image.layers[next].starts_chain;) ++next;
      const driver::TensorPlace& iact = image.layers[first].iact;  // what the CPU worked out
      if (first > 0)
        cpu.write({iact.layout().base,
                   iact.write(expected[network.layers[work.layers[first]].inputs[0]])});
      cpu.run(image.layers[first].descriptor);
      const nn::Tensor& oacts = expected[network.layers[work.layers[next - 1]].output];
      const bool equal = cpu.read(image.layers[next - 1].oact).bytes == oacts.bytes;
      std::cout << next - first << " layers, " << (equal ? "equal to" : "NOT")
                << " the reference\n";
      wrong += equal ? 0 : 1;
    }
    sc_core::sc_stop();
  });
  sc_core::sc_start();
  return wrong;
}
