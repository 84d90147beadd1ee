#pragma once
// What the DMA tells a probe. There is one only while it is watched.
//
// Tracks     reads, writes  transactions from BEGIN_REQ (where there is a link, from its first cycle
//                           on) to their answer, words = bytes
//            data           their bytes, in the cycle of the answer
//            outstanding    transactions under way
//            dram_port      free, or requesting: BEGIN_REQ was given and END_REQ has not come
//            at each server: requests, outstanding (tlm/mem_sockets.h), and in_flight, the
//            transactions in the port's window
// Relations  a request that reads was made from its transactions, a transaction that writes from its
//            requests. The payload carries the transaction's item (tlm/item_tag.h).

#include <string>
#include <vector>

#include "tlm/clock.h"
#include "tlm/item_tag.h"
#include "tlm/item_track.h"
#include "tlm/probe.h"

namespace uvea::hw {

class DmaWatch {
 public:
  DmaWatch(link::Probe& probe, const std::string& path, std::size_t servers);

  /// A transaction of a server is given to the DRAM; its payload is tagged.
  void issued(::tlm::tlm_generic_payload& transaction, std::size_t server, link::Cycle at);
  void answered(const ::tlm::tlm_generic_payload& transaction, std::size_t server, link::Cycle at);
  /// It is, or was, for this request.
  void serves(const ::tlm::tlm_generic_payload& transaction, const link::Probe::Item& request);
  /// The DRAM port waited for END_REQ.
  void waited(link::Cycle from, link::Cycle to);

 private:
  using Track = link::Probe::Track;
  link::Probe& probe_;
  link::ItemTrack reads_, writes_;
  Track data_, outstanding_, port_;
  struct Server {
    Track in_flight;
    std::int64_t open = 0;
  };
  std::vector<Server> servers_;
  std::uint64_t serial_ = 0;
  std::int64_t open_ = 0;
};

}  // namespace uvea::hw
