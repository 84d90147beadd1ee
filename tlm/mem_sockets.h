#pragma once
// Memory request sockets inside the chip: a client asks the DMA for any byte range, the DMA answers
// when all of it is there (read) or written (write).
//
// Two phases over generic payloads: BEGIN_REQ (forward, answered TLM_ACCEPTED) and BEGIN_RESP
// (backward, answered TLM_COMPLETED). Any number of requests may be under way.

#include <cstdint>
#include <memory>
#include <string>
#include <tlm>
#include <vector>

#include "tlm/item_track.h"
#include "tlm/journey.h"
#include "tlm/payload_pool.h"
#include "tlm/probe.h"
#include "tlm/stream_sockets.h"

namespace uvea::link {

/// The data of a request and the client's own tag.
class MemData : public ::tlm::tlm_extension<MemData> {
 public:
  std::vector<std::uint8_t> bytes;
  std::uint64_t tag = 0;
  Cycle mark = 0;             ///< the server's own note
  std::uint64_t missing = 0;  ///< bytes not yet answered, the server's note
  Probe::Item item;           ///< the request, where a probe watches
  Journey way;  ///< asked, queued, issued, answered and latency of what was answered last

  void reset() {
    bytes.clear();
    tag = 0;
    mark = 0;
    missing = 0;
    way = Journey{};
  }
  ::tlm::tlm_extension_base* clone() const override { return new MemData(*this); }
  void copy_from(const ::tlm::tlm_extension_base& other) override {
    *this = static_cast<const MemData&>(other);
  }
};

inline MemData& mem_data_of(const Payload& payload) { return *payload.get_extension<MemData>(); }

using MemPool = PayloadPool<MemData>;

class MemResponseHandler {
 public:
  virtual ~MemResponseHandler() = default;
  /// The request is done; its data are in mem_data_of(payload). Released by the socket afterwards.
  virtual void on_response(Payload& payload) = 0;
};

class MemRequestHandler {
 public:
  virtual ~MemRequestHandler() = default;
  virtual void on_request(unsigned port, Payload& payload) = 0;
};

class MemServer;

/// Client side: owns its pool of requests.
class MemClient : public ::tlm::tlm_initiator_socket<32, StreamTypes>,
                  private ::tlm::tlm_bw_transport_if<StreamTypes> {
 public:
  MemClient(const std::string& name, MemResponseHandler& owner);

  using tlm_initiator_socket::bind;
  void bind(MemServer& server);
  /// Instance path of the block that serves it; empty when it is not bound.
  std::string peer() const;

  void read(std::uint64_t address, std::size_t bytes, std::uint64_t tag);
  void write(std::uint64_t address, const std::vector<std::uint8_t>& bytes, std::uint64_t tag);
  std::size_t outstanding() const { return pool_.outstanding(); }

 private:
  void send(Payload& payload, ::tlm::tlm_command command, std::uint64_t address);
  ::tlm::tlm_sync_enum nb_transport_bw(Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) override;
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}

  MemResponseHandler& owner_;
  MemServer* server_ = nullptr;
  MemPool pool_;
};

/// Server side, one per client. Watched, it tells a probe "requests" (words: bytes) and how many are
/// "outstanding".
class MemServer : public ::tlm::tlm_target_socket<32, StreamTypes>,
                  private ::tlm::tlm_fw_transport_if<StreamTypes> {
 public:
  MemServer(const std::string& name, MemRequestHandler& owner, unsigned port);

  void respond(Payload& payload);
  /// Instance path of the block that it serves; empty when none is bound.
  std::string peer() const;
  /// Requests are items of source Probe::kRequests + port. Null: nobody watches.
  void watch(Probe* probe, const Clock& clock);

 private:
  ::tlm::tlm_sync_enum nb_transport_fw(Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) override;
  void b_transport(Payload& payload, sc_core::sc_time& delay) override;
  bool get_direct_mem_ptr(Payload&, ::tlm::tlm_dmi&) override { return false; }
  unsigned transport_dbg(Payload&) override { return 0; }

  struct Watch {
    Probe& probe;
    const Clock& clock;
    ItemTrack requests;
    Probe::Track outstanding = Probe::kNone;
    std::uint64_t serial = 0;
    std::int64_t open = 0;
  };
  void tell_outstanding(std::int64_t change);

  MemRequestHandler& owner_;
  unsigned port_;
  const MemClient* client_ = nullptr;
  std::unique_ptr<Watch> watch_;

  friend class MemClient;
};

}  // namespace uvea::link
