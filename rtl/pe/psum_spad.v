// The psum SPad of a PE and its psum streams (docs/pe_timing.md, rules 6, 8 and 9).
//
// Two halves with two read and two write ports each. A chunk has one half where two chunks fit, so
// that the MACs fill one while the other leaves; else both. Then MACs and stream never need the
// SPad at the same time. A flag per psum says that it was written since its bank was freed: one that
// was not reads as 0.
//
// psum_out: the oldest chunk that is done, two psums a beat, added to what comes in from below where
// psums do; or, with pass_i, what comes in, unchanged. psum_out_valid_o follows psum_in_valid_i, and
// psum_in_ready_o follows psum_out_ready_i in the same cycle; neither waits for the other.
module psum_spad #(
    parameter PSUMS     = 32,
    parameter PSUM_BITS = 20
) (
    input  wire                   clk_i,
    input  wire                   rst_ni,
    // settings
    input  wire [            5:0] m0_i,
    input  wire                   two_banks_i,
    input  wire                   restart_i,         // begin with bank 0; only while empty
    output wire                   empty_o,
    // examine stage
    output wire                   bank_o,
    output wire                   bank_free_o,
    input  wire                   bank_take_i,
    input  wire                   bank_psum_in_i,
    input  wire                   bank_full_i,
    input  wire [            6:0] bank_last_i,
    // MACs; addresses within the bank
    input  wire                   mac_bank_i,
    input  wire [            6:0] mac_base_i,
    output wire [            6:0] mac_base_o,        // with the bank's place in the SPad
    input  wire [            6:0] read0_addr_i,
    input  wire [            6:0] read1_addr_i,
    output wire [  PSUM_BITS-1:0] read0_o,
    output wire [  PSUM_BITS-1:0] read1_o,
    input  wire                   write0_i,
    input  wire                   write1_i,
    input  wire [            6:0] write0_addr_i,
    input  wire [            6:0] write1_addr_i,
    input  wire [  PSUM_BITS-1:0] write0_psum_i,
    input  wire [  PSUM_BITS-1:0] write1_psum_i,
    input  wire [            1:0] done_i,
    // streams
    input  wire                   pass_i,
    output wire                   passed_o,
    input  wire                   psum_in_valid_i,
    output wire                   psum_in_ready_o,
    input  wire [2*PSUM_BITS-1:0] psum_in_data_i,
    input  wire                   psum_in_last_i,
    output wire                   psum_out_valid_o,
    input  wire                   psum_out_ready_i,
    output wire [2*PSUM_BITS-1:0] psum_out_data_o,
    output wire                   psum_out_last_o,
    output wire [            1:0] overflow_o,
    output wire                   mismatch_o         // psums from below end elsewhere than ours
);
  localparam [6:0] HALF = PSUMS[7:1];
  localparam UPPER = PSUMS - PSUMS / 2;
  localparam HB = $clog2(UPPER);

  // --- banks ------------------------------------------------------------------------------------
  reg [1:0] busy, done, from_below;
  reg [6:0] size[0:1];
  reg fill, drain;  // bank of the next chunk to begin, to leave
  reg filling;      // bank of the chunk under examination
  wire last_beat;

  assign bank_o = fill;
  assign bank_free_o = !busy[fill];
  assign empty_o = busy == 2'b00;
  wire full_bank = bank_take_i ? fill : filling;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy       <= 2'b00;
      done       <= 2'b00;
      from_below <= 2'b00;
      size[0]    <= 7'd0;
      size[1]    <= 7'd0;
      fill       <= 1'b0;
      drain      <= 1'b0;
      filling    <= 1'b0;
    end else begin
      if (bank_take_i) begin
        busy[fill]       <= 1'b1;
        from_below[fill] <= bank_psum_in_i;
        filling          <= fill;
        fill             <= two_banks_i && !fill;
      end
      if (bank_full_i) size[full_bank] <= bank_last_i + {1'b0, m0_i};
      done <= done | done_i;
      if (last_beat) begin
        busy[drain] <= 1'b0;
        done[drain] <= 1'b0;
        drain       <= two_banks_i && !drain;
      end
      if (restart_i) begin
        fill  <= 1'b0;
        drain <= 1'b0;
      end
    end
  end

  // --- streams ----------------------------------------------------------------------------------
  reg [6:0] beat_at;  // psums of the chunk that have left
  wire ours = done[drain];
  wire need_in = pass_i || from_below[drain];
  wire second = beat_at + 7'd1 < size[drain];
  wire move = psum_out_valid_o && psum_out_ready_i;

  assign psum_out_valid_o = (ours || pass_i) && (!need_in || psum_in_valid_i);
  assign psum_in_ready_o = (ours || pass_i) && need_in && psum_out_ready_i;
  assign psum_out_last_o = pass_i ? psum_in_last_i : beat_at + 7'd2 >= size[drain];
  assign last_beat = move && !pass_i && psum_out_last_o;
  assign passed_o = move && pass_i && psum_in_last_i;
  assign mismatch_o = move && !pass_i && need_in && psum_in_last_i != psum_out_last_o;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) beat_at <= 7'd0;
    else if (move && !pass_i) beat_at <= psum_out_last_o ? 7'd0 : beat_at + 7'd2;
  end

  // --- the SPad ---------------------------------------------------------------------------------
  reg [PSUM_BITS-1:0] low[0:UPPER-1];
  reg [PSUM_BITS-1:0] high[0:UPPER-1];
  reg [UPPER-1:0] low_set, high_set;

  assign mac_base_o = mac_base_i + (mac_bank_i ? HALF : 7'd0);
  wire [6:0] drain0 = beat_at + (drain ? HALF : 7'd0);
  wire [6:0] drain1 = drain0 + 7'd1;

  // The half of the chunk that leaves is the stream's, or both are; the MACs then use none of it.
  wire low_drains = ours && !(two_banks_i && drain);
  wire high_drains = ours && (!two_banks_i || drain);
  wire [6:0] low0 = low_drains ? drain0 : read0_addr_i;
  wire [6:0] low1 = low_drains ? drain1 : read1_addr_i;
  wire [6:0] high0 = (high_drains ? drain0 : read0_addr_i) - HALF;
  wire [6:0] high1 = (high_drains ? drain1 : read1_addr_i) - HALF;
  wire [PSUM_BITS-1:0] low0_q = low_set[low0[HB-1:0]] ? low[low0[HB-1:0]] : {PSUM_BITS{1'b0}};
  wire [PSUM_BITS-1:0] low1_q = low_set[low1[HB-1:0]] ? low[low1[HB-1:0]] : {PSUM_BITS{1'b0}};
  wire [PSUM_BITS-1:0] high0_q = high_set[high0[HB-1:0]] ? high[high0[HB-1:0]] : {PSUM_BITS{1'b0}};
  wire [PSUM_BITS-1:0] high1_q = high_set[high1[HB-1:0]] ? high[high1[HB-1:0]] : {PSUM_BITS{1'b0}};
  assign read0_o = read0_addr_i < HALF ? low0_q : high0_q;
  assign read1_o = read1_addr_i < HALF ? low1_q : high1_q;
  wire [PSUM_BITS-1:0] own0 = drain0 < HALF ? low0_q : high0_q;
  wire [PSUM_BITS-1:0] own1 = drain1 < HALF ? low1_q : high1_q;

  wire [6:0] up0 = write0_addr_i - HALF;
  wire [6:0] up1 = write1_addr_i - HALF;
  wire low_we0 = write0_i && write0_addr_i < HALF;
  wire low_we1 = write1_i && write1_addr_i < HALF;
  wire high_we0 = write0_i && write0_addr_i >= HALF;
  wire high_we1 = write1_i && write1_addr_i >= HALF;
  always @(posedge clk_i) begin
    if (low_we0) low[write0_addr_i[HB-1:0]] <= write0_psum_i;
    if (low_we1) low[write1_addr_i[HB-1:0]] <= write1_psum_i;
    if (high_we0) high[up0[HB-1:0]] <= write0_psum_i;
    if (high_we1) high[up1[HB-1:0]] <= write1_psum_i;
  end
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      low_set  <= {UPPER{1'b0}};
      high_set <= {UPPER{1'b0}};
    end else begin
      if (last_beat && low_drains) low_set <= {UPPER{1'b0}};
      else begin
        if (low_we0) low_set[write0_addr_i[HB-1:0]] <= 1'b1;
        if (low_we1) low_set[write1_addr_i[HB-1:0]] <= 1'b1;
      end
      if (last_beat && high_drains) high_set <= {UPPER{1'b0}};
      else begin
        if (high_we0) high_set[up0[HB-1:0]] <= 1'b1;
        if (high_we1) high_set[up1[HB-1:0]] <= 1'b1;
      end
    end
  end

  wire unused_high_bits = &{1'b0, low0[6:HB], low1[6:HB], high0[6:HB], high1[6:HB], up0[6:HB],
                            up1[6:HB]};

  // --- the adders at the output -----------------------------------------------------------------
  wire [PSUM_BITS-1:0] in0 = need_in ? psum_in_data_i[0+:PSUM_BITS] : {PSUM_BITS{1'b0}};
  wire [PSUM_BITS-1:0] in1 = need_in ? psum_in_data_i[PSUM_BITS+:PSUM_BITS] : {PSUM_BITS{1'b0}};
  wire [PSUM_BITS:0] sum0 = {in0[PSUM_BITS-1], in0} + {own0[PSUM_BITS-1], own0};
  wire [PSUM_BITS:0] sum1 = {in1[PSUM_BITS-1], in1} + {own1[PSUM_BITS-1], own1};
  assign psum_out_data_o = pass_i ? psum_in_data_i
                                  : {second ? sum1[PSUM_BITS-1:0] : {PSUM_BITS{1'b0}},
                                     sum0[PSUM_BITS-1:0]};
  assign overflow_o = {move && !pass_i && second && sum1[PSUM_BITS] != sum1[PSUM_BITS-1],
                       move && !pass_i && sum0[PSUM_BITS] != sum0[PSUM_BITS-1]};
endmodule
