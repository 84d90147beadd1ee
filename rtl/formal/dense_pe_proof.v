// The whole dense PE among legal neighbours (pe_neighbours), and bounds inside. The settings
// are parameters; they are configured again at any time at which the PE takes them.
module dense_pe_proof #(
    parameter PORTS       = 1,
    parameter ENTRIES     = 4,
    parameter WORDS       = 4,
    parameter PSUMS       = 4,
    parameter IACT_BITS   = 2,
    parameter WEIGHT_BITS = 2,
    parameter PSUM_BITS   = 3,
    parameter DOUBLE      = 1,
    parameter LEN         = 1,  // segment length
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
  wire double = DOUBLE != 0;
  wire [4:0] segment_len = LEN;
  wire [3:0] window_segments = K;
  wire [5:0] m0 = M0;
  wire [3:0] windows = T;
  wire [6:0] psums = T * M0;

  wire config_ready, weight_ready, in_ready, out_valid, out_last, error;
  wire [PORTS-1:0] iact_ready;
  wire [2*PSUM_BITS-1:0] out_data;
  dense_pe #(
      .PORTS(PORTS),
      .ENTRIES(ENTRIES),
      .WORDS(WORDS),
      .PSUMS(PSUMS),
      .IACT_BITS(IACT_BITS),
      .WEIGHT_BITS(WEIGHT_BITS),
      .PSUM_BITS(PSUM_BITS),
      .WORD_BITS(WORD_BITS)
  ) dut (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .config_valid_i(config_valid_i),
      .config_ready_o(config_ready),
      .config_data_i({psums, m0, window_segments, segment_len, double, 3'b000}),
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

  wire w_head, head, mid_row, h_null, rx_idle, move, p_null, p_psum_in;
  pe_neighbours #(
      .PORTS(PORTS),
      .COLUMNS((DOUBLE != 0 ? 2 : 1) * K * LEN),
      .WORDS(WORDS),
      .WORD_BITS(WORD_BITS),
      .WEIGHT_BITS(WEIGHT_BITS),
      .MAX_CHUNKS(MAX_CHUNKS)
  ) i_neighbours (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(1'b0),
      .double_i(double),
      .segment_len_i(segment_len),
      .window_segments_i(window_segments),
      .m0_i(m0),
      .windows_i(windows),
      .iact_valid_i(iact_valid_i),
      .iact_ready_i(iact_ready),
      .iact_data_i(iact_data_i),
      .weight_valid_i(weight_valid_i),
      .weight_ready_i(weight_ready),
      .weight_data_i(weight_data_i),
      .psum_in_valid_i(psum_in_valid_i),
      .psum_in_ready_i(in_ready),
      .psum_in_last_i(psum_in_last_i),
      .psum_out_valid_i(out_valid),
      .psum_out_ready_i(psum_out_ready_i),
      .psum_out_last_i(out_last),
      .error_i(error),
      .w_head_o(w_head),
      .head_o(head),
      .mid_row_o(mid_row),
      .h_null_o(h_null),
      .rx_idle_o(rx_idle),
      .move_o(move),
      .p_null_o(p_null),
      .p_psum_in_o(p_psum_in)
  );

  // A tile's columns end in the window's last segment.
  always @* if (rst_ni && w_head && !weight_data_i[22]) assume (weight_data_i[21:17] > (K - 1) * LEN);

`include "dense_pe_bounds.vh"

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
  assign goal_o[10] = rst_ni && \dut.mac_valid && \dut.mac_zero ;       // an iact of zero gates the MAC
  assign goal_o[11] = rst_ni && move && !p_null && !out_last;           // a chunk of two beats leaves
endmodule
