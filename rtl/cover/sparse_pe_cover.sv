// Cover points of the whole PE: modes, streams, and the corners of the columns that stage 3 looks up.
`include "cover_point.svh"

module sparse_pe_cover #(
    parameter PORTS      = 3,
    parameter VALUE_BITS = 9
) (
    input wire                  clk_i,
    input wire                  rst_ni,
    input wire                  csc,
    input wire                  signed_q,
    input wire                  single_q,
    input wire                  double_q,
    input wire                  two_banks,
    input wire [           3:0] window_segments,
    input wire [           5:0] m0,
    input wire                  scan_step,
    // streams
    input wire [     PORTS-1:0] iact_valid_i,
    input wire [     PORTS-1:0] iact_ready_o,
    input wire                  weight_valid_i,
    input wire                  weight_ready_o,
    input wire                  psum_in_valid_i,
    input wire                  psum_in_ready_o,
    input wire                  psum_out_valid_o,
    input wire                  psum_out_ready_i,
    // stage 3
    input wire                  s3_valid,
    input wire [          23:0] s3_slot,
    input wire [VALUE_BITS-1:0] s3_value,
    input wire [           8:0] s3_column,
    input wire                  x_ready,
    input wire [           6:0] column_cycles,
    input wire                  column_odd,
    input wire [           4:0] columns0,
    input wire [           4:0] columns1
);
  // A mode counts when a slot is examined in it.
  `UVEA_POINT(mode_csc, scan_step && csc)
  `UVEA_POINT(mode_raw, scan_step && !csc)
  `UVEA_POINT(mode_csc_single_lane, scan_step && csc && single_q)
  `UVEA_POINT(mode_csc_two_lanes, scan_step && csc && !single_q)
  `UVEA_POINT(mode_raw_single_lane, scan_step && !csc && single_q)
  `UVEA_POINT(mode_raw_two_lanes, scan_step && !csc && !single_q)
  `UVEA_POINT(mode_signed, scan_step && signed_q)
  `UVEA_POINT(mode_unsigned, scan_step && !signed_q)
  `UVEA_POINT(mode_one_weight_buffer, scan_step && !double_q)
  `UVEA_POINT(mode_two_weight_buffers, scan_step && double_q)
  `UVEA_POINT(mode_one_psum_bank, scan_step && !two_banks)
  `UVEA_POINT(mode_two_psum_banks, scan_step && two_banks)
  `UVEA_POINT(window_of_one_segment, scan_step && window_segments == 4'd1)
  `UVEA_POINT(window_of_nine_segments_csc, scan_step && csc && window_segments == 4'd9)
  `UVEA_POINT(window_of_fifteen_segments_raw, scan_step && !csc && window_segments == 4'd15)
  `UVEA_POINT(m0_of_one, scan_step && m0 == 6'd1)
  `UVEA_POINT(m0_of_all_psums, scan_step && m0 == 6'd32)

  `UVEA_POINT(stall_iact_port_0, iact_valid_i[0] && !iact_ready_o[0])
  `UVEA_POINT(stall_iact_port_1, iact_valid_i[1] && !iact_ready_o[1])
  `UVEA_POINT(stall_iact_port_2, iact_valid_i[2] && !iact_ready_o[2])
  `UVEA_POINT(stall_weight, weight_valid_i && !weight_ready_o)
  `UVEA_POINT(stall_psum_in, psum_in_valid_i && !psum_in_ready_o)
  `UVEA_POINT(stall_psum_out, psum_out_valid_o && !psum_out_ready_i)
  `UVEA_POINT(stall_stage_3, s3_valid && !x_ready)
  `UVEA_POINT(all_streams_at_once, (iact_valid_i & iact_ready_o) != 0 && weight_valid_i &&
              weight_ready_o && psum_in_valid_i && psum_in_ready_o && psum_out_valid_o &&
              psum_out_ready_i)

  // --- columns that stage 3 looks up ------------------------------------------------------------
  wire [4:0] columns = s3_slot[9] ? columns1 : columns0;
  wire look = s3_valid && x_ready && !s3_slot[13];
  wire past_end = s3_column >= {4'd0, columns};
  wire nothing = column_cycles == 7'd0 && !past_end;
  `UVEA_POINT(column_first_empty, look && csc && nothing && s3_column == 9'd0)
  `UVEA_POINT(column_last_empty, look && csc && nothing && s3_column + 9'd1 == {4'd0, columns} &&
              columns != 5'd1)
  `UVEA_POINT(column_middle_empty, look && csc && nothing && s3_column != 9'd0 &&
              s3_column + 9'd1 != {4'd0, columns})
  `UVEA_POINT(column_past_the_tile_csc, look && csc && past_end)
  `UVEA_POINT(column_odd_two_lanes, look && csc && !nothing && !past_end && column_odd && !single_q)
  `UVEA_POINT(column_odd_single_lane, look && csc && !nothing && !past_end && column_odd && single_q)
  `UVEA_POINT(column_even, look && csc && !nothing && !past_end && !column_odd)
  `UVEA_POINT(column_of_one_pair, look && csc && !past_end && column_odd && column_cycles == 7'd1)
  `UVEA_POINT(column_of_all_psums, look && csc && !past_end && column_cycles == 7'd16 && !single_q)
  `UVEA_POINT(raw_odd_m0, look && !csc && m0[0])
  `UVEA_POINT(raw_even_m0, look && !csc && !m0[0])
  `UVEA_POINT(raw_zero_iact, look && !csc && s3_value == 0)

  // Slots one after the other that both end at an empty column.
  reg before_nothing;
  always @(posedge clk_i) if (s3_valid && x_ready) before_nothing <= look && csc && nothing;
  `UVEA_POINT(columns_empty_one_after_the_other, look && csc && nothing && before_nothing)
endmodule

bind sparse_pe sparse_pe_cover #(.PORTS(PORTS), .VALUE_BITS(VALUE_BITS)) i_cover (.*);
