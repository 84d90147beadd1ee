#pragma once
// What a PE that is given certain bursts counts, whoever does the work: MACs, SPad accesses, and
// how many psums each chunk has. Needs no time.

#include <deque>
#include <memory>

#include "hw/pe/pe_core.h"
#include "tlm/burst.h"

namespace uvea::cosim {

class WorkCounter {
 public:
  explicit WorkCounter(const hw::ChipConfig& config)
      : config_(config), core_(hw::make_pe_core(config.pe)) {}

  void configure(const hw::PeSettings& settings);
  /// Bursts in the order in which the PE takes them. Return what is wrong with one, or nothing.
  std::string take_weights(const std::vector<std::uint32_t>& words);
  std::string take_iacts(const std::vector<std::uint32_t>& words);
  /// The next iact burst is an idle epoch's: it will not be kept.
  bool drops_iacts() const;
  /// The psum burst that leaves next: its size, or 0 when it passes through.
  std::size_t next_psums() const;
  /// Of a burst that does not pass through: psums from below are added to it.
  bool next_adds_below() const;
  void psums_left();

  /// All that it was given has been worked off.
  bool is_done() const { return epochs_.empty(); }
  /// What it cannot go on without: weights when it has none.
  link::DataType next_needed() const;

  const hw::CounterSink& counters() const { return counters_; }

 private:
  struct Epoch {
    hw::WeightTile tile;
    std::uint32_t chunks_to_take = 0, bursts_to_leave = 0;
  };
  void drop_finished();

  const hw::ChipConfig& config_;
  hw::PeSettings settings_;
  const std::unique_ptr<hw::PeCore> core_;
  hw::CounterSink counters_;
  std::deque<std::unique_ptr<Epoch>> epochs_;
  std::deque<std::size_t> chunk_psums_;  ///< of chunks that have not left
  std::vector<std::int32_t> psums_;
  hw::ChunkTiming timing_;
};

}  // namespace uvea::cosim
