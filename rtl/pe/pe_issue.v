// Examine and issue stage of a PE (docs/pe_timing.md, rules 3, 4, 6 and 7).
//
//   examine   one slot a cycle. An iact with work goes on; the others end here. Space is given
//             back, a chunk's first slot takes a psum bank.
//   waiting   one examined iact that waits for the issue stage
//   issue     reads the column's words from the weight data SPad, one step a cycle
//
// Marks say that a chunk's (an epoch's) last work is through: they go with the last slot's iact, or
// with the youngest one under way when that slot has no work, or alone.
module pe_issue #(
    parameter VALUE_BITS = 9,
    parameter SIMD       = 2
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  csc_i,
    input  wire                  single_lane_i,
    output wire                  empty_o,        // no slot and no work
    output wire                  busy_o,         // the issue stage has something
    // from stage 3
    input  wire                  valid_i,
    output wire                  ready_o,
    input  wire [          23:0] slot_i,         // see iact_spads
    input  wire [VALUE_BITS-1:0] value_i,
    input  wire [           7:0] begin_i,
    input  wire [           6:0] cycles_i,
    input  wire                  odd_i,
    // examine: what it does
    output wire                  fire_o,
    output wire [           4:0] free_segments_o,
    output wire [           4:0] free_entries_o,
    output wire                  window_o,       // the window's last slot
    input  wire                  bank_i,         // bank of the next chunk
    input  wire                  bank_free_i,
    output wire                  bank_take_o,
    output wire                  bank_psum_in_o, // psums come in from below
    output wire                  bank_full_o,    // the chunk's last slot: its psums are counted
    output wire [           6:0] bank_last_o,    // first psum of its last window
    // issue: to the weight data SPad and the MACs
    output wire                  read_o,
    output wire [           7:0] read_addr_o,
    output reg                   mac_valid_o,
    output reg                   mac_first_o,    // first step of a column
    output reg  [           1:0] mac_place_o,    // raw: first value's place in its word; CSC: half
    output reg                   mac_second_o,   // the second lane has a weight
    output reg  [VALUE_BITS-1:0] mac_value_o,
    output reg  [           6:0] mac_base_o,
    output reg                   mac_bank_o,
    output reg  [           1:0] mac_done_o,     // marks: a chunk's psums of bank 0, 1 are through
    output wire                  issued_o,       // an epoch's weights are used up
    output wire                  issued_both_o   // two at once
);
  wire single = single_lane_i || SIMD < 2;

  // --- examine ----------------------------------------------------------------------------------
  reg x_valid;
  reg [23:0] x_slot;
  reg [VALUE_BITS-1:0] x_value;
  reg [7:0] x_begin;
  reg [6:0] x_cycles;
  reg x_odd;
  reg x_bank;  // of the chunk under way

  wire unused_place = x_slot[9];  // used in stage 3
  wire x_empty = x_slot[13];
  wire x_first = x_slot[12];
  wire x_last = x_slot[11];
  wire x_epoch_last = x_last && x_slot[8];
  wire bank = x_first ? bank_i : x_bank;

  reg w_valid, i_valid;
  wire i_ends;
  wire fire = x_valid && (!x_first || bank_free_i) && (!w_valid || i_ends);
  wire work = fire && !x_empty && x_cycles != 7'd0;

  assign ready_o = !x_valid || fire;
  assign fire_o = fire;
  assign free_segments_o = x_slot[23:19];
  assign free_entries_o = x_slot[18:14];
  assign window_o = fire && x_slot[10];
  assign bank_take_o = fire && x_first;
  assign bank_psum_in_o = x_slot[7];
  assign bank_full_o = fire && x_last;
  assign bank_last_o = x_slot[6:0];

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      x_valid  <= 1'b0;
      x_slot   <= 24'd0;
      x_value  <= {VALUE_BITS{1'b0}};
      x_begin  <= 8'd0;
      x_cycles <= 7'd0;
      x_odd    <= 1'b0;
      x_bank   <= 1'b0;
    end else begin
      if (fire) x_bank <= bank;
      if (ready_o) begin
        x_valid <= valid_i;
        if (valid_i) begin
          x_slot   <= slot_i;
          x_value  <= value_i;
          x_begin  <= begin_i;
          x_cycles <= cycles_i;
          x_odd    <= odd_i;
        end
      end
    end
  end

  // --- waiting and issue ------------------------------------------------------------------------
  // A work item: marks, bank, base, value, begin, cycles, odd.
  localparam WORK = 1 + 7 + VALUE_BITS + 8 + 7 + 1;
  reg [WORK-1:0] w_work, i_work;
  reg [1:0] w_done, i_done;      // chunk marks by bank
  reg [1:0] w_issued, i_issued;  // epochs that end
  reg [7:0] i_at;
  reg [6:0] i_left;
  reg i_first;
  reg [1:0] i_place;

  wire [WORK-1:0] x_work = {bank, x_slot[6:0], x_value, x_begin, x_cycles, x_odd};
  wire [1:0] x_done = fire && x_last ? (bank ? 2'b10 : 2'b01) : 2'b00;
  wire [1:0] x_issued = {1'b0, fire && x_epoch_last};
  assign i_ends = i_valid && i_left <= 7'd1;
  wire i_open = !i_valid || i_ends;                 // takes something new
  wire lone_mark = fire && x_last && !work && !w_valid && i_open;
  wire mark_on = fire && x_last && !work && !lone_mark;

  wire [WORK-1:0] n_work = w_valid ? w_work : x_work;
  wire load = i_open && (w_valid || work || lone_mark);
  wire [1:0] add_done = mark_on ? x_done : 2'b00;
  wire [1:0] add_issued = mark_on ? x_issued : 2'b00;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      w_valid  <= 1'b0;
      w_work   <= {WORK{1'b0}};
      w_done   <= 2'b00;
      w_issued <= 2'b00;
      i_valid  <= 1'b0;
      i_work   <= {WORK{1'b0}};
      i_done   <= 2'b00;
      i_issued <= 2'b00;
      i_at     <= 8'd0;
      i_left   <= 7'd0;
      i_first  <= 1'b0;
      i_place  <= 2'd0;
    end else begin
      if (work && !(i_open && !w_valid)) begin
        w_valid  <= 1'b1;
        w_work   <= x_work;
        w_done   <= x_done;
        w_issued <= x_issued;
      end else if (i_open) begin
        w_valid <= 1'b0;
      end
      if (load) begin
        i_valid  <= 1'b1;
        i_work   <= n_work;
        i_at     <= n_work[15:8];
        i_left   <= lone_mark ? 7'd0 : n_work[7:1];
        i_first  <= 1'b1;
        i_place  <= 2'd0;
        i_done   <= w_valid ? w_done | add_done : x_done;
        i_issued <= w_valid ? w_issued + add_issued : x_issued;
      end else if (i_open) begin
        i_valid <= 1'b0;
      end else begin
        i_left  <= i_left - 7'd1;
        i_first <= 1'b0;
        i_place <= next_place;
        if (read_o) i_at <= i_at + 8'd1;
        i_done   <= i_done | add_done;
        i_issued <= i_issued + add_issued;
      end
    end
  end

  // --- one step ---------------------------------------------------------------------------------
  // CSC: a word is two weights; a single lane takes its halves one after the other.
  // Raw: a word is three. Two lanes take (0,1), (2 and the next word's 0), (1,2): three steps for
  // two words; the MAC stage keeps the third value of the word before.
  wire step = i_valid && i_left != 7'd0;
  wire i_odd = i_work[0];
  wire last_alone = i_ends && i_odd;
  reg read;
  reg [1:0] next_place;
  always @* begin
    if (csc_i) begin
      read = !single || i_place == 2'd0;
      next_place = single ? {1'b0, !i_place[0]} : 2'd0;
    end else if (single) begin
      read = i_place == 2'd0;
      next_place = i_place == 2'd2 ? 2'd0 : i_place + 2'd1;
    end else begin
      read = i_place == 2'd0 || (i_place == 2'd2 && !last_alone);
      next_place = i_place == 2'd0 ? 2'd2 : i_place == 2'd2 ? 2'd1 : 2'd0;
    end
  end
  assign read_o = step && read;
  assign read_addr_o = i_at;
  wire [1:0] ending = i_ends ? i_issued : 2'b00;
  assign issued_o = ending == 2'd1;
  assign issued_both_o = ending == 2'd2;
  assign busy_o = i_valid;
  assign empty_o = !x_valid && !w_valid && !i_valid;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      mac_valid_o  <= 1'b0;
      mac_first_o  <= 1'b0;
      mac_place_o  <= 2'd0;
      mac_second_o <= 1'b0;
      mac_value_o  <= {VALUE_BITS{1'b0}};
      mac_base_o   <= 7'd0;
      mac_bank_o   <= 1'b0;
      mac_done_o   <= 2'b00;
    end else begin
      mac_valid_o <= step;
      mac_done_o  <= i_ends ? i_done : 2'b00;
      if (step) begin
        mac_first_o  <= i_first;
        mac_place_o  <= i_place;
        mac_second_o <= !single && !last_alone;
        mac_value_o  <= i_work[16+:VALUE_BITS];
        mac_base_o   <= i_work[16+VALUE_BITS+:7];
        mac_bank_o   <= i_work[23+VALUE_BITS];
      end
    end
  end
endmodule
