// Cover points of stages 1 and 2: windows and their slots, what holds them up, what they give back.
`include "cover_point.svh"

module iact_spads_cover #(
    parameter AB   = 4,
    parameter RB   = 4,
    parameter EACH = 12
) (
    input wire            clk_i,
    input wire            rst_ni,
    input wire            csc_i,
    input wire            scan_ok_i,
    input wire            ready_i,
    input wire [     3:0] window_segments_i,
    input wire [    RB:0] resident,
    input wire [(1<<RB)-1:0] filled,
    input wire [(1<<RB)-1:0] chunk_end,
    input wire [(1<<RB)-1:0] row_end,
    input wire            slot_there,
    input wire            room,
    input wire            go,
    input wire            found,
    input wire [     3:0] found_k,
    input wire [     3:0] from_k,
    input wire [     4:0] nth,
    input wire [     4:0] past,
    input wire [     4:0] released,
    input wire [  AB-1:0] at,
    input wire            first_slot,
    input wire            row_ends,
    input wire            segment_ends,
    input wire            window_ends,
    input wire            chunk_ends,
    input wire            s2_valid,
    input wire [    23:0] s2_slot,
    input wire [EACH-1:0] read
);
  wire enough = resident >= {1'b0, {{RB - 4{1'b0}}, window_segments_i}};
  `UVEA_POINT(stage_1_without_chunk, scan_ok_i && !enough)
  `UVEA_POINT(stage_1_weights_not_complete, !scan_ok_i && enough)
  `UVEA_POINT(stage_1_held_up, slot_there && !room)
  `UVEA_POINT(stage_2_held_up, s2_valid && !ready_i)

  // --- windows ----------------------------------------------------------------------------------
  reg [4:0] entries;  // of the window, before this slot
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) entries <= 5'd0;
    else if (go) entries <= window_ends ? 5'd0 : entries + 5'd1;
  end
  `UVEA_POINT(window_of_one_entry, go && csc_i && found && window_ends && entries == 5'd0)
  `UVEA_POINT(window_of_sixteen_entries, go && csc_i && found && window_ends && entries == 5'd15)
  `UVEA_POINT(window_empty, go && !found)
  `UVEA_POINT(window_empty_inside_a_chunk, go && csc_i && !found && !first_slot && !chunk_ends)
  `UVEA_POINT(window_empty_is_a_whole_chunk, go && !found && first_slot && chunk_ends)
  `UVEA_POINT(window_ends_row, go && window_ends && row_ends)
  `UVEA_POINT(window_ends_chunk_not_row, go && chunk_ends && !row_ends)
  `UVEA_POINT(window_ends_inside_a_chunk, go && window_ends && !chunk_ends)

  wire several = window_segments_i > 4'd2;
  `UVEA_POINT(segment_first_empty, go && csc_i && found && entries == 5'd0 && found_k != 4'd0)
  `UVEA_POINT(segment_middle_empty, go && csc_i && several && found && from_k != 4'd0 &&
              nth == 5'd0 && found_k > from_k)
  `UVEA_POINT(segment_last_empty, go && csc_i && found && window_ends &&
              found_k + 4'd1 != window_segments_i)
  `UVEA_POINT(segment_only_last_filled, go && csc_i && found && several && entries == 5'd0 &&
              found_k + 4'd1 == window_segments_i)
  `UVEA_POINT(segment_of_sixteen, go && csc_i && segment_ends && nth == 5'd15)
  `UVEA_POINT(flag_filled, filled != 0)
  `UVEA_POINT(flag_chunk_end, (chunk_end & ~row_end) != 0)
  `UVEA_POINT(flag_row_end, row_end != 0)
  `UVEA_POINT(entries_wrap, go && found && at == {AB{1'b1}})

  // --- what is given back, and by which slot ----------------------------------------------------
  wire gives = go && past != released;
  `UVEA_POINT(freed_by_the_last_iact_of_the_segment, gives && !window_ends && segment_ends)
  `UVEA_POINT(freed_by_a_later_segment, gives && !window_ends && !segment_ends)
  `UVEA_POINT(freed_by_the_end_of_the_window, gives && window_ends)
  `UVEA_POINT(freed_by_an_empty_window, gives && !found)
  `UVEA_POINT(freed_several_at_once, gives && past - released > 5'd1)

  // --- entries ----------------------------------------------------------------------------------
  wire entry = csc_i && s2_valid && ready_i && !s2_slot[13];
  wire [3:0] count = read[EACH-1-:4];
  `UVEA_POINT(pair_count_15, entry && count == 4'd15)
  `UVEA_POINT(pair_count_0, entry && count == 4'd0)
endmodule

bind iact_spads iact_spads_cover #(.AB(AB), .RB(RB), .EACH(EACH)) i_cover (.*);
