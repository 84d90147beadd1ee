// Cover points of the psum SPad and its streams.
`include "cover_point.svh"

module psum_spad_cover #(
    parameter PSUMS = 32
) (
    input wire       clk_i,
    input wire       rst_ni,
    input wire       two_banks_i,
    input wire [1:0] busy,
    input wire [1:0] done,
    input wire       drain,
    input wire       ours,
    input wire       need_in,
    input wire       second,
    input wire       move,
    input wire       last_beat,
    input wire       pass_i,
    input wire       passed_o,
    input wire       psum_in_valid_i,
    input wire       psum_out_last_o,
    input wire       psum_out_ready_i,
    input wire [6:0] size[0:1],
    input wire       write0_i,
    input wire       write1_i,
    input wire [6:0] write0_addr_i,
    input wire [6:0] write1_addr_i,
    input wire       low_drains,
    input wire       high_drains,
    input wire [PSUMS-PSUMS/2-1:0] low_set,
    input wire [PSUMS-PSUMS/2-1:0] high_set,
    input wire [1:0] overflow_o
);
  localparam [6:0] LAST = PSUMS[6:0] - 7'd1;
  `UVEA_POINT(last_entry_written, (write0_i && write0_addr_i == LAST) ||
              (write1_i && write1_addr_i == LAST))
  `UVEA_POINT(last_entry_written_two_banks, two_banks_i && ((write0_i && write0_addr_i == LAST) ||
              (write1_i && write1_addr_i == LAST)))
  `UVEA_POINT(both_banks_busy, two_banks_i && busy == 2'b11)
  `UVEA_POINT(both_banks_done, two_banks_i && done == 2'b11)
  `UVEA_POINT(bank_1_leaves, last_beat && two_banks_i && drain)
  `UVEA_POINT(bank_leaves_while_macs_write, move && !pass_i && (write0_i || write1_i))
  `UVEA_POINT(chunk_of_all_psums, last_beat && size[drain] == LAST + 7'd1)
  `UVEA_POINT(chunk_of_one_psum, last_beat && size[drain] == 7'd1)
  `UVEA_POINT(chunk_of_an_odd_number, last_beat && !second)
  `UVEA_POINT(chunk_never_written, last_beat && !(low_drains && low_set != 0) &&
              !(high_drains && high_set != 0))
  `UVEA_POINT(waits_for_psums_from_below, ours && need_in && !psum_in_valid_i)
  `UVEA_POINT(waits_for_the_receiver, ours && !psum_out_ready_i)
  `UVEA_POINT(passes, passed_o)
  `UVEA_POINT(passes_one_beat, pass_i && move && psum_out_last_o)
  `UVEA_POINT(pass_waits_for_psums, pass_i && !psum_in_valid_i)
  `UVEA_POINT(overflow_adder_0, overflow_o[0])
  `UVEA_POINT(overflow_adder_1, overflow_o[1])
  `UVEA_POINT(overflow_both_adders, overflow_o == 2'b11)
endmodule

bind psum_spad psum_spad_cover #(.PSUMS(PSUMS)) i_cover (.*);
