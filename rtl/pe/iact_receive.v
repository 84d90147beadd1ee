// Takes chunks from the iact streams (docs/pe_timing.md, words and rule 2).
//
// One burst at a time, from the port whose header is the chunk that is waited for and that fits the
// SPads. iact_ready_o depends on the header on the wires, on no valid but that of lower ports (no two
// ports bring the same chunk; if they do, the lower one is taken). Chunks of an idle epoch are
// dropped.
//
// What comes out, in the cycle in which a word is taken:
//   close_o    places_o segments become known: filled_o[i]: the i-th is not empty; end_o: entries up
//              to its end, counted from the chunk's begin (of the first five; the others of a word
//              are all empty, or raw); last_o: the chunk's last segment is among them, row_last_o:
//              and the row's
//   data_o     words with entries: entries_o of them, packed as on the stream
//   commit_o   the chunk of commit_segments_o segments is complete
module iact_receive #(
    parameter PORTS     = 3,
    parameter WORD_BITS = 24,
    parameter SEGMENTS  = 9,
    parameter ENTRIES   = 16
) (
    input  wire                       clk_i,
    input  wire                       rst_ni,
    input  wire                       csc_i,
    output wire                       idle_o,  // between two rows
    // streams
    input  wire [          PORTS-1:0] iact_valid_i,
    output wire [          PORTS-1:0] iact_ready_o,
    input  wire [PORTS*WORD_BITS-1:0] iact_data_i,
    // the epoch that receives
    input  wire                       rx_ok_i,
    input  wire                       rx_idle_i,
    input  wire [                6:0] rx_tag_i,
    output wire                       rx_begin_o,
    output wire                       rx_row_ends_o,
    output wire                       rx_drop_ends_o,
    // space given back by the examine stage
    input  wire                       free_i,
    input  wire [                4:0] free_segments_i,
    input  wire [                4:0] free_entries_i,
    // to the SPads
    output wire                       close_o,
    output reg  [                3:0] places_o,
    output reg  [               14:0] filled_o,
    output reg  [               24:0] end_o,
    output wire                       last_o,
    output wire                       row_last_o,
    output wire                       data_o,
    output wire [      WORD_BITS-1:0] word_o,
    output wire [                1:0] entries_o,
    output wire                       commit_o,
    output wire [                3:0] commit_segments_o
);
  localparam [5:0] RAW_SEGMENTS = 6'd15;
  localparam [5:0] MAX_SEGMENTS = SEGMENTS[5:0];
  localparam [5:0] MAX_ENTRIES = ENTRIES[5:0];

  reg busy;              // inside a burst
  reg [PORTS-1:0] port;  // whose burst, one-hot
  reg mid_row;
  reg dropping;
  reg counting;          // count words are still to come
  reg row_last;
  reg [3:0] segments;
  reg [3:0] counts_left;
  reg [4:0] entries_left;
  reg [4:0] counted, total;  // entries of the segments closed, of the chunk
  reg [5:0] entries_used, segments_used;

  // --- the port that is taken -------------------------------------------------------------------
  wire [5:0] segment_limit = csc_i ? MAX_SEGMENTS : RAW_SEGMENTS;
  reg [PORTS-1:0] grant;
  reg [WORD_BITS-1:0] word;
  integer p;
  always @* begin : choose
    reg [WORD_BITS-1:0] w;
    reg found, fits;
    found = 1'b0;
    grant = port;
    word  = {WORD_BITS{1'b0}};
    for (p = 0; p < PORTS; p = p + 1) begin
      w = iact_data_i[p*WORD_BITS+:WORD_BITS];
      fits = rx_ok_i && w[22:16] == rx_tag_i && w[14] != mid_row &&
          (rx_idle_i || ({1'b0, w[9:5]} + entries_used <= MAX_ENTRIES &&
                         {2'b00, w[13:10]} + segments_used <= segment_limit));
      if (!busy) grant[p] = fits && !found;
      if (grant[p] && iact_valid_i[p]) begin
        found = 1'b1;
        word  = w;
      end
    end
  end
  assign iact_ready_o = grant;
  wire take = (iact_valid_i & grant) != {PORTS{1'b0}};

  // --- the word that is taken -------------------------------------------------------------------
  wire head = take && !busy;
  wire head_counts = csc_i && !word[15] && word[13:10] > 4'd2;
  wire count_word = take && busy && counting;
  wire data_word = take && busy && !counting;
  wire last_counts = counts_left <= 4'd4;
  wire [1:0] per_word = csc_i ? 2'd2 : 2'd3;
  wire last_data = entries_left <= {3'b000, per_word};
  wire ends = (head && !head_counts && word[9:5] == 5'd0) ||
              (count_word && last_counts && entries_left == 5'd0) || (data_word && last_data);
  wire drop = head ? rx_idle_i : dropping;

  assign rx_begin_o = head;
  assign rx_row_ends_o = word[23];
  assign rx_drop_ends_o = ends && drop;
  assign commit_o = ends && !drop;
  assign commit_segments_o = head ? word[13:10] : segments;
  assign data_o = data_word && !drop;
  assign word_o = word;
  assign entries_o = last_data ? entries_left[1:0] : per_word;
  assign idle_o = !busy && !mid_row;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy         <= 1'b0;
      port         <= {PORTS{1'b0}};
      mid_row      <= 1'b0;
      dropping     <= 1'b0;
      counting     <= 1'b0;
      row_last     <= 1'b0;
      segments     <= 4'd0;
      counts_left  <= 4'd0;
      entries_left <= 5'd0;
      counted      <= 5'd0;
      total        <= 5'd0;
    end else if (head) begin
      busy         <= !ends;
      port         <= grant & iact_valid_i;
      mid_row      <= !word[23];
      dropping     <= rx_idle_i;
      counting     <= head_counts;
      row_last     <= word[23];
      segments     <= word[13:10];
      counts_left  <= word[13:10] - 4'd2;
      entries_left <= word[9:5];
      counted      <= word[4:0];
      total        <= word[9:5];
    end else if (take) begin
      busy <= !ends;
      if (count_word) begin
        counts_left <= counts_left - 4'd4;
        counting    <= !last_counts;
        counted     <= end_o[19:15];
      end else begin
        entries_left <= entries_left - {3'b000, per_word};
      end
    end
  end

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      entries_used  <= 6'd0;
      segments_used <= 6'd0;
    end else begin
      entries_used <= entries_used + (head && !drop ? {1'b0, word[9:5]} : 6'd0) -
                      (free_i ? {1'b0, free_entries_i} : 6'd0);
      segments_used <= segments_used + (head && !drop ? {2'b00, word[13:10]} : 6'd0) -
                       (free_i ? {1'b0, free_segments_i} : 6'd0);
    end
  end

  // --- segments that become known ---------------------------------------------------------------
  assign close_o = (head || count_word) && !drop;
  assign last_o = head ? !head_counts : last_counts;
  assign row_last_o = head ? word[23] : row_last;

  integer c;
  always @* begin : closing
    reg [4:0] at, next;
    c        = 0;
    at       = head ? 5'd0 : counted;
    next     = 5'd0;
    filled_o = 15'd0;
    end_o    = 25'd0;
    places_o = 4'd0;
    if (head && (!csc_i || word[15])) begin
      // All at once: raw ones, or those of a null chunk.
      places_o = word[13:10];
      filled_o = {15{!word[15]}};
    end else if (head) begin
      // Segment 0; of two, segment 1 has what remains; a single one has all.
      places_o  = word[13:10] == 4'd2 ? 4'd2 : 4'd1;
      end_o     = {15'd0, word[9:5], word[13:10] == 4'd1 ? word[9:5] : word[4:0]};
      filled_o  = {13'd0, word[9:5] != word[4:0], end_o[4:0] != 5'd0};
    end else begin
      // Up to four counts, and behind the last of them the chunk's last segment.
      for (c = 0; c < 4; c = c + 1) begin
        if (counts_left > c[3:0]) begin
          next = at + word[5*c+:5];
          filled_o[c] = word[5*c+:5] != 5'd0;
          places_o = places_o + 4'd1;
          at = next;
        end
        end_o[5*c+:5] = at;
      end
      if (last_counts) begin
        filled_o[places_o] = total != at;
        end_o[5*places_o+:5] = total;
        places_o = places_o + 4'd1;
      end
    end
  end
endmodule
