// Plays a vector file (tb/cosim/pe/vector_file.h writes and describes it) into sparse_pe or dense_pe and compares
// what comes out, cycle by cycle:
//
//   iverilog -g2005 -Wall -s pe_tb -o bench rtl/tb/pe_tb.v rtl/pe/*.v
//   vvp -n bench +vectors=FILE
//
// Other sizes: -Ppe_tb.WEIGHT_BITS=9 and the like; -Ppe_tb.DENSE=1: the dense PE, with WORDS=64 as a rule. +stop_at_first: ends after the first cycle
// with a difference. Inputs change behind the clock edge;
// outputs are sampled just before the next one and compared with ===, so an X is a difference. Ends
// with one line: PASS n cycles m values, or FAIL and why. A file that is not complete, is not for
// these sizes or compares nothing fails.
module pe_tb;
  parameter PORTS       = 3;
  parameter SEGMENTS    = 9;
  parameter ENTRIES     = 16;
  parameter COLUMNS     = 16;
  parameter WORDS       = 96;
  parameter PSUMS       = 32;
  parameter PSUM_BANKS  = 2;
  parameter WEIGHT_BITS = 8;
  parameter COUNT_BITS  = 4;
  parameter PSUM_BITS   = 20;
  parameter SIMD        = 2;
  parameter DENSE       = 0;
  // max(24, 2 (WEIGHT_BITS + COUNT_BITS), 3 WEIGHT_BITS)
  localparam PAIRS = 2 * (WEIGHT_BITS + COUNT_BITS);
  localparam TRIPLE = 3 * WEIGHT_BITS;
  localparam WIDER = PAIRS > TRIPLE ? PAIRS : TRIPLE;
  localparam WORD_BITS = WIDER > 24 ? WIDER : 24;
  localparam FIELDS = 25;

  // --- the PE -----------------------------------------------------------------------------------
  reg clk, rst_n;
  reg config_valid, weight_valid, psum_in_valid, psum_in_last, psum_out_ready;
  reg [25:0] config_data;
  reg [PORTS-1:0] iact_valid;
  reg [PORTS*WORD_BITS-1:0] iact_data;
  reg [WORD_BITS-1:0] weight_data;
  reg [2*PSUM_BITS-1:0] psum_in_data;
  wire [PORTS-1:0] iact_ready;
  wire config_ready, weight_ready, psum_in_ready, psum_out_valid, psum_out_last, window;
  wire active, forward, error;
  wire [2:0] overflows;
  wire [2*PSUM_BITS-1:0] psum_out_data;

  generate
    if (DENSE != 0) begin : g_dense
      dense_pe #(
          .PORTS(PORTS),
          .ENTRIES(ENTRIES),
          .WORDS(WORDS),
          .PSUMS(PSUMS),
          .PSUM_BANKS(PSUM_BANKS),
          .WEIGHT_BITS(WEIGHT_BITS),
          .PSUM_BITS(PSUM_BITS),
          .WORD_BITS(WORD_BITS)
      ) i_pe (
          .clk_i(clk),
          .rst_ni(rst_n),
          .config_valid_i(config_valid),
          .config_ready_o(config_ready),
          .config_data_i(config_data),
          .iact_valid_i(iact_valid),
          .iact_ready_o(iact_ready),
          .iact_data_i(iact_data),
          .weight_valid_i(weight_valid),
          .weight_ready_o(weight_ready),
          .weight_data_i(weight_data),
          .psum_in_valid_i(psum_in_valid),
          .psum_in_ready_o(psum_in_ready),
          .psum_in_data_i(psum_in_data),
          .psum_in_last_i(psum_in_last),
          .psum_out_valid_o(psum_out_valid),
          .psum_out_ready_i(psum_out_ready),
          .psum_out_data_o(psum_out_data),
          .psum_out_last_o(psum_out_last),
          .active_o(active),
          .window_o(window),
          .forward_o(forward),
          .overflows_o(overflows),
          .error_o(error)
      );
    end else begin : g_sparse
      sparse_pe #(
          .PORTS(PORTS),
          .SEGMENTS(SEGMENTS),
          .ENTRIES(ENTRIES),
          .COLUMNS(COLUMNS),
          .WORDS(WORDS),
          .PSUMS(PSUMS),
          .PSUM_BANKS(PSUM_BANKS),
          .WEIGHT_BITS(WEIGHT_BITS),
          .COUNT_BITS(COUNT_BITS),
          .PSUM_BITS(PSUM_BITS),
          .SIMD(SIMD)
      ) i_pe (
          .clk_i(clk),
          .rst_ni(rst_n),
          .config_valid_i(config_valid),
          .config_ready_o(config_ready),
          .config_data_i(config_data),
          .iact_valid_i(iact_valid),
          .iact_ready_o(iact_ready),
          .iact_data_i(iact_data),
          .weight_valid_i(weight_valid),
          .weight_ready_o(weight_ready),
          .weight_data_i(weight_data),
          .psum_in_valid_i(psum_in_valid),
          .psum_in_ready_o(psum_in_ready),
          .psum_in_data_i(psum_in_data),
          .psum_in_last_i(psum_in_last),
          .psum_out_valid_o(psum_out_valid),
          .psum_out_ready_i(psum_out_ready),
          .psum_out_data_o(psum_out_data),
          .psum_out_last_o(psum_out_last),
          .active_o(active),
          .window_o(window),
          .forward_o(forward),
          .overflows_o(overflows),
          .error_o(error)
      );
    end
  endgenerate

  // --- what is expected -------------------------------------------------------------------------
  reg [PORTS-1:0] want_iact_ready, mask_iact_ready;
  reg want_weight_ready, mask_weight_ready;
  reg want_psum_in_ready, mask_psum_in_ready;
  reg want_psum_out_valid, mask_psum_out_valid;
  reg want_psum_out_last, mask_psum_out_last;
  reg [2*PSUM_BITS-1:0] want_psum_out_data, mask_psum_out_data;
  reg want_window, mask_window;

  integer cycles, values, differences;

  task differs(input integer bits, input [2*PSUM_BITS-1:0] want, input [2*PSUM_BITS-1:0] got);
    begin
      if (bits == 1) $display("expected %b, got %b", want[0], got[0]);
      else $display("expected %h, got %h", want[PSUM_BITS-1:0], got[PSUM_BITS-1:0]);
    end
  endtask

  // One value: a bit, or a psum. `index` < 0: the signal has none.
  task compare(input [16*8-1:0] name, input integer index, input integer bits,
               input [PSUM_BITS-1:0] mask, input [PSUM_BITS-1:0] want, input [PSUM_BITS-1:0] got);
    begin
      if (mask != 0) begin
        values = values + 1;
        if ((want & mask) !== (got & mask)) begin
          if (differences == 0) begin
            if (index < 0) $write("cycle %0d: %0s: ", cycles, name);
            else $write("cycle %0d: %0s[%0d]: ", cycles, name, index);
            differs(bits, {{PSUM_BITS{1'b0}}, want & mask}, {{PSUM_BITS{1'b0}}, got & mask});
          end
          differences = differences + 1;
        end
      end
    end
  endtask

  task compare_bit(input [16*8-1:0] name, input integer index, input mask, input want, input got);
    compare(name, index, 1, {{PSUM_BITS - 1{1'b0}}, mask}, {{PSUM_BITS - 1{1'b0}}, want},
            {{PSUM_BITS - 1{1'b0}}, got});
  endtask

  integer i;
  task compare_all;
    begin
      for (i = 0; i < PORTS; i = i + 1)
        compare_bit("iact_ready_o", i, mask_iact_ready[i], want_iact_ready[i], iact_ready[i]);
      compare_bit("weight_ready_o", -1, mask_weight_ready, want_weight_ready, weight_ready);
      compare_bit("psum_in_ready_o", -1, mask_psum_in_ready, want_psum_in_ready, psum_in_ready);
      compare_bit("psum_out_valid_o", -1, mask_psum_out_valid, want_psum_out_valid,
                  psum_out_valid);
      compare_bit("psum_out_last_o", -1, mask_psum_out_last, want_psum_out_last, psum_out_last);
      for (i = 0; i < 2; i = i + 1)
        compare("psum_out_data_o", i, PSUM_BITS, mask_psum_out_data[i*PSUM_BITS+:PSUM_BITS],
                want_psum_out_data[i*PSUM_BITS+:PSUM_BITS],
                psum_out_data[i*PSUM_BITS+:PSUM_BITS]);
      compare_bit("window_o", -1, mask_window, want_window, window);
    end
  endtask

  // --- the file ---------------------------------------------------------------------------------
  reg [1024*8-1:0] name;
  reg [8*8-1:0] word;
  integer file, fields, ports, word_bits, psum_bits, version, told;
  reg running, stop_at_first;

  task fail(input [64*8-1:0] why);
    begin
      if (running) $display("FAIL %0s", why);
      running = 1'b0;
    end
  endtask

  task read_header;
    begin
      fields = $fscanf(file, "pe_vectors %d %d %d %d\n", version, ports, word_bits,
                       psum_bits);
      if (fields != 4 || version != 1) fail("the file does not begin as a vector file does");
      else if (ports != PORTS || word_bits != WORD_BITS || psum_bits != PSUM_BITS) begin
        $display("the file has %0d ports, %0d-bit words, %0d-bit psums; the bench %0d, %0d, %0d",
                 ports, word_bits, psum_bits, PORTS, WORD_BITS, PSUM_BITS);
        fail("the vectors are for other sizes");
      end
    end
  endtask

  // A line is "v" and the fields, or "end" and the number of cycles.
  task read_line;
    begin
      fields = $fscanf(file, "%s", word);
      if (fields == 1 && word == "end") begin
        fields = $fscanf(file, "%d", told);
        if (fields != 1 || told != cycles) fail("lines are missing");
        else if (values == 0) fail("nothing was compared");
        else if (differences != 0) begin
          $display("%0d of %0d values differ", differences, values);
          fail("outputs differ");
        end else begin
          $display("PASS %0d cycles %0d values", cycles, values);
          running = 1'b0;
        end
      end else if (fields == 1 && word == "v") begin
        fields = $fscanf(file, "%h %h %h %h %h %h %h %h %h %h %h", rst_n, config_valid, config_data,
                         iact_valid, iact_data, weight_valid, weight_data, psum_in_valid,
                         psum_in_last, psum_in_data, psum_out_ready);
        fields = fields + $fscanf(file, "%h %h %h %h %h %h %h %h %h %h %h %h %h %h",
                                  want_iact_ready, mask_iact_ready, want_weight_ready,
                                  mask_weight_ready, want_psum_in_ready, mask_psum_in_ready,
                                  want_psum_out_valid, mask_psum_out_valid, want_psum_out_last,
                                  mask_psum_out_last, want_psum_out_data, mask_psum_out_data,
                                  want_window, mask_window);
        if (fields != FIELDS) fail("a line is not complete");
        else if (^{rst_n, config_valid, config_data, iact_valid, iact_data, weight_valid,
                   weight_data, psum_in_valid, psum_in_last, psum_in_data, psum_out_ready} === 1'bx)
          fail("an input is X");
        else if (^{mask_iact_ready, mask_weight_ready, mask_psum_in_ready, mask_psum_out_valid,
                   mask_psum_out_last, mask_psum_out_data, mask_window} === 1'bx)
          fail("a mask is X");
      end else fail("the file ends before its end line");
    end
  endtask

  initial begin
    clk           = 1'b0;
    running       = 1'b1;
    stop_at_first = $test$plusargs("stop_at_first") != 0;
    cycles        = 0;
    values        = 0;
    differences   = 0;
    if (!$value$plusargs("vectors=%s", name)) fail("no file: say +vectors=FILE");
    if (running) begin
      file = $fopen(name, "r");
      if (file == 0) fail("the vector file cannot be read");
    end
    if (running) read_header;
    while (running) begin
      read_line;
      if (running) begin
        #9 compare_all;
        if (stop_at_first && differences != 0) fail("outputs differ");
        #1 clk = 1'b1;
        cycles = cycles + 1;
        #1 clk = 1'b0;
      end
    end
    $finish;
  end
endmodule
