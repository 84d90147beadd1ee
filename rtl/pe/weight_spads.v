// The weight SPads of a PE and pipeline stage 3 (docs/pe_timing.md).
//
//   address SPad   of each column its end in data words, and whether its last word's second half is
//                  empty. Raw mode leaves it alone.
//   data SPad      a synchronous SRAM of port words
//
// With two weight buffers place 1 has the upper half of both. Stage 3 looks a column up: where its
// words begin and how many issue cycles it takes (rule 4); 0: nothing to do.
module weight_spads #(
    parameter WORD_BITS = 24,
    parameter COLUMNS   = 16,
    parameter WORDS     = 96,
    parameter SIMD      = 2
) (
    input  wire                 clk_i,
    // settings
    input  wire                 csc_i,
    input  wire                 single_lane_i,
    input  wire                 double_i,
    input  wire [          5:0] m0_i,
    // writes
    input  wire                 write_place_i,
    input  wire [          4:0] write_columns_i,  // of the tile that is written
    input  wire                 write_addr_i,
    input  wire                 write_data_i,
    input  wire [          7:0] write_index_i,
    input  wire [WORD_BITS-1:0] write_word_i,
    // stage 3
    input  wire                 place_i,
    input  wire [          4:0] columns_i,      // of the tile in that place
    input  wire [          8:0] column_i,
    output wire [          7:0] begin_o,        // data SPad address
    output wire [          6:0] cycles_o,
    output wire                 odd_o,          // the last cycle has one weight only
    // data SPad
    input  wire                 read_i,
    input  wire [          7:0] read_addr_i,
    output wire [WORD_BITS-1:0] read_word_o
);
  localparam [7:0] HALF_WORDS = WORDS[8:1];
  localparam DB = $clog2(WORDS);

  wire single = single_lane_i || SIMD < 2;
  wire [7:0] base = double_i && place_i ? HALF_WORDS : 8'd0;
  wire [7:0] write_at = (double_i && write_place_i ? HALF_WORDS : 8'd0) + write_index_i;
  wire past_end = column_i >= {4'd0, columns_i};

  // raw: words of a column, ceil(M0 / 3)
  wire [13:0] thirds = ({8'd0, m0_i} + 14'd2) * 14'd43;
  wire [6:0] raw_words = thirds[13:7];
  wire [7:0] raw_begin = {3'd0, column_i[4:0]} * {1'b0, raw_words};
  wire [6:0] raw_cycles = single ? {1'b0, m0_i} : {2'b00, m0_i[5:1]} + {6'd0, m0_i[0]};

  wire unused_bits = &{1'b0, read_addr_i, write_at, thirds[6:0]};

  localparam [4:0] HALF_COLUMNS = COLUMNS[5:1];
  localparam CB = $clog2(COLUMNS);
  reg [7:0] address[0:COLUMNS-1];  // [7]: odd
  wire [4:0] base_column = double_i && place_i ? HALF_COLUMNS : 5'd0;
  wire [4:0] write_column = (double_i && write_place_i ? HALF_COLUMNS : 5'd0) +
                            write_index_i[4:0];
  // Only the tile's own columns: what follows may belong to the other place's tile.
  integer a;
  always @(posedge clk_i) begin : write
    reg [CB-1:0] c;
    for (a = 0; a < 3; a = a + 1) begin
      c = write_column[CB-1:0] + a[CB-1:0];
      if (write_addr_i && write_index_i + a[7:0] < {3'b000, write_columns_i})
        address[c] <= {write_word_i[21+a], write_word_i[7*a+:7]};
    end
  end
  wire [4:0] here = base_column + column_i[4:0];
  wire [4:0] there = here - 5'd1;
  wire [7:0] found = address[here[CB-1:0]];
  wire [7:0] previous = address[there[CB-1:0]];
  wire [6:0] from = column_i[4:0] == 5'd0 ? 7'd0 : previous[6:0];
  wire [6:0] words = found[6:0] - from;
  wire [6:0] csc_cycles = single ? {words[5:0], 1'b0} - {6'd0, found[7]} : words;
  wire unused_places = &{1'b0, here, there, write_column, previous[7]};
  assign begin_o = base + (csc_i ? {1'b0, from} : raw_begin);
  assign cycles_o = past_end ? 7'd0 : csc_i ? csc_cycles : raw_cycles;
  assign odd_o = csc_i ? found[7] : m0_i[0];

  sram_1r1w #(
      .WORDS(WORDS),
      .BITS(WORD_BITS),
      .ADDR_BITS(DB)
  ) i_data (
      .clk_i(clk_i),
      .write_i(write_data_i),
      .write_addr_i(write_at[DB-1:0]),
      .write_data_i(write_word_i),
      .read_i(read_i),
      .read_addr_i(read_addr_i[DB-1:0]),
      .read_data_o(read_word_o)
  );
endmodule
