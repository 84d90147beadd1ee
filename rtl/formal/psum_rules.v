// Legal use of psum_spad by the stages before it. Assumed in psum_spad_proof, asserted in the whole
// PE.
//   - a bank is taken only when it is free, when no chunk is under examination, and never while
//     psums pass
//   - a chunk's end is told once, and its psums fit its bank
//   - psums are written only into the bank of a chunk that is not done; two at once differ
//   - a chunk is done once, after its end was told
//   - psums pass only while no chunk is held, until a passing burst ends
//   - a restart comes only at rest
`include "rule.vh"
module psum_rules #(
    parameter ASSUME = 0,
    parameter PSUMS  = 4
) (
    input wire       clk_i,
    input wire       rst_ni,
    input wire [5:0] m0_i,
    input wire       two_banks_i,
    input wire       restart_i,
    input wire       bank_i,
    input wire       bank_free_i,
    input wire       bank_take_i,
    input wire       bank_full_i,
    input wire [6:0] bank_last_i,
    input wire       write0_i,
    input wire       write1_i,
    input wire [6:0] write0_addr_i,
    input wire [6:0] write1_addr_i,
    input wire [1:0] done_i,
    input wire       leaves_i,         // a chunk's last beat
    input wire       pass_i,
    input wire       passed_i
);
  localparam [6:0] HALF = PSUMS[7:1];
  localparam [6:0] ALL = PSUMS[6:0];
  wire [6:0] limit = two_banks_i ? HALF : ALL;

  reg open;              // a chunk is under examination,
  reg filling;           // in this bank
  reg [1:0] held, full, done;
  reg leaving;           // bank of the oldest chunk
  reg passing;
  wire bank = bank_take_i ? bank_i : filling;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      open    <= 1'b0;
      filling <= 1'b0;
      held    <= 2'b00;
      full    <= 2'b00;
      done    <= 2'b00;
      leaving <= 1'b0;
      passing <= 1'b0;
    end else begin
      passing <= pass_i && !passed_i;
      open    <= (open || bank_take_i) && !bank_full_i;
      done    <= done | done_i;
      if (bank_take_i) begin
        filling      <= bank_i;
        held[bank_i] <= 1'b1;
      end
      if (bank_full_i) full[bank] <= 1'b1;
      if (leaves_i) begin
        held[leaving] <= 1'b0;
        full[leaving] <= 1'b0;
        done[leaving] <= 1'b0;
        leaving       <= two_banks_i && !leaving;
      end
      if (restart_i) leaving <= 1'b0;
    end
  end

  wire bank0 = two_banks_i && write0_addr_i >= HALF;
  wire bank1 = two_banks_i && write1_addr_i >= HALF;
  always @* begin
    if (rst_ni) begin
      if (bank_take_i) begin
        `RULE(bank_free_i && !open && !pass_i && !restart_i)
      end
      if (bank_full_i) begin
        `RULE(open || bank_take_i)
        `RULE(bank_last_i < limit && {1'b0, m0_i} <= limit - bank_last_i)
      end
      if (write0_i) begin
        `RULE(held[bank0] && !done[bank0])
        `RULE(write0_addr_i - (bank0 ? HALF : 7'd0) < limit)
      end
      if (write1_i) begin
        `RULE(held[bank1] && !done[bank1])
        `RULE(write1_addr_i - (bank1 ? HALF : 7'd0) < limit)
      end
      if (write0_i && write1_i) begin
        `RULE(write0_addr_i != write1_addr_i)
      end
      `RULE((done_i & ~full) == 2'b00 && (done_i & done) == 2'b00)
      if (pass_i) begin
        `RULE(held == 2'b00)
      end
      if (passing) begin
        `RULE(pass_i)
      end
      if (restart_i) begin
        `RULE(held == 2'b00 && !pass_i)
      end
    end
  end
endmodule
