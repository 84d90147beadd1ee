#pragma once
// A PE cluster: pe_rows x pe_cols PEs and the wires between them.
//
// Ports      iact[b]    from iact router b; reaches all PEs, those in the burst's PE set take it
//            weight[r]  from weight router r; reaches PE row r, those in the set take it
//            psum_in[x], psum_out[x]  bottom and top PE of column x; the PEs of a column are
//            chained
// Timing     wires: no delay. A burst is ready when all receiving PEs are.
// Tracks     a wire's held_by_pe: while a burst stands before the wire, the PE that was the last to be
//            ready. At <router>.pe when a router of the cluster sends to it and to no other wire, else
//            at the wire's own path

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "hw/pe/pe.h"

namespace uvea::hw {

/// Wires from one source to the PEs in a burst's set.
class FanOut : public link::BurstReceiver, public link::BurstSender {
 public:
  FanOut(const std::string& name, const link::Clock& clock);

  link::StreamIn in;
  /// A wire to PE number `pe`; to be bound to that PE's socket.
  link::StreamOut& add(int pe);
  bool waiting() const { return pending_ > 0; }
  /// Of a burst that waits: instance path of the first PE that has not said when it is ready.
  std::string holder() const;
  const std::string& name() const { return name_; }
  /// Null: nobody. Before the simulation begins, or between two layers. `at`: path of the track.
  void watch(link::Probe* probe, const std::string& at);

 private:
  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override;
  void on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) override;
  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;
  void became_ready(std::size_t wire, link::Cycle ready);

  std::string name_;
  const link::Clock& clock_;
  std::vector<int> pe_;
  std::vector<std::unique_ptr<link::StreamOut>> out_;
  std::vector<std::uint8_t> owes_;  ///< by wire: has not said yet when it is ready
  int pending_ = 0;
  link::Cycle offered_ = 0, ready_ = 0;
  std::size_t slowest_ = 0;  ///< the wire that was the last to be ready
  link::Cycle moved_ = 0;    ///< end of the burst before
  link::Probe* probe_ = nullptr;
  link::Probe::Track held_by_ = link::Probe::kNone;
};

class PeCluster : public sc_core::sc_module {
 public:
  /// `row`, `col`: the cluster's place in the mesh.
  PeCluster(const sc_core::sc_module_name& name, const ChipConfig& config, const link::Clock& clock,
            link::BurstPool& pool, int row, int col, std::uint32_t first_source_id,
            const PeFactory& make_pe);

  link::StreamIn& iact(int router) { return iact_[static_cast<std::size_t>(router)]->in; }
  link::StreamIn& weight(int row) { return weight_[static_cast<std::size_t>(row)]->in; }
  link::StreamIn& psum_in(int col) { return pe(0, col).psum_in; }
  link::StreamOut& psum_out(int col) { return pe(rows_ - 1, col).psum_out; }

  /// Row 0 is the bottom: psums enter there.
  Pe& pe(int row, int col) { return *pes_[static_cast<std::size_t>(row * cols_ + col)]; }
  const std::vector<std::unique_ptr<Pe>>& pes() const { return pes_; }
  /// Of the wires; the PEs are asked themselves.
  std::vector<std::string> leftovers() const;
  /// Wires on which a burst waits: who sends it, and the PE that it waits for.
  struct HeldWire {
    std::string sender, holder;  ///< instance paths
  };
  std::vector<HeldWire> held_wires() const;
  /// Of the wires; the PEs are watched themselves.
  void watch(link::Probe* probe);

 private:
  int rows_, cols_;
  std::vector<std::unique_ptr<Pe>> pes_;
  std::vector<std::unique_ptr<FanOut>> iact_, weight_;
};

}  // namespace uvea::hw
