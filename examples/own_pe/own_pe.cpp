// A PE of one's own behind hw::Pe: its weight SPad is written a word every second cycle. It is the
// model's but for the handshake; one with nothing of it derives from hw::Pe, where all it must do is.
#include <uvea/config/chip_file.h>
#include <uvea/hw/pe/sparse_pe.h>
#include <uvea/nn/arithmetic/reference.h>
#include <uvea/nn/tables/synthetic.h>
#include <uvea/nn/tables/table_import.h>
#include <uvea/sim/hooks.h>

#include <iostream>

using namespace uvea;

class OwnPe : public hw::SparsePe {
 public:
  using SparsePe::SparsePe;

 protected:
  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override {
    const bool is_weight = port == iact.size();
    if (is_weight) link::burst_of(payload).cycles_per_beat = 2;
    return SparsePe::on_offer(port, payload, at);
  }
};

int sc_main(int argc, char*[]) {
  auto network = nn::load_table_text(
      "name,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad\nL,conv,14,14,16,32,3,3,1,1\n",
      "own", {});
  nn::fill_layer(network, 0);
  const nn::ConvLayer& layer = network.layers[0].conv();
  const nn::Tensor& input = network.layer_inputs.at(0);
  const auto chip = tb::load_chip({}, {});
  const auto mapping = mapper::map_layer(layer, tb::sizes_of(chip));
  tb::RunHooks hooks;
  if (argc == 1) {
    hooks.make_pe = [](const char* name, const hw::PePlace& place, const hw::ChipConfig& config,
                       const link::Clock& clock, link::BurstPool& pool, std::uint32_t source_id) {
      return std::make_unique<OwnPe>(name, place, config, clock, pool, source_id);
    };
  }
  const auto done = tb::run_layers_with(
      hooks, chip, {{&layer, mapping, driver::plan_alone(layer, mapping, false, false)}}, input);
  const bool equal = done[0].output.bytes == nn::conv_reference(layer, input).bytes;
  std::cout << done[0].record.cycles() << " cycles, " << (equal ? "equal to" : "NOT")
            << " the reference\n";
  return equal && done[0].faults.empty() ? 0 : 1;
}
