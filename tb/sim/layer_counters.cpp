#include "tb/sim/layer_counters.h"

namespace uvea::tb {

report::Counters to_counters(const hw::LayerRecord& record) {
  using hw::Counter;
  const hw::CounterSink& c = record.counters;
  report::Counters r;
  r.cycles = record.cycles();
  r.effectual_macs = c[Counter::pe_effectual_macs];
  r.active_pes = c[Counter::pe_active];
  r.psum_overflows = c[Counter::pe_overflows];
  r.oacts = c[Counter::oacts];
  r.dram_read_bytes = c[Counter::dram_read_bytes];
  r.dram_write_bytes = c[Counter::dram_write_bytes];
  r.glb_iact_reads = c[Counter::glb_iact_reads];
  r.glb_iact_writes = c[Counter::glb_iact_writes];
  r.glb_psum_reads = c[Counter::glb_psum_reads];
  r.glb_psum_writes = c[Counter::glb_psum_writes];
  r.noc_iact_words = c[Counter::noc_iact_words];
  r.noc_iact_word_hops = c[Counter::noc_iact_word_hops];
  r.noc_weight_words = c[Counter::noc_weight_words];
  r.noc_weight_word_hops = c[Counter::noc_weight_word_hops];
  r.noc_psum_words = c[Counter::noc_psum_words];
  r.noc_psum_word_hops = c[Counter::noc_psum_word_hops];
  r.spad_iact_reads = c[Counter::spad_iact_reads];
  r.spad_iact_writes = c[Counter::spad_iact_writes];
  r.spad_weight_reads = c[Counter::spad_weight_reads];
  r.spad_weight_writes = c[Counter::spad_weight_writes];
  r.spad_psum_reads = c[Counter::spad_psum_reads];
  r.spad_psum_writes = c[Counter::spad_psum_writes];
  return r;
}

}  // namespace uvea::tb
