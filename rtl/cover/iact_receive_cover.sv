// Cover points of the iact streams: what is refused and why, the words of a chunk, a full SPad.
`include "cover_point.svh"

module iact_receive_cover #(
    parameter PORTS     = 3,
    parameter WORD_BITS = 24
) (
    input wire                       clk_i,
    input wire                       rst_ni,
    input wire                       csc_i,
    input wire [          PORTS-1:0] iact_valid_i,
    input wire [PORTS*WORD_BITS-1:0] iact_data_i,
    input wire                       rx_ok_i,
    input wire                       rx_idle_i,
    input wire [                6:0] rx_tag_i,
    input wire                       free_i,
    input wire [                4:0] free_segments_i,
    input wire [                4:0] free_entries_i,
    input wire [                3:0] places_o,
    input wire [               14:0] filled_o,
    input wire [          PORTS-1:0] grant,
    input wire [      WORD_BITS-1:0] word,
    input wire                       busy,
    input wire                       dropping,
    input wire                       take,
    input wire                       head,
    input wire                       head_counts,
    input wire                       count_word,
    input wire                       data_word,
    input wire                       last_counts,
    input wire                       ends,
    input wire [                1:0] entries_o,
    input wire [                3:0] segments,
    input wire [                3:0] counts_left,
    input wire [                5:0] entries_used,
    input wire [                5:0] segments_used,
    input wire [                5:0] segment_limit
);
  localparam [5:0] MAX_ENTRIES = 6'd16;

  // --- why a header is refused ------------------------------------------------------------------
  reg [PORTS-1:0] tag_differs, no_entries, no_segments;
  integer p;
  always @* begin : refused
    reg [WORD_BITS-1:0] w;
    reg mine;
    for (p = 0; p < PORTS; p = p + 1) begin
      w = iact_data_i[p*WORD_BITS+:WORD_BITS];
      mine = iact_valid_i[p] && !busy && rx_ok_i && w[22:16] == rx_tag_i;
      tag_differs[p] = iact_valid_i[p] && !busy && rx_ok_i && w[22:16] != rx_tag_i;
      no_entries[p] = mine && !rx_idle_i && {1'b0, w[9:5]} + entries_used > MAX_ENTRIES;
      no_segments[p] = mine && !rx_idle_i && {2'b00, w[13:10]} + segments_used > segment_limit;
    end
  end
  `UVEA_POINT(refused_for_tag, tag_differs != 0)
  `UVEA_POINT(refused_for_entries, (no_entries & ~no_segments) != 0)
  `UVEA_POINT(refused_for_segments, (no_segments & ~no_entries) != 0)
  `UVEA_POINT(refused_for_both, (no_segments & no_entries) != 0)
  `UVEA_POINT(refused_for_segments_raw, !csc_i && no_segments != 0)
  `UVEA_POINT(refused_without_epoch, iact_valid_i != 0 && !busy && !rx_ok_i)
  `UVEA_POINT(refused_inside_a_burst, busy && (iact_valid_i & ~grant) != 0)

  // --- bursts -----------------------------------------------------------------------------------
  `UVEA_POINT(burst_on_port_0, head && grant[0] && iact_valid_i[0])
  `UVEA_POINT(burst_on_port_1, head && grant[1] && iact_valid_i[1])
  `UVEA_POINT(burst_on_port_2, head && grant[2] && iact_valid_i[2])
  `UVEA_POINT(gap_in_burst, busy && !take)
  `UVEA_POINT(chunk_null_csc, head && csc_i && word[15] && !rx_idle_i)
  `UVEA_POINT(chunk_null_raw, head && !csc_i && word[15] && !rx_idle_i)
  `UVEA_POINT(chunk_without_entries_not_null, head && csc_i && !word[15] && word[9:5] == 5'd0)
  `UVEA_POINT(chunk_of_one_segment, head && csc_i && !word[15] && word[13:10] == 4'd1)
  `UVEA_POINT(chunk_of_two_segments, head && csc_i && !word[15] && word[13:10] == 4'd2)
  `UVEA_POINT(chunk_with_counts, head_counts)
  `UVEA_POINT(chunk_with_two_count_words, head_counts && word[13:10] > 4'd6)
  `UVEA_POINT(chunk_of_nine_segments, head_counts && word[13:10] == 4'd9)
  `UVEA_POINT(chunk_of_fifteen_segments_raw, head && !csc_i && word[13:10] == 4'd15)
  `UVEA_POINT(chunk_of_all_entries, head && csc_i && word[9:5] == 5'd16)
  `UVEA_POINT(chunk_ends_at_counts, count_word && ends)
  `UVEA_POINT(four_counts_and_the_last_segment, count_word && places_o == 4'd5)
  `UVEA_POINT(one_count_and_the_last_segment, count_word && places_o == 4'd2)
  `UVEA_POINT(data_word_with_one_entry, data_word && entries_o == 2'd1)
  `UVEA_POINT(data_word_with_two_entries, data_word && entries_o == 2'd2)
  `UVEA_POINT(data_word_with_three_entries, data_word && entries_o == 2'd3)
  `UVEA_POINT(drop_of_one_word, head && ends && rx_idle_i)
  `UVEA_POINT(drop_of_more_words, busy && ends && dropping)

  // --- segments as they are announced -----------------------------------------------------------
  wire counted = head && csc_i && !word[15];
  `UVEA_POINT(segment_first_empty, counted && word[4:0] == 5'd0 && word[9:5] != 5'd0)
  `UVEA_POINT(segment_first_has_all, counted && word[13:10] != 4'd1 && word[4:0] == word[9:5] &&
              word[4:0] != 5'd0)
  `UVEA_POINT(segment_first_of_sixteen, counted && (word[4:0] == 5'd16 ||
              (word[13:10] == 4'd1 && word[9:5] == 5'd16)))
  `UVEA_POINT(segment_middle_empty, count_word && counts_left != 4'd0 && !filled_o[0])
  `UVEA_POINT(segment_last_empty, count_word && last_counts && !filled_o[places_o-4'd1])
  `UVEA_POINT(segment_last_filled, count_word && last_counts && filled_o[places_o-4'd1])

  // --- space ------------------------------------------------------------------------------------
  `UVEA_POINT(entries_full, entries_used == MAX_ENTRIES)
  `UVEA_POINT(segments_full_csc, csc_i && segments_used == segment_limit)
  `UVEA_POINT(segments_full_raw, !csc_i && segments_used == segment_limit)
  `UVEA_POINT(entries_become_empty, free_i && free_entries_i != 5'd0 &&
              entries_used == {1'b0, free_entries_i} && !head)
  `UVEA_POINT(segments_become_empty, free_i && free_segments_i != 5'd0 &&
              segments_used == {1'b0, free_segments_i} && !head)
  `UVEA_POINT(taken_and_freed_at_once, head && !rx_idle_i && free_i && free_segments_i != 5'd0)
endmodule

bind iact_receive iact_receive_cover #(.PORTS(PORTS), .WORD_BITS(WORD_BITS)) i_cover (.*);
