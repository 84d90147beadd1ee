// Cover points of the weight SPads: their ends, and empty columns side by side.
`include "cover_point.svh"

module weight_spads_cover #(
    parameter WORD_BITS = 24,
    parameter COLUMNS   = 16,
    parameter WORDS     = 96
) (
    input wire                 clk_i,
    input wire                 csc_i,
    input wire                 double_i,
    input wire                 write_place_i,
    input wire [          4:0] write_columns_i,
    input wire                 write_addr_i,
    input wire                 write_data_i,
    input wire [          7:0] write_index_i,
    input wire [          7:0] write_at,
    input wire [WORD_BITS-1:0] write_word_i,
    input wire                 read_i,
    input wire [          7:0] read_addr_i
);
  wire rst_ni = 1'b1;  // weight_spads has no reset
  localparam [7:0] LAST = WORDS[7:0] - 8'd1;
  localparam [7:0] HALF = WORDS[8:1];
  localparam [4:0] MOST = COLUMNS[4:0];
  `UVEA_POINT(last_word_written, write_data_i && write_at == LAST)
  `UVEA_POINT(last_word_read, read_i && read_addr_i == LAST)
  `UVEA_POINT(last_word_written_csc, csc_i && write_data_i && write_at == LAST)
  `UVEA_POINT(last_word_of_place_0_written, double_i && write_data_i && write_at == HALF - 8'd1)
  `UVEA_POINT(last_word_of_place_0_read, double_i && read_i && read_addr_i == HALF - 8'd1)
  `UVEA_POINT(first_word_of_place_1_read, double_i && read_i && read_addr_i == HALF)
  `UVEA_POINT(written_while_read, write_data_i && read_i)
  `UVEA_POINT(last_column_written, write_addr_i && !double_i && write_columns_i == MOST &&
              write_index_i + 8'd3 >= {3'd0, MOST})
  `UVEA_POINT(last_column_of_place_1_written, write_addr_i && double_i && write_place_i &&
              {write_columns_i, 1'b0} == {1'b0, MOST} &&
              write_index_i + 8'd3 >= {3'd0, write_columns_i})

  // Ends of three neighbours; the third must still be a column of the tile.
  wire [6:0] end0 = write_word_i[6:0];
  wire [6:0] end1 = write_word_i[13:7];
  wire [6:0] end2 = write_word_i[20:14];
  wire three = write_addr_i && write_index_i + 8'd2 < {3'd0, write_columns_i};
  `UVEA_POINT(two_empty_columns_side_by_side, three && end1 == end0 && end2 == end1)
  `UVEA_POINT(three_empty_columns_at_the_begin, three && write_index_i == 8'd0 && end2 == 7'd0)
  `UVEA_POINT(no_empty_column_among_three, three && end1 != end0 && end2 != end1)
endmodule

bind weight_spads weight_spads_cover #(
    .WORD_BITS(WORD_BITS), .COLUMNS(COLUMNS), .WORDS(WORDS)
) i_cover (.*);
