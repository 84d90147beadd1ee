#include "tb/sim/layer_result.h"

#include "tb/sim/byte_packer.h"

namespace uvea::tb {
namespace {

template <typename Archive, typename Record>
void record_fields(Archive& archive, Record& record) {
  archive.field(record.layer);
  archive.field(record.begin);
  archive.field(record.end);
  archive.field(record.counters);
  archive.field(record.stalls);
  archive.all(record.pes, [](Archive& of_one, auto& pe) {
    of_one.field(pe.path);
    of_one.field(pe.stalls);
  });
  archive.all(record.resources, [](Archive& of_one, auto& resource) {
    of_one.field(resource.path);
    of_one.field(resource.kind);
    of_one.field(resource.busy);
    of_one.field(resource.held);
    of_one.field(resource.held_by);
  });
  archive.field(record.leftovers);
}

template <typename Archive, typename Result>
void result_fields(Archive& archive, Result& result) {
  archive.field(result.layer);
  archive.field(result.on_chip);
  archive.field(result.state);
  archive.field(result.output.bytes);
  record_fields(archive, result.record);
  archive.field(result.mismatches);
  archive.field(result.weight_density);
  archive.field(result.iact_density);
  archive.field(result.predicted_cycles);
  archive.all(result.eyexam, [](Archive& of_one, auto& bound) {
    of_one.field(bound.name);
    of_one.field(bound.cycles);
    of_one.field(bound.macs_per_cycle);
    of_one.field(bound.limit);
  });
  archive.field(result.psum_range);
  archive.field(result.faults);
  archive.field(result.fault_place.block);
  archive.field(result.fault_place.cycle);
  archive.field(result.found);
}

/// For Packer and Unpacker alike.
constexpr auto each_result = [](auto& archive, auto& result) { result_fields(archive, result); };

}  // namespace

std::vector<std::uint8_t> pack_results(const std::vector<LayerResult>& results) {
  Packer packer;
  packer.all(results, each_result);
  return packer.take();
}

std::vector<LayerResult> unpack_results(const std::vector<std::uint8_t>& payload) {
  Unpacker unpacker(payload);
  std::vector<LayerResult> results;
  unpacker.all(results, each_result);
  return results;
}

}  // namespace uvea::tb
