#pragma once
// Every size, width and latency of the chip, as a plain struct. Defaults are Eyeriss v2
// ([P]: JETCAS 2019, doi 10.1109/JETCAS.2019.2910232; otherwise a choice explained in
// docs/choices.md). Built and range-checked once, before elaboration; blocks only read it.

#include <string>

namespace uvea::hw {

/// The sparse PE of Eyeriss v2, or the dense one of v1.5: raw mode only, one MAC, zeros cost their
/// cycle.
enum class PeKind { sparse, dense };

/// One processing element.
struct PeConfig {
  PeKind kind = PeKind::sparse;  ///< [P]
  int iact_addr_entries = 9;     ///< segments an iact SPad can address [P]
  int iact_data_entries = 16;    ///< iact pairs (or raw values) held [P]
  int weight_addr_entries = 16;  ///< weight columns [P]
  int weight_data_words = 96;    ///< words of two (weight, count) pairs or three weights [P]
  int psum_entries = 32;         ///< psums held [P]
  int psum_banks = 2;            ///< 1: MACs rest while a chunk leaves (choice)
  int weight_buffers = 2;        ///< 1: none loads while others are in use (choice)
  int iact_bits = 8;             ///< [P]
  int weight_bits = 8;           ///< [P]; 9 takes uint8 weights less their zero point
  int count_bits = 4;            ///< zero-run count of a CSC pair [P]
  int psum_bits = 20;            ///< [P]
  int simd = 2;                  ///< MACs per PE, 1 or 2 [P]; dense: 1
  int pipeline_stages = 7;       ///< [P]; dense: 3 (choice)
};

/// The grids.
struct ClusterConfig {
  int pe_rows = 3;  ///< [P]
  int pe_cols = 4;  ///< [P]
};
struct MeshConfig {
  int rows = 8;  ///< [P]
  int cols = 2;  ///< [P]
};

/// Global buffer of one cluster.
struct GlbConfig {
  int iact_banks = 3;         ///< also the number of iact routers [P]
  int iact_bank_words = 512;  ///< 24-bit words: 1.5 kB [P][I]
  int psum_bank_words = 384;  ///< 40-bit words of two psums: 1.875 kB [P][I]; banks = PE columns
  int io_fifo_words = 128;    ///< off-chip FIFO behind an iact port, for pass-through (choice)
};

enum class NocKind { hierarchical, flat };

struct NocConfig {
  NocKind kind = NocKind::hierarchical;  ///< [P]; flat: one multicast bus per data type (v1)
  int hop_cycles = 1;                    ///< register in each router, or behind a bus (choice)
  // Of a flat NoC: bits that cross a bus in a cycle. v1's carry 1 iact, 4 weights, 4 psums (JSSC
  // 2017), here at this chip's widths.
  int iact_bus_bits = 8;
  int weight_bus_bits = 32;
  int psum_bus_bits = 80;  ///< each way
};

/// The off-chip ports of a cluster: one behind each iact bank, each PE row's weights and each PE
/// column's output (choices, all of them).
struct PortConfig {
  int iact_units_ahead = 4;        ///< units of a cluster's iacts asked for or in use
  int iact_write_words = 32;       ///< written into a bank before reads are looked at again
  int csc_head_bytes = 64;         ///< of a CSC slot, read before its length is known
  int weight_buffer_bytes = 1024;  ///< of a weight port's stream, asked for or not yet sent
  int param_tiles_ahead = 2;       ///< channel parameters of an output port, asked for or in use
  int writes_in_flight = 32;       ///< of an output port, given to the DMA and not yet answered
  int write_bytes = 64;            ///< writes end on multiples of it
  int output_beat_cycles = 1;      ///< that an output port takes for two psums
};

/// How the DMA writes a part of a line.
enum class PartialWrite { byte_enable, read_modify_write };

/// How the DMA gives END_RESP: in the answer to BEGIN_RESP, or as a call of its own.
enum class EndResp { updated, call };

/// System controller and its DMA.
struct ControlConfig {
  int clock_mhz = 200;          ///< [P]
  int command_word_cycles = 1;  ///< for a word of a layer command (choice)
  int settle_cycles = 1;        ///< from its last word until the blocks begin (choice)
  int dma_burst_bytes = 256;    ///< a DRAM transaction stays inside an aligned block of so many
                                ///< bytes, a power of two (choice)
  int dma_outstanding = 4;      ///< DRAM transactions in flight, for each off-chip port (choice)
  int io_link_bits = 0;         ///< of one half-duplex link for all off-chip data, a cycle; 0: none
  bool serial_io = false;       ///< nothing is processed while iacts load or oacts leave (v1)
  int dma_line_bytes = 0;       ///< 0: bursts; else every transaction is one aligned line (choice)
  PartialWrite dma_partial_write = PartialWrite::byte_enable;  ///< with lines only (choice)
  EndResp dma_end_resp = EndResp::updated;                     ///< (choice)
  int watchdog_cycles = 1000000;  ///< without progress until the chip gives up (choice)
  bool strict = false;            ///< a psum overflow is a model fault

  /// What a port needs of an aligned block of so many bytes comes with one transaction.
  int block_bytes() const { return dma_line_bytes > 0 ? dma_line_bytes : dma_burst_bytes; }
};

enum class DramTiming { ideal, ddr4_3200 };

/// Off-chip memory. Times in nanoseconds as in JEDEC JESD79-4 for DDR4-3200 (22-22-22).
struct DramConfig {
  DramTiming timing = DramTiming::ideal;
  int ideal_latency_cycles = 20;  ///< chip clock cycles from request to response (choice)
  int channels = 1;
  int bank_groups = 4;
  int banks_per_group = 4;
  int row_bytes = 8192;  ///< 8 kB page of a 64-bit rank of x8 devices
  int bus_bytes = 8;
  int burst_length = 8;
  double tck_ns = 0.625;
  double trcd_ns = 13.75;
  double trp_ns = 13.75;
  double tcl_ns = 13.75;
  double tras_ns = 32.0;
  double tfaw_ns = 21.0;
  double trrd_ns = 4.9;    ///< tRRD_L: same bank group
  double trrd_s_ns = 2.5;  ///< other bank group
  double twr_ns = 15.0;
  double twtr_ns = 7.5;     ///< tWTR_L: same bank group
  double twtr_s_ns = 2.5;   ///< other bank group
  double tccd_ns = 5.0;     ///< tCCD_L; tCCD_S is the burst itself, burst_length / 2 clocks
  double tcwl_ns = 12.5;    ///< write latency
  double trtp_ns = 7.5;     ///< read to precharge
  int trtw_gap_clocks = 2;  ///< idle data bus clocks from read to write data: turn + preamble
  double trefi_ns = 7800.0;
  double trfc_ns = 350.0;
  int queue_depth = 32;    ///< requests held per channel
  int reorder_limit = 64;  ///< younger accesses that may overtake one; 0 = FIFO (choice)
};

/// The PE of Eyeriss v2: of the two psum banks that its RTL has it uses one (docs/choices.md).
inline PeConfig v2_pe() {
  PeConfig pe;
  pe.psum_banks = 1;
  return pe;
}

struct ChipConfig {
  PeConfig pe = v2_pe();
  ClusterConfig cluster;
  MeshConfig mesh;
  GlbConfig glb;
  NocConfig noc;
  PortConfig port;
  ControlConfig control;
  DramConfig dram;

  int pes() const { return cluster.pe_rows * cluster.pe_cols * mesh.rows * mesh.cols; }
  int macs() const { return pes() * pe.simd; }
};

}  // namespace uvea::hw
