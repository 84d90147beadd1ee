// The whole PE among legal neighbours: stream rules, psums per chunk, bounds inside. The settings
// are parameters; they are configured again at any time at which the PE takes them.
module sparse_pe_proof #(
    parameter PORTS       = 1,
    parameter SEGMENTS    = 3,
    parameter ENTRIES     = 4,
    parameter COLUMNS     = 6,
    parameter WORDS       = 4,
    parameter PSUMS       = 4,
    parameter IACT_BITS   = 2,
    parameter WEIGHT_BITS = 2,
    parameter COUNT_BITS  = 2,
    parameter PSUM_BITS   = 3,
    parameter SIMD        = 2,
    parameter CSC         = 1,
    parameter SINGLE      = 0,
    parameter DOUBLE      = 1,
    parameter LEN         = 2,  // segment length
    parameter K           = 1,  // segments per window
    parameter M0          = 2,
    parameter T           = 1,  // windows per chunk
    parameter MAX_CHUNKS  = 2
) (
    input wire                   clk_i,
    input wire                   config_valid_i,
    input wire [      PORTS-1:0] iact_valid_i,
    input wire [   PORTS*24-1:0] iact_data_i,
    input wire                   weight_valid_i,
    input wire [           23:0] weight_data_i,
    input wire                   psum_in_valid_i,
    input wire [2*PSUM_BITS-1:0] psum_in_data_i,
    input wire                   psum_in_last_i,
    input wire                   psum_out_ready_i,
    output wire [          11:0] goal_o
);
  localparam WORD_BITS = 24;
  reg rst_ni;
  initial rst_ni = 1'b0;
  always @(posedge clk_i) rst_ni <= 1'b1;

  // --- settings --------------------------------------------------------------------------------
  wire csc = CSC != 0;
  wire single = SINGLE != 0;
  wire double = DOUBLE != 0;
  wire [4:0] segment_len = LEN;
  wire [3:0] window_segments = K;
  wire [5:0] m0 = M0;
  wire [3:0] windows = T;
  wire [6:0] psums = T * M0;

  wire config_ready, weight_ready, in_ready, out_valid, out_last, error;
  wire [PORTS-1:0] iact_ready;
  wire [2*PSUM_BITS-1:0] out_data;
  sparse_pe #(
      .PORTS(PORTS),
      .SEGMENTS(SEGMENTS),
      .ENTRIES(ENTRIES),
      .COLUMNS(COLUMNS),
      .WORDS(WORDS),
      .PSUMS(PSUMS),
      .IACT_BITS(IACT_BITS),
      .WEIGHT_BITS(WEIGHT_BITS),
      .COUNT_BITS(COUNT_BITS),
      .PSUM_BITS(PSUM_BITS),
      .SIMD(SIMD),
      .WORD_BITS(WORD_BITS)
  ) dut (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .config_valid_i(config_valid_i),
      .config_ready_o(config_ready),
      .config_data_i({psums, m0, window_segments, segment_len, double, single, 1'b0, csc}),
      .iact_valid_i(iact_valid_i),
      .iact_ready_o(iact_ready),
      .iact_data_i(iact_data_i),
      .weight_valid_i(weight_valid_i),
      .weight_ready_o(weight_ready),
      .weight_data_i(weight_data_i),
      .psum_in_valid_i(psum_in_valid_i),
      .psum_in_ready_o(in_ready),
      .psum_in_data_i(psum_in_data_i),
      .psum_in_last_i(psum_in_last_i),
      .psum_out_valid_o(out_valid),
      .psum_out_ready_i(psum_out_ready_i),
      .psum_out_data_o(out_data),
      .psum_out_last_o(out_last),
      .active_o(),
      .window_o(),
      .forward_o(),
      .overflows_o(),
      .error_o(error)
  );

  // --- neighbours ------------------------------------------------------------------------------
  wire w_head, w_burst, known, e_null, e_idle, e_psum_in;
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
      .csc_i(csc),
      .double_i(double),
      .m0_i(m0),
      .valid_i(weight_valid_i),
      .ready_i(weight_ready),
      .data_i(weight_data_i),
      .head_o(w_head),
      .in_burst_o(w_burst),
      .known_o(known),
      .null_o(e_null),
      .idle_o(e_idle),
      .psum_in_o(e_psum_in),
      .tag_o(e_tag),
      .chunks_o(e_chunks)
  );

  wire [PORTS-1:0] i_burst;
  wire mid_row, head, h_first, h_row_last, h_null;
  wire [6:0] h_tag, h_psums;
  wire rx_any, rx_idle, rx_ends, p_any, p_null, p_psum_in, p_known, p_overflow, p_room;
  wire [6:0] rx_tag, p_psums;
  legal_iacts #(
      .PORTS(PORTS),
      .SEGMENTS(SEGMENTS),
      .WORD_BITS(WORD_BITS)
  ) i_iacts (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(csc),
      .segment_len_i(segment_len),
      .window_segments_i(window_segments),
      .m0_i(m0),
      .windows_i(windows),
      .valid_i(iact_valid_i),
      .ready_i(iact_ready),
      .data_i(iact_data_i),
      .tag_i(rx_tag),
      .epoch_ends_i(rx_ends),
      .burst_o(i_burst),
      .mid_row_o(mid_row),
      .head_o(head),
      .tag_o(h_tag),
      .first_o(h_first),
      .row_last_o(h_row_last),
      .null_o(h_null),
      .psums_o(h_psums)
  );
  wire move = out_valid && psum_out_ready_i;
  pe_ledger i_ledger (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .known_i(known),
      .null_i(e_null),
      .idle_i(e_idle),
      .psum_in_i(e_psum_in),
      .tag_i(e_tag),
      .chunks_i(e_chunks),
      .head_i(head),
      .row_last_i(h_row_last),
      .psums_i(h_psums),
      .out_i(move),
      .out_last_i(out_last),
      .rx_any_o(rx_any),
      .rx_idle_o(rx_idle),
      .rx_tag_o(rx_tag),
      .rx_ends_o(rx_ends),
      .out_any_o(p_any),
      .out_null_o(p_null),
      .out_psum_in_o(p_psum_in),
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
          .ready_i(iact_ready[g]),
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
      .ready_i(weight_ready),
      .data_i(weight_data_i)
  );
  stream_rules #(
      .ASSUME(1),
      .BITS(1)
  ) i_psum_in (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .valid_i(psum_in_valid_i),
      .ready_i(in_ready),
      .data_i(psum_in_last_i)
  );

  // --- psums per chunk -------------------------------------------------------------------------
  reg [6:0] left;  // psums of the burst that have left
  wire expected_last = left + 7'd2 >= p_psums;
  always @(posedge clk_i) begin
    if (!rst_ni) left <= 7'd0;
    else if (move && !p_null) left <= out_last ? 7'd0 : left + 7'd2;
  end
  always @* begin
    // A chunk's psums from below are as many as its own.
    if (rst_ni && psum_in_valid_i && in_ready && !p_null) assume (psum_in_last_i == expected_last);
  end
  integer p;
  always @* begin
    if (rst_ni) begin
      if (out_valid) begin
        assert (p_any);
        if (p_null) assert (out_last == psum_in_last_i && in_ready == psum_out_ready_i);
        else assert (p_known && out_last == expected_last);
        if (p_null || p_psum_in) assert (psum_in_valid_i);
      end
      if (in_ready) assert (psum_out_ready_i && p_any && (p_null || p_psum_in));
      if (in_ready && psum_in_valid_i) assert (out_valid);
      assert (!error);
      assert (!p_overflow);
      // only the chunk that is waited for
      if (head) assert (rx_any && h_tag == rx_tag && h_first == !mid_row);
    end
  end

  // --- stream rules ----------------------------------------------------------------------------
  stream_rules #(
      .ASSUME(0),
      .BITS(1)
  ) i_psum_out (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .valid_i(out_valid),
      .ready_i(psum_out_ready_i),
      .data_i(out_last)
  );
  // Once ready for a first word, ready until it is taken; inside a burst ready always.
  reg weight_was_ready;
  reg [PORTS-1:0] iact_was_ready;
  reg [PORTS*WORD_BITS-1:0] iact_was;
  always @(posedge clk_i) begin
    weight_was_ready <= rst_ni && weight_ready && !weight_valid_i;
    for (p = 0; p < PORTS; p = p + 1)
      iact_was_ready[p] <= rst_ni && iact_ready[p] && !iact_valid_i[p];
    iact_was <= iact_data_i;
  end
  integer r;
  always @* begin
    if (rst_ni) begin
      if (weight_was_ready || w_burst) assert (weight_ready);
      for (r = 0; r < PORTS; r = r + 1) begin
        if (iact_was_ready[r] &&
            iact_data_i[r*WORD_BITS+:WORD_BITS] == iact_was[r*WORD_BITS+:WORD_BITS])
          assert (iact_ready[r]);
        if (i_burst[r]) assert (iact_ready[r]);
        else if (i_burst != {PORTS{1'b0}}) assert (!iact_ready[r]);
      end
    end
  end
  // The ledger has finite room.
  always @* if (rst_ni && !p_room) assume (!head);

`include "sparse_pe_bounds.vh"

  reg dropping;  // an idle epoch's chunk has begun
  always @(posedge clk_i) begin
    if (!rst_ni || \dut.i_epochs.idle_ends ) dropping <= 1'b0;
    else if (head && rx_idle) dropping <= 1'b1;
  end
  assign goal_o[0] = rst_ni && move && !p_null && out_last;             // a chunk has left
  assign goal_o[1] = rst_ni && \dut.i_psums.busy == 2'b11;              // both banks are busy
  assign goal_o[2] = rst_ni && move && p_null && out_last;              // a null epoch's burst has passed
  assign goal_o[3] = rst_ni && \dut.i_epochs.idle_ends && dropping;     // an idle epoch retires, chunks dropped
  assign goal_o[4] = rst_ni && move && !p_null && p_psum_in;            // a psum from below is added
  assign goal_o[5] = rst_ni && \dut.forward_o ;                         // a psum is forwarded
  assign goal_o[6] = rst_ni && head && mid_row;                         // a row's second chunk comes
  assign goal_o[7] = rst_ni && \dut.i_epochs.retire ;                   // an epoch retires
  assign goal_o[8] = rst_ni && head && h_null && !rx_idle;              // a null chunk comes
  assign goal_o[9] = rst_ni && w_head && \dut.i_epochs.used != 2'b00;   // a second epoch comes
  assign goal_o[10] = rst_ni && \dut.i_issue.w_valid ;                  // an iact waits for issue
  assign goal_o[11] = rst_ni && move && !p_null && !out_last;           // a chunk of two beats leaves
endmodule
