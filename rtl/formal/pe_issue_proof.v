// pe_issue by itself: every slot with work is issued once, in order, with as many steps as it has
// cycles; the waiting register and the issue stage are never overwritten; no mark of a chunk or an
// epoch is lost, doubled or early. Slots, and when a bank is free, are free within:
//   - up to MAX_CYCLES steps; a chunk's slots run from first to last; an epoch ends with a chunk
//   - a bank is taken only when its chunk's mark has come (rule 8), the two in turn
// One slot with work is followed, and one chunk.
module pe_issue_proof #(
    parameter MAX_CYCLES = 3,
    parameter VALUE_BITS = 2
) (
    input  wire                  clk_i,
    input  wire                  single_i,
    input  wire                  valid_i,
    input  wire [          23:0] slot_i,
    input  wire [VALUE_BITS-1:0] value_i,
    input  wire [           7:0] begin_i,
    input  wire [           6:0] cycles_i,
    input  wire                  odd_i,
    input  wire                  leaves_i,  // the oldest done chunk leaves
    input  wire                  pick_i,
    input  wire                  pick_chunk_i,
    output wire [           5:0] goal_o
);
  (* anyconst *) reg csc;
  (* anyconst *) reg single;
  reg rst_ni;
  initial rst_ni = 1'b0;
  always @(posedge clk_i) rst_ni <= 1'b1;

  wire ready, fire, take, full, read, mac_valid, mac_first, mac_second, mac_bank;
  wire issued, issued_both, empty, busy;
  wire [1:0] mac_done;
  wire [7:0] read_addr;
  wire [VALUE_BITS-1:0] mac_value;
  wire [6:0] mac_base;
  reg [1:0] held;  // banks
  reg bank, drain;

  pe_issue #(
      .VALUE_BITS(VALUE_BITS)
  ) dut (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(csc),
      .single_lane_i(single),
      .empty_o(empty),
      .busy_o(busy),
      .valid_i(valid_i),
      .ready_o(ready),
      .slot_i(slot_i),
      .value_i(value_i),
      .begin_i(begin_i),
      .cycles_i(cycles_i),
      .odd_i(odd_i),
      .fire_o(fire),
      .free_segments_o(),
      .free_entries_o(),
      .window_o(),
      .bank_i(bank),
      .bank_free_i(!held[bank]),
      .bank_take_o(take),
      .bank_psum_in_o(),
      .bank_full_o(full),
      .bank_last_o(),
      .read_o(read),
      .read_addr_o(read_addr),
      .mac_valid_o(mac_valid),
      .mac_first_o(mac_first),
      .mac_place_o(),
      .mac_second_o(mac_second),
      .mac_value_o(mac_value),
      .mac_base_o(mac_base),
      .mac_bank_o(mac_bank),
      .mac_done_o(mac_done),
      .issued_o(issued),
      .issued_both_o(issued_both)
  );

  // --- what comes in ---------------------------------------------------------------------------
  reg open;  // a chunk has begun
  wire last = slot_i[11];
  always @* begin
    if (rst_ni && valid_i) begin
      assume (slot_i[12] == !open);
      assume (cycles_i <= MAX_CYCLES);
    end
  end
  // The slot that is examined.
  reg [23:0] slot;
  reg [VALUE_BITS-1:0] value;
  reg [6:0] cycles;
  wire work = fire && !slot[13] && cycles != 7'd0;
  reg open_bank;
  wire here = slot[12] ? bank : open_bank;

  // --- banks -----------------------------------------------------------------------------------
  reg [1:0] full_q, done_q, gone;
  always @* if (leaves_i) assume (held[drain] && done_q[drain]);

  // --- work in order, modulo 8 -------------------------------------------------------------------
  reg [2:0] fired, started;
  reg live;
  reg [2:0] number;
  reg [6:0] steps;  // of the followed slot that are left
  reg over;         // it has had them all, and the next one has not started
  reg [VALUE_BITS+7:0] what;
  wire starts = mac_valid && mac_first;
  // --- a chunk ---------------------------------------------------------------------------------
  reg chunk, chunk_full, chunk_bank;
  reg [2:0] chunk_fired;  // its work and all before it
  reg current, left_current;
  // --- epochs ----------------------------------------------------------------------------------
  reg [1:0] epochs;
  wire epoch_ends = fire && slot[11] && slot[8];
  always @* if (rst_ni && epoch_ends) assume (epochs != 2'd2);  // two are held at most

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      open    <= 1'b0;
      held    <= 2'b00;
      full_q  <= 2'b00;
      done_q  <= 2'b00;
      bank    <= 1'b0;
      drain   <= 1'b0;
      fired   <= 3'd0;
      started <= 3'd0;
      live    <= 1'b0;
      chunk   <= 1'b0;
      epochs  <= 2'd0;
      steps   <= 7'd0;
      over    <= 1'b0;
    end else begin
      if (valid_i && ready) begin
        open   <= !last;
        slot   <= slot_i;
        value  <= value_i;
        cycles <= cycles_i;
      end
      if (fire) open_bank <= here;
      if (take) begin
        held[bank] <= 1'b1;
        bank       <= !bank;
      end
      if (full) full_q[here] <= 1'b1;
      done_q <= done_q | mac_done;
      if (leaves_i) begin
        held[drain]   <= 1'b0;
        full_q[drain] <= 1'b0;
        done_q[drain] <= 1'b0;
        drain         <= !drain;
      end
      fired   <= fired + {2'd0, work};
      started <= started + {2'd0, starts};
      if (work && pick_i && !live && !over) begin
        live   <= 1'b1;
        number <= fired;
        steps  <= cycles;
        what   <= {here, slot[6:0], value};
      end else if (live && mac_valid && (starts ? started == number : started == number + 3'd1)) begin
        steps <= steps - 7'd1;
        if (steps == 7'd1) begin
          live <= 1'b0;
          over <= 1'b1;
        end
      end
      if (over && starts) over <= 1'b0;
      if (take && pick_chunk_i && !chunk) begin
        chunk       <= 1'b1;
        chunk_full  <= full;
        chunk_bank  <= bank;
        chunk_fired <= fired + {2'd0, work};
      end else if (chunk) begin
        if (full && here == chunk_bank && !chunk_full) begin
          chunk_full  <= 1'b1;
          chunk_fired <= fired + {2'd0, work};
        end
        if (mac_done[chunk_bank]) chunk <= 1'b0;
      end
      epochs <= epochs + {1'b0, epoch_ends} - {1'b0, issued} - {issued_both, 1'b0};
    end
  end

  wire ours = live && starts && started == number;
  always @* begin
    if (rst_ni) begin
      // in order and none lost: never more than three under way, none when empty
      assert (fired - started <= 3'd3);
      if (empty && !mac_valid) assert (fired == started && !live);
      if (starts) assert (fired != started);
      // the followed one: its own base, bank and value, all its steps before the next one starts
      if (ours) assert ({mac_bank, mac_base, mac_value} == what);
      if (live && mac_valid && !starts && started == number + 3'd1)
        assert ({mac_bank, mac_base, mac_value} == what);
      if (live && starts) assert (started != number + 3'd1);
      if (over && mac_valid) assert (starts);
      // marks: of chunks whose end was examined, once, when all their work has begun its last step
      assert ((mac_done & ~full_q) == 2'b00 && (mac_done & done_q) == 2'b00);
      if (chunk && mac_done[chunk_bank])
        assert (chunk_full && started + {2'd0, starts} - chunk_fired <= 3'd3);
      if (empty && mac_done == 2'b00) assert (full_q == done_q);
      if (issued) assert (epochs != 2'd0);
      if (issued_both) assert (epochs == 2'd2);
      if (empty) assert (epochs == 2'd0);
    end
  end
  assign goal_o[0] = rst_ni && live && mac_valid && steps == 7'd1 && !starts;  // a slot of several steps ends
  assign goal_o[1] = rst_ni && mac_done == 2'b11;                              // two chunks end at once
  assign goal_o[2] = rst_ni && issued_both;                                    // two epochs end at once
  assign goal_o[3] = rst_ni && mac_done != 2'b00 && !mac_valid;                // a mark alone
  assign goal_o[4] = rst_ni && fired - started == 3'd3;                        // waiting, issue and MAC are full
  assign goal_o[5] = rst_ni && held == 2'b11 && leaves_i;                      // a chunk leaves, another is held
endmodule
