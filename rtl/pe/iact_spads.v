// The iact SPads of a PE and the first two pipeline stages (docs/pe_timing.md, rules 3 and 5).
//
//   data SPad      a ring of ENTRIES entries: value, and in the compressed mode its zero count
//   address SPad   a ring of SEGMENTS data SPad addresses: where each segment ends. Raw mode leaves
//                  it alone: there every segment has segment_len_i entries. Two flags beside it say
//                  of each segment whether it is empty (so a segment of 16 can be told from one of
//                  none) and whether it ends its chunk and its row.
//   stage 1        iact address: the next slot, out of the window of K segments
//   stage 2        iact data: the entry; from its zero count the weight column
//
// A slot moves on as soon as the stage after it has room. slot_o, from the top bit down:
// segments given back (5), entries given back (5), empty slot, chunk's first, chunk's last, window's
// last, place of its epoch, chunk is the epoch's last, psums come in from below, first psum of the
// window (7).
module iact_spads #(
    parameter WORD_BITS  = 24,
    parameter SEGMENTS   = 9,
    parameter ENTRIES    = 16,
    parameter IACT_BITS  = 8,
    parameter COUNT_BITS = 4
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    // settings
    input  wire                 csc_i,
    input  wire                 signed_i,
    input  wire [          4:0] segment_len_i,
    input  wire [          3:0] window_segments_i,  // K
    input  wire [          5:0] m0_i,
    output wire                 empty_o,
    // from iact_receive
    input  wire                 close_i,
    input  wire [          3:0] places_i,
    input  wire [         14:0] filled_i,
    input  wire [         24:0] end_i,
    input  wire                 last_i,
    input  wire                 row_last_i,
    input  wire                 data_i,
    input  wire [WORD_BITS-1:0] word_i,
    input  wire [          1:0] entries_i,
    input  wire                 commit_i,
    input  wire [          3:0] commit_segments_i,
    // the epoch that is examined
    input  wire                 scan_ok_i,
    input  wire                 scan_slot_i,
    input  wire                 scan_psum_in_i,
    input  wire                 scan_last_i,
    output wire                 scan_chunk_o,    // the chunk's last slot leaves
    output wire                 scan_step_o,     // a slot leaves stage 1
    // to stage 3
    output wire                 valid_o,
    input  wire                 ready_i,
    output wire [         23:0] slot_o,
    output wire [  IACT_BITS:0] value_o,            // signed, one bit wider than an iact
    output wire [          8:0] column_o
);
  localparam EACH = IACT_BITS + COUNT_BITS;
  localparam AB = $clog2(ENTRIES);                 // data SPad address
  localparam PB = $clog2(SEGMENTS);                // address SPad address
  localparam RB = SEGMENTS > 15 ? 5 : 4;           // flags: a ring of 2^RB segments
  localparam RING = 1 << RB;
  localparam [5:0] N_ENTRIES = ENTRIES[5:0];
  localparam [5:0] N_SEGMENTS = SEGMENTS[5:0];

  // Ring addresses: `at` is at most one round ahead.
  function [AB-1:0] entry_place(input [5:0] at);
    entry_place = at >= N_ENTRIES ? at[AB-1:0] - N_ENTRIES[AB-1:0] : at[AB-1:0];
  endfunction
  function [PB-1:0] segment_place(input [5:0] at);
    segment_place = at >= N_SEGMENTS ? at[PB-1:0] - N_SEGMENTS[PB-1:0] : at[PB-1:0];
  endfunction
  function [5:0] from_entry(input [AB-1:0] at);
    from_entry = {{6 - AB{1'b0}}, at};
  endfunction
  function [5:0] from_segment(input [PB-1:0] at);
    from_segment = {{6 - PB{1'b0}}, at};
  endfunction
  function [RB-1:0] ring(input [3:0] n);
    ring = {{RB - 4{1'b0}}, n};
  endfunction

  // --- flags ------------------------------------------------------------------------------------
  reg [RING-1:0] filled, chunk_end, row_end;
  reg [RB-1:0] flag_at;  // next segment
  integer r;
  always @(posedge clk_i or negedge rst_ni) begin : flags
    reg [RB-1:0] n;
    if (!rst_ni) begin
      filled    <= {RING{1'b0}};
      chunk_end <= {RING{1'b0}};
      row_end   <= {RING{1'b0}};
      flag_at   <= {RB{1'b0}};
    end else if (close_i) begin
      flag_at <= flag_at + ring(places_i);
      for (r = 0; r < RING; r = r + 1) begin
        n = r[RB-1:0] - flag_at;
        if (n < ring(places_i)) begin
          filled[r]    <= filled_i[n[3:0]];
          chunk_end[r] <= last_i && n + {{RB - 1{1'b0}}, 1'b1} == ring(places_i);
          row_end[r]   <= last_i && row_last_i && n + {{RB - 1{1'b0}}, 1'b1} == ring(places_i);
        end
      end
    end
  end

  // --- data SPad --------------------------------------------------------------------------------
  reg [EACH-1:0] data[0:ENTRIES-1];
  reg [AB-1:0] data_at;  // next entry
  wire [EACH-1:0] entry[0:2];
  assign entry[0] = csc_i ? word_i[0+:EACH] : {{COUNT_BITS{1'b0}}, word_i[0+:IACT_BITS]};
  assign entry[1] = csc_i ? word_i[EACH+:EACH] : {{COUNT_BITS{1'b0}}, word_i[IACT_BITS+:IACT_BITS]};
  assign entry[2] = {{COUNT_BITS{1'b0}}, word_i[2*IACT_BITS+:IACT_BITS]};
  always @(posedge clk_i) begin
    if (data_i) begin
      data[data_at] <= entry[0];
      if (entries_i > 2'd1) data[entry_place(from_entry(data_at)+6'd1)] <= entry[1];
      if (entries_i > 2'd2) data[entry_place(from_entry(data_at)+6'd2)] <= entry[2];
    end
  end
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) data_at <= {AB{1'b0}};
    else if (data_i) data_at <= entry_place(from_entry(data_at) + {4'd0, entries_i});
  end

  // --- address SPad -----------------------------------------------------------------------------
  wire [RB-1:0] advance;
  wire go;
  reg [3:0] found_k;
  reg [AB-1:0] address[0:SEGMENTS-1];
  reg [PB-1:0] address_at, window_at;
  integer a;
  // A chunk's entries come after its counts, so they begin where the next entry goes.
  always @(posedge clk_i) begin
    if (csc_i && close_i) begin
      for (a = 0; a < 5; a = a + 1)
        if (places_i > a[3:0] && filled_i[a])
          address[segment_place(from_segment(address_at)+{2'b00, a[3:0]})] <=
              entry_place(from_entry(data_at) + {1'b0, end_i[5*a+:5]});
    end
  end
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      address_at <= {PB{1'b0}};
      window_at  <= {PB{1'b0}};
    end else if (csc_i) begin
      if (close_i)
        address_at <= segment_place(from_segment(address_at) + {2'b00, places_i});
      if (go) window_at <= segment_place(from_segment(window_at) + {{6 - RB{1'b0}}, advance});
    end
  end
  wire [AB-1:0] found_end = address[segment_place(from_segment(window_at)+{2'b00, found_k})];

  // --- stage 1 ----------------------------------------------------------------------------------
  reg [RB-1:0] window;     // flags: the window's first segment
  reg [AB-1:0] at;         // next entry of the window
  reg [AB-1:0] next_head;  // first entry of the segment after the window's first one
  reg [3:0] from_k;        // the next entry lies in this segment of the window or a later one
  reg [4:0] nth;           // entries of its segment before it
  reg [4:0] released;      // segments of the window that earlier slots gave back
  reg first_slot;
  reg [6:0] psum_base;
  reg [RB:0] resident;     // complete segments from the window's first one on

  reg found, found_more;
  integer i;
  always @* begin : search
    reg [RB-1:0] place;
    found      = 1'b0;
    found_more = 1'b0;
    found_k    = window_segments_i;
    for (i = 14; i >= 0; i = i - 1) begin
      place = window + i[RB-1:0];
      if (i[3:0] < window_segments_i && i[3:0] >= from_k && filled[place]) begin
        found_more = found;
        found      = 1'b1;
        found_k    = i[3:0];
      end
    end
  end

  wire [RB-1:0] window_last = window + ring(window_segments_i) - {{RB - 1{1'b0}}, 1'b1};
  wire row_ends = row_end[window_last];
  wire [AB-1:0] after = found ? entry_place(from_entry(at) + 6'd1) : at;
  wire segment_ends = found && (csc_i ? after == found_end : nth + 5'd1 == segment_len_i);
  wire window_ends = !found || (segment_ends && !found_more);
  wire chunk_ends = window_ends && chunk_end[window_last];
  wire [AB-1:0] second = segment_ends && found_k == 4'd0 ? after : next_head;
  wire [AB-1:0] begin_next = row_ends ? after : second;  // of the next window
  wire [4:0] segments_past = window_ends ? {1'b0, window_segments_i}
                                         : {1'b0, found_k} + {4'd0, segment_ends};
  wire [4:0] leaving = row_ends ? {1'b0, window_segments_i} : 5'd1;
  wire [4:0] past = segments_past < leaving ? segments_past : leaving;
  wire gives_entries = segment_ends && (row_ends || found_k == 4'd0);

  wire room;
  wire slot_there = scan_ok_i && resident >= {1'b0, ring(window_segments_i)};
  assign go = slot_there && room;
  assign scan_chunk_o = go && chunk_ends;
  assign scan_step_o = go;
  assign advance = !window_ends ? {RB{1'b0}}
                                : row_ends ? ring(window_segments_i) : {{RB - 1{1'b0}}, 1'b1};
  assign empty_o = resident == {RB + 1{1'b0}};

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      window     <= {RB{1'b0}};
      at         <= {AB{1'b0}};
      next_head  <= {AB{1'b0}};
      from_k     <= 4'd0;
      nth        <= 5'd0;
      released   <= 5'd0;
      first_slot <= 1'b1;
      psum_base  <= 7'd0;
    end else if (go) begin
      first_slot <= chunk_ends;
      window     <= window + advance;
      if (window_ends) begin
        at        <= begin_next;
        next_head <= begin_next;
        from_k    <= 4'd0;
        nth       <= 5'd0;
        released  <= 5'd0;
        psum_base <= chunk_ends ? 7'd0 : psum_base + {1'b0, m0_i};
      end else begin
        at        <= after;
        next_head <= second;
        from_k    <= segment_ends ? found_k + 4'd1 : found_k;
        nth       <= segment_ends ? 5'd0 : nth + 5'd1;
        released  <= past;
      end
    end
  end

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) resident <= {RB + 1{1'b0}};
    else
      resident <= resident + (commit_i ? {1'b0, ring(commit_segments_i)} : {RB + 1{1'b0}}) -
                  (go ? {1'b0, advance} : {RB + 1{1'b0}});
  end

  // --- stage 2 ----------------------------------------------------------------------------------
  reg s2_valid;
  reg [AB-1:0] s2_at;
  reg [4:0] s2_nth;
  reg [3:0] s2_k;
  reg [23:0] s2_slot;

  assign room = !s2_valid || ready_i;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      s2_valid <= 1'b0;
      s2_at    <= {AB{1'b0}};
      s2_nth   <= 5'd0;
      s2_k     <= 4'd0;
      s2_slot  <= 24'd0;
    end else if (room) begin
      s2_valid <= slot_there;
      if (slot_there) begin
        s2_at   <= at;
        s2_nth  <= nth;
        s2_k    <= found_k;
        s2_slot <= {past - released, gives_entries ? nth + 5'd1 : 5'd0, !found, first_slot,
                    chunk_ends, window_ends, scan_slot_i, scan_last_i, scan_psum_in_i, psum_base};
      end
    end
  end

  wire [EACH-1:0] read = data[s2_at];
  reg [8:0] s2_before;  // place in its segment of the entry before this one
  wire [8:0] count = {{9 - COUNT_BITS{1'b0}}, read[EACH-1-:COUNT_BITS]};
  wire [8:0] offset = !csc_i ? {4'd0, s2_nth} : s2_nth == 5'd0 ? count : s2_before + count + 9'd1;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) s2_before <= 9'd0;
    else if (s2_valid && ready_i) s2_before <= offset;
  end
  wire unused_upper = &{1'b0, word_i};
  assign valid_o = s2_valid;
  assign slot_o = s2_slot;
  assign column_o = {5'd0, s2_k} * {4'd0, segment_len_i} + offset;
  assign value_o = {signed_i && read[IACT_BITS-1], read[IACT_BITS-1:0]};
endmodule
