// A legal source of weight bursts (docs/pe_timing.md, words). Assumptions on weight_data_i; nothing
// about when words come. The bursts are:
//   - null and idle ones: two words; idle implies null. A null epoch lets 1 .. MAX_CHUNKS bursts
//     pass, an idle one drops 0 .. MAX_CHUNKS, any other has 1 .. MAX_CHUNKS chunks
//   - CSC: columns and words that fit the SPads (half of them with two weight buffers); ends that
//     never fall and close with the last word; zero counts that stay within M0 rows
//   - raw: columns x ceil(M0 / 3) words that fit
// Upper bits of a word that no field uses, and the fields of columns that the tile lacks, are free.
module legal_weights #(
    parameter COLUMNS     = 4,
    parameter WORDS       = 4,
    parameter WORD_BITS   = 24,
    parameter WEIGHT_BITS = 8,
    parameter COUNT_BITS  = 4,
    parameter MAX_CHUNKS  = 3
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    input  wire                 csc_i,
    input  wire                 double_i,
    input  wire [          5:0] m0_i,
    input  wire                 valid_i,
    input  wire                 ready_i,
    input  wire [WORD_BITS-1:0] data_i,
    output wire                 head_o,     // an epoch's first word is taken
    output wire                 in_burst_o,
    output wire                 known_o,    // the second one is taken; the epoch:
    output wire                 null_o,
    output wire                 idle_o,
    output wire                 psum_in_o,
    output wire [          6:0] tag_o,
    output wire [          7:0] chunks_o
);
  localparam [1:0] HEAD = 2'd0, CHUNKS = 2'd1, ADDRESS = 2'd2, DATA = 2'd3;
  localparam PAIR = WEIGHT_BITS + COUNT_BITS;
  wire [7:0] column_limit = double_i ? COLUMNS / 2 : COLUMNS;
  wire [7:0] word_limit = double_i ? WORDS / 2 : WORDS;
  wire [7:0] column_words = m0_i <= 6'd3 ? 8'd1 : m0_i <= 6'd6 ? 8'd2 : m0_i <= 6'd9 ? 8'd3 : 8'd4;

  reg [1:0] state;
  reg is_null, is_idle, psum_in;
  reg [6:0] tag;
  reg [7:0] columns, words, index, row;
  reg [7:0] column_end[0:COLUMNS-1];
  reg [COLUMNS-1:0] odd;
  wire take = valid_i && ready_i;

  // --- header ----------------------------------------------------------------------------------
  wire [7:0] h_columns = {3'd0, data_i[21:17]};
  wire [7:0] h_words = data_i[16:9];
  wire head_ok = data_i[22] || (!data_i[1] && h_columns != 8'd0 && h_columns <= column_limit &&
      h_words <= word_limit && (csc_i || h_words == h_columns * column_words));
  wire chunks_ok = data_i[23:0] <= MAX_CHUNKS && (is_idle || data_i[23:0] != 24'd0);

  // --- ends ------------------------------------------------------------------------------------
  reg ends_ok;
  reg [7:0] before, here;
  integer a;
  always @* begin
    ends_ok = 1'b1;
    before  = index == 8'd0 ? 8'd0 : column_end[index-8'd1];
    here    = 8'd0;
    for (a = 0; a < 3; a = a + 1) begin
      here = {1'b0, data_i[7*a+:7]};
      if (index + a < columns) begin
        if (here < before || here > words) ends_ok = 1'b0;
        if (data_i[21+a] && here == before) ends_ok = 1'b0;
        if (here - before > {2'd0, m0_i[5:1]} + {7'd0, m0_i[0]}) ends_ok = 1'b0;
        if (index + a + 1 == columns && here != words) ends_ok = 1'b0;
        before = here;
      end
    end
  end

  // --- pairs -----------------------------------------------------------------------------------
  reg begins, alone;
  integer c;
  always @* begin
    begins = index == 8'd0;
    alone  = 1'b0;
    for (c = 0; c < COLUMNS; c = c + 1) begin
      if (c < columns && column_end[c] == index) begins = 1'b1;
      if (c < columns && column_end[c] == index + 8'd1 && odd[c] &&
          (c == 0 ? 8'd0 : column_end[c == 0 ? 0 : c - 1]) <= index) alone = 1'b1;
    end
  end
  wire [7:0] row0 = (begins ? 8'd0 : row) + data_i[WEIGHT_BITS+:COUNT_BITS];
  wire [7:0] row1 = row0 + 8'd1 + data_i[PAIR+WEIGHT_BITS+:COUNT_BITS];
  wire pairs_ok = !csc_i || (row0 < m0_i && (alone || row1 < m0_i));

  always @* begin
    if (rst_ni && valid_i) begin
      case (state)
        HEAD: assume (head_ok);
        CHUNKS: assume (chunks_ok);
        ADDRESS: assume (ends_ok);
        default: assume (pairs_ok);
      endcase
    end
  end

  assign head_o = take && state == HEAD;
  assign in_burst_o = state != HEAD;
  assign known_o = take && state == CHUNKS;
  assign null_o = is_null;
  assign idle_o = is_idle;
  assign psum_in_o = psum_in;
  assign tag_o = tag;
  assign chunks_o = data_i[7:0];

  integer s;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      state   <= HEAD;
      is_null <= 1'b0;
      is_idle <= 1'b0;
      psum_in <= 1'b0;
      tag     <= 7'd0;
      columns <= 8'd0;
      words   <= 8'd0;
      index   <= 8'd0;
      row     <= 8'd0;
      odd     <= {COLUMNS{1'b0}};
      for (s = 0; s < COLUMNS; s = s + 1) column_end[s] <= 8'd0;
    end else if (take) begin
      index <= index + 8'd1;
      case (state)
        HEAD: begin
          state   <= CHUNKS;
          psum_in <= data_i[23];
          is_null <= data_i[22];
          is_idle <= data_i[1];
          tag     <= data_i[8:2];
          columns <= h_columns;
          words   <= h_words;
        end
        CHUNKS: begin
          state <= is_null ? HEAD : csc_i ? ADDRESS : DATA;
          index <= 8'd0;
        end
        ADDRESS: begin
          for (s = 0; s < COLUMNS; s = s + 1)
            if (s >= index && s < index + 3 && s < columns) begin
              column_end[s] <= {1'b0, data_i[7*(s%3)+:7]};
              odd[s]        <= data_i[21+s%3];
            end
          index <= index + 8'd3;
          if (index + 8'd3 >= columns) begin
            state <= words == 8'd0 ? HEAD : DATA;
            index <= 8'd0;
          end
        end
        default: begin
          row <= row1 + 8'd1;
          if (index + 8'd1 == words) state <= HEAD;
        end
      endcase
    end
  end
endmodule
