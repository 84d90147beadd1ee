// The MAC of a dense PE and its write-back register.
//
// The weight word read by the slot is there. The product is added to the psum, and the sum is written
// into the psum SPad one cycle later. The next slot may hit the same psum (M0 = 1): a sum that is
// still in the write-back register is taken from there. Two slots on the SPad has it already.
//
// A zero iact or a zero weight gates the MAC: nothing is written. A sum that leaves PSUM_BITS wraps
// and is told.
module dense_mac #(
    parameter WORD_BITS   = 24,
    parameter WEIGHT_BITS = 8,
    parameter VALUE_BITS  = 9,
    parameter PSUM_BITS   = 20
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    // from the slot
    input  wire                  valid_i,
    input  wire                  zero_i,
    input  wire [VALUE_BITS-1:0] value_i,
    input  wire [           1:0] place_i,
    input  wire [           6:0] psum_i,     // psum SPad address
    input  wire [           1:0] done_i,
    input  wire [ WORD_BITS-1:0] word_i,
    // psum SPad, read at psum_i
    input  wire [ PSUM_BITS-1:0] read_i,
    output reg                   write_o,
    output reg  [           6:0] write_addr_o,
    output reg  [ PSUM_BITS-1:0] write_psum_o,
    output reg  [           1:0] done_o,
    output wire                  overflow_o,
    output wire                  mac_o,      // at work
    output wire                  forward_o   // the psum came from the write-back register
);
  localparam PRODUCT = VALUE_BITS + WEIGHT_BITS;
  localparam WIDE = (PRODUCT > PSUM_BITS ? PRODUCT : PSUM_BITS) + 1;

  wire unused_upper = &{1'b0, word_i};
  wire [WEIGHT_BITS-1:0] weight = place_i == 2'd0 ? word_i[0+:WEIGHT_BITS] :
                                  place_i == 2'd1 ? word_i[WEIGHT_BITS+:WEIGHT_BITS] :
                                                    word_i[2*WEIGHT_BITS+:WEIGHT_BITS];
  wire active = valid_i && !zero_i && weight != {WEIGHT_BITS{1'b0}};
  wire hit = write_o && write_addr_o == psum_i;
  wire [PSUM_BITS-1:0] psum = hit ? write_psum_o : read_i;
  assign mac_o = active;
  assign forward_o = active && hit;

  wire signed [PRODUCT-1:0] product = $signed(value_i) * $signed(weight);
  wire signed [WIDE-1:0] sum = {{WIDE - PRODUCT{product[PRODUCT-1]}}, product} +
                               {{WIDE - PSUM_BITS{psum[PSUM_BITS-1]}}, psum};
  // In range when all bits from the sign of the psum up are the same.
  localparam TOP = WIDE - PSUM_BITS + 1;
  wire [TOP-1:0] top = sum[WIDE-1-:TOP];
  assign overflow_o = active && top != {TOP{1'b0}} && top != {TOP{1'b1}};

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_o      <= 1'b0;
      write_addr_o <= 7'd0;
      write_psum_o <= {PSUM_BITS{1'b0}};
      done_o       <= 2'b00;
    end else begin
      done_o  <= done_i;
      write_o <= active;
      if (active) begin
        write_addr_o <= psum_i;
        write_psum_o <= sum[PSUM_BITS-1:0];
      end
    end
  end
endmodule
