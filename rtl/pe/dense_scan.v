// The iact SPad of a dense PE, and its loops: stage 1 (docs/pe_timing.md, The dense PE).
//
//   iact SPad  a ring of ENTRIES values. Three flags beside it say of each segment whether its values
//              are there (those of a null chunk are not: they are zeros), and whether it ends its
//              chunk and its row.
//   loops      windows of a chunk; in each the tile's columns, oldest segment first; in each the M0
//              weights: a slot each. Addresses are counted on, nothing is looked up.
//
// A slot reads the iact here and, but for a zero, its weight's word in the weight SPad; what goes to
// the MAC stage is held by the registers at the end. An iact of zero leaves the MAC's operands as
// they are.
// Never sent: a tile whose columns do not end in the window's last segment.
module dense_scan #(
    parameter WORD_BITS = 24,
    parameter ENTRIES   = 16,
    parameter IACT_BITS = 8
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    // settings
    input  wire                 signed_i,
    input  wire [          4:0] segment_len_i,
    input  wire [          3:0] window_segments_i,  // K
    input  wire [          5:0] m0_i,
    // from iact_receive
    input  wire                 close_i,
    input  wire [          3:0] places_i,
    input  wire                 filled_i,           // not a null chunk
    input  wire                 row_last_i,
    input  wire                 data_i,
    input  wire [WORD_BITS-1:0] word_i,
    input  wire [          1:0] entries_i,
    input  wire                 commit_i,
    input  wire [          3:0] commit_segments_i,
    // the epoch that is worked on
    input  wire                 scan_ok_i,
    input  wire [          4:0] columns_i,
    input  wire [          7:0] weights_i,          // first word of its tile
    // psum SPad
    input  wire                 bank_i,             // bank of the next chunk
    input  wire                 bank_free_i,
    // the slot
    output wire                 slot_o,
    output wire                 first_o,            // if it fires: the chunk's first one
    output wire                 window_o,           // the window's last one fires
    output wire                 chunk_o,            // the chunk's last one fires
    output wire                 bank_o,             // bank of the chunk
    output wire [          6:0] base_o,             // first psum of the window
    output wire                 free_o,             // a segment's space is given back
    output wire [          4:0] free_entries_o,
    // weight SPad
    output wire                 read_o,
    output wire [          7:0] read_addr_o,
    // to the MAC stage
    output reg                  mac_valid_o,
    output reg                  mac_zero_o,         // the iact is zero: value and addresses are held
    output reg  [  IACT_BITS:0] mac_value_o,        // signed, one bit wider than an iact
    output reg  [          1:0] mac_place_o,        // of the weight in its word
    output reg  [          6:0] mac_psum_o,         // psum within the bank
    output reg                  mac_bank_o,
    output reg  [          1:0] mac_done_o          // marks: a chunk's psums of bank 0, 1 are through
);
  localparam AB = $clog2(ENTRIES);
  localparam [5:0] N_ENTRIES = ENTRIES[5:0];

  // Ring address: `at` is at most one round ahead.
  function [AB-1:0] entry_place(input [5:0] at);
    entry_place = at >= N_ENTRIES ? at[AB-1:0] - N_ENTRIES[AB-1:0] : at[AB-1:0];
  endfunction
  function [5:0] from_entry(input [AB-1:0] at);
    from_entry = {{6 - AB{1'b0}}, at};
  endfunction

  // --- flags ------------------------------------------------------------------------------------
  reg [15:0] filled, chunk_end, row_end;  // a ring of segments
  reg [3:0] flag_at;                      // next segment
  integer r;
  always @(posedge clk_i or negedge rst_ni) begin : flags
    reg [3:0] n;
    if (!rst_ni) begin
      filled    <= 16'd0;
      chunk_end <= 16'd0;
      row_end   <= 16'd0;
      flag_at   <= 4'd0;
    end else if (close_i) begin
      flag_at <= flag_at + places_i;
      for (r = 0; r < 16; r = r + 1) begin
        n = r[3:0] - flag_at;
        if (n < places_i) begin
          filled[r]    <= filled_i;
          chunk_end[r] <= n + 4'd1 == places_i;
          row_end[r]   <= row_last_i && n + 4'd1 == places_i;
        end
      end
    end
  end

  // --- iact SPad --------------------------------------------------------------------------------
  reg [IACT_BITS-1:0] data[0:ENTRIES-1];
  reg [AB-1:0] data_at;  // next entry
  wire unused_upper = &{1'b0, word_i};
  always @(posedge clk_i) begin
    if (data_i) begin
      data[data_at] <= word_i[0+:IACT_BITS];
      if (entries_i > 2'd1)
        data[entry_place(from_entry(data_at)+6'd1)] <= word_i[IACT_BITS+:IACT_BITS];
      if (entries_i > 2'd2)
        data[entry_place(from_entry(data_at)+6'd2)] <= word_i[2*IACT_BITS+:IACT_BITS];
    end
  end
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) data_at <= {AB{1'b0}};
    else if (data_i) data_at <= entry_place(from_entry(data_at) + {4'd0, entries_i});
  end

  // --- loops ------------------------------------------------------------------------------------
  reg [3:0] window;       // flags: the window's first segment
  reg [4:0] resident;     // complete segments from there on
  reg [3:0] k;            // segment of the window
  reg [4:0] nth;          // iact of the segment
  reg [4:0] column;       // of the tile
  reg [5:0] row;          // weight of the column
  reg [1:0] place;        // of the weight in its word
  reg [7:0] word_at;      // of the tile
  reg [AB-1:0] at;        // first entry of the segment
  reg [AB-1:0] second;    // first entry of the window's second segment
  reg [6:0] base;         // first psum of the window
  reg first;              // the next slot is its chunk's first one
  reg bank;               // of the chunk under way

  wire [3:0] here = window + k;
  wire [3:0] window_last = window + window_segments_i - 4'd1;
  wire slot = scan_ok_i && resident >= {1'b0, window_segments_i} && (!first || bank_free_i);
  wire row_done = row + 6'd1 == m0_i;
  wire window_ends = row_done && column + 5'd1 == columns_i;
  wire segment_ends = row_done && (nth + 5'd1 == segment_len_i || column + 5'd1 == columns_i);
  wire row_ends = row_end[window_last];
  wire chunk_ends = window_ends && chunk_end[window_last];
  wire [AB-1:0] after = filled[here] ? entry_place(from_entry(at) + {1'b0, segment_len_i}) : at;
  wire word_ends = row_done || place == 2'd2;

  wire [IACT_BITS-1:0] entry = data[entry_place(from_entry(at) + {1'b0, nth})];
  wire zero = !filled[here] || entry == {IACT_BITS{1'b0}};
  wire [3:0] leaving = row_ends ? window_segments_i : 4'd1;

  assign slot_o = slot;
  assign first_o = first;
  assign window_o = slot && window_ends;
  assign chunk_o = slot && chunk_ends;
  assign bank_o = first ? bank_i : bank;
  assign base_o = base;
  assign free_o = slot && segment_ends && (k == 4'd0 || row_ends);
  assign free_entries_o = filled[here] ? segment_len_i : 5'd0;
  assign read_o = slot && !zero && place == 2'd0;
  assign read_addr_o = weights_i + word_at;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      window  <= 4'd0;
      k       <= 4'd0;
      nth     <= 5'd0;
      column  <= 5'd0;
      row     <= 6'd0;
      place   <= 2'd0;
      word_at <= 8'd0;
      at      <= {AB{1'b0}};
      second  <= {AB{1'b0}};
      base    <= 7'd0;
      first   <= 1'b1;
      bank    <= 1'b0;
    end else if (slot) begin
      bank  <= bank_o;
      first <= chunk_ends;
      row   <= row_done ? 6'd0 : row + 6'd1;
      place <= word_ends ? 2'd0 : place + 2'd1;
      if (window_ends) begin
        window  <= window + leaving;
        k       <= 4'd0;
        nth     <= 5'd0;
        column  <= 5'd0;
        word_at <= 8'd0;
        at      <= row_ends || k == 4'd0 ? after : second;
        base    <= chunk_ends ? 7'd0 : base + {1'b0, m0_i};
      end else begin
        if (word_ends) word_at <= word_at + 8'd1;
        if (row_done) begin
          column <= column + 5'd1;
          nth    <= segment_ends ? 5'd0 : nth + 5'd1;
        end
        if (segment_ends) begin
          k  <= k + 4'd1;
          at <= after;
          if (k == 4'd0) second <= after;
        end
      end
    end
  end

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) resident <= 5'd0;
    else
      resident <= resident + (commit_i ? {1'b0, commit_segments_i} : 5'd0) -
                  (window_o ? {1'b0, leaving} : 5'd0);
  end

  // --- to the MAC stage -------------------------------------------------------------------------
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      mac_valid_o <= 1'b0;
      mac_zero_o  <= 1'b0;
      mac_value_o <= {IACT_BITS + 1{1'b0}};
      mac_place_o <= 2'd0;
      mac_psum_o  <= 7'd0;
      mac_bank_o  <= 1'b0;
      mac_done_o  <= 2'b00;
    end else begin
      mac_valid_o <= slot;
      mac_done_o  <= chunk_o ? (bank_o ? 2'b10 : 2'b01) : 2'b00;
      if (slot) mac_zero_o <= zero;
      if (slot && !zero) begin
        mac_value_o <= {signed_i && entry[IACT_BITS-1], entry};
        mac_place_o <= place;
        mac_psum_o  <= base + {1'b0, row};
        mac_bank_o  <= bank_o;
      end
    end
  end
endmodule
