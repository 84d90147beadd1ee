// iact_receive and iact_spads together, among legal sources and a free examine stage: entries and
// segments stay within the SPads, nothing is given back that is not there, the ring of segments
// holds. The stages between (3 and examine) are a queue of two slots.
module iact_side_proof #(
    parameter SEGMENTS = 3,
    parameter ENTRIES  = 4,
    parameter CSC      = 1,
    parameter LEN      = 2,
    parameter K        = 2,
    parameter T        = 1,
    parameter PORTS    = 1
) (
    input  wire                clk_i,
    input  wire [   PORTS-1:0] valid_i,
    input  wire [PORTS*24-1:0] data_i,
    input  wire                other_i,  // the next epoch
    input  wire                idle_i,
    input  wire                rx_ok_i,
    input  wire                scan_ok_i,
    input  wire                fire_i,
    output wire [         5:0] goal_o
);
  reg rst_ni;
  initial rst_ni = 1'b0;
  always @(posedge clk_i) rst_ni <= 1'b1;
  wire csc = CSC != 0;
  wire [4:0] len = LEN;
  wire [3:0] k = K;
  wire [3:0] t = T;

  // --- the epoch that receives: changes between two bursts of two rows ----------------------------
  reg rx_ok, rx_idle;
  wire [6:0] tag = 7'd0;
  wire [PORTS-1:0] burst, ready;
  wire mid_row, head, row_last, begins, rest;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      rx_ok   <= 1'b0;
      rx_idle <= 1'b0;
    end else if (head) begin
      if (row_last && other_i) begin
        rx_ok   <= rx_ok_i;
        rx_idle <= idle_i;
      end
    end else if (!rx_ok) begin
      rx_ok   <= rx_ok_i;
      rx_idle <= idle_i;
    end
  end

  legal_iacts #(
      .PORTS(PORTS),
      .SEGMENTS(SEGMENTS)
  ) i_legal (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(csc),
      .segment_len_i(len),
      .window_segments_i(k),
      .m0_i(6'd1),
      .windows_i(t),
      .valid_i(valid_i),
      .ready_i(ready),
      .data_i(data_i),
      .tag_i(tag),
      .epoch_ends_i(1'b0),
      .burst_o(burst),
      .mid_row_o(mid_row),
      .head_o(head),
      .tag_o(),
      .first_o(),
      .row_last_o(row_last),
      .null_o(),
      .psums_o()
  );
  genvar g;
  generate
    for (g = 0; g < PORTS; g = g + 1) begin : g_port
      stream_rules #(
          .ASSUME(1),
          .BITS(24)
      ) i_source (
          .clk_i(clk_i),
          .rst_ni(rst_ni),
          .valid_i(valid_i[g]),
          .ready_i(ready[g]),
          .data_i(data_i[24*g+:24])
      );
    end
  endgenerate

  wire fire, close, last, close_row, data, commit, scan_chunk, scan_step, slot_valid, slot_ready;
  wire [3:0] places, commit_segments;
  wire [14:0] filled;
  wire [24:0] ends;
  wire [23:0] word, slot;
  wire [1:0] entries;
  reg [23:0] q0, q1;
  reg [1:0] queued;
  assign slot_ready = queued != 2'd2 || fire;
  assign fire = fire_i && queued != 2'd0;
  always @(posedge clk_i) begin : queue
    reg [1:0] n;
    if (!rst_ni) queued <= 2'd0;
    else begin
      n = queued - {1'b0, fire};
      queued <= n + {1'b0, slot_valid && slot_ready};
      if (fire) q0 <= q1;
      if (slot_valid && slot_ready) begin
        if (n == 2'd0) q0 <= slot;
        else q1 <= slot;
      end
    end
  end
  wire [4:0] free_segments = q0[23:19];
  wire [4:0] free_entries = q0[18:14];

  iact_receive #(
      .PORTS(PORTS),
      .SEGMENTS(SEGMENTS),
      .ENTRIES(ENTRIES)
  ) i_receive (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(csc),
      .idle_o(rest),
      .iact_valid_i(valid_i),
      .iact_ready_o(ready),
      .iact_data_i(data_i),
      .rx_ok_i(rx_ok),
      .rx_idle_i(rx_idle),
      .rx_tag_i(tag),
      .rx_begin_o(begins),
      .rx_row_ends_o(),
      .rx_drop_ends_o(),
      .free_i(fire),
      .free_segments_i(free_segments),
      .free_entries_i(free_entries),
      .close_o(close),
      .places_o(places),
      .filled_o(filled),
      .end_o(ends),
      .last_o(last),
      .row_last_o(close_row),
      .data_o(data),
      .word_o(word),
      .entries_o(entries),
      .commit_o(commit),
      .commit_segments_o(commit_segments)
  );
  iact_spads #(
      .SEGMENTS(SEGMENTS),
      .ENTRIES(ENTRIES)
  ) i_spads (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(csc),
      .signed_i(1'b0),
      .segment_len_i(len),
      .window_segments_i(k),
      .m0_i(6'd1),
      .empty_o(),
      .close_i(close),
      .places_i(places),
      .filled_i(filled),
      .end_i(ends),
      .last_i(last),
      .row_last_i(close_row),
      .data_i(data),
      .word_i(word),
      .entries_i(entries),
      .commit_i(commit),
      .commit_segments_i(commit_segments),
      .scan_ok_i(scan_ok_i),
      .scan_slot_i(1'b0),
      .scan_psum_in_i(1'b0),
      .scan_last_i(1'b0),
      .scan_chunk_o(scan_chunk),
      .scan_step_o(scan_step),
      .valid_o(slot_valid),
      .ready_i(slot_ready),
      .slot_o(slot),
      .value_o(),
      .column_o()
  );

  (* hierconn *) wire [5:0] \i_receive.entries_used ;
  (* hierconn *) wire [5:0] \i_receive.segments_used ;
  (* hierconn *) wire [4:0] \i_spads.resident ;
  (* hierconn *) wire [4:0] \i_spads.released ;
  (* hierconn *) wire [3:0] \i_spads.advance ;
  (* hierconn *) wire \i_spads.go ;
  reg [PORTS-1:0] was_ready;
  reg [PORTS*24-1:0] was;
  integer p;
  always @(posedge clk_i) begin
    for (p = 0; p < PORTS; p = p + 1) was_ready[p] <= rst_ni && ready[p] && !valid_i[p];
    was <= data_i;
  end
  always @* begin
    if (rst_ni) begin
      assert (\i_receive.entries_used <= ENTRIES);
      assert (\i_receive.segments_used <= (CSC != 0 ? SEGMENTS : 15));
      if (fire) begin
        assert ({1'b0, free_entries} <= \i_receive.entries_used );
        assert ({1'b0, free_segments} <= \i_receive.segments_used );
      end
      // given back early (rule 5) they stay in the ring until their window ends
      assert (\i_spads.resident <= \i_receive.segments_used + \i_spads.released );
      if (\i_spads.go ) assert ({1'b0, \i_spads.advance } <= \i_spads.resident );
      for (p = 0; p < PORTS; p = p + 1) begin
        if (was_ready[p] && data_i[24*p+:24] == was[24*p+:24]) assert (ready[p]);
        if (burst[p]) assert (ready[p]);
        else if (burst != 0) assert (!ready[p]);
      end
      if (begins) assert (rx_ok);
      assert (rest == (burst == 0 && !mid_row));
      // at rest with nothing on its way out, all space has been given back
      if (rest && queued == 2'd0 && !slot_valid && \i_spads.resident == 5'd0)
        assert (\i_receive.entries_used == 6'd0 && \i_receive.segments_used == 6'd0);
    end
  end
  assign goal_o[0] = rst_ni && \i_receive.entries_used == ENTRIES;               // all entries are used
  assign goal_o[1] = rst_ni && \i_receive.segments_used >= SEGMENTS;             // all segments are used
  assign goal_o[2] = rst_ni && fire && free_segments == K;                       // a row's last window is given back
  assign goal_o[3] = rst_ni && head && mid_row && \i_receive.entries_used != 0;  // a later chunk joins earlier entries
  assign goal_o[4] = rst_ni && fire && q0[13];                                   // an empty slot
  assign goal_o[5] = rst_ni && begins && rx_idle;                                // a chunk is dropped
endmodule
