// What stands around a whole PE of either kind, legal neighbours, and what its streams owe them: stream
// rules, psums per chunk, only the chunk that is waited for.
module pe_neighbours #(
    parameter PORTS       = 1,
    parameter SEGMENTS    = 3,
    parameter COLUMNS     = 6,
    parameter WORDS       = 4,
    parameter WORD_BITS   = 24,
    parameter WEIGHT_BITS = 2,
    parameter COUNT_BITS  = 2,
    parameter MAX_CHUNKS  = 2
) (
    input  wire                       clk_i,
    input  wire                       rst_ni,
    // settings
    input  wire                       csc_i,
    input  wire                       double_i,
    input  wire [                4:0] segment_len_i,
    input  wire [                3:0] window_segments_i,
    input  wire [                5:0] m0_i,
    input  wire [                3:0] windows_i,          // T
    // the PE's pins
    input  wire [          PORTS-1:0] iact_valid_i,
    input  wire [          PORTS-1:0] iact_ready_i,
    input  wire [PORTS*WORD_BITS-1:0] iact_data_i,
    input  wire                       weight_valid_i,
    input  wire                       weight_ready_i,
    input  wire [      WORD_BITS-1:0] weight_data_i,
    input  wire                       psum_in_valid_i,
    input  wire                       psum_in_ready_i,
    input  wire                       psum_in_last_i,
    input  wire                       psum_out_valid_i,
    input  wire                       psum_out_ready_i,
    input  wire                       psum_out_last_i,
    input  wire                       error_i,
    // what goes on
    output wire                       w_head_o,           // an epoch's first word is taken
    output wire                       head_o,             // a chunk's first word is taken:
    output wire                       mid_row_o,          // inside a row
    output wire                       h_null_o,           // null
    output wire                       rx_idle_o,          // for an idle epoch
    output wire                       move_o,             // a beat leaves:
    output wire                       p_null_o,           // of psums that pass
    output wire                       p_psum_in_o         // with psums from below
);
  wire w_burst, known, e_null, e_idle, e_psum_in;
  wire [6:0] e_tag;
  wire [7:0] e_chunks;
  legal_weights #(
      .COLUMNS(COLUMNS),
      .WORDS(WORDS),
      .WORD_BITS(WORD_BITS),
      .WEIGHT_BITS(WEIGHT_BITS),
      .COUNT_BITS(COUNT_BITS),
      .MAX_CHUNKS(MAX_CHUNKS)
  ) i_weights (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(csc_i),
      .double_i(double_i),
      .m0_i(m0_i),
      .valid_i(weight_valid_i),
      .ready_i(weight_ready_i),
      .data_i(weight_data_i),
      .head_o(w_head_o),
      .in_burst_o(w_burst),
      .known_o(known),
      .null_o(e_null),
      .idle_o(e_idle),
      .psum_in_o(e_psum_in),
      .tag_o(e_tag),
      .chunks_o(e_chunks)
  );

  wire [PORTS-1:0] i_burst;
  wire h_first, h_row_last;
  wire [6:0] h_tag, h_psums;
  wire rx_any, rx_ends, p_any, p_known, p_overflow, p_room;
  wire [6:0] rx_tag, p_psums;
  legal_iacts #(
      .PORTS(PORTS),
      .SEGMENTS(SEGMENTS),
      .WORD_BITS(WORD_BITS)
  ) i_iacts (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(csc_i),
      .segment_len_i(segment_len_i),
      .window_segments_i(window_segments_i),
      .m0_i(m0_i),
      .windows_i(windows_i),
      .valid_i(iact_valid_i),
      .ready_i(iact_ready_i),
      .data_i(iact_data_i),
      .tag_i(rx_tag),
      .epoch_ends_i(rx_ends),
      .burst_o(i_burst),
      .mid_row_o(mid_row_o),
      .head_o(head_o),
      .tag_o(h_tag),
      .first_o(h_first),
      .row_last_o(h_row_last),
      .null_o(h_null_o),
      .psums_o(h_psums)
  );
  assign move_o = psum_out_valid_i && psum_out_ready_i;
  pe_ledger i_ledger (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .known_i(known),
      .null_i(e_null),
      .idle_i(e_idle),
      .psum_in_i(e_psum_in),
      .tag_i(e_tag),
      .chunks_i(e_chunks),
      .head_i(head_o),
      .row_last_i(h_row_last),
      .psums_i(h_psums),
      .out_i(move_o),
      .out_last_i(psum_out_last_i),
      .rx_any_o(rx_any),
      .rx_idle_o(rx_idle_o),
      .rx_tag_o(rx_tag),
      .rx_ends_o(rx_ends),
      .out_any_o(p_any),
      .out_null_o(p_null_o),
      .out_psum_in_o(p_psum_in_o),
      .out_psums_o(p_psums),
      .out_known_o(p_known),
      .overflow_o(p_overflow),
      .room_o(p_room)
  );

  // Sources keep their words.
  genvar g;
  generate
    for (g = 0; g < PORTS; g = g + 1) begin : g_port
      stream_rules #(
          .ASSUME(1),
          .BITS(WORD_BITS)
      ) i_iact (
          .clk_i(clk_i),
          .rst_ni(rst_ni),
          .valid_i(iact_valid_i[g]),
          .ready_i(iact_ready_i[g]),
          .data_i(iact_data_i[g*WORD_BITS+:WORD_BITS])
      );
    end
  endgenerate
  stream_rules #(
      .ASSUME(1),
      .BITS(WORD_BITS)
  ) i_weight (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .valid_i(weight_valid_i),
      .ready_i(weight_ready_i),
      .data_i(weight_data_i)
  );
  stream_rules #(
      .ASSUME(1),
      .BITS(1)
  ) i_psum_in (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .valid_i(psum_in_valid_i),
      .ready_i(psum_in_ready_i),
      .data_i(psum_in_last_i)
  );

  // --- psums per chunk -------------------------------------------------------------------------
  reg [6:0] left;  // psums of the burst that have left
  wire expected_last = left + 7'd2 >= p_psums;
  always @(posedge clk_i) begin
    if (!rst_ni) left <= 7'd0;
    else if (move_o && !p_null_o) left <= psum_out_last_i ? 7'd0 : left + 7'd2;
  end
  always @* begin
    // A chunk's psums from below are as many as its own.
    if (rst_ni && psum_in_valid_i && psum_in_ready_i && !p_null_o) assume (psum_in_last_i == expected_last);
  end
  integer p;
  always @* begin
    if (rst_ni) begin
      if (psum_out_valid_i) begin
        assert (p_any);
        if (p_null_o) assert (psum_out_last_i == psum_in_last_i && psum_in_ready_i == psum_out_ready_i);
        else assert (p_known && psum_out_last_i == expected_last);
        if (p_null_o || p_psum_in_o) assert (psum_in_valid_i);
      end
      if (psum_in_ready_i) assert (psum_out_ready_i && p_any && (p_null_o || p_psum_in_o));
      if (psum_in_ready_i && psum_in_valid_i) assert (psum_out_valid_i);
      assert (!error_i);
      assert (!p_overflow);
      // only the chunk that is waited for
      if (head_o) assert (rx_any && h_tag == rx_tag && h_first == !mid_row_o);
    end
  end

  // --- stream rules ----------------------------------------------------------------------------
  stream_rules #(
      .ASSUME(0),
      .BITS(1)
  ) i_psum_out (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .valid_i(psum_out_valid_i),
      .ready_i(psum_out_ready_i),
      .data_i(psum_out_last_i)
  );
  // Once ready for a first word, ready until it is taken; inside a burst ready always.
  reg weight_was_ready;
  reg [PORTS-1:0] iact_was_ready;
  reg [PORTS*WORD_BITS-1:0] iact_was;
  always @(posedge clk_i) begin
    weight_was_ready <= rst_ni && weight_ready_i && !weight_valid_i;
    for (p = 0; p < PORTS; p = p + 1)
      iact_was_ready[p] <= rst_ni && iact_ready_i[p] && !iact_valid_i[p];
    iact_was <= iact_data_i;
  end
  integer r;
  always @* begin
    if (rst_ni) begin
      if (weight_was_ready || w_burst) assert (weight_ready_i);
      for (r = 0; r < PORTS; r = r + 1) begin
        if (iact_was_ready[r] &&
            iact_data_i[r*WORD_BITS+:WORD_BITS] == iact_was[r*WORD_BITS+:WORD_BITS])
          assert (iact_ready_i[r]);
        if (i_burst[r]) assert (iact_ready_i[r]);
        else if (i_burst != {PORTS{1'b0}}) assert (!iact_ready_i[r]);
      end
    end
  end
  // The ledger has finite room.
  always @* if (rst_ni && !p_room) assume (!head_o);
endmodule
