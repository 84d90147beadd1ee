#include "tb/sim/layer_result.h"

#include "tb/sim/byte_packer.h"

namespace uvea::tb {
namespace {

void put_record(Packer& to, const hw::LayerRecord& record) {
  to.put(record.layer);
  to.put(record.begin);
  to.put(record.end);
  to.put(record.counters);
  to.put(record.stalls);
  to.put_all(record.resources, [&to](const hw::Resource& resource) {
    to.put_text(resource.path);
    to.put_text(resource.kind);
    to.put(resource.busy);
    to.put(resource.held);
    to.put_text(resource.held_by);
  });
  to.put_all(record.leftovers, [&to](const std::string& left) { to.put_text(left); });
}

hw::LayerRecord get_record(Unpacker& from) {
  hw::LayerRecord record;
  record.layer = from.get<std::uint32_t>();
  record.begin = from.get<link::Cycle>();
  record.end = from.get<link::Cycle>();
  record.counters = from.get<hw::CounterSink>();
  record.stalls = from.get<hw::StallCounts>();
  record.resources = from.get_all<hw::Resource>([&from] {
    hw::Resource resource;
    resource.path = from.get_text();
    resource.kind = from.get_text();
    resource.busy = from.get<std::uint64_t>();
    resource.held = from.get<std::uint64_t>();
    resource.held_by = from.get_text();
    return resource;
  });
  record.leftovers = from.get_all<std::string>([&from] { return from.get_text(); });
  return record;
}

void put_result(Packer& to, const LayerResult& result) {
  to.put(static_cast<std::uint64_t>(result.layer));
  to.put(result.on_chip);
  to.put(result.state);
  to.put_all(result.output.bytes);
  put_record(to, result.record);
  to.put(result.mismatches);
  to.put(result.weight_density);
  to.put(result.iact_density);
  to.put_all(result.eyexam, [&to](const mapper::EyexamStep& bound) {
    to.put_text(bound.name);
    to.put(bound.cycles);
    to.put(bound.macs_per_cycle);
    to.put_text(bound.limit);
  });
  to.put(result.psum_range);
  to.put_all(result.faults, [&to](const std::string& fault) { to.put_text(fault); });
  to.put_all(result.found);
}

LayerResult get_result(Unpacker& from) {
  LayerResult result;
  result.layer = from.get<std::uint64_t>();
  result.on_chip = from.get<bool>();
  result.state = from.get<LayerResult::State>();
  result.output.bytes = from.get_bytes();
  result.record = get_record(from);
  result.mismatches = from.get<std::int64_t>();
  result.weight_density = from.get<double>();
  result.iact_density = from.get<double>();
  result.eyexam = from.get_all<mapper::EyexamStep>([&from] {
    mapper::EyexamStep bound;
    bound.name = from.get_text();
    bound.cycles = from.get<double>();
    bound.macs_per_cycle = from.get<double>();
    bound.limit = from.get_text();
    return bound;
  });
  result.psum_range = from.get<mapper::PsumRange>();
  result.faults = from.get_all<std::string>([&from] { return from.get_text(); });
  result.found = from.get_bytes();
  return result;
}

}  // namespace

std::vector<std::uint8_t> pack_results(const std::vector<LayerResult>& results) {
  Packer packer;
  packer.put_all(results, [&packer](const LayerResult& result) { put_result(packer, result); });
  return packer.take();
}

std::vector<LayerResult> unpack_results(const std::vector<std::uint8_t>& payload) {
  Unpacker unpacker(payload);
  return unpacker.get_all<LayerResult>([&unpacker] { return get_result(unpacker); });
}

}  // namespace uvea::tb
