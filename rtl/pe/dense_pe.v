// The dense PE of an Eyeriss-v1.5-class accelerator.
//
//   iact streams -> iact_receive -> dense_scan -> dense_mac -> psum_spad -> psum_out
//   weight stream -> pe_epochs -> weight SPad ------^             ^- psum_in
//
// Stages     1 iact SPad and weight SPad, 2 MAC, 3 write-back.
// Work       one MAC a cycle, whatever the operands: a zero iact gates the MAC and the weight SPad, a
//            zero weight the MAC; the cycle is spent.
// Streams    those of sparse_pe in raw mode: ready/valid per word (docs/pe_timing.md, Handshake).
// Paths      combinational ones as in sparse_pe: psum_in_valid_i to psum_out_valid_o, psum_in_data_i
//            to psum_out_data_o, psum_out_ready_i to psum_in_ready_o.
// Reset      asynchronous; then nothing is taken but a configuration.
// Cycles     docs/pe_timing.md, The dense PE, exact.
// Forwarding psum read-after-write between successive slots (M0 = 1): from the write-back register.
// Config     the word of sparse_pe, so that a chip configures either: [1] signed iacts [3] two weight
//            buffers [8:4] segment length [12:9] segments per window K [18:13] M0 [25:19] psums of a
//            chunk, T * M0. CSC and single lane are not looked at.
// Sizes      parameters; defaults are Eyeriss v1.5. PORTS 1 to 16, ENTRIES 2 to 31, WORDS 2 to 255, PSUMS
//            3 to 64, PSUM_BANKS 1 or 2, IACT_BITS up to 8, WEIGHT_BITS up to 9, PSUM_BITS 2 or more.
//            WORD_BITS, of a port word, is the chip's. Others stop the elaboration.
// Errors     error_o: psums from below of another length than the chunk's. The chip must not do it.
module dense_pe #(
    parameter PORTS       = 3,
    parameter ENTRIES     = 16,  // iact SPad
    parameter WORDS       = 64,  // weight SPad, three weights to a word
    parameter PSUMS       = 32,  // psum SPad
    parameter PSUM_BANKS  = 2,   // 1: the MAC rests while a chunk leaves
    parameter IACT_BITS   = 8,
    parameter WEIGHT_BITS = 8,
    parameter PSUM_BITS   = 20,
    parameter WORD_BITS   = WEIGHT_BITS > 8 ? 3 * WEIGHT_BITS : 24
) (
    input  wire                       clk_i,
    input  wire                       rst_ni,
    // configuration
    input  wire                       config_valid_i,
    output wire                       config_ready_o,
    input  wire [               25:0] config_data_i,
    // iacts, one stream per iact router
    input  wire [          PORTS-1:0] iact_valid_i,
    output wire [          PORTS-1:0] iact_ready_o,
    input  wire [PORTS*WORD_BITS-1:0] iact_data_i,
    // weights
    input  wire                       weight_valid_i,
    output wire                       weight_ready_o,
    input  wire [      WORD_BITS-1:0] weight_data_i,
    // psums from the PE below
    input  wire                       psum_in_valid_i,
    output wire                       psum_in_ready_o,
    input  wire [    2*PSUM_BITS-1:0] psum_in_data_i,
    input  wire                       psum_in_last_i,
    // psums to the PE above
    output wire                       psum_out_valid_o,
    input  wire                       psum_out_ready_i,
    output wire [    2*PSUM_BITS-1:0] psum_out_data_o,
    output wire                       psum_out_last_o,
    // events, for counters
    output wire                       active_o,       // the clock edge matters even if no stream moves
    output wire                       window_o,       // a window's last slot
    output wire                       forward_o,      // a psum was forwarded
    output wire [                1:0] macs_o,         // MACs done, neither operand zero: 0 or 1
    output wire [                2:0] overflows_o,    // psum additions that wrapped
    output reg                        error_o         // sticky
);
  localparam VALUE_BITS = IACT_BITS + 1;

  generate
    if (PORTS < 1 || PORTS > 16 || ENTRIES < 2 || ENTRIES > 31 || WORDS < 2 || WORDS > 255 ||
        PSUMS < 3 || PSUMS > 64 || PSUM_BANKS < 1 || PSUM_BANKS > 2 || IACT_BITS < 1 ||
        IACT_BITS > 8 || WEIGHT_BITS < 1 || WEIGHT_BITS > 9 || PSUM_BITS < 2 || WORD_BITS < 24 ||
        WORD_BITS < 3 * WEIGHT_BITS) begin : g_sizes
      dense_pe_size_out_of_range i_stop ();  // there is no such module
    end
  endgenerate

  // --- configuration ----------------------------------------------------------------------------
  reg configured;
  reg signed_q, double_q;
  reg [4:0] segment_len;
  reg [3:0] window_segments;
  reg [5:0] m0;
  reg two_banks;
  wire epochs_empty, psums_empty;
  localparam [7:0] PSUM_ENTRIES = PSUMS[7:0];
  wire unused_config = &{1'b0, config_data_i[2], config_data_i[0]};

  wire configure = config_valid_i && config_ready_o;
  // An epoch is held until its chunks are through, a bank until its chunk has left: nothing else can
  // be under way.
  assign config_ready_o = epochs_empty && psums_empty;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      configured      <= 1'b0;
      signed_q        <= 1'b0;
      double_q        <= 1'b0;
      segment_len     <= 5'd1;
      window_segments <= 4'd1;
      m0              <= 6'd1;
      two_banks       <= 1'b0;
    end else if (configure) begin
      configured      <= 1'b1;
      signed_q        <= config_data_i[1];
      double_q        <= config_data_i[3];
      segment_len     <= config_data_i[8:4];
      window_segments <= config_data_i[12:9];
      m0              <= config_data_i[18:13];
      two_banks       <= PSUM_BANKS == 2 && {config_data_i[25:19], 1'b0} <= PSUM_ENTRIES;
    end
  end

  // --- epochs -----------------------------------------------------------------------------------
  wire write_place, write_addr, write_data;
  wire [7:0] write_index;
  wire rx_ok, rx_idle, rx_begin, rx_row_ends, rx_drop_ends;
  wire [6:0] rx_tag;
  wire scan_ok, scan_place, scan_psum_in, scan_last, scan_chunk;
  wire [4:0] columns0, columns1;
  wire pass_epoch, passed, idle_retires;
  wire unused_addr = &{1'b0, write_addr};

  pe_epochs #(
      .WORD_BITS(WORD_BITS)
  ) i_epochs (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .active_i(configured),
      .csc_i(1'b0),
      .double_i(double_q),
      .empty_o(epochs_empty),
      .weight_valid_i(weight_valid_i),
      .weight_ready_o(weight_ready_o),
      .weight_data_i(weight_data_i),
      .write_slot_o(write_place),
      .write_addr_o(write_addr),
      .write_data_o(write_data),
      .write_index_o(write_index),
      .rx_ok_o(rx_ok),
      .rx_idle_o(rx_idle),
      .rx_tag_o(rx_tag),
      .rx_begin_i(rx_begin),
      .rx_row_ends_i(rx_row_ends),
      .rx_drop_ends_i(rx_drop_ends),
      .scan_ok_o(scan_ok),
      .scan_slot_o(scan_place),
      .scan_psum_in_o(scan_psum_in),
      .scan_last_o(scan_last),
      .scan_chunk_i(scan_chunk),
      .columns0_o(columns0),
      .columns1_o(columns1),
      .issued_i(scan_chunk && scan_last),
      .issued_both_i(1'b0),
      .pass_o(pass_epoch),
      .passed_i(passed),
      .idle_retires_o(idle_retires)
  );

  // --- iacts ------------------------------------------------------------------------------------
  wire free;
  wire [4:0] free_entries;
  wire close, close_last, close_row_last, data, commit;
  wire [3:0] places, commit_segments;
  wire [14:0] filled;
  wire [24:0] ends;
  wire [WORD_BITS-1:0] word;
  wire [1:0] entries;
  // Raw: all segments of a chunk become known at once, full ones or none.
  wire unused_idle;
  wire unused_ends = &{1'b0, ends, filled[14:1], close_last, unused_idle};

  iact_receive #(
      .PORTS(PORTS),
      .WORD_BITS(WORD_BITS),
      .ENTRIES(ENTRIES)
  ) i_receive (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(1'b0),
      .idle_o(unused_idle),
      .iact_valid_i(iact_valid_i),
      .iact_ready_o(iact_ready_o),
      .iact_data_i(iact_data_i),
      .rx_ok_i(rx_ok),
      .rx_idle_i(rx_idle),
      .rx_tag_i(rx_tag),
      .rx_begin_o(rx_begin),
      .rx_row_ends_o(rx_row_ends),
      .rx_drop_ends_o(rx_drop_ends),
      .free_i(free),
      .free_segments_i(5'd1),
      .free_entries_i(free_entries),
      .close_o(close),
      .places_o(places),
      .filled_o(filled),
      .end_o(ends),
      .last_o(close_last),
      .row_last_o(close_row_last),
      .data_o(data),
      .word_o(word),
      .entries_o(entries),
      .commit_o(commit),
      .commit_segments_o(commit_segments)
  );

  localparam [7:0] HALF_WORDS = WORDS[8:1];
  localparam WB = $clog2(WORDS);
  wire bank, bank_free, slot, first, slot_bank;
  wire [6:0] base;
  wire read;
  wire [7:0] read_addr;
  wire [WORD_BITS-1:0] read_word;
  wire mac_valid, mac_zero, mac_bank;
  wire [VALUE_BITS-1:0] mac_value;
  wire [1:0] mac_place, mac_done;
  wire [6:0] mac_psum_in_bank, mac_psum;
  wire unused_bank = &{1'b0, slot_bank};

  dense_scan #(
      .WORD_BITS(WORD_BITS),
      .ENTRIES(ENTRIES),
      .IACT_BITS(IACT_BITS)
  ) i_scan (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .signed_i(signed_q),
      .segment_len_i(segment_len),
      .window_segments_i(window_segments),
      .m0_i(m0),
      .close_i(close),
      .places_i(places),
      .filled_i(filled[0]),
      .row_last_i(close_row_last),
      .data_i(data),
      .word_i(word),
      .entries_i(entries),
      .commit_i(commit),
      .commit_segments_i(commit_segments),
      .scan_ok_i(scan_ok),
      .columns_i(scan_place ? columns1 : columns0),
      .weights_i(double_q && scan_place ? HALF_WORDS : 8'd0),
      .bank_i(bank),
      .bank_free_i(bank_free),
      .slot_o(slot),
      .first_o(first),
      .window_o(window_o),
      .chunk_o(scan_chunk),
      .bank_o(slot_bank),
      .base_o(base),
      .free_o(free),
      .free_entries_o(free_entries),
      .read_o(read),
      .read_addr_o(read_addr),
      .mac_valid_o(mac_valid),
      .mac_zero_o(mac_zero),
      .mac_value_o(mac_value),
      .mac_place_o(mac_place),
      .mac_psum_o(mac_psum_in_bank),
      .mac_bank_o(mac_bank),
      .mac_done_o(mac_done)
  );

  // --- weights ----------------------------------------------------------------------------------
  wire [7:0] write_at = (double_q && write_place ? HALF_WORDS : 8'd0) + write_index;
  wire unused_high = &{1'b0, write_at, read_addr};

  sram_1r1w #(
      .WORDS(WORDS),
      .BITS(WORD_BITS),
      .ADDR_BITS(WB)
  ) i_weights (
      .clk_i(clk_i),
      .write_i(write_data),
      .write_addr_i(write_at[WB-1:0]),
      .write_data_i(weight_data_i),
      .read_i(read),
      .read_addr_i(read_addr[WB-1:0]),
      .read_data_o(read_word)
  );

  // --- MAC and psums ----------------------------------------------------------------------------
  wire [PSUM_BITS-1:0] read_psum, unused_read, write_psum;
  wire [6:0] write_psum_addr;
  wire write;
  wire [1:0] wb_done, out_overflow;
  wire mac_overflow, mac;

  dense_mac #(
      .WORD_BITS(WORD_BITS),
      .WEIGHT_BITS(WEIGHT_BITS),
      .VALUE_BITS(VALUE_BITS),
      .PSUM_BITS(PSUM_BITS)
  ) i_mac (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .valid_i(mac_valid),
      .zero_i(mac_zero),
      .value_i(mac_value),
      .place_i(mac_place),
      .psum_i(mac_psum),
      .done_i(mac_done),
      .word_i(read_word),
      .read_i(read_psum),
      .write_o(write),
      .write_addr_o(write_psum_addr),
      .write_psum_o(write_psum),
      .done_o(wb_done),
      .overflow_o(mac_overflow),
      .mac_o(mac),
      .forward_o(forward_o)
  );
  assign macs_o = {1'b0, mac};

  wire mismatch;
  // Psums pass only when all older chunks have left.
  wire pass = pass_epoch && psums_empty;
  wire unused_psum = &{1'b0, unused_read};

  psum_spad #(
      .PSUMS(PSUMS),
      .PSUM_BITS(PSUM_BITS)
  ) i_psums (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .m0_i(m0),
      .two_banks_i(two_banks),
      .restart_i(configure),
      .empty_o(psums_empty),
      .bank_o(bank),
      .bank_free_o(bank_free),
      .bank_take_i(slot && first),
      .bank_psum_in_i(scan_psum_in),
      .bank_full_i(scan_chunk),
      .bank_last_i(base),
      .mac_bank_i(mac_bank),
      .mac_base_i(mac_psum_in_bank),
      .mac_base_o(mac_psum),
      .read0_addr_i(mac_psum),
      .read1_addr_i(7'd0),
      .read0_o(read_psum),
      .read1_o(unused_read),
      .write0_i(write),
      .write1_i(1'b0),
      .write0_addr_i(write_psum_addr),
      .write1_addr_i(7'd0),
      .write0_psum_i(write_psum),
      .write1_psum_i({PSUM_BITS{1'b0}}),
      .done_i(wb_done),
      .pass_i(pass),
      .passed_o(passed),
      .psum_in_valid_i(psum_in_valid_i),
      .psum_in_ready_o(psum_in_ready_o),
      .psum_in_data_i(psum_in_data_i),
      .psum_in_last_i(psum_in_last_i),
      .psum_out_valid_o(psum_out_valid_o),
      .psum_out_ready_i(psum_out_ready_i),
      .psum_out_data_o(psum_out_data_o),
      .psum_out_last_o(psum_out_last_o),
      .overflow_o(out_overflow),
      .mismatch_o(mismatch)
  );

  // For clock gating: without it, an edge in a cycle in which no stream moves a word changes nothing.
  assign active_o = slot || mac_valid || mac_done != 2'b00 || write || wb_done != 2'b00 ||
                    idle_retires;

  assign overflows_o = {2'b00, mac_overflow} + {2'b00, out_overflow[0]} + {2'b00, out_overflow[1]};
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) error_o <= 1'b0;
    else if (mismatch) error_o <= 1'b1;
  end
endmodule
