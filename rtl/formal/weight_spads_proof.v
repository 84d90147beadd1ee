// weight_spads by itself: what was written for a tile is found again as long as the tile's place is
// not written anew, whatever happens in the other place. One column and one word are followed.
//
// Legal use: address words of up to `columns` columns, three by three; data words below the place's
// size; with one buffer everything is in place 0.
module weight_spads_proof #(
    parameter COLUMNS   = 8,
    parameter WORDS     = 6,
    parameter WORD_BITS = 24
) (
    input  wire                 clk_i,
    input  wire                 write_place_i,
    input  wire                 write_addr_i,
    input  wire                 write_data_i,
    input  wire [          7:0] write_index_i,
    input  wire [WORD_BITS-1:0] write_word_i,
    input  wire [          4:0] write_columns_i,
    input  wire                 place_i,
    input  wire [          8:0] column_i,
    input  wire [          4:0] columns_i,
    input  wire                 read_i,
    input  wire [          7:0] read_addr_i,
    output wire [          3:0] goal_o
);
  (* anyconst *) reg double;
  (* anyconst *) reg place;         // followed: place,
  (* anyconst *) reg [4:0] column;  // column
  (* anyconst *) reg [7:0] word;    // and data word in it
  wire [7:0] half_columns = double ? COLUMNS / 2 : COLUMNS;
  wire [7:0] half_words = double ? WORDS / 2 : WORDS;
  reg rst_ni;
  initial rst_ni = 1'b0;
  always @(posedge clk_i) rst_ni <= 1'b1;

  always @* begin
    assume (column < half_columns && word < half_words && (double || !place));
    assume (double || (!write_place_i && !place_i));
    assume (!(write_addr_i && write_data_i));
    if (write_addr_i)
      assume (write_columns_i <= half_columns && write_index_i < write_columns_i &&
              write_index_i % 3 == 0);
    if (write_data_i) assume (write_index_i < half_words);
  end

  wire [7:0] begins;
  wire [6:0] cycles;
  wire odd;
  wire [WORD_BITS-1:0] read_word;
  weight_spads #(
      .WORD_BITS(WORD_BITS),
      .COLUMNS(COLUMNS),
      .WORDS(WORDS)
  ) dut (
      .clk_i(clk_i),
      .csc_i(1'b1),
      .single_lane_i(1'b0),
      .double_i(double),
      .m0_i(6'd1),
      .write_place_i(write_place_i),
      .write_addr_i(write_addr_i),
      .write_data_i(write_data_i),
      .write_index_i(write_index_i),
      .write_word_i(write_word_i),
      .write_columns_i(write_columns_i),
      .place_i(place_i),
      .columns_i(columns_i),
      .column_i(column_i),
      .begin_o(begins),
      .cycles_o(cycles),
      .odd_o(odd),
      .read_i(read_i),
      .read_addr_i(read_addr_i),
      .read_word_o(read_word)
  );

  // The followed column's end and the end of the one before it; the followed word.
  reg have_end, have_before, have_word, read_hit;
  reg [7:0] an_end;
  reg [6:0] before;
  reg [WORD_BITS-1:0] data, read_data;
  wire ours = write_place_i == place;
  wire [7:0] n = column - write_index_i;
  wire [7:0] m = column - 8'd1 - write_index_i;
  wire [7:0] address = word + (double && place ? WORDS / 2 : 0);
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      have_end    <= 1'b0;
      have_before <= 1'b0;
      have_word   <= 1'b0;
      read_hit    <= 1'b0;
    end else begin
      if (write_addr_i && ours && n < 8'd3 && column < write_columns_i) begin
        have_end <= 1'b1;
        an_end   <= {write_word_i[21+n[1:0]], write_word_i[7*n[1:0]+:7]};
      end
      if (write_addr_i && ours && m < 8'd3 && column <= write_columns_i && column != 5'd0) begin
        have_before <= 1'b1;
        before      <= write_word_i[7*m[1:0]+:7];
      end
      if (write_data_i && ours && write_index_i == word) begin
        have_word <= 1'b1;
        data      <= write_word_i;
      end
      if (read_i) begin
        read_hit  <= have_word && read_addr_i == address;
        read_data <= data;
      end
    end
  end
  wire [6:0] from = column == 5'd0 ? 7'd0 : before;
  wire [6:0] words = an_end[6:0] - from;
  wire look = have_end && (have_before || column == 5'd0) && place_i == place &&
              column_i == {4'd0, column} && column < columns_i;
  always @* begin
    if (rst_ni) begin
      if (look) begin
        assert (begins == {1'b0, from} + (double && place ? WORDS / 2 : 0));
        assert (cycles == words && odd == an_end[7]);
      end
      if (column_i >= {4'd0, columns_i}) assert (cycles == 7'd0);
      if (read_hit) assert (read_word == read_data);
    end
  end
  assign goal_o[0] = rst_ni && look && double && place && column == 5'd0;  // the upper place is looked up
  assign goal_o[1] = rst_ni && look && column == 5'd3 && words == 7'd2;    // a later column is
  assign goal_o[2] = rst_ni && read_hit && double && place;                // the upper place is read
  assign goal_o[3] = rst_ni && look && !double && column >= 5'd4;          // one buffer, all columns
endmodule
