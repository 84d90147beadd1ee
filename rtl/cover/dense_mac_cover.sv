// Cover points of the dense PE's MAC.
`include "cover_point.svh"

module dense_mac_cover (
    input wire       clk_i,
    input wire       rst_ni,
    input wire       valid_i,
    input wire       zero_i,
    input wire       active,
    input wire       hit,
    input wire       overflow_o,
    input wire       write_o,
    input wire [1:0] done_o
);
  `UVEA_POINT(gated_by_the_iact, valid_i && zero_i)
  `UVEA_POINT(gated_by_the_weight, valid_i && !zero_i && !active)
  `UVEA_POINT(forward, active && hit)
  `UVEA_POINT(forward_of_an_old_sum_not_taken, active && write_o && !hit)
  `UVEA_POINT(chunk_done_with_a_write, done_o != 2'b00 && write_o)
  `UVEA_POINT(chunk_done_without_a_write, done_o != 2'b00 && !write_o)
endmodule

bind dense_mac dense_mac_cover i_cover (.*);
