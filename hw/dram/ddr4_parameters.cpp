#include "hw/dram/ddr4_parameters.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace uvea::hw {
namespace {

int positive(int value, const char* field) {
  if (value < 1) throw std::invalid_argument(std::string("dram.") + field + " must be at least 1");
  return value;
}

// Whole clocks; the millionth forgives the binary fractions of the quotient.
Tick clocks(double ns, double tck_ns, const char* field) {
  if (!(ns >= 0))
    throw std::invalid_argument(std::string("dram.") + field + " must not be negative");
  return static_cast<Tick>(std::ceil(ns / tck_ns - 1e-6));
}

}  // namespace

Ddr4Parameters::Ddr4Parameters(const DramConfig& c) {
  if (!(c.tck_ns >= 0.001)) throw std::invalid_argument("dram.tck_ns must be at least 0.001");
  if (c.reorder_limit < 0) throw std::invalid_argument("dram.reorder_limit must not be negative");
  if (c.trtw_gap_clocks < 0) {
    throw std::invalid_argument("dram.trtw_gap_clocks must not be negative");
  }
  tck = Picoseconds(std::llround(c.tck_ns * 1000));
  rcd = clocks(c.trcd_ns, c.tck_ns, "trcd_ns");
  rp = clocks(c.trp_ns, c.tck_ns, "trp_ns");
  cl = clocks(c.tcl_ns, c.tck_ns, "tcl_ns");
  cwl = clocks(c.tcwl_ns, c.tck_ns, "tcwl_ns");
  ras = clocks(c.tras_ns, c.tck_ns, "tras_ns");
  faw = clocks(c.tfaw_ns, c.tck_ns, "tfaw_ns");
  rrd_l = clocks(c.trrd_ns, c.tck_ns, "trrd_ns");
  rrd_s = clocks(c.trrd_s_ns, c.tck_ns, "trrd_s_ns");
  wr = clocks(c.twr_ns, c.tck_ns, "twr_ns");
  wtr_l = clocks(c.twtr_ns, c.tck_ns, "twtr_ns");
  wtr_s = clocks(c.twtr_s_ns, c.tck_ns, "twtr_s_ns");
  ccd_l = clocks(c.tccd_ns, c.tck_ns, "tccd_ns");
  rtp = clocks(c.trtp_ns, c.tck_ns, "trtp_ns");
  rtw_gap = c.trtw_gap_clocks;
  refi = clocks(c.trefi_ns, c.tck_ns, "trefi_ns");
  rfc = clocks(c.trfc_ns, c.tck_ns, "trfc_ns");
  // Else no column command would ever come between two refreshes.
  if (refi <= rfc + rcd) {
    throw std::invalid_argument("dram.trefi_ns must be greater than dram.trfc_ns + dram.trcd_ns");
  }
  burst = (positive(c.burst_length, "burst_length") + 1) / 2;
  channels = static_cast<std::uint64_t>(positive(c.channels, "channels"));
  groups = static_cast<std::uint64_t>(positive(c.bank_groups, "bank_groups"));
  banks_per_group = static_cast<std::uint64_t>(positive(c.banks_per_group, "banks_per_group"));
  burst_bytes = static_cast<std::uint64_t>(c.burst_length) *
                static_cast<std::uint64_t>(positive(c.bus_bytes, "bus_bytes"));
  const auto row_bytes = static_cast<std::uint64_t>(positive(c.row_bytes, "row_bytes"));
  if (row_bytes % burst_bytes != 0) {
    throw std::invalid_argument("dram.row_bytes must be a multiple of bus_bytes * burst_length");
  }
  bursts_per_row = row_bytes / burst_bytes;
  queue_depth = static_cast<std::size_t>(positive(c.queue_depth, "queue_depth"));
  reorder_limit = c.reorder_limit;
}

DramLocation locate(const Ddr4Parameters& p, std::uint64_t burst_number) {
  DramLocation at{};
  at.channel = burst_number % p.channels;
  burst_number /= p.channels;
  at.group = burst_number % p.groups;
  burst_number /= p.groups;
  at.column = burst_number % p.bursts_per_row;
  burst_number /= p.bursts_per_row;
  at.bank = burst_number % p.banks_per_group;
  at.row = burst_number / p.banks_per_group;
  return at;
}

}  // namespace uvea::hw
