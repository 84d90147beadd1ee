#pragma once
// The model's PE as a SystemC block: streams, SPad occupancy and moments around the core of a kind
// (sparse_pe.h, dense_pe.h).
//
// Ports      hw/pe/pe.h
// Handshake  burst level: a burst is accepted from the cycle on at which all of it fits the SPads.
//            psum_out is offered when the chunk is done and, where psums come in, those are
//            offered: a chain of PEs passes a chunk through in lock-step, two psums a cycle, no
//            latency.
// Timing     docs/pe_timing.md, cycle by cycle. No process of its own: each call states moments
//            that may lie ahead, so the PE needs no event. What it answers depends on the stated
//            cycles only, not on when in simulated time it is told.
// Errors     a malformed burst or an overfull SPad is an SC_REPORT_ERROR with instance path.

#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <vector>

#include "hw/pe/epochs.h"
#include "hw/pe/iact_space.h"
#include "hw/pe/pe.h"
#include "hw/pe/pe_core.h"
#include "hw/pe/ring.h"

namespace uvea::hw {

class ModelPe : public Pe {
 public:
  ModelPe(const sc_core::sc_module_name& name, const PePlace& place, const ChipConfig& config,
          const link::Clock& clock, link::BurstPool& pool, std::uint32_t source_id,
          std::unique_ptr<PeCore> core);

  void watch(link::Probe* probe) override;
  void close_layer(link::Cycle end) override;
  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;
  Wait needs_for(const std::string& taker) const override;

 protected:
  // For a PE that differs in its handshake.
  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override;
  void on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) override;
  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;

 private:
  struct Tile {
    std::vector<std::int32_t> psums;
    link::Cycle done = 0;
    bool psum_in = false;
  };
  struct Offer {
    link::Payload* payload = nullptr;
    link::Cycle at = 0;
  };
  /// How a chunk's psums left their bank.
  struct Drain {
    link::Cycle done = 0;      ///< the chunk was done
    Moment offered;            ///< and offered, and what that waited for
    Place from = Place::none;  ///< where psums that were waited for came from
    link::Cycle memory = 0;    ///< the output stage waited for the DRAM until then
    link::Cycle first_beat = 0, end = 0;
  };
  /// The burst on psum_out from its offer until its beats are settled.
  struct Sending {
    link::Payload* payload = nullptr;
    Drain drain;
    bool own = false;       ///< made here, not come in from below
    bool passing = false;   ///< of a null epoch
    bool accepted = false;  ///< ready is known, the first beat is not
  };

  void configure(const LayerCommand& command, const Schedule& schedule) override;

  void pump();
  bool run_chunks();
  bool send_psums();
  bool answer_offers();
  std::optional<link::Cycle> try_iact(unsigned port, const Offer& offer);
  std::optional<link::Cycle> try_weight(const Offer& offer);
  void iacts_arrived(const link::Burst& burst, link::Cycle first_beat);
  void weights_arrived(const link::Burst& burst, link::Cycle first_beat);
  bool passing() const;  ///< a null epoch's turn: all older psums are out
  bool add_own_psums(link::Burst& burst);
  link::Payload& own_burst();
  void psums_accepted(link::Cycle ready);
  void psums_settled(link::Cycle first_beat);
  void reset();
  /// Spends the cycles until a chunk's first slot; `drained`: what its psum bank waited for, if it
  /// did.
  void account_wait(const Epoch& epoch, const ArrivedChunk& chunk, const Drain* drained,
                    link::Cycle start);
  void account_work();
  void account_drain(const Drain& drain);

  link::BurstPool& pool_;
  const std::uint32_t source_id_;
  std::uint64_t serial_ = 0;
  PeSettings settings_;
  const std::unique_ptr<PeCore> core_;
  const PeStages stages_;

  // weights
  Epochs epochs_;
  Offer weight_offer_;
  link::Cycle weight_port_free_ = 0;

  // iacts
  IactSpace space_;
  std::vector<Offer> iact_offers_;
  int iact_offers_open_ = 0;  ///< of those, not yet answered
  link::Cycle iact_port_free_ = 0;
  link::Cycle iact_offered_ = 0;  ///< of the burst that was accepted last
  Epoch* iact_epoch_ = nullptr;   ///< of the burst that was accepted last
  bool mid_row_ = false;

  // pipeline
  link::Cycle scan_free_ = 0, issue_free_ = 0;
  int psum_banks_ = 1, psum_banks_used_ = 0;
  Ring<Drain> drains_;  ///< each frees a psum bank
  ChunkTiming timing_;

  // psum streams
  Ring<Tile> tiles_;
  Offer psum_in_offer_;
  Sending sending_;
  link::Cycle psum_out_free_ = 0;
  bool in_psum_offer_ = false;
  std::optional<link::Cycle> psum_in_reply_;

  bool pumping_ = false, again_ = false;
};

}  // namespace uvea::hw
