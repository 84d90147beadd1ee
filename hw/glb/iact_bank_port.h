#pragma once
// The port of an iact bank, or of the off-chip FIFO behind it: one word a cycle, in or out.
//
// Ports      out    to the bank's iact router
// Function   offers a burst to the router as soon as there is one; writes arrived rows into the
//            bank while there is none, or while the one that is offered waits for its receivers.
// Timing     one word a cycle; reads before writes, which are looked at anew every
//            port.iact_write_words words. One event per burst or piece, and one
//            for a burst that waits where rows may be written.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <systemc>

#include "hw/block/resource.h"
#include "hw/glb/iact_fetcher.h"
#include "hw/glb/iact_glb_watch.h"
#include "tlm/stream_sockets.h"

namespace uvea::hw {

/// Where a port gets its bursts from.
class IactBurstSource {
 public:
  virtual ~IactBurstSource() = default;
  /// The next burst of a bank, with a reference for its taker; null when there is none as yet.
  virtual link::Payload* next(std::size_t bank) = 0;
  /// It has started.
  virtual void sent(std::size_t bank) = 0;
  /// A row is in the bank, or will be when the port is free.
  virtual void written(std::size_t bank) = 0;
};

class IactBankPort : private link::BurstSender {
 public:
  /// Part of the module that is being built.
  IactBankPort(std::size_t bank, const PortConfig& config, const link::Clock& clock,
               IactBurstSource& source);

  link::StreamOut out;

  /// Who is told what it does, or nobody.
  void watch(IactGlbWatch* watch) { watch_ = watch; }
  /// A new layer: nothing was moved yet; rows will be written, or none.
  void begin(bool writes);
  /// Looks for something to do in this cycle.
  void wake() { wake_.notify(sc_core::SC_ZERO_TIME); }
  /// A row to be written into the bank; can be sent when that is done.
  void write(IactRow& row) { writes_.push_back(&row); }

  link::Cycle free() const { return free_; }  ///< the first cycle in which nothing moves
  /// A burst is offered and has not started, since when.
  bool offers() const { return offered_ != nullptr; }
  link::Cycle offered_at() const { return offered_at_; }
  bool has_writes() const { return !writes_.empty(); }
  std::uint64_t words_written() const { return written_; }  ///< in this layer
  /// Cycles in which words moved, and in which a burst stood there and none did.
  Resource resource(const char* kind) const;

 private:
  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;

  void run();
  void try_read();
  void try_write();
  void start();

  const std::size_t bank_;
  const std::size_t write_words_;
  const link::Clock& clock_;
  IactBurstSource& source_;
  sc_core::sc_event wake_;
  link::Cycle free_ = 0;
  bool may_write_ = false;
  link::Payload* offered_ = nullptr;
  std::optional<link::Cycle> ready_;  ///< of the offered burst's receivers, once it is known
  link::Journey before_;              ///< of the data that came last for what was offered so far
  link::Cycle offered_at_ = 0;
  std::deque<IactRow*> writes_;
  std::size_t front_written_ = 0;  ///< words of the front one
  // of the layer
  std::uint64_t read_ = 0, written_ = 0, held_ = 0;
  std::uint64_t written_before_ = 0;  ///< when the burst was offered
  IactGlbWatch* watch_ = nullptr;
};

}  // namespace uvea::hw
