// Control of a PE: the weight bursts ("epochs") that it holds, which of them receives iacts, which
// is examined, which retires. docs/pe_timing.md gives the words and the rules by number.
//
// Two places, used in turn; with one weight buffer only one is occupied at a time. A place is taken
// by a burst's first word (rule 1) and freed when the epoch retires (rules 7, 9, 10), in order.
//
//   weight stream   header and chunk count are kept here, address and data words go to the SPads
//   receive side    rx_*: the epoch that the next chunk must belong to (rule 2)
//   examine side    scan_*: the epoch whose chunks are examined; ok when its weights are complete
//   psum side       pass_o: the oldest epoch is null and complete: psums pass through (rule 9)
//
// All outputs come from registers, but weight_ready_o and the write enables, which also see the
// weight stream's valid.
module pe_epochs #(
    parameter WORD_BITS = 24
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    input  wire                 active_i,        // configured: weights may come
    input  wire                 csc_i,
    input  wire                 double_i,        // two weight buffers
    output wire                 empty_o,         // no epoch is held
    // weight stream
    input  wire                 weight_valid_i,
    output wire                 weight_ready_o,
    input  wire [WORD_BITS-1:0] weight_data_i,
    // writes into the weight SPads
    output wire                 write_slot_o,
    output wire                 write_addr_o,    // an address word is there
    output wire                 write_data_o,    // a data word is there
    output wire [          7:0] write_index_o,   // column of an address word's first field; or word
    // receive side
    output wire                 rx_ok_o,
    output wire                 rx_idle_o,
    output wire [          6:0] rx_tag_o,
    input  wire                 rx_begin_i,      // a chunk's first word is taken
    input  wire                 rx_row_ends_i,   // and it is its row's last chunk
    input  wire                 rx_drop_ends_i,  // a dropped chunk's last word is taken
    // examine side
    output wire                 scan_ok_o,
    output wire                 scan_slot_o,
    output wire                 scan_psum_in_o,
    output wire                 scan_last_o,     // the chunk under way is the epoch's last one
    input  wire                 scan_chunk_i,    // the chunk's last slot leaves
    output wire [          4:0] columns0_o,      // of the tile in place 0 and 1
    output wire [          4:0] columns1_o,
    // retirement
    input  wire                 issued_i,        // the oldest epoch's last issue ends
    input  wire                 issued_both_i,   // both epochs' last issue ends
    output wire                 pass_o,
    input  wire                 passed_i,        // a passing burst's last beat leaves
    output wire                 idle_retires_o   // an idle epoch retires
);
  localparam [1:0] HEAD = 2'd0, CHUNKS = 2'd1, ADDRESS = 2'd2, DATA = 2'd3;

  // places
  reg [1:0] used, known, complete, scanned, null_q, idle_q, dropped, psum_in;
  reg [6:0] tag[0:1];
  reg [4:0] columns[0:1];
  reg [23:0] to_begin[0:1];   // chunks whose first word has not come
  reg [23:0] to_finish[0:1];  // chunks not yet examined, or psum bursts not yet passed
  reg oldest, writing, scanning;

  // --- weight stream ------------------------------------------------------------------------
  reg [1:0] state;
  reg [7:0] index, words_left;

  wire free = double_i ? !used[writing] : used == 2'b00;
  assign weight_ready_o = active_i && (state != HEAD || free);
  wire take = weight_valid_i && weight_ready_o;

  wire unused_upper = &{1'b0, weight_data_i};
  wire head_null = weight_data_i[22];
  wire [4:0] columns_w = columns[writing];
  wire last_address = index + 8'd3 >= {3'b000, columns_w};

  assign write_slot_o = writing;
  assign write_addr_o = take && state == ADDRESS;
  assign write_data_o = take && state == DATA;
  assign write_index_o = index;

  wire head = take && state == HEAD;
  wire chunks = take && state == CHUNKS;
  wire finish = (chunks && null_q[writing]) ||
                (write_addr_o && last_address && words_left == 8'd0) ||
                (write_data_o && words_left == 8'd1);

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state      <= HEAD;
      index      <= 8'd0;
      words_left <= 8'd0;
      writing    <= 1'b0;
    end else if (take) begin
      case (state)
        HEAD: begin
          state      <= CHUNKS;
          words_left <= weight_data_i[16:9];
        end
        CHUNKS: begin
          state <= csc_i ? ADDRESS : DATA;
          index <= 8'd0;
        end
        ADDRESS: begin
          index <= index + 8'd3;
          if (last_address) begin
            state <= DATA;
            index <= 8'd0;
          end
        end
        default: begin
          index      <= index + 8'd1;
          words_left <= words_left - 8'd1;
        end
      endcase
      if (finish) begin
        state   <= HEAD;
        writing <= !writing;
      end
    end
  end

  // --- receive side -------------------------------------------------------------------------
  wire [1:0] expecting = {known[1] && (!null_q[1] || idle_q[1]) && to_begin[1] != 24'd0,
                          known[0] && (!null_q[0] || idle_q[0]) && to_begin[0] != 24'd0};
  wire rx = expecting[oldest] ? oldest : !oldest;
  assign rx_ok_o = expecting[rx];
  assign rx_idle_o = idle_q[rx];
  assign rx_tag_o = tag[rx];
  // A dropped chunk may end in the cycle in which it begins.
  reg drop_slot;
  wire drop = rx_begin_i ? rx : drop_slot;
  wire drop_last = to_begin[drop] == (rx_begin_i ? 24'd1 : 24'd0);

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) drop_slot <= 1'b0;
    else if (rx_begin_i) drop_slot <= rx;
  end

  // --- examine side -------------------------------------------------------------------------
  wire scan_live = used[scanning] && complete[scanning] && !scanned[scanning];
  assign scan_ok_o = scan_live && !null_q[scanning];
  assign scan_slot_o = scanning;
  assign scan_psum_in_o = psum_in[scanning];
  assign scan_last_o = to_finish[scanning] == 24'd1;
  assign columns0_o = columns[0];
  assign columns1_o = columns[1];

  // --- retirement ---------------------------------------------------------------------------
  assign pass_o = used[oldest] && complete[oldest] && null_q[oldest] && !idle_q[oldest];
  wire pass_ends = pass_o && passed_i && to_finish[oldest] == 24'd1;
  wire idle_ends = used[oldest] && complete[oldest] && idle_q[oldest] && dropped[oldest];
  assign idle_retires_o = idle_ends;
  wire retire = issued_i || pass_ends || idle_ends;
  assign empty_o = used == 2'b00 && state == HEAD;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      oldest   <= 1'b0;
      scanning <= 1'b0;
    end else begin
      if (retire) oldest <= !oldest;
      // Null and idle epochs are left when they retire, others with their last chunk's last slot.
      if ((scan_chunk_i && scan_last_o) || pass_ends || idle_ends) scanning <= !scanning;
    end
  end

  integer s;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      used     <= 2'b00;
      known    <= 2'b00;
      complete <= 2'b00;
      scanned  <= 2'b00;
      dropped  <= 2'b00;
      null_q   <= 2'b00;
      idle_q   <= 2'b00;
      psum_in  <= 2'b00;
      for (s = 0; s < 2; s = s + 1) begin
        tag[s]       <= 7'd0;
        columns[s]   <= 5'd0;
        to_begin[s]  <= 24'd0;
        to_finish[s] <= 24'd0;
      end
    end else begin
      if (head) begin
        used[writing]    <= 1'b1;
        psum_in[writing] <= weight_data_i[23];
        null_q[writing]  <= head_null;
        columns[writing] <= weight_data_i[21:17];
        tag[writing]     <= weight_data_i[8:2];
        idle_q[writing]  <= weight_data_i[1];
        dropped[writing] <= 1'b0;
        scanned[writing] <= 1'b0;
      end
      if (chunks) begin
        known[writing]     <= 1'b1;
        to_begin[writing]  <= weight_data_i[23:0];
        to_finish[writing] <= weight_data_i[23:0];
        dropped[writing]   <= weight_data_i[23:0] == 24'd0;
      end
      if (finish) complete[writing] <= 1'b1;
      if (rx_begin_i) begin
        to_begin[rx] <= to_begin[rx] - 24'd1;
        if (rx_row_ends_i) tag[rx] <= tag[rx] + 7'd1;
      end
      if (rx_drop_ends_i && drop_last) dropped[drop] <= 1'b1;
      if (scan_chunk_i) begin
        to_finish[scanning] <= to_finish[scanning] - 24'd1;
        if (scan_last_o) scanned[scanning] <= 1'b1;
      end
      if (pass_o && passed_i) to_finish[oldest] <= to_finish[oldest] - 24'd1;
      if (retire) begin
        used[oldest]     <= 1'b0;
        known[oldest]    <= 1'b0;
        complete[oldest] <= 1'b0;
      end
      if (issued_both_i) begin
        used     <= 2'b00;
        known    <= 2'b00;
        complete <= 2'b00;
      end
    end
  end
endmodule
