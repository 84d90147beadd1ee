// A ready/valid stream keeps its word: valid once up stays up until taken, data stay with it.
`include "rule.vh"
module stream_rules #(
    parameter ASSUME = 0,
    parameter BITS   = 1
) (
    input wire            clk_i,
    input wire            rst_ni,
    input wire            valid_i,
    input wire            ready_i,
    input wire [BITS-1:0] data_i
);
  reg waits;
  reg [BITS-1:0] data;
  initial waits = 1'b0;
  always @(posedge clk_i) begin
    waits <= rst_ni && valid_i && !ready_i;
    data  <= data_i;
  end
  always @* begin
    if (rst_ni && waits) begin
      `RULE(valid_i && data_i == data)
    end
  end
endmodule
