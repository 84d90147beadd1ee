// Legal sources of iact chunks (docs/pe_timing.md, words and rule 2). Assumptions on iact_data_i;
// nothing about when words come, or which chunk's header lies on the wires: it may be one that the PE
// does not wait for. What a valid first word says:
//   - 1 to 15 segments (CSC: that can ever fit), 1 to T windows in them
//   - CSC: no more entries than segment_len in any segment, and as many as announced; null: none
//   - raw: segments x segment_len entries (or none: null)
//   - when it is taken: an epoch's last chunk is its row's last
//   - no two ports bring the chunk that the PE waits for
// Columns that an iact's zero count gives are free: the PE drops those past the tile's.
module legal_iacts #(
    parameter PORTS     = 1,
    parameter SEGMENTS  = 3,
    parameter WORD_BITS = 24
) (
    input  wire                       clk_i,
    input  wire                       rst_ni,
    input  wire                       csc_i,
    input  wire [                4:0] segment_len_i,
    input  wire [                3:0] window_segments_i,
    input  wire [                5:0] m0_i,
    input  wire [                3:0] windows_i,          // T
    input  wire [          PORTS-1:0] valid_i,
    input  wire [          PORTS-1:0] ready_i,
    input  wire [PORTS*WORD_BITS-1:0] data_i,
    input  wire [                6:0] tag_i,              // of the chunk that the PE waits for
    input  wire                       epoch_ends_i,       // and it is its epoch's last
    output wire [          PORTS-1:0] burst_o,            // inside a burst on this port
    output wire                       mid_row_o,
    output wire                       head_o,             // a first word is taken; it says:
    output wire [                6:0] tag_o,
    output wire                       first_o,
    output wire                       row_last_o,
    output wire                       null_o,
    output wire [                6:0] psums_o
);
  reg [PORTS-1:0] burst;
  reg mid_row;
  reg [7:0] counts_left, words_left, counted, total;
  wire [PORTS-1:0] take = valid_i & ready_i;
  wire [7:0] len = {3'd0, segment_len_i};

  // The word that is taken (of the lowest port: the PE takes one at a time).
  reg [WORD_BITS-1:0] word;
  reg [PORTS-1:0] fits;
  reg [PORTS-1:0] head_ok;
  reg [7:0] segments, entries, first_count, windows;
  integer p;
  always @* begin
    word = {WORD_BITS{1'b0}};
    for (p = PORTS - 1; p >= 0; p = p - 1)
      if (take[p]) word = data_i[p*WORD_BITS+:WORD_BITS];
    for (p = 0; p < PORTS; p = p + 1) begin
      segments    = {4'd0, data_i[p*WORD_BITS+10+:4]};
      entries     = {3'd0, data_i[p*WORD_BITS+5+:5]};
      first_count = {3'd0, data_i[p*WORD_BITS+:5]};
      windows     = data_i[p*WORD_BITS+14] ? segments + 8'd1 - window_segments_i : segments;
      head_ok[p]  = segments != 8'd0 && (!csc_i || segments <= SEGMENTS) &&
          windows != 8'd0 && windows <= windows_i &&
          (data_i[p*WORD_BITS+15] ? entries == 8'd0 && first_count == 8'd0 :
           csc_i ? first_count <= len && first_count <= entries && entries <= segments * len &&
                   (segments != 8'd1 || first_count == entries) &&
                   (segments != 8'd2 || entries - first_count <= len)
                 : entries == segments * len);
      fits[p]     = data_i[p*WORD_BITS+16+:7] == tag_i && data_i[p*WORD_BITS+14] != mid_row;
    end
  end

  assign head_o = burst == {PORTS{1'b0}} && take != {PORTS{1'b0}};
  assign tag_o = word[22:16];
  assign first_o = word[14];
  assign row_last_o = word[23];
  assign null_o = word[15];
  wire [7:0] w_segments = {4'd0, word[13:10]};
  wire [7:0] w_windows = word[14] ? w_segments + 8'd1 - window_segments_i : w_segments;
  wire [7:0] w_psums = w_windows * m0_i;
  assign psums_o = w_psums[6:0];
  assign burst_o = burst;
  assign mid_row_o = mid_row;

  // Up to four counts and what they add up to.
  reg [7:0] sum;
  reg counts_ok;
  integer c;
  always @* begin
    sum       = counted;
    counts_ok = 1'b1;
    for (c = 0; c < 4; c = c + 1)
      if (c < counts_left) begin
        sum = sum + {3'd0, word[5*c+:5]};
        if (word[5*c+:5] > segment_len_i) counts_ok = 1'b0;
      end
    if (sum > total) counts_ok = 1'b0;
    if (counts_left <= 8'd4 && total - sum > len) counts_ok = 1'b0;
    // What remains must find place in the segments that remain.
    if (counts_left > 8'd4 && total - sum > (counts_left - 8'd3) * len) counts_ok = 1'b0;
  end

  integer q;
  always @* begin
    if (rst_ni) begin
      for (q = 0; q < PORTS; q = q + 1) begin
        if (valid_i[q] && !burst[q]) assume (head_ok[q]);
        if (valid_i[q] && fits[q] && burst == {PORTS{1'b0}})
          assume ((fits & ~({{PORTS - 1{1'b0}}, 1'b1} << q)) == {PORTS{1'b0}});
      end
      if (head_o && epoch_ends_i) assume (word[23]);
      if (burst != {PORTS{1'b0}} && take != {PORTS{1'b0}} && counts_left != 8'd0)
        assume (counts_ok);
    end
  end

  wire [7:0] per_word = csc_i ? 8'd2 : 8'd3;
  wire [7:0] h_counts = csc_i && !word[15] && w_segments > 8'd2 ? w_segments - 8'd2 : 8'd0;
  wire [7:0] h_words = ({3'd0, word[9:5]} + per_word - 8'd1) / per_word;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      burst       <= {PORTS{1'b0}};
      mid_row     <= 1'b0;
      counts_left <= 8'd0;
      words_left  <= 8'd0;
      counted     <= 8'd0;
      total       <= 8'd0;
    end else if (head_o) begin
      burst       <= h_counts != 8'd0 || h_words != 8'd0 ? take : {PORTS{1'b0}};
      mid_row     <= !word[23];
      counts_left <= h_counts;
      words_left  <= h_words;
      counted     <= {3'd0, word[4:0]};
      total       <= {3'd0, word[9:5]};
    end else if (take != {PORTS{1'b0}}) begin
      if (counts_left != 8'd0) begin
        counts_left <= counts_left > 8'd4 ? counts_left - 8'd4 : 8'd0;
        counted     <= sum;
        if (counts_left <= 8'd4 && words_left == 8'd0) burst <= {PORTS{1'b0}};
      end else begin
        words_left <= words_left - 8'd1;
        if (words_left == 8'd1) burst <= {PORTS{1'b0}};
      end
    end
  end
endmodule
