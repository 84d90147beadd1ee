// The sparse PE of an Eyeriss-v2-class accelerator.
//
//   iact streams -> iact_receive -> iact_spads -> (stage 3) -> pe_issue -> mac_pair -> psum_spad -> psum_out
//   weight stream -> pe_epochs -> weight_spads --^--------------^                         ^- psum_in
//
// Stages     1 iact address, 2 iact data, 3 weight address, 4 examine and weight data address,
//            5 weight data, 6 MAC, 7 write-back.
// Streams    ready/valid per word (docs/pe_timing.md, Handshake). Valid never waits for its own
//            ready; data stay until taken. Once ready for a burst the PE takes all its words at once.
//            iact_ready_o[p] is worked out from the header on iact_data_i, valid or not, and from the
//            valids of the ports below p. A beat of psums is {psum 2n + 1, psum 2n}; an odd chunk's
//            last high half is 0.
// Paths      psum_in_valid_i to psum_out_valid_o, psum_in_data_i to psum_out_data_o and
//            psum_out_ready_i to psum_in_ready_o are combinational: they add up along a column of
//            PEs that pass psums on.
// Reset      asynchronous; then nothing is taken but a configuration.
// Cycles     docs/pe_timing.md, rules 1 to 12, exact.
// Forwarding psum read-after-write between successive iacts: from the write-back register, either
//            lane to either lane (mac_pair).
// Config     one word, taken while the PE is at rest: [0] CSC (else raw) [1] signed iacts [2] single
//            lane, for DW layers [3] two weight buffers [8:4] segment length, C0 * columns per slide [12:9] segments
//            per window K [18:13] M0 [25:19] psums of a chunk, T * M0; 127: one psum bank is used.
// Sizes      parameters; defaults are Eyeriss v2. SIMD = 1 leaves the second MAC out. PORTS 1 to 16, ENTRIES, SEGMENTS and COLUMNS 2 to 31, WORDS 2 to 255,
//            PSUMS 3 to 64, PSUM_BANKS 1 or 2, IACT_BITS up to 8, WEIGHT_BITS up to 9, COUNT_BITS 1 to 7, PSUM_BITS 2 or
//            more. Others stop the elaboration. A compressed tile ends by word 127 of its place.
// Errors     error_o: psums from below of another length than the chunk's. The chip must not do it.
module sparse_pe #(
    parameter PORTS       = 3,
    parameter SEGMENTS    = 9,   // iact address SPad
    parameter ENTRIES     = 16,  // iact data SPad
    parameter COLUMNS     = 16,  // weight address SPad
    parameter WORDS       = 96,  // weight data SPad
    parameter PSUMS       = 32,  // psum SPad
    parameter PSUM_BANKS  = 2,   // 1: MACs rest while a chunk leaves
    parameter IACT_BITS   = 8,
    parameter WEIGHT_BITS = 8,
    parameter COUNT_BITS  = 4,
    parameter PSUM_BITS   = 20,
    parameter SIMD        = 2,
    // max(24, 2 (WEIGHT_BITS + COUNT_BITS), 3 WEIGHT_BITS); iacts are never wider
    parameter WORD_BITS   = WEIGHT_BITS > 8 ? (2 * (WEIGHT_BITS + COUNT_BITS) > 3 * WEIGHT_BITS ?
                            2 * (WEIGHT_BITS + COUNT_BITS) : 3 * WEIGHT_BITS) :
                            (COUNT_BITS > 4 ? 2 * (WEIGHT_BITS + COUNT_BITS) : 24)
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
    output wire                       window_o,       // a window's last slot is examined
    output wire                       forward_o,      // a psum was forwarded
    output wire [                1:0] macs_o,         // MACs done, neither operand zero
    output wire [                2:0] overflows_o,    // psum additions that wrapped
    output reg                        error_o         // sticky
);
  localparam VALUE_BITS = IACT_BITS + 1;

  generate
    if (PORTS < 1 || PORTS > 16 || SEGMENTS < 2 || SEGMENTS > 31 || ENTRIES < 2 || ENTRIES > 31 ||
        COLUMNS < 2 || COLUMNS > 31 || WORDS < 2 || WORDS > 255 || PSUMS < 3 || PSUMS > 64 ||
        PSUM_BANKS < 1 || PSUM_BANKS > 2 ||
        IACT_BITS < 1 || IACT_BITS > 8 || WEIGHT_BITS < 1 || WEIGHT_BITS > 9 || COUNT_BITS < 1 ||
        COUNT_BITS > 7 || PSUM_BITS < 2 || SIMD < 1 || SIMD > 2 ||
        WORD_BITS < 24 || WORD_BITS < 3 * WEIGHT_BITS ||
        WORD_BITS < 2 * (WEIGHT_BITS + COUNT_BITS)) begin : g_sizes
      sparse_pe_size_out_of_range i_stop ();  // there is no such module
    end
  endgenerate

  // --- configuration ----------------------------------------------------------------------------
  reg configured;
  reg csc, signed_q, single_q, double_q;
  reg [4:0] segment_len;
  reg [3:0] window_segments;
  reg [5:0] m0;
  reg two_banks;
  wire epochs_empty, receive_idle, spads_empty, issue_empty, psums_empty;
  reg s3_valid;
  localparam [7:0] PSUM_ENTRIES = PSUMS[7:0];

  wire configure = config_valid_i && config_ready_o;
  assign config_ready_o = epochs_empty && receive_idle && spads_empty && !s3_valid &&
                          issue_empty && psums_empty;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      configured      <= 1'b0;
      csc             <= 1'b0;
      signed_q        <= 1'b0;
      single_q        <= 1'b0;
      double_q        <= 1'b0;
      segment_len     <= 5'd1;
      window_segments <= 4'd1;
      m0              <= 6'd1;
      two_banks       <= 1'b0;
    end else if (configure) begin
      configured      <= 1'b1;
      csc             <= config_data_i[0];
      signed_q        <= config_data_i[1];
      single_q        <= config_data_i[2];
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
  wire scan_ok, scan_slot, scan_psum_in, scan_last, scan_chunk;
  wire [4:0] columns0, columns1;
  wire issued, issued_both, pass_epoch, passed, idle_retires;

  pe_epochs #(
      .WORD_BITS(WORD_BITS)
  ) i_epochs (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .active_i(configured),
      .csc_i(csc),
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
      .scan_slot_o(scan_slot),
      .scan_psum_in_o(scan_psum_in),
      .scan_last_o(scan_last),
      .scan_chunk_i(scan_chunk),
      .columns0_o(columns0),
      .columns1_o(columns1),
      .issued_i(issued),
      .issued_both_i(issued_both),
      .pass_o(pass_epoch),
      .passed_i(passed),
      .idle_retires_o(idle_retires)
  );

  // --- iacts ------------------------------------------------------------------------------------
  wire fire;
  wire [4:0] free_segments, free_entries;
  wire close, close_last, close_row_last, data, commit;
  wire [3:0] places, commit_segments;
  wire [14:0] filled;
  wire [24:0] ends;
  wire [WORD_BITS-1:0] word;
  wire [1:0] entries;

  iact_receive #(
      .PORTS(PORTS),
      .WORD_BITS(WORD_BITS),
      .SEGMENTS(SEGMENTS),
      .ENTRIES(ENTRIES)
  ) i_receive (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(csc),
      .idle_o(receive_idle),
      .iact_valid_i(iact_valid_i),
      .iact_ready_o(iact_ready_o),
      .iact_data_i(iact_data_i),
      .rx_ok_i(rx_ok),
      .rx_idle_i(rx_idle),
      .rx_tag_i(rx_tag),
      .rx_begin_o(rx_begin),
      .rx_row_ends_o(rx_row_ends),
      .rx_drop_ends_o(rx_drop_ends),
      .free_i(fire),
      .free_segments_i(free_segments),
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

  wire s2_valid, s3_ready, scan_step;
  wire [23:0] s2_slot;
  wire [VALUE_BITS-1:0] s2_value;
  wire [8:0] s2_column;

  iact_spads #(
      .WORD_BITS(WORD_BITS),
      .SEGMENTS(SEGMENTS),
      .ENTRIES(ENTRIES),
      .IACT_BITS(IACT_BITS),
      .COUNT_BITS(COUNT_BITS)
  ) i_iact_spads (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(csc),
      .signed_i(signed_q),
      .segment_len_i(segment_len),
      .window_segments_i(window_segments),
      .m0_i(m0),
      .empty_o(spads_empty),
      .close_i(close),
      .places_i(places),
      .filled_i(filled),
      .end_i(ends),
      .last_i(close_last),
      .row_last_i(close_row_last),
      .data_i(data),
      .word_i(word),
      .entries_i(entries),
      .commit_i(commit),
      .commit_segments_i(commit_segments),
      .scan_ok_i(scan_ok),
      .scan_slot_i(scan_slot),
      .scan_psum_in_i(scan_psum_in),
      .scan_last_i(scan_last),
      .scan_chunk_o(scan_chunk),
      .scan_step_o(scan_step),
      .valid_o(s2_valid),
      .ready_i(s3_ready),
      .slot_o(s2_slot),
      .value_o(s2_value),
      .column_o(s2_column)
  );

  // --- stage 3 ----------------------------------------------------------------------------------
  reg [23:0] s3_slot;
  reg [VALUE_BITS-1:0] s3_value;
  reg [8:0] s3_column;
  wire x_ready;
  assign s3_ready = !s3_valid || x_ready;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      s3_valid  <= 1'b0;
      s3_slot   <= 24'd0;
      s3_value  <= {VALUE_BITS{1'b0}};
      s3_column <= 9'd0;
    end else if (s3_ready) begin
      s3_valid <= s2_valid;
      if (s2_valid) begin
        s3_slot   <= s2_slot;
        s3_value  <= s2_value;
        s3_column <= s2_column;
      end
    end
  end

  wire [7:0] column_begin;
  wire [6:0] column_cycles;
  wire column_odd;
  wire read;
  wire [7:0] read_addr;
  wire [WORD_BITS-1:0] read_word;

  weight_spads #(
      .WORD_BITS(WORD_BITS),
      .COLUMNS(COLUMNS),
      .WORDS(WORDS),
      .SIMD(SIMD)
  ) i_weight_spads (
      .clk_i(clk_i),
      .csc_i(csc),
      .single_lane_i(single_q),
      .double_i(double_q),
      .m0_i(m0),
      .write_place_i(write_place),
      .write_columns_i(write_place ? columns1 : columns0),
      .write_addr_i(write_addr),
      .write_data_i(write_data),
      .write_index_i(write_index),
      .write_word_i(weight_data_i),
      .place_i(s3_slot[9]),
      .columns_i(s3_slot[9] ? columns1 : columns0),
      .column_i(s3_column),
      .begin_o(column_begin),
      .cycles_o(column_cycles),
      .odd_o(column_odd),
      .read_i(read),
      .read_addr_i(read_addr),
      .read_word_o(read_word)
  );

  // --- examine, issue, MAC, psums -----------------------------------------------------------------
  wire bank, bank_free, bank_take, bank_psum_in, bank_full;
  wire [6:0] bank_last;
  wire mac_valid, mac_first, mac_second, mac_bank;
  wire [1:0] mac_place, mac_done;
  wire issue_busy;
  wire [VALUE_BITS-1:0] mac_value;
  wire [6:0] mac_base_in_bank, mac_base;

  pe_issue #(
      .VALUE_BITS(VALUE_BITS),
      .SIMD(SIMD)
  ) i_issue (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(csc),
      .single_lane_i(single_q),
      .empty_o(issue_empty),
      .busy_o(issue_busy),
      .valid_i(s3_valid),
      .ready_o(x_ready),
      .slot_i(s3_slot),
      .value_i(s3_value),
      .begin_i(column_begin),
      .cycles_i(column_cycles),
      .odd_i(column_odd),
      .fire_o(fire),
      .free_segments_o(free_segments),
      .free_entries_o(free_entries),
      .window_o(window_o),
      .bank_i(bank),
      .bank_free_i(bank_free),
      .bank_take_o(bank_take),
      .bank_psum_in_o(bank_psum_in),
      .bank_full_o(bank_full),
      .bank_last_o(bank_last),
      .read_o(read),
      .read_addr_o(read_addr),
      .mac_valid_o(mac_valid),
      .mac_first_o(mac_first),
      .mac_place_o(mac_place),
      .mac_second_o(mac_second),
      .mac_value_o(mac_value),
      .mac_base_o(mac_base_in_bank),
      .mac_bank_o(mac_bank),
      .mac_done_o(mac_done),
      .issued_o(issued),
      .issued_both_o(issued_both)
  );

  wire [6:0] read0_addr, read1_addr, write0_addr, write1_addr;
  wire [PSUM_BITS-1:0] read0, read1, write0_psum, write1_psum;
  wire write0, write1;
  wire [1:0] wb_done, mac_overflow, out_overflow;

  mac_pair #(
      .WORD_BITS(WORD_BITS),
      .WEIGHT_BITS(WEIGHT_BITS),
      .COUNT_BITS(COUNT_BITS),
      .VALUE_BITS(VALUE_BITS),
      .PSUM_BITS(PSUM_BITS),
      .SIMD(SIMD)
  ) i_macs (
      .clk_i(clk_i),
      .rst_ni(rst_ni),
      .csc_i(csc),
      .single_lane_i(single_q),
      .valid_i(mac_valid),
      .first_i(mac_first),
      .place_i(mac_place),
      .second_i(mac_second),
      .value_i(mac_value),
      .base_i(mac_base),
      .done_i(mac_done),
      .word_i(read_word),
      .read0_addr_o(read0_addr),
      .read1_addr_o(read1_addr),
      .read0_i(read0),
      .read1_i(read1),
      .write0_o(write0),
      .write1_o(write1),
      .write0_addr_o(write0_addr),
      .write1_addr_o(write1_addr),
      .write0_psum_o(write0_psum),
      .write1_psum_o(write1_psum),
      .done_o(wb_done),
      .overflow_o(mac_overflow),
      .macs_o(macs_o),
      .forward_o(forward_o)
  );

  wire mismatch;
  // Psums pass only when all older chunks have left.
  wire pass = pass_epoch && psums_empty && issue_empty && !s3_valid && !s2_valid;

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
      .bank_take_i(bank_take),
      .bank_psum_in_i(bank_psum_in),
      .bank_full_i(bank_full),
      .bank_last_i(bank_last),
      .mac_bank_i(mac_bank),
      .mac_base_i(mac_base_in_bank),
      .mac_base_o(mac_base),
      .read0_addr_i(read0_addr),
      .read1_addr_i(read1_addr),
      .read0_o(read0),
      .read1_o(read1),
      .write0_i(write0),
      .write1_i(write1),
      .write0_addr_i(write0_addr),
      .write1_addr_i(write1_addr),
      .write0_psum_i(write0_psum),
      .write1_psum_i(write1_psum),
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
  assign active_o = scan_step || s2_valid && s3_ready || s3_valid && x_ready || fire || issue_busy ||
                    mac_valid || mac_done != 2'b00 || write0 || write1 || wb_done != 2'b00 ||
                    idle_retires;

  assign overflows_o = {2'b00, mac_overflow[0]} + {2'b00, mac_overflow[1]} +
                       {2'b00, out_overflow[0]} + {2'b00, out_overflow[1]};
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) error_o <= 1'b0;
    else if (mismatch) error_o <= 1'b1;
  end
endmodule
