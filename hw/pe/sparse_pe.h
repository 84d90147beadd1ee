#pragma once
// The sparse PE as a SystemC block: streams, SPad occupancy and moments around PeCore.
//
// Ports      hw/pe/pe.h
// Handshake  burst level: a burst is accepted from the cycle on at which all of it fits the SPads.
//            psum_out is offered when the chunk is done and, where psums come in, those are
//            offered: a chain of PEs passes a chunk through in lock-step, two psums a cycle, no
//            latency.
// Timing     cycle-exact contract in docs/timing.md. No process of its own: each call states
// moments
//            that may lie ahead, so the PE needs no event.
// Errors     a malformed burst or an overfull SPad is an SC_REPORT_ERROR with instance path.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <vector>

#include "hw/pe/pe.h"

namespace uvea::hw {

class SparsePe : public Pe {
 public:
  SparsePe(const sc_core::sc_module_name& name, const ChipConfig& config, const link::Clock& clock,
           link::BurstPool& pool, std::uint32_t source_id);

  const PeCounters& counters() const override { return counters_; }
  std::vector<std::string> leftovers() const override;
  std::string waiting_for() const override;

 private:
  struct Epoch {
    WeightTile tile;
    link::Cycle ready = 0;
    std::uint32_t chunks_taken = 0;  ///< accepted on the iact side
    std::uint32_t rows_begun = 0;
    std::uint32_t chunks_done = 0;
    link::Cycle idle_until = 0;  ///< idle epochs: end of the last dropped burst
    std::deque<std::pair<IactChunk, link::Cycle>> chunks;  ///< with arrival of the last word
  };
  struct Tile {
    std::vector<std::int32_t> psums;
    link::Cycle done = 0;
    bool psum_in = false;
  };
  struct Offer {
    link::Payload* payload = nullptr;
    link::Cycle at = 0;
  };

  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override;
  void on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) override;
  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;
  void on_command(const std::uint8_t* descriptor) override;

  void pump();
  bool run_chunks();
  bool send_psums();
  bool retire_epochs();
  bool answer_offers();
  std::optional<link::Cycle> try_iact(const Offer& offer);
  std::optional<link::Cycle> try_weight(const Offer& offer);
  Epoch* receiving_epoch();
  bool forwarding() const;  ///< the current epoch is null and all earlier psums are out
  void psums_accepted(link::Cycle ready);
  void fault(const std::string& what) const;

  const ChipConfig& config_;
  const link::Clock& clock_;
  link::BurstPool& pool_;
  const std::uint32_t source_id_;
  std::uint64_t serial_ = 0;
  PeSettings settings_;
  PeCore core_;
  PeCounters counters_;

  // weight SPads
  std::deque<std::unique_ptr<Epoch>> epochs_;
  std::vector<std::unique_ptr<Epoch>> spare_epochs_;
  int weight_buffers_ = 1;
  int weight_buffers_used_ = 0;
  std::deque<link::Cycle> weight_releases_;
  Offer weight_offer_;
  link::Cycle weight_port_free_ = 0;

  // iact SPads
  std::vector<Offer> iact_offers_;
  int iact_entries_used_ = 0, iact_segments_used_ = 0;
  std::deque<SegmentRelease> iact_releases_;
  link::Cycle iact_port_free_ = 0;
  bool mid_row_ = false;

  // pipeline
  link::Cycle scan_free_ = 0, issue_free_ = 0;
  int psum_banks_ = 1, psum_banks_used_ = 0;
  std::deque<link::Cycle> psum_releases_;

  // psum streams
  std::deque<Tile> tiles_;
  Offer psum_in_offer_;
  link::Payload* psum_sending_ = nullptr;  ///< offered on psum_out, not yet accepted
  bool sending_own_ = false;               ///< psum_sending_ was made here
  bool sending_forward_ = false;           ///< psum_sending_ passes through unchanged
  link::Cycle psum_out_free_ = 0;
  bool in_psum_offer_ = false;
  std::optional<link::Cycle> psum_in_reply_;
  std::vector<std::vector<std::int32_t>> spare_psums_;

  bool pumping_ = false, again_ = false;
  ChunkTiming timing_;
};

}  // namespace uvea::hw
