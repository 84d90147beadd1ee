// psum_spad by itself, its neighbours free within psum_rules: every chunk's psums leave once, in
// order, with the values written last; beats come in exactly as often as they go out.
//
// The chunks that are held are modelled as a queue of two. One psum of any one chunk is followed
// with its value: place `spot` of a chunk that is `picked` when it takes its bank.
module psum_spad_proof #(
    parameter PSUMS     = 4,
    parameter PSUM_BITS = 2
) (
    input wire                   clk_i,
    input wire                   restart_i,
    input wire                   bank_take_i,
    input wire                   bank_psum_in_i,
    input wire                   bank_full_i,
    input wire [            6:0] bank_last_i,
    input wire [            6:0] read0_addr_i,
    input wire [            6:0] read1_addr_i,
    input wire                   write0_i,
    input wire                   write1_i,
    input wire [            6:0] write0_addr_i,
    input wire [            6:0] write1_addr_i,
    input wire [  PSUM_BITS-1:0] write0_psum_i,
    input wire [  PSUM_BITS-1:0] write1_psum_i,
    input wire [            1:0] done_i,
    input wire                   pass_i,
    input wire                   psum_in_valid_i,
    input wire [2*PSUM_BITS-1:0] psum_in_data_i,
    input wire                   psum_in_last_i,
    input wire                   psum_out_ready_i,
    input wire                   pick_i,
    output wire [           6:0] goal_o
);
  localparam [6:0] HALF = PSUMS[7:1];
  (* anyconst *) reg [5:0] m0;
  (* anyconst *) reg two_banks;
  (* anyconst *) reg [6:0] spot;
  reg rst_ni;
  initial rst_ni = 1'b0;
  always @(posedge clk_i) rst_ni <= 1'b1;
  always @* assume (m0 != 6'd0 && {1'b0, m0} <= PSUMS[6:0]);

  wire empty, bank, bank_free, passed, in_ready, out_valid, out_last, mismatch;
  wire [2*PSUM_BITS-1:0] out_data;
  wire [PSUM_BITS-1:0] read0, read1;
  wire move = out_valid && psum_out_ready_i;
  wire leaves = move && !pass_i && out_last;

  psum_spad #(
      .PSUMS(PSUMS),
      .PSUM_BITS(PSUM_BITS)
  ) dut (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .m0_i(m0),
      .two_banks_i(two_banks),
      .restart_i(restart_i),
      .empty_o(empty),
      .bank_o(bank),
      .bank_free_o(bank_free),
      .bank_take_i(bank_take_i),
      .bank_psum_in_i(bank_psum_in_i),
      .bank_full_i(bank_full_i),
      .bank_last_i(bank_last_i),
      .mac_bank_i(1'b0),
      .mac_base_i(7'd0),
      .mac_base_o(),
      .read0_addr_i(read0_addr_i),
      .read1_addr_i(read1_addr_i),
      .read0_o(read0),
      .read1_o(read1),
      .write0_i(write0_i),
      .write1_i(write1_i),
      .write0_addr_i(write0_addr_i),
      .write1_addr_i(write1_addr_i),
      .write0_psum_i(write0_psum_i),
      .write1_psum_i(write1_psum_i),
      .done_i(done_i),
      .pass_i(pass_i),
      .passed_o(passed),
      .psum_in_valid_i(psum_in_valid_i),
      .psum_in_ready_o(in_ready),
      .psum_in_data_i(psum_in_data_i),
      .psum_in_last_i(psum_in_last_i),
      .psum_out_valid_o(out_valid),
      .psum_out_ready_i(psum_out_ready_i),
      .psum_out_data_o(out_data),
      .psum_out_last_o(out_last),
      .overflow_o(),
      .mismatch_o(mismatch)
  );

  psum_rules #(
      .ASSUME(1),
      .PSUMS(PSUMS)
  ) i_use (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .m0_i(m0),
      .two_banks_i(two_banks),
      .restart_i(restart_i),
      .bank_i(bank),
      .bank_free_i(bank_free),
      .bank_take_i(bank_take_i),
      .bank_full_i(bank_full_i),
      .bank_last_i(bank_last_i),
      .write0_i(write0_i),
      .write1_i(write1_i),
      .write0_addr_i(write0_addr_i),
      .write1_addr_i(write1_addr_i),
      .done_i(done_i),
      .leaves_i(leaves),
      .pass_i(pass_i),
      .passed_i(passed)
  );
  stream_rules #(
      .ASSUME(1),
      .BITS(2 * PSUM_BITS + 1)
  ) i_in (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .valid_i(psum_in_valid_i),
      .ready_i(in_ready),
      .data_i({psum_in_last_i, psum_in_data_i})
  );
  stream_rules #(
      .ASSUME(0),
      .BITS(2 * PSUM_BITS + 1)
  ) i_out (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .valid_i(out_valid),
      .ready_i(psum_out_ready_i),
      .data_i({out_last, out_data})
  );

  // --- the chunks that are held, oldest first ------------------------------------------------------
  reg [1:0] chunks;
  reg [1:0] from_below, full, done;  // of the oldest [0] and the younger one [1]
  reg [6:0] size0, size1;
  reg [1:0] banks;
  wire [6:0] size = bank_last_i + {1'b0, m0};
  // What this cycle's marks do to each of the two, before one leaves.
  wire [1:0] held = {chunks == 2'd2, chunks != 2'd0};
  wire [1:0] comes = {bank_take_i && held[0], bank_take_i && !held[0]};
  wire [1:0] fills = {bank_full_i && (comes[1] || (held[1] && !full[1])),
                      bank_full_i && (comes[0] || (held[0] && !full[0]))};
  wire [1:0] ends = {held[1] && done_i[banks[1]], held[0] && done_i[banks[0]]};
  wire [6:0] new0 = fills[0] ? size : size0;
  wire [6:0] new1 = fills[1] ? size : size1;
  wire [1:0] new_banks = {comes[1] ? bank : banks[1], comes[0] ? bank : banks[0]};
  wire [1:0] new_below = {comes[1] ? bank_psum_in_i : from_below[1],
                          comes[0] ? bank_psum_in_i : from_below[0]};
  reg [6:0] beats;  // of the oldest that have left
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      chunks     <= 2'd0;
      from_below <= 2'b00;
      full       <= 2'b00;
      done       <= 2'b00;
      size0      <= 7'd0;
      size1      <= 7'd0;
      banks      <= 2'b00;
      beats      <= 7'd0;
    end else begin
      chunks     <= chunks + {1'b0, bank_take_i} - {1'b0, leaves};
      from_below <= leaves ? {1'b0, new_below[1]} : new_below;
      banks      <= leaves ? {1'b0, new_banks[1]} : new_banks;
      full       <= leaves ? {1'b0, full[1] || fills[1]} : full | fills;
      done       <= leaves ? {1'b0, done[1] || ends[1]} : done | ends;
      size0      <= leaves ? new1 : new0;
      size1      <= new1;
      if (move && !pass_i) beats <= leaves ? 7'd0 : beats + 7'd1;
    end
  end

  // --- one psum ------------------------------------------------------------------------------------
  reg live, ahead, live_bank, written;  // ahead: another chunk leaves before it
  reg [PSUM_BITS-1:0] value;
  wire [6:0] spot_addr = spot + (two_banks && live_bank ? HALF : 7'd0);
  wire [PSUM_BITS-1:0] expected = written ? value : {PSUM_BITS{1'b0}};
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      live      <= 1'b0;
      ahead     <= 1'b0;
      live_bank <= 1'b0;
      written   <= 1'b0;
    end else if (bank_take_i && pick_i && !live) begin
      live      <= 1'b1;
      ahead     <= held[0] && !leaves;
      live_bank <= bank;
      written   <= 1'b0;
    end else if (live) begin
      if (leaves) begin
        ahead <= 1'b0;
        if (!ahead) live <= 1'b0;
      end
      if (write0_i && write0_addr_i == spot_addr) begin
        written <= 1'b1;
        value   <= write0_psum_i;
      end
      if (write1_i && write1_addr_i == spot_addr) begin
        written <= 1'b1;
        value   <= write1_psum_i;
      end
    end
  end
  always @* assume (spot < (two_banks ? HALF : PSUMS[6:0]));

  wire needs_in = pass_i || from_below[0];
  wire [PSUM_BITS-1:0] in_half = !from_below[0] ? {PSUM_BITS{1'b0}} :
      spot[0] ? psum_in_data_i[PSUM_BITS+:PSUM_BITS] : psum_in_data_i[0+:PSUM_BITS];
  wire [PSUM_BITS-1:0] out_half = spot[0] ? out_data[PSUM_BITS+:PSUM_BITS]
                                          : out_data[0+:PSUM_BITS];
  wire [PSUM_BITS-1:0] sum = in_half + expected;
  wire live_leaves = move && !pass_i && live && !ahead;

  always @* begin
    if (rst_ni) begin
      assert (chunks <= (two_banks ? 2'd2 : 2'd1));
      assert (empty == (chunks == 2'd0));
      assert (bank_free == (chunks < (two_banks ? 2'd2 : 2'd1)));
      // offered exactly when the oldest is done, or psums pass
      assert (out_valid == ((pass_i || (held[0] && done[0])) && (!needs_in || psum_in_valid_i)));
      if (out_valid && !pass_i) begin
        assert (full[0] && {beats[5:0], 1'b0} < size0);
        assert (out_last == ({beats[5:0], 1'b0} + 7'd2 >= size0));
        // an odd chunk's last high half is 0
        if ({beats[5:0], 1'b0} + 7'd1 == size0) assert (out_data[PSUM_BITS+:PSUM_BITS] == 0);
      end
      // beats in = beats out where psums come from below; none come in else
      assert (in_ready == (needs_in && psum_out_ready_i && (pass_i || (held[0] && done[0]))));
      if (in_ready && psum_in_valid_i) assert (move);
      if (move && needs_in) assert (in_ready && psum_in_valid_i);
      if (pass_i) assert (out_data == psum_in_data_i && out_last == psum_in_last_i);
      assert (passed == (move && pass_i && psum_in_last_i));
      assert (mismatch == (move && !pass_i && from_below[0] && psum_in_last_i != out_last));
      // the followed psum leaves with its value in its beat, if the chunk has it
      if (live_leaves && beats == {1'b0, spot[6:1]} && spot < size0) assert (out_half == sum);
      // and until its chunk is done the MACs read it back
      if (live && !(ahead ? done[1] : done[0])) begin
        if (read0_addr_i == spot_addr) assert (read0 == expected);
        if (read1_addr_i == spot_addr) assert (read1 == expected);
      end
    end
  end

  assign goal_o[0] = rst_ni && chunks == 2'd2;                            // both banks are busy
  assign goal_o[1] = rst_ni && leaves && full[1];                         // a chunk has left, the next one waits
  assign goal_o[2] = rst_ni && leaves && from_below[0] && beats != 7'd0;  // with psums from below, two beats
  assign goal_o[3] = rst_ni && live_leaves && written && expected != 0 && spot == 7'd1 &&
                     beats == 7'd0 && size0 > 7'd1;                       // the followed psum leaves
  assign goal_o[4] = rst_ni && leaves && size0[0];                        // an odd chunk has left
  assign goal_o[5] = rst_ni && passed;                                    // psums pass
  assign goal_o[6] = rst_ni && leaves && !two_banks && size0 == PSUMS;    // one bank, all of it
endmodule
