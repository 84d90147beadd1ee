// The MACs of a PE and their write-back register.
//
// MAC stage: the weight word read by the issue stage is there. Each lane takes its weight, adds the
// product to its psum and hands the sum to the write-back register; write-back writes it into the
// psum SPad one cycle later. Successive steps may hit the same psum: a sum that is still in the
// write-back register is taken from there (two lanes, each against both registers), so there is no
// stall. Two steps apart the SPad has it already.
//
// CSC: psum = running sum of (count + 1) in the column. Raw: counts are 0. A zero iact (raw mode)
// gates both lanes, a zero weight or an empty half its own. A sum that leaves PSUM_BITS wraps and is told.
module mac_pair #(
    parameter WORD_BITS   = 24,
    parameter WEIGHT_BITS = 8,
    parameter COUNT_BITS  = 4,
    parameter VALUE_BITS  = 9,
    parameter PSUM_BITS   = 20,
    parameter SIMD        = 2
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  csc_i,
    input  wire                  single_lane_i,
    // from the issue stage
    input  wire                  valid_i,
    input  wire                  first_i,
    input  wire [           1:0] place_i,
    input  wire                  second_i,
    input  wire [VALUE_BITS-1:0] value_i,
    input  wire [           6:0] base_i,      // psum SPad address of the window's first psum
    input  wire [           1:0] done_i,
    input  wire [ WORD_BITS-1:0] word_i,
    // psum SPad
    output wire [           6:0] read0_addr_o,
    output wire [           6:0] read1_addr_o,
    input  wire [ PSUM_BITS-1:0] read0_i,
    input  wire [ PSUM_BITS-1:0] read1_i,
    output reg                   write0_o,
    output reg                   write1_o,
    output reg  [           6:0] write0_addr_o,
    output reg  [           6:0] write1_addr_o,
    output reg  [ PSUM_BITS-1:0] write0_psum_o,
    output reg  [ PSUM_BITS-1:0] write1_psum_o,
    output reg  [           1:0] done_o,
    output wire [           1:0] overflow_o,
    output wire [           1:0] macs_o,      // lanes at work
    output wire                  forward_o    // a psum came from the write-back register
);
  localparam PAIR = WEIGHT_BITS + COUNT_BITS;
  localparam PRODUCT = VALUE_BITS + WEIGHT_BITS;
  localparam WIDE = (PRODUCT > PSUM_BITS ? PRODUCT : PSUM_BITS) + 1;
  wire single = single_lane_i || SIMD < 2;

  // --- weights ----------------------------------------------------------------------------------
  wire [WEIGHT_BITS-1:0] raw0 = word_i[0+:WEIGHT_BITS];
  wire [WEIGHT_BITS-1:0] raw1 = word_i[WEIGHT_BITS+:WEIGHT_BITS];
  wire [WEIGHT_BITS-1:0] raw2 = word_i[2*WEIGHT_BITS+:WEIGHT_BITS];
  reg [WEIGHT_BITS-1:0] kept;  // third value of the word before
  reg [WEIGHT_BITS-1:0] weight0, weight1;
  reg [COUNT_BITS-1:0] count0, count1;
  always @* begin
    count0 = {COUNT_BITS{1'b0}};
    count1 = {COUNT_BITS{1'b0}};
    if (csc_i) begin
      weight0 = place_i[0] ? word_i[PAIR+:WEIGHT_BITS] : raw0;
      count0  = place_i[0] ? word_i[PAIR+WEIGHT_BITS+:COUNT_BITS]
                           : word_i[WEIGHT_BITS+:COUNT_BITS];
      weight1 = word_i[PAIR+:WEIGHT_BITS];
      count1  = word_i[PAIR+WEIGHT_BITS+:COUNT_BITS];
    end else begin
      case (place_i)
        2'd0: begin
          weight0 = raw0;
          weight1 = raw1;
        end
        2'd1: begin
          weight0 = raw1;
          weight1 = raw2;
        end
        default: begin
          weight0 = single ? raw2 : kept;
          weight1 = raw0;
        end
      endcase
    end
  end

  // --- psum addresses ---------------------------------------------------------------------------
  reg [6:0] next_row;  // row after the last one, within the column
  wire [6:0] row0 = (first_i ? 7'd0 : next_row) + {{7 - COUNT_BITS{1'b0}}, count0};
  wire [6:0] row1 = row0 + 7'd1 + {{7 - COUNT_BITS{1'b0}}, count1};
  assign read0_addr_o = base_i + row0;
  assign read1_addr_o = base_i + row1;

  // --- MACs -------------------------------------------------------------------------------------
  wire there = valid_i && value_i != {VALUE_BITS{1'b0}};
  wire active0 = there && weight0 != {WEIGHT_BITS{1'b0}};
  wire active1 = there && weight1 != {WEIGHT_BITS{1'b0}} && second_i && SIMD > 1;
  assign macs_o = {1'b0, active0} + {1'b0, active1};
  wire hit00 = write0_o && write0_addr_o == read0_addr_o;
  wire hit01 = write1_o && write1_addr_o == read0_addr_o;
  wire hit10 = write0_o && write0_addr_o == read1_addr_o;
  wire hit11 = write1_o && write1_addr_o == read1_addr_o;
  wire [PSUM_BITS-1:0] psum0 = hit00 ? write0_psum_o : hit01 ? write1_psum_o : read0_i;
  wire [PSUM_BITS-1:0] psum1 = hit10 ? write0_psum_o : hit11 ? write1_psum_o : read1_i;
  assign forward_o = (active0 && (hit00 || hit01)) || (active1 && (hit10 || hit11));

  wire signed [PRODUCT-1:0] product0 = $signed(value_i) * $signed(weight0);
  wire signed [PRODUCT-1:0] product1 = $signed(value_i) * $signed(weight1);
  wire signed [WIDE-1:0] sum0 =
      {{WIDE - PRODUCT{product0[PRODUCT-1]}}, product0} +
      {{WIDE - PSUM_BITS{psum0[PSUM_BITS-1]}}, psum0};
  wire signed [WIDE-1:0] sum1 =
      {{WIDE - PRODUCT{product1[PRODUCT-1]}}, product1} +
      {{WIDE - PSUM_BITS{psum1[PSUM_BITS-1]}}, psum1};
  // In range when all bits from the sign of the psum up are the same.
  localparam TOP = WIDE - PSUM_BITS + 1;
  wire [TOP-1:0] top0 = sum0[WIDE-1-:TOP];
  wire [TOP-1:0] top1 = sum1[WIDE-1-:TOP];
  assign overflow_o = {active1 && top1 != {TOP{1'b0}} && top1 != {TOP{1'b1}},
                       active0 && top0 != {TOP{1'b0}} && top0 != {TOP{1'b1}}};

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      kept          <= {WEIGHT_BITS{1'b0}};
      next_row      <= 7'd0;
      write0_o      <= 1'b0;
      write1_o      <= 1'b0;
      write0_addr_o <= 7'd0;
      write1_addr_o <= 7'd0;
      write0_psum_o <= {PSUM_BITS{1'b0}};
      write1_psum_o <= {PSUM_BITS{1'b0}};
      done_o        <= 2'b00;
    end else begin
      done_o   <= done_i;
      write0_o <= active0;
      write1_o <= active1;
      if (valid_i) begin
        kept     <= raw2;
        next_row <= (second_i ? row1 : row0) + 7'd1;
      end
      if (active0) begin
        write0_addr_o <= read0_addr_o;
        write0_psum_o <= sum0[PSUM_BITS-1:0];
      end
      if (active1) begin
        write1_addr_o <= read1_addr_o;
        write1_psum_o <= sum1[PSUM_BITS-1:0];
      end
    end
  end
endmodule
