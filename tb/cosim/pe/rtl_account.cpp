#include "tb/cosim/pe/rtl_account.h"

#include <algorithm>

namespace uvea::cosim {

using hw::Moment;
using hw::Stall;
using link::Cycle;

namespace {

/// A step that has reached the MACs.
Stall class_of(const RtlActivity& macs, int simd) {
  const unsigned fed = macs.second ? 3 : 1;
  if (macs.active != fed) return Stall::mac_gated;
  return simd > 1 && !macs.second ? Stall::lane_idle : Stall::mac_useful;
}

}  // namespace

RtlPipeline rtl_pipeline(const hw::PeConfig& pe) {
  if (pe.kind == hw::PeKind::dense) return {1, 0, 1};
  return {pe.simd, 3, 2};
}

void RtlAccount::begin(Cycle at, const RtlPipeline& pipeline) {
  *this = RtlAccount{};
  pipeline_ = pipeline;
  until_ = last_ = at;
  open_.from = open_.to = at;
}

void RtlAccount::step(Cycle cycle, const RtlActivity& rtl, Cycle iact_offer, Cycle psum_offer,
                      StallSink& told) {
  // A slot is followed by clocked cycles: another one, or the mark that its chunk is done.
  if (cycle > last_ + 1) slots_ = {};
  const Cycle back = pipeline_.to_macs;
  if (cycle >= back) settle(cycle - back, slots_[slots_.size() - back], rtl, told);
  slots_[0] = slots_[1];
  slots_[1] = {rtl.fire, rtl.first, rtl.place, rtl.bank};
  last_ = cycle;
  // Only now: it is later than anything that a chunk that begins has waited for.
  note(cycle + 1, rtl, iact_offer, psum_offer);
}

void RtlAccount::settle(Cycle cycle, const Slot& slot, const RtlActivity& macs, StallSink& told) {
  if (slot.fire && slot.first) chunk_begins(cycle, slot, told);
  examined_ = examined_ || slot.fire;
  if (macs.valid) {
    spend(class_of(macs, pipeline_.simd), cycle + 1, 0, told);
  } else if (slot.fire) {
    spend(Stall::examine, cycle + 1, 0, told);
  }
}

void RtlAccount::chunk_begins(Cycle cycle, const Slot& slot, StallSink& told) {
  const Epoch& epoch = epochs_[slot.place];
  const Chunk& chunk = chunks_[chunks_begun_++ % kChunks];
  const Bank& bank = banks_[slot.bank];
  spend(Stall::not_mapped, std::min(empty_retired_, cycle), 0, told);
  const Moment last = hw::latest({{epoch.complete + pipeline_.front, Stall::wait_weight},
                                  {chunk.complete + pipeline_.front, Stall::wait_iact},
                                  {bank.free, Stall::wait_psum_out}});
  if (last.stall == Stall::wait_weight) {
    spend(Stall::wait_weight, epoch.complete, epoch.burst, told);
  } else if (last.stall == Stall::wait_iact) {
    spend(Stall::wait_weight, chunk.weights_known, epoch.burst, told);
    spend(Stall::wait_iact, chunk.complete, chunk.burst, told);
  } else {
    drained(bank, told);
  }
  spend(Stall::pipeline, cycle, 0, told);
}

/// A chunk in a bank was done, offered when psums from below were there, and left. No older burst
/// was on the port: the chunk examined last began after that.
void RtlAccount::drained(const Bank& bank, StallSink& told) {
  spend(Stall::pipeline, bank.done, 0, told);
  spend(Stall::wait_psum_in, bank.psum_offer, bank.burst, told);
  spend(Stall::wait_psum_out, bank.free, bank.burst, told);
}

void RtlAccount::end(Cycle at, StallSink& told) {
  if (examined_) {
    const bool swapped = banks_[1].free < banks_[0].free;
    drained(banks_[swapped ? 1 : 0], told);
    drained(banks_[swapped ? 0 : 1], told);
    spend(Stall::not_mapped, std::min(empty_retired_, at), 0, told);
    spend(Stall::imbalance, at, 0, told);
  } else {
    spend(Stall::not_mapped, at, 0, told);
  }
  told.spend(open_);
}

// --- moments -------------------------------------------------------------------------------------

/// `next`: the cycle after the one shown, in which what it does is there.
void RtlAccount::note(Cycle next, const RtlActivity& rtl, Cycle iact_offer, Cycle psum_offer) {
  if (rtl.chunks) epochs_[rtl.writing].known = next;
  if (rtl.finish) {
    epochs_[rtl.writing].complete = next;
    epochs_[rtl.writing].burst = weight_bursts_++;
  }
  if (rtl.pass_ends || rtl.idle_ends) empty_retired_ = next;
  if (rtl.head) {
    const Cycle known = epochs_[rtl.rx].known;
    coming_weights_known_ = iact_offer < known ? known : 0;
  }
  if (rtl.commit) {
    chunks_[chunks_complete_ % kChunks] = {coming_weights_known_, next, chunks_complete_};
    ++chunks_complete_;
  }
  for (unsigned b = 0; b < banks_.size(); ++b)
    if (((rtl.done >> b) & 1U) != 0) banks_[b].done = next;
  if (!rtl.move || rtl.pass) return;
  Bank& bank = banks_[rtl.drain];
  if (rtl.first_beat) {
    bank.psum_offer = psum_offer;
    bank.burst = chunks_left_++;
  }
  if (rtl.last_beat) bank.free = next;
}

/// Cycles up to `to`, none when they are in a class already.
void RtlAccount::spend(Stall stall, Cycle to, std::uint32_t burst, StallSink& told) {
  if (to <= until_) return;
  if (stall != open_.stall || burst != open_.burst) {
    if (open_.to > open_.from) told.spend(open_);
    open_ = {stall, until_, to, burst};
  }
  open_.to = until_ = to;
}

}  // namespace uvea::cosim
