#include "tb/tests/chip/psum_scoreboard.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace uvea::test {

using hw::RouterPort;

namespace {

constexpr std::uint32_t kNone = ~std::uint32_t{0};  // no source has this number

}  // namespace

hw::RouterCluster& routers_of(hw::Cluster& cluster) {
  return dynamic_cast<hw::RouterCluster&>(cluster.node);
}

PsumScoreboard::PsumScoreboard(hw::Chip& chip, const hw::ChipConfig& config,
                               const mapper::Mapping& mapping)
    : config_(config) {
  for (int c = 0; c < config.mesh.cols; ++c) {
    for (int r = 0; r < config.mesh.rows; r += mapping.chain) {
      const int chain = std::min(mapping.chain, config.mesh.rows - r);
      for (int x = 0; x < config.cluster.pe_cols; ++x)
        watch_column(chip, r, chain, c, static_cast<std::size_t>(x));
    }
  }
}

BurstTap* PsumScoreboard::tap(BurstTap::Body body) {
  taps_.push_back(std::make_unique<BurstTap>(std::move(body)));
  return taps_.back().get();
}

int PsumScoreboard::add_point(link::StreamIn& in, int from) {
  const int place = ledger_.add_place(in.name());
  next_.push_back(-1);
  if (from >= 0) next_.at(static_cast<std::size_t>(from)) = place;
  in.observe(tap([this, place](const link::Burst& burst) {
               ledger_.arrive(place, burst);
               const int next = next_[static_cast<std::size_t>(place)];
               if (next >= 0) ledger_.expect(next, burst);
             }),
             0);
  return place;
}

void PsumScoreboard::start(link::StreamOut& out, std::uint32_t source, std::uint32_t passing,
                           int next) {
  const std::string name = out.name();
  out.observe(tap([this, source, passing, next, name](const link::Burst& burst) {
                if (burst.source == passing) return;
                if (burst.source != source)
                  ledger_.fault(name + " sends a burst of source " + std::to_string(burst.source) +
                                ", its own number is " + std::to_string(source));
                std::uint64_t& serial = serials_[source];
                if (burst.serial != serial)
                  ledger_.fault(name + " sends burst " + std::to_string(burst.serial) + ", " +
                                std::to_string(serial) + " is due");
                serial = burst.serial + 1;
                ledger_.expect(next, burst);
              }),
              0);
}

void PsumScoreboard::watch_column(hw::Chip& chip, int first_row, int chain, int col,
                                  std::size_t x) {
  hw::Cluster& first = chip.cluster(first_row, col);
  const int at_bank = add_point(routers_of(first).psum[x]->in(RouterPort::local), -1);
  int last = at_bank;
  int after_bottom_pe = -1;
  for (int k = 0; k < chain; ++k) {
    hw::Cluster& cluster = chip.cluster(first_row + k, col);
    if (k > 0) {
      last = add_point(routers_of(cluster).psum[x]->in(RouterPort::north), last);
      links_.push_back(last);
    }
    const auto columns = routers_of(cluster).psum.size();
    for (std::size_t pe = x; pe < cluster.pes.pes().size(); pe += columns) {
      last = add_point(cluster.pes.pes()[pe]->psum_in, last);
      if (k == 0 && pe == columns + x) after_bottom_pe = last;
    }
    last = add_point(routers_of(cluster).psum[x]->in(RouterPort::pe), last);
    if (after_bottom_pe < 0) after_bottom_pe = last;  // a cluster with one row of PEs
  }
  hw::Cluster& end = chip.cluster(first_row + chain - 1, col);
  ends_.push_back(add_point(*end.psum_glb.from_router[x], last));
  // Numbers of the sources of a cluster: PEs, iact banks, psum banks (hw/cluster/cluster.h).
  const auto cluster = static_cast<std::uint32_t>(first_row * config_.mesh.cols + col);
  const std::uint32_t pe =
      cluster * hw::Cluster::source_ids(config_) + static_cast<std::uint32_t>(x);
  const auto pes = static_cast<std::uint32_t>(first.pes.pes().size());
  const std::uint32_t bank = pe + pes + static_cast<std::uint32_t>(config_.glb.iact_banks);
  start(*first.psum_glb.to_router[x], bank, kNone, at_bank);
  start(first.pes.pe(0, static_cast<int>(x)).psum_out, pe, bank, after_bottom_pe);
}

std::size_t PsumScoreboard::delivered() const {
  return std::accumulate(
      ends_.begin(), ends_.end(), std::size_t{0},
      [this](std::size_t n, int place) { return n + ledger_.arrived_at(place); });
}

std::size_t PsumScoreboard::crossed() const {
  return std::accumulate(
      links_.begin(), links_.end(), std::size_t{0},
      [this](std::size_t n, int place) { return n + ledger_.arrived_at(place); });
}

}  // namespace uvea::test
