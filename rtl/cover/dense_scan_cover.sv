// Cover points of the dense PE's loops: windows, columns, weights.
`include "cover_point.svh"

module dense_scan_cover (
    input wire        clk_i,
    input wire        rst_ni,
    input wire        signed_i,
    input wire [ 4:0] segment_len_i,
    input wire [ 3:0] window_segments_i,
    input wire [ 5:0] m0_i,
    input wire        scan_ok_i,
    input wire [ 4:0] columns_i,
    input wire        bank_free_i,
    input wire [15:0] filled,
    input wire [ 4:0] resident,
    input wire [ 3:0] here,
    input wire [ 3:0] k,
    input wire [ 4:0] nth,
    input wire [ 1:0] place,
    input wire        first,
    input wire        slot,
    input wire        zero,
    input wire        row_done,
    input wire        row_ends,
    input wire        window_ends,
    input wire        chunk_ends,
    input wire        free_o,
    input wire        data_i
);
  `UVEA_POINT(iact_zero, slot && zero && filled[here])
  `UVEA_POINT(iact_of_a_null_chunk, slot && !filled[here])
  `UVEA_POINT(iact_signed, slot && !zero && signed_i)
  `UVEA_POINT(window_of_one_segment, window_ends && slot && window_segments_i == 4'd1)
  `UVEA_POINT(window_of_fifteen_segments, window_ends && slot && window_segments_i == 4'd15)
  `UVEA_POINT(window_with_a_short_last_segment, slot && window_ends && nth + 5'd1 != segment_len_i)
  `UVEA_POINT(window_of_null_and_other_segments, slot && window_ends && k != 4'd0 && filled[here] != filled[here - k])
  `UVEA_POINT(row_ends_with_several_segments, slot && window_ends && row_ends && window_segments_i != 4'd1)
  `UVEA_POINT(window_inside_a_row, slot && window_ends && !row_ends)
  `UVEA_POINT(chunk_of_several_windows, slot && window_ends && !chunk_ends)
  `UVEA_POINT(chunk_of_one_slot, slot && first && chunk_ends)
  `UVEA_POINT(chunk_waits_for_a_bank, scan_ok_i && resident >= {1'b0, window_segments_i} && first && !bank_free_i)
  `UVEA_POINT(column_ends_in_a_words_first_weight, slot && row_done && place == 2'd0)
  `UVEA_POINT(column_ends_in_a_words_second_weight, slot && row_done && place == 2'd1)
  `UVEA_POINT(column_ends_in_a_words_third_weight, slot && row_done && place == 2'd2)
  `UVEA_POINT(tile_of_one_column, slot && columns_i == 5'd1)
  `UVEA_POINT(m0_of_one, slot && m0_i == 6'd1)
  `UVEA_POINT(m0_of_all_psums, slot && m0_i == 6'd32)
  `UVEA_POINT(space_comes_back_while_iacts_come_in, free_o && data_i)

  // Chunks one after the other without a cycle between them.
  reg before_chunk_ends;
  always @(posedge clk_i) before_chunk_ends <= rst_ni && slot && chunk_ends;
  `UVEA_POINT(chunks_back_to_back, slot && first && before_chunk_ends)
endmodule

bind dense_scan dense_scan_cover i_cover (.*);
