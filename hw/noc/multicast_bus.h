#pragma once
// One bus of Eyeriss v1's flat multicast NoC: every burst of its data type crosses it, one after
// another, and reaches at once all the PEs whose tags match.
//
// Parameters bus_bits    what crosses the bus in a cycle
// Function   grants the bus to bursts whose receivers are all ready: who was ready first, of equals
//            the sender with the lower number. A burst whose values take longer than its words is
//            spread (Burst::gaps); a wide bus carries several bursts in a cycle.
// Timing     granted from the cycle in which it is free; all bursts together get bus_bits a cycle,
//            exactly, one cycle at least. Tags and headers travel beside the values.
// Source     JSSC 2017: a Y-bus and X-buses with (row, column) tags.

#include <cstdint>
#include <set>
#include <systemc>
#include <tuple>

#include "hw/block/block.h"
#include "hw/block/port_track.h"
#include "tlm/burst.h"

namespace uvea::hw {

/// Who has something to send over a bus.
class BusClient {
 public:
  virtual ~BusClient() = default;
  /// The burst offered at `port` has the bus from `at` on.
  virtual void on_grant(unsigned port, link::Payload& payload, link::Cycle at) = 0;
};

class MulticastBus : public Block {
 public:
  MulticastBus(const sc_core::sc_module_name& name, int bus_bits, const link::Clock& clock);

  /// A burst that can start from `ready` on and has values of so many bits. Granted exactly once.
  void request(BusClient& client, unsigned port, link::Payload& payload, std::uint64_t bits,
               link::Cycle ready);

  Wait waiting_for() const override;
  std::vector<std::string> leftovers() const override;
  void use(std::vector<Resource>& resources) const override;
  void clear_counts() override;
  void watch(link::Probe* probe) override;
  void tell_rest(link::Cycle end) override;

 private:
  struct Request {
    link::Cycle ready = 0;
    std::uint32_t source = 0;
    std::uint64_t number = 0;  ///< of equals the older one
    BusClient* client = nullptr;
    unsigned port = 0;
    link::Payload* payload = nullptr;
    std::uint64_t bits = 0;
    bool operator<(const Request& other) const {
      return std::tie(ready, source, number) < std::tie(other.ready, other.source, other.number);
    }
  };

  void grant();
  /// The first cycle in which a burst may start.
  link::Cycle free() const { return bits_ / bus_bits_; }

  const std::uint64_t bus_bits_;
  const link::Clock& clock_;
  sc_core::sc_event wake_;
  std::set<Request> waiting_;
  std::uint64_t requests_ = 0;
  std::uint64_t bits_ = 0;  ///< bus_bits_ a cycle since the beginning of time: taken up to here
  // of the layer
  std::uint64_t carried_ = 0;  ///< bits
  std::uint64_t held_ = 0;     ///< cycles in which a burst waited, however many
  link::Cycle held_to_ = 0;
  std::unique_ptr<PortTrack> track_;  ///< null when no probe watches
};

}  // namespace uvea::hw
