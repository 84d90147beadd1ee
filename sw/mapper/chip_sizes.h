#pragma once
// The chip's sizes as the mapper and the driver need them: a plain struct, filled from the chip's
// configuration by whoever owns it, so that sw/ knows nothing of hw/.

#include <cstdint>

namespace uvea::mapper {

/// What commands, bursts and sequencers can say, whatever the sizes.
struct CommandLimits {
  int chunk_segments = 15;  ///< segments that a burst of iacts carries
  int segment_iacts = 31;
  int weight_columns = 31;
  int tile_channels = 63;  ///< m0
  int tile_words = 255, csc_tile_words = 127;
  std::int64_t epoch_chunks = (std::int64_t{1} << 24) - 1;  ///< per weight load
  int dimension = 1000000;                                  ///< of a layer or a mapping
  std::int64_t product = std::int64_t{1} << 28;  ///< channels, reduction, rows or columns in all
};

struct ChipSizes {
  int mesh_rows = 8, mesh_cols = 2;  ///< clusters
  int pe_rows = 3, pe_cols = 4;      ///< PEs of a cluster
  int iact_addr_entries = 9;         ///< segments resident in an iact SPad (CSC)
  int iact_data_entries = 16;        ///< iacts resident in an iact SPad
  int weight_addr_entries = 16;      ///< weight columns
  int weight_data_words = 96;        ///< SPad words: 2 CSC pairs or 3 raw weights
  int psum_entries = 32;
  int psum_banks = 1;      ///< at most; one where two chunks do not fit
  int weight_buffers = 2;  ///< at most
  int iact_bits = 8, weight_bits = 8, count_bits = 4, psum_bits = 20;
  int simd = 2;
  bool sparse = true;  ///< the PE has the CSC mode
  int iact_banks = 3, iact_bank_words = 512;
  int psum_bank_words = 384;  ///< words of two psums; one bank per PE column
  int io_fifo_words = 128;    ///< off-chip FIFO of an iact port
  bool flat_noc = false;      ///< one bus per data type for the whole chip, of so many bits a cycle
  int iact_bus_bits = 8, weight_bus_bits = 32, psum_bus_bits = 80;
  int dma_block_bytes = 256;   ///< what a port needs of an aligned block comes with one transaction
  int dma_outstanding = 4;     ///< transactions of each off-chip port in flight
  int descriptor_bytes = 256;  ///< a layer command in DRAM
  int channel_param_bytes = 12;  ///< an output channel's entry of the parameter table
  int dram_align_bytes = 4096;   ///< of what lies in DRAM: the longest line that a DMA may be of
  int csc_head_bytes = 64;       ///< of a compressed slot, read before its length is known
  int write_bytes = 64;          ///< writes end on multiples of it
  int iact_units_ahead = 4;   ///< units of iacts that a cluster asks for, the one in use included
  int param_tiles_ahead = 2;  ///< tiles whose channel parameters an output port asks for, likewise
  int weight_buffer_bytes = 1024;  ///< of a weight port's stream, asked for or not yet sent
  int dram_latency_cycles = 20;
  double dram_bytes_per_cycle = 128;  ///< peak of the data bus at the chip's clock
  bool dram_bus_limits = false;       ///< the memory's timing has a data bus, not only a latency
  int io_link_bits = 0;               ///< a cycle, of one link that all off-chip data pass; 0: none
  bool serial_io = false;             ///< nothing is processed while iacts load or oacts leave
  int hop_cycles = 1;                 ///< register in each router
  int stages_before = 3;      ///< of a PE, before its first slot (docs/pe_timing.md, rule 3)
  int stages_behind = 3;      ///< and behind its last work (rule 6)
  int configure_cycles = 65;  ///< from a layer command's arrival until the blocks begin
  CommandLimits limits;
};

}  // namespace uvea::mapper
