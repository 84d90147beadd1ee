// Cover points of the MACs: forwarding by distance and lanes, gating, overflow.
`include "cover_point.svh"

module mac_pair_cover #(
    parameter WEIGHT_BITS = 8,
    parameter COUNT_BITS  = 4,
    parameter PSUM_BITS   = 20
) (
    input wire                   clk_i,
    input wire                   rst_ni,
    input wire                   csc_i,
    input wire                   valid_i,
    input wire                   first_i,
    input wire                   second_i,
    input wire                   there,
    input wire                   active0,
    input wire                   active1,
    input wire                   hit00,
    input wire                   hit01,
    input wire                   hit10,
    input wire                   hit11,
    input wire [            6:0] read0_addr_o,
    input wire [            6:0] read1_addr_o,
    input wire                   write0_o,
    input wire                   write1_o,
    input wire [            6:0] write0_addr_o,
    input wire [            6:0] write1_addr_o,
    input wire [WEIGHT_BITS-1:0] weight0,
    input wire [WEIGHT_BITS-1:0] weight1,
    input wire [ COUNT_BITS-1:0] count0,
    input wire [ COUNT_BITS-1:0] count1,
    input wire [  PSUM_BITS-1:0] psum0,
    input wire [  PSUM_BITS-1:0] psum1,
    input wire [            1:0] overflow_o
);
  // One step apart: from the write-back register, writing lane to reading lane.
  `UVEA_POINT(forward_0_to_0, active0 && hit00)
  `UVEA_POINT(forward_1_to_0, active0 && hit01)
  `UVEA_POINT(forward_0_to_1, active1 && hit10)
  `UVEA_POINT(forward_1_to_1, active1 && hit11)
  `UVEA_POINT(forward_both_lanes, active0 && active1 && (hit00 || hit01) && (hit10 || hit11))

  // Two steps apart: the SPad has it already.
  reg past0, past1;
  reg [6:0] past0_addr, past1_addr;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past0      <= 1'b0;
      past1      <= 1'b0;
      past0_addr <= 7'd0;
      past1_addr <= 7'd0;
    end else begin
      past0      <= write0_o;
      past1      <= write1_o;
      past0_addr <= write0_addr_o;
      past1_addr <= write1_addr_o;
    end
  end
  wire from_spad0 = active0 && !hit00 && !hit01;
  wire from_spad1 = active1 && !hit10 && !hit11;
  `UVEA_POINT(two_apart_0_to_0, from_spad0 && past0 && past0_addr == read0_addr_o)
  `UVEA_POINT(two_apart_1_to_0, from_spad0 && past1 && past1_addr == read0_addr_o)
  `UVEA_POINT(two_apart_0_to_1, from_spad1 && past0 && past0_addr == read1_addr_o)
  `UVEA_POINT(two_apart_1_to_1, from_spad1 && past1 && past1_addr == read1_addr_o)

  `UVEA_POINT(overflow_lane_0_up, overflow_o[0] && !psum0[PSUM_BITS-1])
  `UVEA_POINT(overflow_lane_0_down, overflow_o[0] && psum0[PSUM_BITS-1])
  `UVEA_POINT(overflow_lane_1_up, overflow_o[1] && !psum1[PSUM_BITS-1])
  `UVEA_POINT(overflow_lane_1_down, overflow_o[1] && psum1[PSUM_BITS-1])
  `UVEA_POINT(overflow_both_lanes, overflow_o == 2'b11)

  `UVEA_POINT(gated_by_a_zero_iact, valid_i && !there)
  `UVEA_POINT(gated_by_a_zero_weight_lane_0, there && weight0 == 0)
  `UVEA_POINT(gated_by_a_zero_weight_lane_1, there && second_i && weight1 == 0)
  `UVEA_POINT(both_lanes_first_step, csc_i && first_i && active0 && active1)

  // A run of zeros longer than a count can say is cut by a stored zero.
  wire most0 = csc_i && there && &count0;
  wire most1 = csc_i && there && second_i && &count1;
  `UVEA_POINT(count_15_lane_0, most0 && weight0 != 0)
  `UVEA_POINT(count_15_lane_1, most1 && weight1 != 0)
  `UVEA_POINT(explicit_zero_lane_0, most0 && weight0 == 0)
  `UVEA_POINT(explicit_zero_lane_1, most1 && weight1 == 0)
endmodule

bind mac_pair mac_pair_cover #(
    .WEIGHT_BITS(WEIGHT_BITS), .COUNT_BITS(COUNT_BITS), .PSUM_BITS(PSUM_BITS)
) i_cover (.*);
